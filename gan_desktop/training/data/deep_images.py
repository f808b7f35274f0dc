"""Images of more than 8 bits a channel: known by their mode, and brought to 8 bits by one range for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_desktop.training.data.levels import TWO_BYTES, Levels, Range, levels_of

if TYPE_CHECKING:
    from PIL import Image

# What such images hold, as NumPy names kinds.
WHOLE, FLOATS = "i", "f"
# Pillow reads only the high bytes of 16-bit colours. With the other byte order, it reads the low bytes.
SWAPPED = {"B": "L", "L": "B", "N": "B" if np.little_endian else "L"}
COLOR_MODES = ("RGB", "RGBA")

# The levels of each kind.
Depths = Mapping[str, Levels]
# The range in use of each kind.
Ranges = Mapping[str, Range]


class NotFiniteError(Exception):
    """An image of floats holds NaN or infinity."""


def depth_of(image: Image.Image) -> str:
    """WHOLE or FLOATS for an opened image of more than 8 bits a channel, "" for others."""
    if image.mode == "F":
        return FLOATS
    return WHOLE if image.mode.startswith("I") or _raw_mode(image) else ""


def deep_values(image: Image.Image, again: Image.Image) -> npt.NDArray[Any]:
    """All the bits of such an image, shape (height, width) or (height, width, 3); opacity is left out.

    Args:
        image: loaded.
        again: the same, opened and not loaded.
    """
    raw = _raw_mode(again)
    if not raw:
        values = np.asarray(image)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise NotFiniteError
        return values
    # Both are bytes of each channel.
    _set_raw_mode(again, f"{raw[:-1]}{SWAPPED[raw[-1]]}")
    again.load()
    high, low = (np.asarray(part)[..., :3].astype(np.uint16) for part in (image, again))
    return high << 8 | low


def levels_in_use(ranges: Iterable[Ranges]) -> Depths:
    """The levels for images with these ranges: one for all of a kind, so that brighter images stay brighter."""
    used: dict[str, Range] = {}
    for ranges_of_one in ranges:
        for kind, one in ranges_of_one.items():
            used[kind] = used.get(kind, Range()) | one
    return {kind: levels_of(used[kind], kind, _subject(kind, used[kind])) for kind in sorted(used)}


def _subject(kind: str, used: Range) -> str:
    """The beginning of the note about such images."""
    if kind == FLOATS:
        return "Images of floats use"
    return f"{16 if used.low >= -(2**15) and used.high < 2**16 else 32}-bit images use"


def to_bytes(values: npt.NDArray[Any], levels: Levels) -> npt.NDArray[np.uint8]:
    """Values as bytes, black 0 and white 255, rounded; what is beyond is cut off."""
    scale = 255 / (levels.white - levels.black)
    return np.floor((values.astype(np.float64) - levels.black) * scale + 0.5).clip(0, 255).astype(np.uint8)


def uses_all(image: Image.Image, levels: Levels) -> bool:
    """Whether Pillow's own 8 bits of an image of 16-bit colours are right."""
    return image.mode in COLOR_MODES and (levels.black, levels.white) == (0, TWO_BYTES)


def _raw_mode(image: Image.Image) -> str:
    """The mode of 16-bit colours within the file, such as "RGB;16B"; "" for others."""
    tiles = getattr(image, "tile", None)
    if image.mode not in COLOR_MODES or not tiles:
        return ""
    arguments = tiles[0][3]
    raw = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    is_deep = isinstance(raw, str) and raw[:-1] == f"{image.mode};16" and raw[-1] in SWAPPED
    return raw if is_deep else ""


def _set_raw_mode(image: Any, raw: str) -> None:
    def changed(tile: Any) -> Any:
        arguments = (raw, *tile[3][1:]) if isinstance(tile[3], tuple) else raw
        return type(tile)(tile[0], tile[1], tile[2], arguments) if hasattr(tile, "_fields") else (*tile[:3], arguments)

    image.tile = [changed(tile) for tile in image.tile]
