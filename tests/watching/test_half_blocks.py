"""Pictures of half blocks."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from rich.color import Color

from gan_desktop.watching.half_blocks import draw


def test_each_character_has_two_pixels() -> None:
    pixels = np.array([[[255, 0, 0]], [[0, 0, 255]]], np.uint8)
    (line,) = draw(Image.fromarray(pixels), 10, 10)
    (span,) = line.spans
    assert span.style.color == Color.from_rgb(255, 0, 0)
    assert span.style.bgcolor == Color.from_rgb(0, 0, 255)


@pytest.mark.parametrize(("size", "room"), [((100, 40), (30, 20)), ((3, 7), (30, 2)), ((1, 1), (1, 1))])
def test_a_picture_keeps_its_proportions_and_its_room(size: tuple[int, int], room: tuple[int, int]) -> None:
    lines = draw(Image.new("L", size), *room)
    assert len(lines) <= room[1]
    assert all(len(line.plain) <= room[0] for line in lines)
