"""What a person asks for who wants samples of a kept run, as many as one likes, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# How many samples may be asked for at once.
MOST_SAMPLES = 100_000_000


@dataclass(frozen=True)
class Wish:
    """What is to be generated, and where to.

    Attributes:
        count: how many samples.
        out: the file, or a folder for pictures; its ending says which, see `recording.generated`.
        step: the generator after so many steps; None for the run's last.
        label: the class of all of them; None for all classes in turn.
        seed: what the latents are drawn with.
        averaged: whether the averaged generator makes them; None if there is one.
        replace: whether a file may be replaced.
    """

    count: int
    out: Path
    step: int | None = None
    label: int | None = None
    seed: int = 0
    averaged: bool | None = None
    replace: bool = False


@dataclass(frozen=True)
class Generated:
    """What was generated: by which generator, and how many samples a second."""

    step: int
    averaged: bool
    rate: float


# Writes samples of the run in a folder; tells the share that is done, and what is raised there breaks it off.
Generate = Callable[[Path, Wish, Callable[[float], None]], Generated]
