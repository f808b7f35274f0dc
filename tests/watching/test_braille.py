"""Curves of Braille dots."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.watching.braille import draw, limits


def shown(*curves: list[float], width: int = 4, height: int = 2) -> list[str]:
    return [line.plain for line in draw([(np.array(curve, float), "") for curve in curves], width, height)]


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right() -> None:
    lines = shown(list(np.linspace(0, 1, 8)))
    assert lines[1][0] != " "
    assert lines[0][-1] != " "
    assert lines[0][0] == lines[1][-1] == " "


def test_a_level_line_fills_one_row_of_dots() -> None:
    assert shown([0.0] * 8, [1.0] * 8) == ["⠉⠉⠉⠉", "⣀⣀⣀⣀"]


def test_what_is_unknown_is_a_gap() -> None:
    lines = shown([0, 0, np.nan, np.nan, np.nan, np.nan, 1, 1])
    assert lines[1][0] != " "
    assert lines[0][1:3] == lines[1][1:3] == "  "


def test_the_last_curve_gives_a_shared_cell_its_style() -> None:
    values = np.zeros(8)
    (line,) = draw([(values, "red"), (values, "blue")], 4, 1)
    assert {str(span.style) for span in line.spans} == {"blue"}


@given(st.lists(st.floats(), max_size=50), st.integers(1, 20), st.integers(1, 6))
def test_anything_is_drawn_in_its_room(values: list[float], width: int, height: int) -> None:
    lines = draw([(np.array(values, float), "red")], width, height)
    assert [len(line.plain) for line in lines] == [width] * height
    low, high = limits([np.array(values, float)])
    assert low < high or high - low == pytest.approx(0)
