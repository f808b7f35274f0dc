"""Curves of reports."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import History
from gan_desktop.exports.chart import POINTS, Curve, Mark, chart, figure_curve
from tests.gan import FIGURES


@given(st.lists(st.floats(), max_size=20), st.floats() | st.none())
def test_a_drawing_is_xml_whose_numbers_are_finite(values: list[float], level: float | None) -> None:
    curve = Curve("<&>", "d", np.arange(len(values), dtype=float), np.array(values, float))
    with np.errstate(all="ignore"):
        drawing = chart('<"&>', [curve], [Mark(3, "<&>", "alert")], level)
    ElementTree.fromstring(drawing)
    assert not re.search(r"nan|inf", re.sub(r"</?\w[^ >]*", "", drawing).replace("<&>", ""))


def history(values: np.ndarray) -> History:
    made = History()
    rows = np.zeros((len(values), len(FIGURES)), np.float32)
    rows[:, FIGURES.column("d_loss")] = values
    made.append(MetricsBlock(0, rows, FIGURES))
    return made


@pytest.mark.parametrize("count", [1, POINTS, POINTS + 1, 40_000])
def test_a_curve_is_thinned_to_what_can_be_seen_and_keeps_its_spikes(count: int) -> None:
    values = np.ones(count)
    values[count // 3] = 50
    curve = figure_curve(history(values), "d_loss", "d")
    assert len(curve.values) == len(curve.steps) <= POINTS
    highest = curve.values if curve.high is None else curve.high
    assert np.nanmax(highest) == 50
    assert np.nanmedian(curve.values) == (50 if count == 1 else 1)


def test_what_is_not_finite_interrupts_a_curve() -> None:
    values = np.ones(90)
    values[[30, 60]] = np.nan, np.inf
    assert chart("x", [figure_curve(history(values), "d_loss", "d")]).count("<polyline") == 3
