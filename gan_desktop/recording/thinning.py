"""Which checkpoints of a run go when there is no room for all: those that the others stand in for best."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class KeptCheckpoint:
    """A checkpoint as thinning sees it: `seconds` of training lay before it, and it takes `size` bytes."""

    step: int
    path: Path
    seconds: float
    size: int


def checkpoints_in(folder: Path, seconds_per_step: float = 0.0) -> list[KeptCheckpoint]:
    """The checkpoints whose files are in a folder, in the order of their steps; none if it cannot be read."""
    kept = []
    with suppress(OSError):
        for path in folder.glob("step_*.npz"):
            digits = path.stem.removeprefix("step_")
            if digits.isascii() and digits.isdigit():
                kept.append(KeptCheckpoint(int(digits), path, int(digits) * seconds_per_step, path.stat().st_size))
    return sorted(kept, key=lambda checkpoint: checkpoint.step)


def surplus(kept: Sequence[KeptCheckpoint], room: int, needed: Collection[int] = ()) -> list[KeptCheckpoint]:
    """The checkpoints to remove, so that the others take at most `room` bytes.

    Whoever goes back to a step computes again what lies between it and the checkpoint before. So the one goes whose
    neighbours are nearest to each other, in seconds of training, and what is left covers the run evenly.

    Args:
        kept: all checkpoints, in the order of their steps.
        room: how many bytes they may take. The newest stays even if it does not fit.
        needed: steps at which somebody will want to go on: bookmarks, and steps where branches begin. The newest
            checkpoint at or before each of them stays.
    """
    stay = {kept[-1].step} if kept else set()
    for step in needed:
        before = [checkpoint.step for checkpoint in kept if checkpoint.step <= step]
        stay |= {max(before)} if before else set()
    left, gone = list(kept), []
    taken = sum(checkpoint.size for checkpoint in left)
    while taken > room and (place := _least_missed(left, stay)) is not None:
        gone.append(left.pop(place))
        taken -= gone[-1].size
    return gone


def _least_missed(left: Sequence[KeptCheckpoint], stay: Collection[int]) -> int | None:
    """The place of the one that may go and whose neighbours are nearest to each other; the start of the run is one."""
    times = [0.0, *(checkpoint.seconds for checkpoint in left)]
    gaps = {
        place: times[place + 2] - times[place]
        for place, checkpoint in enumerate(left[:-1])
        if checkpoint.step not in stay
    }
    return min(gaps, key=lambda place: gaps[place]) if gaps else None
