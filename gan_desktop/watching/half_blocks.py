"""A picture in a terminal: each character shows two pixels, the upper one as ink and the lower one as ground."""

from __future__ import annotations

import numpy as np
from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

UPPER_HALF = "▀"


def draw(picture: Image.Image, width: int, height: int) -> list[Text]:
    """Draw a picture as large as fits into so many characters, with its proportions.

    Returns:
        A line of text for each row of characters.
    """
    scale = min(width / picture.width, 2 * height / picture.height, 1.0)
    wide, high = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    small = picture.convert("RGB").resize((wide, high + high % 2), Image.Resampling.BOX)
    pixels = np.asarray(small)
    return [_line(pixels[row], pixels[row + 1]) for row in range(0, len(pixels), 2)]


def _line(upper: np.ndarray, lower: np.ndarray) -> Text:
    line = Text(no_wrap=True)
    for ink, ground in zip(upper.tolist(), lower.tolist(), strict=True):
        line.append(UPPER_HALF, Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*ground)))
    return line
