"""The size of images as a config has it: the side of a square, 28, or height by width, "32x64"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

Size = int | str

SMALLEST, LARGEST = 8, 128
RECTANGLE = re.compile(r"(\d{1,9})\s*[x×]\s*(\d{1,9})", re.IGNORECASE | re.ASCII)
ALLOWED = f"a whole number from {SMALLEST} to {LARGEST}, or height x width, as in '32x64'"


@dataclass(frozen=True)
class OfImages:
    """Annotates a size that may be a rectangle; it is kept as `size_of` writes it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_checked)


# The option of a data set that takes rectangles; the data sets' `ImageSize` is for squares alone.
FrameSize = Annotated[Size, OfImages()]


def height_width(size: Size) -> tuple[int, int]:
    """The height and the width in pixels of a size that has been checked."""
    if isinstance(size, int):
        return size, size
    height, width = size.split("x")
    return int(height), int(width)


def size_of(height: int, width: int) -> Size:
    """The size as a config has it: a number if it is a square."""
    return height if height == width else f"{height}x{width}"


def size_text(size: Size) -> str:
    """The size for people, height first: "32 x 64"."""
    return " x ".join(map(str, height_width(size)))


def fits(height: int, width: int) -> bool:
    """Whether images of that size are trained on as they are."""
    return min(height, width) >= SMALLEST and max(height, width) <= LARGEST


def _checked(value: Any) -> Size:
    """A number, a text "32x64" or a list [32, 64], height first."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _side(value)
    sides = value
    if isinstance(value, str):
        match = RECTANGLE.fullmatch(value.strip())
        sides = [int(side) for side in match.groups()] if match else None
    if not (isinstance(sides, list | tuple) and len(sides) == 2 and all(type(side) is int for side in sides)):
        raise PydanticCustomError("image_size", "{message}", {"message": f"allowed: {ALLOWED}"})
    return size_of(_side(sides[0]), _side(sides[1]))


def _side(side: int) -> int:
    if side < SMALLEST:
        raise PydanticKnownError("greater_than_equal", {"ge": SMALLEST})
    if side > LARGEST:
        raise PydanticKnownError("less_than_equal", {"le": LARGEST})
    return side
