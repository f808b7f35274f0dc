"""The `mirror` command: TensorBoard's log of a run, which grows while some process trains it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gan_desktop.core.diagnosis import AlertRaised
from gan_desktop.core.errors import InputError, named
from gan_desktop.core.events import ControlChanged, Event, FloatArray, MetricsBlock, Samples, StatusChanged
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import FINAL
from gan_desktop.exports.event_file import EventFile, seconds_of
from gan_desktop.exports.kept import real_points
from gan_desktop.exports.tensorboard import write_past
from gan_desktop.process import breakable
from gan_desktop.recording.following import Follower, RewoundError
from gan_desktop.recording.library import find_run
from gan_desktop.recording.past import read_past
from gan_desktop.terminal import EXIT_OK

# Seconds between two looks: TensorBoard itself looks every few seconds.
LOOK = 1.0


def mirror_in_terminal(run: str, out: Path | None) -> int:
    """Write a run's log, and what is added to it, until the run ends or the person leaves.

    Raises:
        InputError: there is no such run, or the folder cannot be written.
    """
    entry = find_run(run)
    entry.check_readable()
    logs = out or Path(f"{entry.name}-tensorboard")
    try:
        if logs.exists() and any(logs.iterdir()):
            raise InputError(f"--out {named(str(logs))} is not empty: give a folder that is new or empty", "--out")
        logs.mkdir(parents=True, exist_ok=True)
        print(f"{logs}: 'tensorboard --logdir {logs}' shows it; Ctrl-C leaves, and the run goes on", flush=True)
        with breakable() as asked:
            mirror(entry.folder, logs, asked.wait)
    except OSError as error:
        raise InputError(f"--out {named(str(logs))} cannot be written: {error.strerror or error}", "--out") from None
    return EXIT_OK


def mirror(run: Path, logs: Path, wait: Callable[[float], bool]) -> None:
    """Write the log of a run into a folder.

    Args:
        wait: waits so many seconds; true if the person leaves.
    """
    while not _mirror_until_rewound(run, logs, wait):
        for old in logs.glob("events.out.tfevents.*"):
            with suppress(OSError):
                old.unlink()


def _mirror_until_rewound(run: Path, logs: Path, wait: Callable[[float], bool]) -> bool:
    """Write the log; returns false if the run goes on from an earlier step, so that it is to be written anew."""
    record, past = read_past(run)
    follower, real = Follower(record, past), real_points(past)
    has_ended = record.facts.get("status") in FINAL
    with EventFile(logs, seconds_of(record.facts.get("started"))) as log:
        write_past(log, past)
        log.flush()
        while not has_ended and not wait(LOOK):
            log.moment = time.time()
            try:
                for event in follower.poll():
                    _write(log, event, real)
            except RewoundError:
                return False
            log.flush()
            has_ended = follower.has_ended
    return True


def _write(log: EventFile, event: Event, real: FloatArray | None) -> None:
    match event:
        case MetricsBlock(first, values, figures):
            for place, row in enumerate(values.tolist()):
                log.figures(first + place, dict(zip(figures, row, strict=True)))
        case Measured():
            log.measured(event)
        case Samples():
            log.samples(event, real)
        case AlertRaised(alert):
            log.alert(alert)
        case ControlChanged():
            log.change(event)
        case StatusChanged(status, step):
            log.text(step, "status", str(status))
