"""Images brought to one size and to values in 0..1, as every data set of images gives them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from gan_desktop.core.events import FloatArray
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import Report, silent
from gan_desktop.training.data.parallel import in_threads

# As an option of a data set: pixels per side of its square images.
ImageSize = Annotated[Count, Field(ge=8, le=128)]

# Images converted at a time: floats of large images are never all in memory at once.
CHUNK = 2048
PART = 64


def resize_images(images: FloatArray, size: int) -> FloatArray:
    """Resize images by bicubic interpolation, clipped to 0..1.

    Args:
        images: shape (n, height, width) or (n, height, width, channels), values in 0..1, float32.
        size: the new height and width.
    """
    from PIL import Image

    if images.shape[1:3] == (size, size):
        return images
    if images.ndim == 4:
        # Pillow resizes floats one channel at a time.
        return np.stack([resize_images(images[..., channel], size) for channel in range(images.shape[3])], axis=-1)

    def resize(part: FloatArray) -> FloatArray:
        resized = [Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC) for image in part]
        return np.clip(np.stack([np.asarray(image) for image in resized]), 0, 1).astype(np.float32)

    # A part for each task: one small image is too little for a thread.
    return np.concatenate(list(in_threads(resize, [images[i : i + PART] for i in range(0, len(images), PART)])))


def to_floats(pixels: npt.NDArray[Any], highest: float) -> FloatArray:
    """Pixels of values 0 to `highest` as float32 in 0..1, shape unchanged."""
    return pixels.astype(np.float32) / np.float32(highest)


def to_unit_range(pixels: npt.NDArray[Any], highest: float, size: int) -> FloatArray:
    """Pixels of values 0 to `highest` as floats in 0..1, resized as `resize_images` does."""
    return resize_images(to_floats(pixels, highest), size)


def fill_images(target: FloatArray, pixels: npt.NDArray[np.uint8], report: Report = silent) -> None:
    """Write grey levels 0..255 as values in 0..1, resized where they are not of the target's size.

    Args:
        target: shape (n, size, size), float32.
        pixels: shape (n, height, width).
        report: told how far it is, for resizing tens of thousands of images takes seconds.
    """
    size = target.shape[1]
    for start in range(0, len(pixels), CHUNK):
        if pixels.shape[1:] != (size, size):
            report("Resizing images", start / len(pixels))
        part = pixels[start : start + CHUNK]
        target[start : start + len(part)] = to_unit_range(part, 255, size)
