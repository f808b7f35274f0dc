"""One trial of data augmentation: a conditional GAN is trained on a few real samples, and its samples are tried."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.diagnosis.augmentation import Accuracies, Labelled, Labels, measure
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.few import few_of_each, most_of_each
from gan_desktop.training.engine.memory import give_back
from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, Pace
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.measuring import in_parts


class Trial:
    """Trains on `per_class` real samples of each class that `seed` chooses, call by call.

    Attributes:
        real: the samples that the GAN is trained on.
        test: other real ones, which it does not get.
        steps: how many steps it is trained.
    """

    def __init__(self, config: RunConfig, data: DataSet, per_class: int, fakes: int, seed: int) -> None:
        """Build and compile.

        Args:
            config: says how long to train; `seed` takes the place of its own.
            data: the samples to choose from, as `check_data` wants them.
            fakes: how many samples are generated.

        Raises:
            InputError: the networks do not fit these data or this machine, or no sample is left to test on.
        """
        few = few_of_each(data, per_class, seed)
        self.real, self.test = _labelled(few.samples, few.labels), _labelled(few.held_out, few.held_out_labels)
        if not len(self.test.labels):
            raise InputError(f"--real = {per_class}: every other sample is a copy of one of these; give less", "--real")
        self._fakes = fakes
        # The trainer does not even get the samples of the test.
        given = replace(few, held_out=None, held_out_labels=None)
        self.trainer = Trainer(replace_keys(config, {"training.seed": seed}), given)
        self.trainer.compile()
        total = self.trainer.total_steps()
        assert total is not None
        self.steps = total
        self._pace = Pace(HEADLESS_SECONDS)

    @property
    def is_trained(self) -> bool:
        """Whether no step is left, or the GAN has diverged."""
        return self.trainer.diverged or self.trainer.step >= self.steps

    def advance(self) -> None:
        """Take as many steps as fit in a call of a quarter of a second."""
        started, steps = time.perf_counter(), min(self._pace.steps, self.steps - self.trainer.step)
        self.trainer.advance(steps)
        self._pace.took(steps, time.perf_counter() - started)

    def generated(self) -> Labelled:
        """Samples from the averaged generator if there is one; the same number of each class."""
        trainer = self.trainer
        labels = trainer.labels(self._fakes)
        assert labels is not None
        latents = trainer.latents(self._fakes, stream=Stream.METRIC_LATENTS)
        made = in_parts(partial(trainer.sample, averaged=trainer.averages), latents, labels.astype(np.int64))
        return Labelled(made, labels.astype(np.int64))

    def measure(self) -> Accuracies | None:
        """The accuracies on the held-out samples; None if the GAN has diverged."""
        generated = None if self.trainer.diverged else self.generated()
        if generated is None or not np.isfinite(generated.samples).all():
            return None
        return measure(self.trainer.data.kind, self.real, generated, self.test)

    def close(self) -> None:
        """Give back what it holds."""
        self.trainer.close()
        give_back()


def _labelled(samples: object, labels: Labels | None) -> Labelled:
    assert isinstance(samples, np.ndarray)
    assert labels is not None
    return Labelled(samples, labels)


def check_config(config: RunConfig) -> None:
    """Check that a GAN of this config can be asked for a class, and that its training ends.

    Raises:
        InputError: it cannot, or does not end.
    """
    if not config.data.conditional:
        message = "data.conditional = false: samples of no class cannot train a classifier; take a conditional preset, "
        raise InputError(f"{message}as cgan, or --set conditional=true", "data.conditional")
    if config.training.steps is None and config.training.epochs is None:
        raise InputError("training.steps is not given: allowed are at least 1, as in --steps 5000", "training.steps")


def check_data(config: RunConfig, data: DataSet, real: tuple[int, ...], fakes: int) -> None:
    """Check that the data have enough real samples of each class, and that enough samples are generated.

    Args:
        real: how many real samples of each class are trained on, in each trial.
        fakes: how many samples are generated in each trial.

    Raises:
        InputError: there are too few; the sentence says how many are needed or allowed.
    """
    assert data.labels is not None
    labels = np.unique(data.labels)
    if len(labels) < 2:
        raise InputError(f"data.name = '{config.data.name}': one class alone; at least 2 are needed to tell apart")
    if len(labels) < data.classes:
        message = f"data.name = '{config.data.name}': class {np.setdiff1d(range(data.classes), labels)[0]} of"
        raise InputError(f"{message} {data.classes} has no samples; every class must have some")
    most, rarest = most_of_each(data)
    name = data.class_names[rarest] if data.class_names else rarest
    fewest = int((data.labels == rarest).sum())
    for per_class in real:
        if per_class > most:
            message = (
                f"--real = {per_class}: must be a whole number from 1 to {most}: class {name} has {fewest} real samples"
            )
            raise InputError(f"{message}, and one has to be left to test on", "--real")
        count, batch = per_class * len(labels), config.training.batch_size
        if batch > count:
            message = (
                f"training.batch_size = {batch}: at most {count} with --real {per_class}, which are {count} samples"
            )
            raise InputError(f"{message}: as in --set batch_size={count}", "training.batch_size")
    if fakes < len(labels):
        raise InputError(f"--fakes = {fakes}: must be at least {len(labels)}, one of each class", "--fakes")
