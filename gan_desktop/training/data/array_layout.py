"""How the rows of an array are images: its shape is understood, or refused with a line of NumPy that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt, prod
from pathlib import Path
from typing import Any

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.image_size import SMALLEST
from gan_desktop.training.data.dataset import Indices
from gan_desktop.training.data.files import check_images_shape, refusal
from gan_desktop.training.data.streaming import Array, Rows

COLORS, COLORS_AND_OPACITY = 3, 4
CHANNELS = (1, COLORS, COLORS_AND_OPACITY)
ALLOWED = (
    "(count, height, width), with or without 1, 3 or 4 channels behind the width or before the height, "
    "or (count, side x side)"
)


@dataclass(frozen=True)
class Layout:
    """What an array's axes are.

    Attributes:
        shape: of the images, (n, height, width) or (n, height, width, channels) with 3 channels or 4.
        are_planes: whether the channels stand before the height.
        note: what was understood, a sentence or nothing.
    """

    shape: tuple[int, ...]
    are_planes: bool = False
    note: str = ""

    @property
    def has_opacity(self) -> bool:
        return self.shape[3:] == (COLORS_AND_OPACITY,)

    def images(self, rows: Array) -> Array:
        """Some rows of the array as images."""
        if self.are_planes:
            return np.moveaxis(rows, 1, -1)
        return rows.reshape(len(rows), *self.shape[1:])


def layout_of(path: Path, name: str, shape: tuple[int, ...]) -> Layout:
    """The layout of an array of that shape.

    Args:
        path: the file, for messages.
        name: what the array is called in messages.
        shape: as the header announces it.

    Raises:
        InputError: images cannot have this shape, or it is not one of the allowed shapes.
    """
    layout = _understood(shape)
    if layout is None:
        raise _refused(path, name, shape)
    check_images_shape(path, name, (layout.shape[0], layout.shape[1], layout.shape[2]))
    return layout


def _understood(shape: tuple[int, ...]) -> Layout | None:
    if len(shape) == 2:
        side = isqrt(shape[1])
        if side < SMALLEST or side * side != shape[1]:
            return None
        return Layout((shape[0], side, side), note=f"Each row of {shape[1]:,} numbers is an image of {side} x {side}.")
    if len(shape) == 3:
        return Layout(shape)
    if len(shape) != 4:
        return None
    if shape[3] in CHANNELS:
        return _with_channels(shape, False)
    return _with_channels((shape[0], *shape[2:], shape[1]), True) if shape[1] in CHANNELS else None


def _with_channels(shape: tuple[int, ...], first: bool) -> Layout:
    notes = ["The channels stand before the height."] if first else []
    if shape[3] == 1:
        return Layout(shape[:3], note=" ".join(notes))
    if shape[3] == COLORS_AND_OPACITY:
        notes.append("Of 4 channels the last is opacity: what is transparent is laid over white.")
    return Layout(shape, first, " ".join(notes))


def _refused(path: Path, name: str, shape: tuple[int, ...]) -> InputError:
    return refusal(path, f"is refused: {name} has shape {shape}; allowed: {ALLOWED}{_advice(shape)}")


def _advice(shape: tuple[int, ...]) -> str:
    """The conversion, after a semicolon, where there is one to guess at."""
    if len(shape) == 1 or (len(shape) == 2 and shape[1] <= 2):
        return "; data.name = 'points' reads numbers and points in the plane"
    if len(shape) == 2:
        side = isqrt(shape[1] // COLORS)
        if side and COLORS * side * side == shape[1]:
            planes = f"array.reshape(-1, 3, {side}, {side}) where three planes follow each other, as in CIFAR-10"
            return f"; save {planes}, or array.reshape(-1, {side}, {side}, 3) where each pixel's colours do"
        return "; save array.reshape(-1, height, width), or array[None] where it is one image"
    if len(shape) == 4 and shape[0] == shape[1]:
        return "; save np.moveaxis(array, -1, 0) where the count is last"
    if len(shape) == 4:
        are_planes = shape[1] < shape[3]
        place = ":, " if are_planes else "..., "
        colors = f" or array[{place}:3]" if shape[1 if are_planes else 3] >= COLORS else ""
        return f"; save array[{place}0]{colors}"
    if len(shape) == 5:
        return f"; save array.reshape(-1, {', '.join(map(str, shape[2:]))})"
    return ""


class LaidOut:
    """Rows as images: `Rows` whose shape is the layout's."""

    def __init__(self, rows: Rows, layout: Layout) -> None:
        self._rows, self._layout = rows, layout
        self.shape: tuple[int, ...] = layout.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._rows.dtype

    def __getitem__(self, indices: Indices) -> Array:
        return self._layout.images(self._rows[indices])


def values_in(shape: tuple[int, ...]) -> int:
    """The numbers of one image, at least 1."""
    return max(1, int(prod(shape[1:])))
