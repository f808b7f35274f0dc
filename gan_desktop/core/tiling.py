"""Many small images as one picture: NumPy alone, quick enough for the window's live grid."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray

Bytes = npt.NDArray[np.uint8]

GAP = 1
# Between the black of most backgrounds and the white of strokes: seen beside both.
GAP_SHADE = 72


def near_square_columns(count: int, height: int, width: int) -> int:
    """How many columns make `count` tiles of that size a picture about as wide as it is high."""
    return max(1, min(count, math.ceil(math.sqrt(count * height / width))))


def enlargement(shape: tuple[int, ...], at_least: int, columns: int | None = None) -> int:
    """The smallest whole factor by which images of `shape` (n, h, w, c) must grow to tile `at_least` pixels wide."""
    count, height, width = shape[:3]
    columns = columns or near_square_columns(count, height, width)
    return max(1, math.ceil((at_least - GAP * (columns - 1)) / (columns * width)))


def to_bytes(images: FloatArray) -> Bytes:
    """Images in 0..1 as uint8; what is outside is clipped, what is not a number is black."""
    # NaN passes through clip, and casting it is undefined: it is made 0 first.
    scaled = np.nan_to_num(images, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1) * 255 + 0.5
    return scaled.astype(np.uint8)


def tile(images: Bytes, columns: int, gap: int, ground: int) -> Bytes:
    """Images of shape (n, h, w, c) as one picture of shape (rows * (h + gap) - gap, columns * (w + gap) - gap, c)."""
    count, height, width, channels = images.shape
    rows = math.ceil(count / columns)
    cells = np.full((rows * columns, height + gap, width + gap, channels), ground, np.uint8)
    cells[:count, :height, :width] = images
    picture = cells.reshape(rows, columns, height + gap, width + gap, channels).transpose(0, 2, 1, 3, 4)
    picture = picture.reshape(rows * (height + gap), columns * (width + gap), channels)
    return np.ascontiguousarray(picture[: picture.shape[0] - gap, : picture.shape[1] - gap])


def tile_images(values: FloatArray, columns: int | None = None, scale: int = 1) -> Bytes:
    """Tile images row by row with a gap of one pixel between them.

    Args:
        values: shape (n, height, width, channels) with 1 or 3 channels, in 0..1; what is outside is clipped, what is
            not a number is black.
        columns: how many images in a row; None makes a near-square picture.
        scale: the side in pixels of the square that each pixel becomes (never smoothed: these are the network's own
            pixels).

    Returns:
        Contiguous uint8, shape (rows * (height * scale + 1) - 1, columns * (width * scale + 1) - 1, channels).

    Raises:
        ValueError: another shape, or no image.
    """
    if values.ndim != 4 or values.shape[0] == 0 or values.shape[3] not in (1, 3):
        raise ValueError(f"images of shape {values.shape}: expected (n, height, width, 1 or 3) with n at least 1")
    count, height, width, _ = values.shape
    columns = max(1, columns or near_square_columns(count, height, width))
    pixels = to_bytes(values)
    if scale > 1:
        pixels = pixels.repeat(scale, axis=1).repeat(scale, axis=2)
    return tile(pixels, columns, GAP, GAP_SHADE)
