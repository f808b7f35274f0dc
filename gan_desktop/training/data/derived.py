"""Pairs from one data set: each sample, and what a degradation leaves of it as its source."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.image_size import size_of
from gan_desktop.core.registry import degradations
from gan_desktop.training.data.byte_images import ByteImages
from gan_desktop.training.data.dataset import CHUNK, DataSet, Indices, LazySamples, Report, silent
from gan_desktop.training.data.degradations import Degradation, refusal
from gan_desktop.training.data.images import resize_images
from gan_desktop.training.data.streaming import LARGEST_BLOCK, blocks, stored


def with_source(data: DataSet, name: str, report: Report = silent) -> DataSet:
    """Add a source to the data: each sample as the degradation `name` leaves it, held-out ones too.

    Samples in memory get a source in memory if there is room for it. Lazy ones get a lazy source, which reads the
    samples and degrades them; its bits are the same.

    Args:
        data: images of one domain.
        name: a registered degradation.
        report: may raise to cancel.

    Raises:
        InputError: the data are points or have a source already, such images cannot be degraded like this, or there is
            no degradation of that name.
    """
    entry = degradations[name]
    if data.kind != "images":
        raise refusal(name, "the data set is of points, and images are needed")
    if data.source is not None:
        raise refusal(name, "the data set has two domains, and one domain of images is needed")
    degraded: FloatArray | LazySamples = DegradedSamples(data.samples, entry.value)
    if isinstance(data.samples, np.ndarray | ByteImages):
        degraded = stored(degraded, "auto", "Degrading images", report)
    held_out = None
    if data.held_out is not None:
        held_out = DegradedSamples(data.held_out, entry.value).take(np.arange(len(data.held_out)))
    source = DataSet(
        f"{data.title}; {entry.title.lower()}",
        "images",
        degraded,
        data.labels,
        class_names=data.class_names,
        held_out=held_out,
        held_out_labels=data.held_out_labels,
    )
    return replace(data, source=source, paired=True)


class DegradedSamples:
    """Lazy samples that take others and degrade them."""

    def __init__(self, samples: FloatArray | LazySamples, degrade: Degradation) -> None:
        """`degrade` gives the same bits for an image whichever images are beside it.

        Raises:
            InputError: images of that shape cannot be degraded like this.
        """
        self._samples = samples
        self._degrade = degrade
        # Large images are degraded a few at a time.
        self._block = max(1, min(CHUNK, LARGEST_BLOCK // (4 * prod(samples.shape[1:]))))
        one = degrade(np.zeros((1, *samples.shape[1:]), np.float32))
        self.shape: tuple[int, ...] = (len(samples), *one.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        indices = np.asarray(indices, np.int64)
        degraded = np.empty((len(indices), *self.shape[1:]), np.float32)
        for block in blocks(len(indices), self._block):
            degraded[block] = self._degrade(self._rows(indices[block]))
        return degraded

    def _rows(self, indices: Indices) -> FloatArray:
        return self._samples[indices] if isinstance(self._samples, np.ndarray) else self._samples.take(indices)


def bicubic(low: FloatArray, height: int, width: int) -> FloatArray:
    """Small images enlarged by bicubic interpolation, which super-resolution has to beat.

    Args:
        low: shape (n, h, w, channels) in 0..1, of the same proportions.
        height, width: of the result, shape (n, height, width, channels) in 0..1.
    """
    return resize_images(low, size_of(height, width))
