"""What a person's code gives as samples, losses and metrics: brought into the form in which runs keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_desktop.core.errors import InputError, shown
from gan_desktop.core.events import DataSummary, FloatArray, SampleKind

# The first of the samples are kept, as many as the window shows.
SHOWN = {"images": 64, "points": 1000}


@dataclass(frozen=True)
class Gallery:
    """Makes the samples that are kept, and says what the data are.

    Args:
        make: gives samples; None if there are none.
        image_range: the values of black and white; needed for images.
        data: real samples.
    """

    make: Callable[[], Any] | None
    image_range: tuple[float, float] | None = None
    data: Any = None

    def samples(self) -> FloatArray | None:
        """Samples of now: images in 0..1, or points.

        Raises:
            InputError: they are neither.
        """
        return None if self.make is None else self._shown(self.make(), "sample()")

    def summary(self, samples: FloatArray | None, count: int) -> DataSummary:
        """What is known of the data: some real samples if they were given, else their shape.

        Raises:
            InputError: `data` are no samples, or of another shape than the generator's.
        """
        real = None if self.data is None else self._shown(self.data, "data")
        if real is not None and samples is not None and real.shape[1:] != samples.shape[1:]:
            raise InputError(f"data has samples of shape {real.shape[1:]}, and sample() of {samples.shape[1:]}")
        known = samples if real is None else real
        shape = (1, 1, 1) if known is None else known.shape[1:]
        shown_real = np.empty((0, *shape), np.float32) if real is None else real
        return DataSummary("own data", _kind(shape), shape, count, shown_real)

    def _shown(self, values: Any, what: str) -> FloatArray:
        array = np.asarray(values)
        if array.ndim == 3:
            array = array[..., None]
        is_image = array.ndim == 4 and array.shape[3] in (1, 3)
        if not len(array.shape) or not array.size or not (is_image or (array.ndim == 2 and array.shape[1] <= 2)):
            raise InputError(
                f"{what} is of shape {array.shape}: images are (n, height, width) or (n, height, width, 1 or 3), "
                "points (n, 1) or (n, 2); reshape them"
            )
        array = array[: SHOWN[_kind(array.shape[1:])]].astype(np.float32)
        return self._in_unit_range(array, what) if is_image else array

    def _in_unit_range(self, images: FloatArray, what: str) -> FloatArray:
        if self.image_range is None:
            raise InputError(
                f"{what} gives images: image_range says which values are black and white, such as (-1, 1) after tanh, "
                "(0, 1) after a sigmoid"
            )
        low, high = self.image_range
        return np.clip((images - low) / (high - low), 0.0, 1.0)


def _kind(shape: tuple[int, ...]) -> SampleKind:
    return "points" if len(shape) == 1 else "images"


def number(call: str, name: str, value: Any) -> float:
    """A figure as a number.

    Raises:
        InputError: it is none; `call` is what it was given to.
    """
    try:
        array = np.asarray(value, np.float64)
        if array.size == 1 and value is not None:
            return float(array.reshape(()))
    except (TypeError, ValueError):
        pass
    raise InputError(
        f"{call}({name}={shown(value)}): one number is needed; train_on_batch gives a list where a model has metrics, "
        "the loss first"
    )
