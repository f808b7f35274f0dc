"""Pictures kept while a run goes on, so that the timeline can look back: few enough to fit in memory, evenly spread."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import MADE, Picture, Samples
from gan_desktop.core.past import SavedSamples
from gan_desktop.recording.arrays_in_bytes import pack, unpack

MOST_SNAPSHOTS = 200
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Snapshot:
    """Samples at a step, with all else that `Samples` has: images as uint8, points as float32."""

    step: int
    values: npt.NDArray[Any]
    averaged: npt.NDArray[Any] | None
    labels: npt.NDArray[np.int32] | None
    pictures: tuple[Picture, ...] = ()

    @classmethod
    def of(cls, samples: Samples) -> Snapshot:
        """The samples, packed."""
        averaged = None if samples.averaged is None else pack(samples.averaged)
        values = pack(samples.values)
        pictures = (
            replace(picture, values=values if picture.name == MADE else pack(picture.values))
            for picture in samples.pictures
        )
        return cls(samples.step, values, averaged, samples.labels, tuple(pictures))

    def samples(self) -> Samples:
        """The samples in data units again."""
        averaged = None if self.averaged is None else unpack(self.averaged)
        pictures = tuple(replace(picture, values=unpack(picture.values)) for picture in self.pictures)
        return Samples(self.step, unpack(self.values), averaged, self.labels, pictures=pictures)

    @property
    def nbytes(self) -> int:
        """The memory that its samples take."""
        beside = sum(picture.values.nbytes for picture in self.pictures if picture.name != MADE)
        return self.values.nbytes + beside + (0 if self.averaged is None else self.averaged.nbytes)


@dataclass(frozen=True)
class KeptSnapshot:
    """Samples at a step that are in the run's folder, and are read when they are looked at."""

    saved: SavedSamples

    @property
    def step(self) -> int:
        return self.saved.step

    def samples(self) -> Samples:
        """Read them.

        Raises:
            InputError: they cannot be read any more.
        """
        return self.saved.load()

    @property
    def nbytes(self) -> int:
        """The memory that its samples take."""
        return 0


class SnapshotStore:
    """The run's snapshots in order of their steps.

    Every `stride`-th set of samples is kept. When there are too many, the stride doubles and every second snapshot
    goes, so that what remains covers the whole run evenly.
    """

    def __init__(self, most: int = MOST_SNAPSHOTS, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self.clear()

    def clear(self) -> None:
        self._kept: list[Snapshot | KeptSnapshot] = []
        # The samples that were asked for last: whoever steps through a run asks for the same ones again and again.
        self._near: Samples | None = None
        self._stride = 1
        self._offered = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Snapshot | KeptSnapshot:
        return self._kept[index]

    def load(self, saved: Sequence[SavedSamples]) -> None:
        """Offer what a kept run has. Its samples stay in the folder until they are looked at."""
        self._stride = max(1, -(-len(saved) // self._most))
        # The newest is among them, whatever the stride.
        self._kept = [KeptSnapshot(each) for each in reversed(saved[:: -self._stride])]

    def add(self, samples: Samples) -> None:
        """Offer samples; whether they are kept depends on the stride."""
        taken = self._offered % self._stride == 0
        self._offered += 1
        if not taken or (self._kept and samples.step <= self._kept[-1].step):
            return
        self._kept.append(Snapshot.of(samples))
        while len(self._kept) > 2 and self._is_full():
            self._kept = self._kept[::2]
            self._stride *= 2

    def _is_full(self) -> bool:
        return len(self._kept) > self._most or self._bytes() > self._most_bytes

    def _bytes(self) -> int:
        in_memory = sum(isinstance(snapshot, Snapshot) for snapshot in self._kept)
        return in_memory * self._kept[-1].nbytes

    def steps(self) -> list[int]:
        """Their steps."""
        return [snapshot.step for snapshot in self._kept]

    def nearest(self, step: int) -> int:
        """The index of the snapshot nearest to a step."""
        steps = self.steps()
        right = bisect_left(steps, step)
        if right == 0:
            return 0
        if right == len(steps):
            return len(steps) - 1
        return right if steps[right] - step < step - steps[right - 1] else right - 1

    def samples_near(self, step: int) -> Samples | None:
        """The samples nearest to a step, the same object as long as they are the nearest; None if none are kept."""
        if not self._kept:
            return None
        found = self._kept[self.nearest(step)]
        if self._near is None or self._near.step != found.step:
            self._near = found.samples()
        return self._near
