"""Whether images have specks or noise that real ones do not have, which no principal component shows."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.reference import Labels, Reference

# Pixels on each side of the square whose median is taken; smaller images have none.
SQUARE = 3
# How many pixels are looked at: 255 images of 28 x 28. Each image has much to say, so few are enough.
MOST_PIXELS = 200_000
FEWEST = 20


def speck_energy(images: FloatArray) -> float:
    """The mean squared difference of a pixel and the median of the 3 x 3 pixels around it; NaN if no image is finite.

    A median filter takes single pixels away and leaves edges and strokes where they are (Huang et al. 1979).

    Args:
        images: shape (n, height, width, channels), values in 0..1.
    """
    finite = images[np.isfinite(images).all(axis=(1, 2, 3))]
    if not len(finite):
        return float("nan")
    return float(np.mean((finite - median_filtered(finite)).astype(np.float64) ** 2))


def median_filtered(images: FloatArray) -> FloatArray:
    """The median of the 3 x 3 pixels around each pixel of finite images, shape (n, height, width, channels).

    The edges are repeated outside. Columns of three are sorted once for all squares that they are in. The median of
    nine is then the median of three numbers: the greatest of the columns' least values, the middle one of their middle
    values, and the least of their greatest values (Paeth 1990).
    """
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    least, middle, greatest = _sorted_three(padded[:, :-2], padded[:, 1:-1], padded[:, 2:])
    low = np.maximum(np.maximum(least[:, :, :-2], least[:, :, 1:-1]), least[:, :, 2:])
    high = np.minimum(np.minimum(greatest[:, :, :-2], greatest[:, :, 1:-1]), greatest[:, :, 2:])
    between = _sorted_three(middle[:, :, :-2], middle[:, :, 1:-1], middle[:, :, 2:])[1]
    return _sorted_three(low, between, high)[1]


def _sorted_three(a: FloatArray, b: FloatArray, c: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The least, the middle and the greatest of three numbers, element by element."""
    less, more = np.minimum(a, b), np.maximum(a, b)
    rest = np.minimum(more, c)
    return np.minimum(less, rest), np.maximum(less, rest), np.maximum(more, c)


@metrics.register("specks", title="Specks and noise")
class Specks(Metric):
    """How much single pixels stand out from the median of the 3 x 3 pixels around them (Huang et al. 1979), over how
    much they do in real images: about 1 when healthy, several times that in images with specks or noise, less in smooth
    ones. Metrics that compare principal components do not see it.
    """

    higher_is_better: ClassVar[bool] = False
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    undefined: ClassVar[str] = "no fake is finite, or no real image has any detail"
    order: ClassVar[int] = 65

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        number = self._looked_at(reference)
        real: float = reference.remembered(
            "specks", reference.samples, lambda: speck_energy(reference.samples[:number])
        )
        return speck_energy(fakes[:number]) / real if real > 0 else float("nan")

    def unknown(self, reference: Reference, count: int) -> str:
        if reference.kind == "points":
            return "it is defined for images alone"
        if min(count, len(reference.samples), len(reference.held_out)) < FEWEST:
            return f"fewer than {FEWEST} images can be compared"
        if min(reference.samples.shape[1:3]) < SQUARE:
            return "the images are too small"
        return ""

    @staticmethod
    def _looked_at(reference: Reference) -> int:
        return max(FEWEST, MOST_PIXELS // prod(reference.samples.shape[1:]))
