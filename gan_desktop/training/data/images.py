"""Grey images brought to one size and to values in 0..1, as every data set of images gives them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from gan_desktop.core.config import Count
from gan_desktop.core.events import FloatArray
from gan_desktop.training.data.dataset import Report, silent

# As an option of a data set: pixels per side of its square images.
ImageSize = Annotated[Count, Field(ge=8, le=128)]

# Images converted at a time: floats of large images are never all in memory at once.
CHUNK = 2048


def resize_images(images: FloatArray, size: int) -> FloatArray:
    """Resize grey images by bicubic interpolation, clipped to 0..1.

    Args:
        images: shape (n, height, width), values in 0..1, float32.
        size: the new height and width.
    """
    from PIL import Image

    if images.shape[1:] == (size, size):
        return images
    resized = [np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC)) for image in images]
    return np.clip(np.stack(resized), 0, 1).astype(np.float32)


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
        part = pixels[start : start + CHUNK].astype(np.float32) / np.float32(255)
        target[start : start + len(part)] = resize_images(part, size)
