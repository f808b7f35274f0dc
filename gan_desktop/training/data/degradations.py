"""Degradations: each takes something from an image, which a game then learns to restore: pairs from any images.

A degradation is a pure function of images, shape (n, height, width, channels) in 0..1, float32. It looks at each image
by itself, and gives the same bits whichever images are beside it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import GIVEN, degradations

Degradation = Callable[[FloatArray], FloatArray]

# Red, green and blue in luma (ITU-R BT.601), as image files are turned to grey.
LUMA = (0.299, 0.587, 0.114)


@degradations.register(GIVEN, title="Given by the data")
def given(images: FloatArray) -> FloatArray:
    """The other domain of the data set, which must have two; nothing is made."""
    return images


@degradations.register("half_size", title="Half the size")
def half_size(images: FloatArray) -> FloatArray:
    """Means of 2 x 2 pixels: a quarter of the pixels, for super-resolution by 2.

    Args:
        images: shape (n, height, width, channels).

    Returns:
        Shape (n, height / 2, width / 2, channels).

    Raises:
        InputError: a side is odd.
    """
    _check_sides("half_size", images, 2)
    return _halved(images)


@degradations.register("quarter_size", title="A quarter of the size")
def quarter_size(images: FloatArray) -> FloatArray:
    """Means of 4 x 4 pixels: a sixteenth of the pixels, for super-resolution by 4.

    Args:
        images: shape (n, height, width, channels).

    Returns:
        Shape (n, height / 4, width / 4, channels).

    Raises:
        InputError: a side is no multiple of 4.
    """
    _check_sides("quarter_size", images, 4)
    return _halved(_halved(images))


@degradations.register("mosaic", title="Mosaic")
def mosaic(images: FloatArray) -> FloatArray:
    """Squares of 4 x 4 pixels, each as bright as its pixels are on average, in an image of the same size.

    Args:
        images: shape (n, height, width, channels).

    Returns:
        The same shape.

    Raises:
        InputError: a side is no multiple of 4.
    """
    _check_sides("mosaic", images, 4)
    return np.repeat(np.repeat(_halved(_halved(images)), 4, axis=1), 4, axis=2)


@degradations.register("outline", title="Outline")
def outline(images: FloatArray) -> FloatArray:
    """The edges of shapes that are bright on black, as bright as the step is, one channel.

    It is the outer half of the morphological gradient (Rivest, Soille and Beucher 1993): the brightest of 3 x 3 pixels,
    less the pixel in their middle. So the outline runs around the shape, and the shape is hollow, however thin it is.
    Pixels beyond the border are like the nearest pixel at the border.

    Args:
        images: shape (n, height, width, channels); of several channels the brightest counts.

    Returns:
        Shape (n, height, width, 1).
    """
    shapes = images.max(axis=3, keepdims=True)
    padded = np.pad(shapes, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = shapes.shape[1:3]
    brightest = shapes
    for top in range(3):
        for left in range(3):
            brightest = np.maximum(brightest, padded[:, top : top + height, left : left + width])
    return brightest - shapes


@degradations.register("grey", title="Grey")
def grey(images: FloatArray) -> FloatArray:
    """The luma of colours, one channel: what is left to make is the colour.

    ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue.

    Args:
        images: shape (n, height, width, 3).

    Returns:
        Shape (n, height, width, 1).

    Raises:
        InputError: there are no three channels.
    """
    channels = images.shape[3]
    if channels != 3:
        raise refusal("grey", f"the images have {channels} channel{'s' * (channels != 1)}, and 3 are needed")
    red, green, blue = (images[..., channel : channel + 1] * np.float32(part) for channel, part in enumerate(LUMA))
    # The weights of white sum to 1 only up to rounding.
    return np.minimum(red + green + blue, np.float32(1))


def refusal(name: str, sentence: str) -> InputError:
    """The error that says why the data cannot be degraded like this."""
    return InputError(f"game.source = '{name}': {sentence}", "game.source")


def _check_sides(name: str, images: FloatArray, factor: int) -> None:
    height, width = images.shape[1:3]
    if height % factor or width % factor:
        found = f"the images have {height} x {width} pixels"
        raise refusal(name, f"{found}, and both sides must be multiples of {factor}")


def _halved(images: FloatArray) -> FloatArray:
    """Means of 2 x 2 pixels, summed in one order: NumPy's own mean depends on how many images there are."""
    upper = images[:, ::2, ::2] + images[:, ::2, 1::2]
    lower = images[:, 1::2, ::2] + images[:, 1::2, 1::2]
    return (upper + lower) * np.float32(0.25)
