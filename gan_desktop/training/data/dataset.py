"""What a data set is once it is loaded, and how it is scaled to the generator's output range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, FloatArray, SampleKind
from gan_desktop.core.registry import Options
from gan_desktop.training.random_streams import Stream

# Shown in the window beside the fakes: enough for a grid or a scatter.
SHOWN_REAL = 1000
# How many samples are looked at in one go if all have to be: a lazy set is never in memory as a whole.
CHUNK = 4096

# The domains of a game: the one that is imitated, and the one that a translating game makes it from.
REAL, SOURCE = "real", "source"

Indices = npt.NDArray[np.integer]

Report = Callable[[str, float | None], None]


def silent(message: str, fraction: float | None) -> None:
    """A `Report` that tells nobody."""


@dataclass(frozen=True)
class DataRequest:
    """What a loader is asked for.

    Attributes:
        options: the validated options that the data set registered.
        path: `data.path`, where given.
        seed: for data that are drawn.
        report: called with a message and a fraction (or None) while something slow goes on.
    """

    options: Options
    path: Path | None = None
    seed: int = 0
    report: Report = silent


class Loader(Protocol):
    """A registered data set. Raises InputError if the data cannot be loaded."""

    def __call__(self, request: DataRequest) -> DataSet: ...


class LazySamples(Protocol):
    """Samples read when they are asked for, because memory would not hold all of them as floats.

    `take` gives, bit for bit and at every call, what the same data set has in those rows when it is in memory. Several
    threads may call it at once. It reads with a pool of threads, so a few hundred indices in one call cost less than
    one by one.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def take(self, indices: Indices) -> FloatArray:
        """Shape (len(indices), *shape[1:]), float32.

        Raises:
            InputError: a file has gone or changed since the data set was loaded.
            IndexError: there is no such sample.
        """
        ...


@dataclass(frozen=True)
class DataSet:
    """Real samples in data units.

    Attributes:
        title: one line for people; it says so if the data are not what was asked for.
        kind: images, shape (n, height, width, channels) with values in 0..1; or points, shape (n, 2), or (n, 1) where
            they are numbers.
        samples: float32, an array or, if memory would not hold one, lazy; `take` works for both.
        labels: shape (n,) int64, from 0, or None.
        centres: the modes of a mixture, shape (modes, 2), or None; `sigma` is each mode's standard deviation.
        class_names: a name for each label, or None.
        channel_classes: the number of classes of a channel, if each channel is an image of its own and the label has
            the channels' classes as digits in that base (10 for stacked digits); else 0.
        notes: what people should know, such as files that could not be read; a sentence each.
        weights: the share of each mode of a mixture, if they are not equal; shape (modes,).
        held_out: real samples of the same kind that are not trained on, if there are any. Fakes are compared with them,
            so that a training set of a few samples is not taken for all there is. `held_out_labels` are their labels,
            if `samples` have labels.
        unreadable: how many files could not be read and were left out.
        source: the samples of another domain, from which a translating game makes these, if there is one.
        paired: whether each sample belongs to the sample of `source` at its place, held-out ones too.
    """

    title: str
    kind: SampleKind
    samples: FloatArray | LazySamples
    labels: npt.NDArray[np.int64] | None = None
    centres: FloatArray | None = None
    sigma: float | None = None
    class_names: tuple[str, ...] | None = None
    channel_classes: int = 0
    notes: tuple[str, ...] = ()
    weights: npt.NDArray[np.float64] | None = None
    held_out: FloatArray | None = None
    held_out_labels: npt.NDArray[np.int64] | None = None
    unreadable: int = 0
    source: DataSet | None = None
    paired: bool = False

    def __len__(self) -> int:
        return len(self.samples)

    def domain(self, name: str) -> DataSet:
        """The samples of a domain of the game: these, or the ones of `source`."""
        return self.source if name == SOURCE and self.source is not None else self

    @property
    def sample_shape(self) -> tuple[int, ...]:
        return self.samples.shape[1:]

    @property
    def classes(self) -> int:
        """The largest label + 1, or 0 where there are no labels."""
        return 0 if self.labels is None else int(self.labels.max()) + 1

    def take(self, indices: Indices) -> FloatArray:
        """A copy of the samples with these indices, as `LazySamples.take`."""
        if isinstance(self.samples, np.ndarray):
            return self.samples[indices]
        return self.samples.take(indices)

    @property
    def is_constant(self) -> bool:
        """Whether there are several samples and all are equal. Usually the first few show that they are not."""
        first = self.take(np.arange(1))
        starts = [0, 2, *range(64, len(self), CHUNK)]
        pieces = (np.arange(start, min(stop, len(self))) for start, stop in pairwise([*starts, len(self)]))
        return len(self) > 1 and all((self.take(piece) == first).all() for piece in pieces)

    def summary(self) -> DataSummary:
        shown = self._any()
        return DataSummary(
            title=self.title,
            kind=self.kind,
            sample_shape=self.sample_shape,
            count=len(self),
            real=self.take(shown),
            centres=self.centres,
            sigma=self.sigma,
            weights=self.weights,
            notes=self.notes,
            unreadable=self.unreadable,
            classes=self.classes,
            class_names=self.class_names,
            real_labels=None if self.labels is None else self.labels[shown],
            source=None if self.source is None else self.source.take(shown if self.paired else self.source._any()),
        )

    def _any(self) -> Indices:
        """The indices of samples to show: any samples, but always the same. The first ones would be of one class."""
        return np.random.Generator(np.random.Philox(0)).permutation(len(self))[:SHOWN_REAL]


def constant_note(data: DataSet) -> str:
    """The sentence about samples that are all equal."""
    return f"All {len(data):,} samples are equal: there is nothing to learn but this one."


@dataclass(frozen=True)
class Scaling:
    """The affine map between data units and the generator's output range: `network = data * factor + offset`."""

    factor: float
    offset: float

    @classmethod
    def fit(cls, data: DataSet, output_activation: str) -> Scaling:
        """Images fill the range of the activation (-1..1 for linear); points fill 90 % of a bounded one.

        A linear generator makes points in data units.
        """
        low, high = (0.0, 1.0) if output_activation == "sigmoid" else (-1.0, 1.0)
        if data.kind == "images":
            return cls(high - low, low)
        if output_activation == "linear":
            return cls(1.0, 0.0)
        blocks = (np.arange(start, min(start + CHUNK, len(data))) for start in range(0, len(data), CHUNK))
        extent = max(float(np.abs(data.take(block)).max()) for block in blocks) or 1.0
        return cls(0.9 * (high - low) / 2 / extent, (high + low) / 2)

    def to_network(self, samples: FloatArray) -> FloatArray:
        scaled = np.multiply(samples, np.float32(self.factor), dtype=np.float32)
        scaled += np.float32(self.offset)
        return scaled

    def to_data(self, outputs: FloatArray) -> FloatArray:
        return ((outputs - np.float32(self.offset)) / np.float32(self.factor)).astype(np.float32)

    def to_samples(self, outputs: FloatArray, kind: SampleKind) -> FloatArray:
        """What a generator made, in data units; images within 0..1."""
        samples = self.to_data(outputs)
        return np.clip(samples, 0, 1) if kind == "images" else samples


def random_numbers(seed: int) -> np.random.Generator:
    """The random numbers of a data set that is drawn."""
    return np.random.Generator(np.random.Philox(key=[seed, Stream.DATA_SET]))


def no_path(name: str, path: Path | None) -> None:
    """Refuse a path for data that are made here."""
    if path is not None:
        raise InputError(f"data.path = '{path}': the data set '{name}' is built in and takes no path", "data.path")


def needed_path(name: str, holds: str, path: Path | None) -> Path:
    """The path of a data set that is read from one; `holds` says what is expected there."""
    if path is None:
        raise InputError(f"data.path is not given: the data set '{name}' is read from {holds}", "data.path")
    return path
