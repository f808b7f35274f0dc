"""Images brought to one size and to values in 0..1, which is how every data set of images gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from gan_desktop.core.events import FloatArray
from gan_desktop.core.image_size import LARGEST, SMALLEST, Size, height_width
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import Report, silent
from gan_desktop.training.data.levels import BYTE, EIGHT_BITS, TWO_BYTES, Levels
from gan_desktop.training.data.parallel import in_threads

# Options of several data sets.
ImageSize = Annotated[
    Count,
    Field(
        ge=SMALLEST,
        le=LARGEST,
        description="Height and width of the images in pixels. Images of another size are resized (bicubic).",
    ),
]
Fit = Annotated[
    Literal["crop", "pad"],
    Field(
        description="What becomes of images with other proportions: crop takes their middle, pad keeps all of them, on "
        "white."
    ),
]

# Images converted at a time: floats of large images are never all in memory at once.
CHUNK = 2048
PART = 64


def middle(height: int, width: int, size: Size) -> tuple[int, int, int, int]:
    """The top, the left, the height and the width of the largest central part with the proportions of `size`."""
    rows, columns = height_width(size)
    inner_height = min(height, max(1, round(width * rows / columns)))
    inner_width = min(width, max(1, round(height * columns / rows)))
    return (height - inner_height) // 2, (width - inner_width) // 2, inner_height, inner_width


def inside(height: int, width: int, size: Size) -> tuple[int, int, int, int]:
    """The top, the left, the height and the width that a whole image has within `size`."""
    rows, columns = height_width(size)
    scale = min(rows / height, columns / width)
    inner_height, inner_width = max(1, round(height * scale)), max(1, round(width * scale))
    return (rows - inner_height) // 2, (columns - inner_width) // 2, inner_height, inner_width


def resize_images(images: FloatArray, size: Size, fit: Fit = "crop") -> FloatArray:
    """Resize images by bicubic interpolation, clipped to 0..1; they keep their proportions.

    Args:
        images: shape (n, height, width) or (n, height, width, channels), values in 0..1, float32.
        size: the new height and width.
        fit: "crop" takes the middle, "pad" keeps everything, on white.
    """
    height, width = images.shape[1:3]
    if (height, width) == height_width(size):
        return images
    if fit == "crop":
        top, left, height, width = middle(height, width, size)
        return _stretched(images[:, top : top + height, left : left + width], height_width(size))
    top, left, height, width = inside(height, width, size)
    padded = np.ones((len(images), *height_width(size), *images.shape[3:]), np.float32)
    padded[:, top : top + height, left : left + width] = _stretched(images, (height, width))
    return padded


def _stretched(images: FloatArray, shape: tuple[int, int]) -> FloatArray:
    from PIL import Image

    if images.shape[1:3] == shape:
        return images
    if images.ndim == 4:
        # Pillow resizes floats one channel at a time.
        return np.stack([_stretched(images[..., channel], shape) for channel in range(images.shape[3])], axis=-1)

    def stretch(part: FloatArray) -> FloatArray:
        stretched = [Image.fromarray(image).resize(shape[::-1], Image.Resampling.BICUBIC) for image in part]
        return np.clip(np.stack([np.asarray(image) for image in stretched]), 0, 1).astype(np.float32)

    # A part for each task: one small image is too little for a thread.
    return np.concatenate(list(in_threads(stretch, [images[i : i + PART] for i in range(0, len(images), PART)])))


def to_floats(pixels: npt.NDArray[Any], levels: Levels) -> FloatArray:
    """Pixels as float32 in 0..1, black to white, shape unchanged."""
    if levels.black == 0 and levels.white in (1, BYTE, TWO_BYTES):
        return pixels.astype(np.float32) / np.float32(levels.white)
    return ((pixels.astype(np.float64) - levels.black) / (levels.white - levels.black)).astype(np.float32)


def over_white(images: FloatArray, opacity: FloatArray) -> FloatArray:
    """Images, shape (n, height, width, channels), over white; opacity of shape (n, height, width, 1) in 0..1."""
    return images * opacity + (1 - opacity)


def fill_images(target: FloatArray, pixels: npt.NDArray[np.uint8], report: Report = silent) -> None:
    """Write grey levels 0..255 as values in 0..1, resized if they are not of the target's size.

    Args:
        target: shape (n, size, size), float32.
        pixels: shape (n, height, width).
        report: told how far it is, since resizing tens of thousands of images takes seconds.
    """
    size = target.shape[1]
    for start in range(0, len(pixels), CHUNK):
        if pixels.shape[1:] != (size, size):
            report("Resizing images", start / len(pixels))
        part = pixels[start : start + CHUNK]
        target[start : start + len(part)] = resize_images(to_floats(part, EIGHT_BITS), size)
