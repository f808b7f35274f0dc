"""A kept run as the window shows it: read from its folder, in a thread, without its networks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Progress, RunStarted, Samples
from gan_desktop.core.past import Past, drawn_batches
from gan_desktop.core.status import Status
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.recording.writer_lock import writer_of


@dataclass(frozen=True)
class Opened:
    """What was read of a run.

    Attributes:
        started: the run with the whole past.
        status: how it ended; what another process writes now counts as interrupted.
        name: what lists call it.
        samples: the newest that were kept; None if there are none that can be read.
        writer: who writes it now, as a sentence names them, empty if that is not known; None if nobody does.
    """

    started: RunStarted
    status: Status
    name: str
    samples: Samples | None = None
    writer: str | None = None


def read_opened(folder: Path) -> Opened:
    """Read a run folder. Takes no lock, and changes nothing.

    Raises:
        InputError: it cannot be read as a run.
    """
    entry = read_entry(folder)
    kept = read_kept_run(folder)
    past = kept.started.past
    samples = None
    if past is not None and past.samples:
        with suppress(InputError):  # the figures can be seen without them
            samples = past.samples[-1].load()
    is_written = not kept.status.is_final
    status = Status.INTERRUPTED if is_written else kept.status
    return Opened(kept.started, status, entry.name, samples, writer_of(folder) if is_written else None)


def last_progress(run: RunStarted, past: Past) -> Progress:
    """How far a run had come. Its speed and its memory are of another process."""
    _, batches = drawn_batches(past, run.config.training.d_steps)
    epoch = float(batches[-1]) * run.config.training.batch_size / max(1, run.data.count)
    return Progress(past.step, run.total_steps, epoch, past.seconds, 0.0, None, 0)
