"""Three digits as the red, green and blue channels of one image: a thousand modes that can be counted."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Count
from gan_desktop.training.data import digits, mnist
from gan_desktop.training.data.dataset import DataRequest, DataSet, Indices, random_numbers
from gan_desktop.training.data.images import ImageSize
from gan_desktop.training.data.streaming import checked_indices, stored

CLASSES = 10


class StackedDigitsOptions(DataOptions):
    """`source` "mnist" takes MNIST if `data.path` or the cache has it; `image_size` is the source's unless given."""

    path_use: ClassVar = "allowed"
    source: Literal["digits", "mnist"] = Field(
        "digits", description="Which digits are stacked: the embedded scans of 8 x 8, or MNIST."
    )
    image_size: ImageSize | None = Field(
        None,
        description="Height and width of the images in pixels. Digits of another size are resized (bicubic). Empty "
        "leaves them as they are.",
    )
    samples: Annotated[Count, Field(ge=1, le=1_000_000)] = Field(
        128_000, description="How many stacks are drawn and trained on: 128,000 in the usual protocol."
    )


@datasets.register("stacked_digits", title="Stacked digits, 1,000 modes", options=StackedDigitsOptions)
def stacked_digits(request: DataRequest) -> DataSet:
    """Three random digits as the colours of one image (VEEGAN, Srivastava et al. 2017; PacGAN).

    The label is 100 red + 10 green + blue.
    """
    options: Any = request.options
    source = _source(request)
    if source.labels is None:
        raise InputError(f"data.path: {request.path} holds no labels, which stacked digits are counted by", "data.path")
    chosen = random_numbers(request.seed).integers(len(source), size=(options.samples, 3))
    labels = source.labels[chosen] @ np.array([CLASSES**2, CLASSES, 1])
    base = source.take(np.arange(len(source)))
    return DataSet(
        f"{options.samples:,} stacks of three; {source.title}",
        "images",
        stored(_Stacks(base[..., 0], chosen), "auto", "Stacking digits", request.report),
        labels=labels.astype(np.int64),
        channel_classes=CLASSES,
    )


def _source(request: DataRequest) -> DataSet:
    options: Any = request.options
    if options.source == "mnist":
        size = options.image_size or mnist.NATIVE_SIZE
        return mnist.mnist_or_digits(
            DataRequest(mnist.MnistOptions(image_size=size), request.path, request.seed, request.report)
        )
    if request.path is not None:
        message = "stacked digits read a path with data.source = 'mnist' only"
        raise InputError(f"data.path = '{request.path}': {message}", "data.path")
    size = options.image_size or digits.NATIVE_SIZE
    return digits.digits(DataRequest(digits.DigitsOptions(image_size=size)))


class _Stacks:
    """Lazy samples that hold the digits once and put three of them together when they are asked for."""

    def __init__(self, base: FloatArray, chosen: Indices) -> None:
        """`base` is of shape (n, size, size), `chosen` of shape (samples, 3)."""
        self._base = base
        self._chosen = chosen
        self.shape: tuple[int, ...] = (len(chosen), *base.shape[1:], 3)

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        chosen = self._chosen[checked_indices(indices, len(self))]
        return np.ascontiguousarray(np.moveaxis(self._base[chosen], 1, -1))
