"""What a data set is once it is loaded, and how it is scaled to the generator's output range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, FloatArray, SampleKind
from gan_desktop.core.registry import Options

# Shown in the window beside the fakes: enough for a grid or a scatter.
SHOWN_REAL = 1000

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
    """A registered data set. Raises InputError where the data cannot be had."""

    def __call__(self, request: DataRequest) -> DataSet: ...


@dataclass(frozen=True)
class DataSet:
    """Real samples in data units.

    Attributes:
        title: one line for people; says so where it is not what was asked for.
        kind: images, shape (n, height, width, channels) with values in 0..1; or points, shape (n, 2).
        samples: float32.
        labels: shape (n,) int64, or None.
        centres: the modes of a mixture, shape (modes, 2), or None; `sigma` is each mode's standard deviation.
    """

    title: str
    kind: SampleKind
    samples: FloatArray
    labels: npt.NDArray[np.int64] | None = None
    centres: FloatArray | None = None
    sigma: float | None = None

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        return self.samples.shape[1:]

    @property
    def classes(self) -> int:
        """How many classes the labels tell apart; 0 where there are none."""
        return 0 if self.labels is None else int(self.labels.max()) + 1

    def summary(self) -> DataSummary:
        return DataSummary(
            title=self.title,
            kind=self.kind,
            sample_shape=self.sample_shape,
            count=len(self),
            real=self.samples[:SHOWN_REAL].copy(),
            centres=self.centres,
            sigma=self.sigma,
            classes=self.classes,
            real_labels=None if self.labels is None else self.labels[:SHOWN_REAL].copy(),
        )


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
        extent = float(np.abs(data.samples).max()) or 1.0
        return cls(0.9 * (high - low) / 2 / extent, (high + low) / 2)

    def to_network(self, samples: FloatArray) -> FloatArray:
        return (samples * np.float32(self.factor) + np.float32(self.offset)).astype(np.float32)

    def to_data(self, outputs: FloatArray) -> FloatArray:
        return ((outputs - np.float32(self.offset)) / np.float32(self.factor)).astype(np.float32)


def no_path(name: str, path: Path | None) -> None:
    """Refuse a path for data that are made here."""
    if path is not None:
        raise InputError(f"data.path = '{path}': the data set '{name}' is built in and takes no path", "data.path")
