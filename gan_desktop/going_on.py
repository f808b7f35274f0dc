"""The command line for kept runs: going on with one, branching from it, and repeating its record.

Neither TensorFlow nor Qt is imported before a command needs it.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan_desktop.core import events
from gan_desktop.core.commands import LENGTH_KEYS, CommandQueue, Continue, Quit, Replay
from gan_desktop.core.config import live_keys
from gan_desktop.core.errors import InputError, shown
from gan_desktop.core.interventions import (
    HAND,
    Intervention,
    check_control,
    config_after,
    playable_keys,
    schedule_interventions,
)
from gan_desktop.core.keys import parse_assignments, parse_value, replace_keys
from gan_desktop.process import leave, stopping
from gan_desktop.progress import ProgressLine
from gan_desktop.recording.library import find_run
from gan_desktop.recording.reader import RunRecord, read_run
from gan_desktop.recording.run_folder import check_writable
from gan_desktop.terminal import EXIT_ERROR, EXIT_INPUT, EXIT_OK, print_error

EXIT_PARTED = 4


def resume_command(
    run: str, assignments: Sequence[str], steps: str | None, epochs: str | None, at: Sequence[str]
) -> Continue:
    """What goes on with a run in its own folder.

    Raises:
        InputError: there is no such run, or something that is asked for cannot change.
    """
    record = read_run(find_run(run).folder)
    changes, length = wanted(record, assignments, steps, epochs, at)
    check_writable(record.folder)
    return Continue(record.folder, changes=changes, length=length)


def branch_command(
    text: str, assignments: Sequence[str], steps: str | None, epochs: str | None, at: Sequence[str], out: Path | None
) -> Continue:
    """What makes a branch, from `RUN@STEP`.

    Raises:
        InputError: there is no such run or step, or something that is asked for cannot change.
    """
    run, sign, step_text = text.rpartition("@")
    step = parse_value(step_text)
    if not sign or not run or type(step) is not int or step < 0:
        raise InputError(f"--branch {shown(text)} is not of the form RUN@STEP, as in last@500", "--branch")
    record = read_run(find_run(run).folder)
    changes, length = wanted(record, assignments, steps, epochs, at)
    return Continue(record.folder, step, branch=True, out=out, changes=changes, length=length)


def wanted(
    record: RunRecord, assignments: Sequence[str], steps: str | None, epochs: str | None, at: Sequence[str]
) -> tuple[tuple[Intervention, ...], dict[str, Any]]:
    """The interventions and the other length that are asked for.

    Raises:
        InputError: a key or a value is not allowed, or the key cannot change when a run goes on.
    """
    record.check_ours()
    config = config_after(record.config(), record.interventions)
    changes, length = [], {}
    for path, value in parse_assignments(assignments, config).items():
        name = path.rpartition(".")[2]
        if path in LENGTH_KEYS:
            length[path] = value
        elif name in live_keys():
            name, config = check_control(config, path, value)
            changes.append(Intervention(0, name, value, author=HAND))
        else:
            allowed = ", ".join([*playable_keys(config), *LENGTH_KEYS])
            raise InputError(f"'{path}' cannot change when a run goes on; what can: {allowed}", path)
    planned = schedule_interventions(at, config)
    length |= lengths(record, steps, epochs)
    replace_keys(record.config(), length)
    return (*changes, *planned), length


def lengths(record: RunRecord, steps: str | None, epochs: str | None) -> dict[str, Any]:
    """The keys that `--steps` and `--epochs` set: the length of the whole run or, with a `+`, what is to be added."""
    if steps is None and epochs is None:
        return {}
    set_here: dict[str, Any] = {"training.steps": None, "training.epochs": None}
    if steps is not None:
        more = steps.strip().startswith("+")
        value = parse_value(steps.strip().removeprefix("+"))
        set_here["training.steps"] = value + record.steps if more and type(value) is int else value
    if epochs is not None:
        set_here["training.epochs"] = parse_value(epochs)
    return set_here


class ReplayListener:
    """Shows how far a replay is, and keeps what came of it."""

    def __init__(self, commands: CommandQueue) -> None:
        self._commands = commands
        self.progress = ProgressLine("loading TensorFlow")
        self.replayed: events.Replayed | None = None
        self.refusal = ""
        self.error: events.EngineError | None = None

    def on_event(self, event: events.Event) -> None:
        match event:
            case events.Preparing(message, fraction):
                self.progress.show(message.lower(), fraction or 0.0, None if fraction is None else 1.0)
            case events.Replaying(steps=steps, reasons=reasons):
                for reason in reasons:
                    self.progress.say(f"{reason}: the last bits may differ")
                self.progress.show("replaying", 0, steps)
            case events.Recomputing(steps, fraction):
                self.progress.show(
                    "replaying", fraction * steps, steps, f"step {round(fraction * steps):,} of {steps:,}"
                )
            case events.Replayed():
                self.replayed = event
                self._commands.put(Quit())
            case events.CommandRefused(message):
                self.refusal = message
                self._commands.put(Quit())
            case events.EngineError():
                self.error = event
                self._commands.put(Quit())


def replay_in_terminal(run: str, as_json: bool) -> int:
    """Repeat a run's record and say whether it is equal; give the exit code.

    Raises:
        InputError: there is no such run.
    """
    entry = find_run(run)
    entry.check_ours()
    folder = entry.folder
    from gan_desktop.training.engine.session import Session

    commands: CommandQueue = queue.SimpleQueue()
    commands.put(Replay(folder))
    listener = ReplayListener(commands)
    with stopping(lambda: commands.put(Quit()), force=lambda: leave(EXIT_OK)), listener.progress:
        Session(commands, listener.on_event, watched=False).run()
    return tell(folder, listener, as_json)


def tell(folder: Path, listener: ReplayListener, as_json: bool) -> int:
    """Say what came of a replay."""
    if listener.refusal:
        print_error(listener.refusal)
        return EXIT_INPUT
    if listener.error is not None:
        print_error(listener.error.message)
        return EXIT_ERROR
    replayed = listener.replayed
    if replayed is None:
        print_error("the replay was broken off")
        return EXIT_OK
    if as_json:
        print(json.dumps(plain(folder, replayed)))
    else:
        print(sentence(replayed))
    return EXIT_OK if replayed.parted is None else EXIT_PARTED


def plain(folder: Path, replayed: events.Replayed) -> dict[str, Any]:
    """What came of a replay, as JSON holds it."""
    return {
        "run": str(folder),
        "equal": replayed.parted is None,
        "steps": replayed.steps,
        "digests": replayed.digests,
        "compared_from": replayed.compared_from,
        "parted": replayed.parted,
        "weights_digest": replayed.weights_digest,
        "reasons": list(replayed.reasons),
    }


def sentence(replayed: events.Replayed) -> str:
    """What came of a replay, for people."""
    if replayed.parted is not None:
        return f"parted: step {replayed.parted:,} is the first that differs from the record"
    digests = "1 digest of the weights" if replayed.digests == 1 else f"{replayed.digests:,} digests of the weights"
    if replayed.compared_from >= replayed.steps > 0:
        return f"nothing was compared: the record has no figures of its {replayed.steps:,} steps; {digests}"
    steps = f"{replayed.steps:,} steps"
    if replayed.compared_from:
        steps = f"the steps {replayed.compared_from:,} to {replayed.steps - 1:,}, as far as the record goes back"
    return f"equal: every figure of {steps}, and {digests}"
