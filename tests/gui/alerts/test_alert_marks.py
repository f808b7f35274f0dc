"""Failures on the loss plot, on the timeline and in the header: told apart from interventions, and never clutter."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QImage

from gan_desktop.core import registry
from gan_desktop.core.diagnosis import Level
from gan_desktop.core.events import ControlChanged, MetricsBlock, Samples, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.spans import merge_alerts
from gan_desktop.gui.look.theme import DARK, LIGHT
from gan_desktop.gui.plotting.overlay import MOST_ROWS, ROW_HEIGHT, Span
from gan_desktop.gui.shell.header import Header
from tests.gan import FIGURES
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, diagnosed, oscillation, tell_ended, tell_raised
from tests.gui.fake_engine import BLOCK


def title(name: str) -> str:
    return registry.detectors[name].title


def train(bench: Bench, panel: Any, steps: int = 4000) -> None:
    bench.start()
    bench.take_steps(steps)
    panel.refresh()


def test_alerts_are_spans_of_steps() -> None:
    alerts = [(oscillation(500), 900), (collapse(1250), None)]
    assert merge_alerts(alerts) == [
        Span(500, 900, title("oscillation"), Level.WATCH),
        Span(1250, None, title("mode_collapse"), Level.BAD),
    ]


def test_a_failure_that_comes_and_goes_is_one_span() -> None:
    """A gap of up to 2 % of the run between an end and the next begin does not count."""
    alerts = [(oscillation(1000 + 30 * n), 1020 + 30 * n) for n in range(40)]
    (span,) = merge_alerts(alerts)
    assert (span.first, span.last, span.text) == (1000, 2190, f"{title('oscillation')} ×40")
    apart = [(oscillation(1000), 1100), (oscillation(1101 + 23), 1300)]
    assert len(merge_alerts(apart)) == 2
    # Each failure for itself.
    both = [(oscillation(1000), 1100), (collapse(1050), 1110), (oscillation(1105), None)]
    assert [span.last for span in merge_alerts(both)] == [None, 1110]


def test_alerts_are_marked_on_the_losses(bench: Bench) -> None:
    panel = bench.show("losses")
    train(bench, panel)
    tell_raised(bench.model, collapse(1250))
    bench.model.receive(ControlChanged(2000, "d_learning_rate", 1e-3, 2e-4))
    panel.refresh()
    assert [span.first for span in panel.view.overlay.content.spans] == [1250]
    assert [mark.x for mark in panel.view.overlay.content.marks] == [2000]
    tell_ended(bench.model, collapse(1250), 3000)
    panel.refresh()
    assert panel.view.spans[0].last == 3000
    bench.start()
    panel.refresh()
    assert len(panel.view.spans) == 0


def column(image: QImage, x: float) -> set[str]:
    return {image.pixelColor(round(x), y).name() for y in range(image.height())}


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_span_is_shaded_as_far_as_it_lasts(bench: Bench, colors: Any) -> None:
    panel = bench.show("losses")
    panel.set_colors(colors)
    train(bench, panel)
    before = panel.view.grab().toImage()
    tell_raised(bench.model, collapse(1000))
    tell_ended(bench.model, collapse(1000), 2000)
    panel.refresh()
    after = panel.view.grab().toImage()
    box = panel.view.overlay._box

    def place(step: float) -> float:
        return float(panel.view.mapFromScene(box.mapToScene(box.mapFromView(QPointF(step, 1.0)))).x())

    # A line where it begins, the shade as far as 2000, and nothing beyond it.
    assert column(after, place(1000)) != column(after, place(1500))
    assert colors.error in column(after, place(1000) + 2)
    assert column(before, place(1500)) != column(after, place(1500))
    assert column(before, place(2600)) == column(after, place(2600))
    # The bar at the foot has the full colour.
    bottom = panel.view.mapFromScene(box.sceneBoundingRect().bottomLeft()).y()
    assert after.pixelColor(round(place(1900)), bottom - 2).name() == QColor(colors.error).name()


def test_labels_of_many_alerts_cover_neither_each_other_nor_a_curve(bench: Bench) -> None:
    panel = bench.show("losses")
    train(bench, panel)
    for step in range(200, 3900, 150):
        tell_raised(bench.model, oscillation(step))
        tell_ended(bench.model, oscillation(step), step + 10)
        bench.model.receive(ControlChanged(step + 70, "d_learning_rate", 1e-3, 2e-4))
    tell_raised(bench.model, collapse(1000))
    panel.refresh()
    panel.view.grab()
    overlay = panel.view.overlay
    metrics = QFontMetricsF(overlay.colors.font)
    places = [(thing, label) for thing, _, label in overlay.labels if label is not None]
    assert len(overlay.labels) > 30
    assert 2 < len(places) < len(overlay.labels)
    # What stands comes first.
    assert any(thing.text == title("mode_collapse") and label.is_whole for thing, label in places)
    rows: dict[int, list[tuple[float, float]]] = {}
    for thing, label in places:
        sign = ROW_HEIGHT - 5 if isinstance(thing, Span) else 0
        width = sign + metrics.horizontalAdvance(thing.text) if label.is_whole else sign
        rows.setdefault(label.row, []).append((label.left, label.left + width))
    assert rows.keys() <= set(range(MOST_ROWS))
    for row in rows.values():
        row.sort()
        assert all(end <= begin for (_, end), (begin, _) in pairwise(row))
    # All of them are above the curves.
    assert overlay.area.top() >= MOST_ROWS * ROW_HEIGHT


def test_the_pointer_is_told_what_has_no_label(bench: Bench) -> None:
    panel = bench.show("losses")
    train(bench, panel)
    for step in range(200, 3900, 100):
        tell_raised(bench.model, oscillation(step))
        tell_ended(bench.model, oscillation(step), step + 10)
    panel.refresh()
    panel.view.grab()
    overlay = panel.view.overlay
    assert any(label is None for _, _, label in overlay.labels)
    for thing, x, _ in overlay.labels:
        assert thing.text in overlay.tip_at(QPointF(x, overlay.area.center().y())).split("\n")
    assert overlay.tip_at(QPointF(overlay.area.right() + 50, overlay.area.center().y())) == ""


def test_values_at_the_ends_stand_right_of_the_curves(bench: Bench) -> None:
    """This also holds if both curves end at one height, and if a moment of the past is looked at."""
    panel = bench.show("losses")
    bench.start()
    bench.model.receive(MetricsBlock(0, np.full((2000, len(FIGURES)), 0.7, np.float32), FIGURES))
    panel.refresh()
    overlay = panel.view.overlay
    for factor in (1.0, 0.3):
        panel.view.zoom(factor)
        panel.view.grab()
        metrics = QFontMetricsF(overlay.colors.font)
        one, other = overlay._end_places(metrics, overlay.area)
        assert one.left() > overlay.area.right()
        assert other.left() > overlay.area.right()
        assert not one.intersects(other)
        assert max(one.right(), other.right()) <= panel.view.width()


def test_alerts_are_above_the_timeline(bench: Bench) -> None:
    panel = bench.show("timeline")
    bench.start()
    model = bench.model
    for step in range(0, 1000, BLOCK):
        model.receive(Samples(step, np.zeros((64, 8, 8, 1), np.float32), None, None))
    panel.refresh()
    assert list(panel.strip.marks) == []
    tell_raised(model, collapse(500))
    panel.refresh()
    (mark,) = panel.strip.marks
    assert (mark.step, mark.text, mark.level) == (500, title("mode_collapse"), Level.BAD)
    assert panel.strip.accessibleDescription().startswith(f"step 500: {title('mode_collapse')}")
    x = round(panel.strip.place(mark.step))
    assert x == pytest.approx(panel.strip.width() / 2, abs=10)
    panel.set_colors(LIGHT)
    assert LIGHT.error in column(panel.strip.grab().toImage(), x - 3)
    assert LIGHT.error not in column(panel.strip.grab().toImage(), x + 30)
    bench.start()
    panel.refresh()
    assert list(panel.strip.marks) == []


def test_the_header_names_the_gravest_alert(bench: Bench) -> None:
    header = Header(bench.context)
    header.setParent(bench.host)
    header.resize(1400, 40)
    bench.host.resize(1400, 60)
    bench.host.show()
    bench.start()
    tell_raised(bench.model, oscillation())
    tell_raised(bench.model, collapse())
    bench.model.receive(diagnosed(1500, collapse(), oscillation(), modes=3.0))
    header.refresh()
    text = header.status_label.text().replace("&nbsp;", " ")
    assert f"⚠ {title('mode_collapse')} and 1 more" in text
    assert LIGHT.error in text
    assert "The generator makes 3 of 8 modes." in header.status_label.toolTip()
    for alert in (collapse(), oscillation()):
        tell_ended(bench.model, alert, 2000)
    header.refresh()
    assert "⚠" not in header.status_label.text()


def test_the_header_says_which_alert_the_run_is_paused_on(bench: Bench) -> None:
    header = Header(bench.context)
    header.setParent(bench.host)
    header.resize(1600, 40)
    bench.start()
    tell_raised(bench.model, collapse())
    tell_raised(bench.model, oscillation(1300))

    def said() -> str:
        header.refresh()
        return re.sub("<[^>]*>", "", header.status_label.text()).replace("&nbsp;", " ")

    bench.model.receive(StatusChanged(Status.PAUSED, 1300, str(oscillation(1300).message)))
    assert f"paused on ⚠ {title('oscillation')}  ·  ⚠ {title('mode_collapse')}" in said()
    both = f"{collapse().message} {oscillation().message}"
    bench.model.receive(StatusChanged(Status.TRAINING, 1300))
    assert f"training  ·  ⚠ {title('mode_collapse')} and 1 more" in said()
    bench.model.receive(StatusChanged(Status.PAUSED, 1320, both))
    assert f"paused on ⚠ {title('mode_collapse')} and 1 more" in said()
    # A pause that the person asked for is no alarm, and says which alert stands.
    bench.model.receive(StatusChanged(Status.TRAINING, 1320))
    bench.model.receive(StatusChanged(Status.PAUSED, 1340))
    assert f"paused  ·  ⚠ {title('mode_collapse')} and 1 more" in said()
