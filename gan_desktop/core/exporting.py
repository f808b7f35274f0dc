"""What an export is asked for, and what every format declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Format:
    """What a format declares when it registers (`core.registry.exports`).

    Attributes:
        order: its place in lists, low first.
        suffix: what follows the run's name: `.csv`, `-metrics.csv`.
        is_folder: whether it writes a folder.
        packages: the packages that it needs beyond the program's own, as they are imported.
        of_one_step: whether it shows one step, which can be chosen.
        of_generator: whether it is the generator, as it was after one step, with averaged weights or not.
    """

    order: int
    suffix: str
    packages: tuple[str, ...] = ()
    of_one_step: bool = False
    is_folder: bool = False
    of_generator: bool = False

    @property
    def has_step(self) -> bool:
        """Whether a step can be chosen."""
        return self.of_one_step or self.of_generator


def nobody(share: float) -> None:
    """Tell nobody how far an export has come."""


@dataclass(frozen=True)
class Order:
    """One export.

    Attributes:
        run: the run folder.
        out: the file or folder to write. It is not there yet, and gets its own name when all of it is written.
        step: the step to show, for formats of one step; None for the last.
        progress: gets the share that is done, from 0 to 1.
        averaged: whether the generator's averaged weights are meant; None if there are some.
    """

    run: Path
    out: Path
    step: int | None = None
    progress: Callable[[float], None] = nobody
    averaged: bool | None = None


class Exporter(Protocol):
    """Writes what it is asked for.

    Raises:
        InputError: the run has nothing of that kind, or it cannot be read.
        OSError: the file cannot be written.
    """

    def __call__(self, order: Order, /) -> None: ...
