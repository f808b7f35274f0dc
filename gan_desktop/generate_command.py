"""The `generate` command: samples of a kept run, as many as one likes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from gan_desktop.core.errors import InputError
from gan_desktop.process import BrokenOffError, breakable
from gan_desktop.recording.exporting import check_place, whole_place
from gan_desktop.recording.generated import is_folder, writer
from gan_desktop.recording.library import find_run
from gan_desktop.terminal import EXIT_ERROR, EXIT_OK, print_error

# The share of the bar for the steps that have to be computed again.
ON_THE_WAY = 0.3


@dataclass(frozen=True)
class Wish:
    """What is to be generated; see `training.generating.Generating`."""

    count: int
    out: Path
    step: int | None = None
    label: int | None = None
    seed: int = 0
    averaged: bool | None = None
    replace: bool = False


def generate_in_terminal(run: str, wish: Wish) -> int:
    """Write the samples, with a progress bar on stderr, and print where they are.

    Raises:
        InputError: one sentence; nothing is written.
    """
    check_place(wish.out, is_folder(wish.out), wish.replace)
    entry = find_run(run)
    entry.check_readable()
    entry.check_ours()
    console = Console(stderr=True, highlight=False)
    with breakable() as asked, Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("loading TensorFlow", total=1.0)

        def report(share: float) -> None:
            if asked.is_set():
                raise BrokenOffError
            bar.update(task, completed=share)

        try:
            made = _generate(entry.folder, wish, report)
        except BrokenOffError:
            print_error("broken off; nothing was written")
            return EXIT_ERROR
        except OSError as error:
            raise InputError(f"{wish.out} cannot be written: {error.strerror or error}") from None
    with suppress(OSError):
        sys.stderr.write(f"{wish.count:,} samples of the {made}\n")
    print(wish.out)
    return EXIT_OK


def _generate(run: Path, wish: Wish, report: Callable[[float], None]) -> str:
    """Write the samples; returns what made them, and how quickly."""
    from gan_desktop.training.generating import Generating, trainer_at

    trainer = trainer_at(run, wish.step, lambda share: report(ON_THE_WAY * share))
    try:
        generating = Generating(trainer, wish.label, wish.seed, wish.averaged)
        began, shape = time.perf_counter(), generating.sample_shape
        with whole_place(wish.out) as place, writer(place, wish.count, shape, generating.has_classes) as file:
            for portion in generating.portions(wish.count):
                file.add(portion.first, portion.values, portion.labels)
                done = (portion.first + len(portion.values)) / wish.count
                report(ON_THE_WAY + (1 - ON_THE_WAY) * done)
        rate = wish.count / max(time.perf_counter() - began, 1e-9)
    finally:
        trainer.close()
    which = "averaged generator" if generating.averaged else "generator"
    return f"{which} at step {trainer.step:,}, {rate:,.0f} a second"
