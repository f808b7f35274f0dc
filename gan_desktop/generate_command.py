"""The `generate` command: samples of a kept run, as many as one likes."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from gan_desktop.core.errors import InputError
from gan_desktop.recording.exporting import check_place, whole_place
from gan_desktop.recording.generated import is_folder, writer
from gan_desktop.recording.library import find_run
from gan_desktop.terminal import EXIT_OK

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
    console = Console(stderr=True, highlight=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("loading TensorFlow", total=1.0)
        from gan_desktop.training.generating import Generating, trainer_at

        bar.update(task, description=f"to step {wish.step}" if wish.step is not None else "loading the generator")
        trainer = trainer_at(entry.folder, wish.step, lambda share: bar.update(task, completed=ON_THE_WAY * share))
        step = trainer.step
        try:
            generating = Generating(trainer, wish.label, wish.seed, wish.averaged)
            began = time.perf_counter()
            bar.update(task, description="generating")
            shape = generating.sample_shape
            with (
                whole_place(wish.out) as place,
                writer(place, wish.count, shape, generating.has_classes) as file,
            ):
                for portion in generating.portions(wish.count):
                    file.add(portion.first, portion.values, portion.labels)
                    done = (portion.first + len(portion.values)) / wish.count
                    bar.update(task, completed=ON_THE_WAY + (1 - ON_THE_WAY) * done)
        except OSError as error:
            raise InputError(f"{wish.out} cannot be written: {error.strerror or error}") from None
        finally:
            trainer.close()
    seconds = time.perf_counter() - began
    which = "averaged generator" if generating.averaged else "generator"
    with suppress(OSError):
        sys.stderr.write(
            f"{wish.count:,} samples of the {which} at step {step:,}, {wish.count / max(seconds, 1e-9):,.0f} a second\n"
        )
    print(wish.out)
    return EXIT_OK
