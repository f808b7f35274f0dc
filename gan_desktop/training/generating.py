"""Samples of a kept run, as many as one likes: the generator as it was at any step, in portions of one size."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.commands import Continue
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.generating import Generated, Wish
from gan_desktop.recording.exporting import check_place, whole_place
from gan_desktop.recording.generated import is_folder, writer
from gan_desktop.training.assembly import latent_source
from gan_desktop.training.backend import tf
from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, Pace
from gan_desktop.training.engine.recomputing import make_due, repeat
from gan_desktop.training.engine.taking_up import take_up
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer

# Samples that are made in one call. A sample does not depend on how many are asked for.
PORTION = 1000
# The share of the work for the steps that have to be computed again.
ON_THE_WAY = 0.3

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Portion:
    """Some of the samples.

    Attributes:
        first: the number of the first.
        values: in data units, shape (n, *sample_shape): images in 0..1.
        labels: the class of each, shape (n,); None without classes.
    """

    first: int
    values: FloatArray
    labels: Labels | None


def trainer_at(folder: Path, step: int | None, report: Callable[[float], None] = lambda share: None) -> Trainer:
    """The networks of a kept run as they were after `step` steps, or at its end.

    Args:
        report: gets the share of the steps that are computed again.

    Raises:
        InputError: the folder holds no run, it has no such step, or its data cannot be loaded.
    """
    taken = take_up(Continue(folder, step, branch=True))
    trainer = Trainer(taken.config)
    if taken.checkpoint is not None:
        trainer.restore(taken.checkpoint.arrays, taken.checkpoint.step, list(taken.checkpoint.interventions))
    pace, waiting, start = Pace(HEADLESS_SECONDS), list(taken.repeated), trainer.step
    while trainer.step < taken.step:
        repeat(trainer, pace, waiting, (taken.step,))
        if trainer.diverged:
            raise InputError(f"step {taken.step}: the run was no longer finite by then; give an earlier step")
        report((trainer.step - start) / (taken.step - start))
    make_due(trainer, waiting)
    return trainer


def uses_average(trainer: Trainer, averaged: bool | None) -> bool:
    """Whether the averaged generator is meant: as asked, or if there is one.

    Raises:
        InputError: it is asked for, and there is none.
    """
    if averaged and not trainer.averages:
        raise InputError("--averaged: this run has no averaged generator (ema_decay is 0)", "--averaged")
    return trainer.averages if averaged is None else averaged


class Generating:
    """Makes samples of a trainer's generator.

    Args:
        label: the class of all of them; None for all classes in turn.
        seed: what the latents are drawn with; the run's own draws are others.
        averaged: whether the averaged generator makes them; None if there is one.

    Raises:
        InputError: the game makes samples from other samples, there is no such class, or no averaged generator.
    """

    def __init__(self, trainer: Trainer, label: int | None, seed: int, averaged: bool | None) -> None:
        if trainer.game.translates:
            raise InputError("this run's game makes samples from samples of its source, and not from latents")
        if label is not None and not 0 <= label < trainer.classes:
            allowed = f"0 to {trainer.classes - 1}" if trainer.classes else "none, as the run is not conditional"
            raise InputError(f"--class {label}: allowed: {allowed}", "--class")
        self.averaged = uses_average(trainer, averaged)
        self._trainer, self._label = trainer, label
        self._draw: Any = latent_source(trainer.config, PORTION, seed)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        return tuple(self._trainer.data.sample_shape)

    @property
    def has_classes(self) -> bool:
        return self._trainer.classes > 0

    def portions(self, count: int) -> Iterator[Portion]:
        """So many samples, at most PORTION of them at a time."""
        for first in range(0, count, PORTION):
            with tf.device(self._trainer.device.name):
                latents = self._draw(Stream.GENERATED, tf.constant(first // PORTION, tf.int64)).numpy()
            labels = self._labels(first)
            # A whole portion is made, whatever is asked for: the last bits depend on how many are made together.
            values = self._trainer.sample(latents, labels, averaged=self.averaged)
            size = min(PORTION, count - first)
            yield Portion(first, values[:size], None if labels is None else labels[:size])

    def _labels(self, first: int) -> Labels | None:
        if not self.has_classes:
            return None
        if self._label is not None:
            return np.full(PORTION, self._label, np.int32)
        return ((first + np.arange(PORTION)) % self._trainer.classes).astype(np.int32)


def generate(run: Path, wish: Wish, report: Callable[[float], None]) -> Generated:
    """Write samples of the run in a folder.

    Args:
        report: gets the share that is done. What it raises breaks the work off, and nothing is written.

    Raises:
        InputError: one sentence; nothing is written.
    """
    check_place(wish.out, is_folder(wish.out), wish.replace)
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
    except OSError as error:
        raise InputError(f"{wish.out} cannot be written: {error.strerror or error}") from None
    finally:
        trainer.close()
    return Generated(trainer.step, generating.averaged, rate)
