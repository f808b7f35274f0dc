"""The phase portrait of the losses: what part of the run it shows, where balance is, and what it does with NaN."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gan_desktop.core.events import ControlChanged, MetricsBlock
from gan_desktop.core.keys import replace_keys
from gan_desktop.gui.look.theme import DARK, LIGHT
from gan_desktop.gui.plotting.phase_view import AGES, MOST_POINTS
from tests.gan import FIGURES
from tests.gui.conftest import Bench


def losses(d: np.ndarray, g: np.ndarray, first: int = 0) -> MetricsBlock:
    values = np.ones((len(d), len(FIGURES)), np.float32)
    values[:, FIGURES.column("d_loss")], values[:, FIGURES.column("g_loss")] = d, g
    return MetricsBlock(first, values, FIGURES)


def circle(steps: int = 1000, turns: float = 5) -> MetricsBlock:
    angle = np.linspace(0, 2 * np.pi * turns, steps)
    return losses(1.4 + 0.3 * np.cos(angle), 0.7 + 0.3 * np.sin(angle))


def drawn(panel: Any) -> np.ndarray:
    """All points of the curve, oldest first, shape (n, 2)."""
    return np.concatenate([np.stack(part.getData(), axis=1) for part in panel.view.parts])


@pytest.fixture
def panel(bench: Bench) -> Any:
    shown = bench.show("phase")
    bench.start()
    return shown


def test_it_waits_for_losses(bench: Bench) -> None:
    panel = bench.show("phase")
    assert not panel.message.isHidden()
    bench.start()
    bench.model.receive(circle())
    panel.refresh()
    assert panel.message.isHidden()
    bench.host.grab()


def test_an_oscillation_is_a_loop(bench: Bench, panel: Any) -> None:
    bench.model.receive(circle())
    panel.refresh()
    points = drawn(panel)
    assert len(points) <= MOST_POINTS + 2 * AGES
    # Late enough for the smoothing to have settled, it goes round the middle at one distance.
    distance = np.linalg.norm(points[100:] - (1.4, 0.7), axis=1)
    assert distance.std() < 0.02 < 0.2 < distance.mean()
    np.testing.assert_allclose(panel.view.now.getData(), points[-1:].T)
    low, high = np.array(panel.view.getPlotItem().getViewBox().viewRange()).T
    assert ((points >= low) & (points <= high)).mean() > 0.98


def test_only_the_last_steps_are_shown(bench: Bench, panel: Any) -> None:
    steps = np.arange(3000) / 1000
    bench.model.receive(losses(steps, steps))
    panel.refresh()
    assert drawn(panel).min() == pytest.approx(1, abs=0.05)
    panel.span_choice.button("500").click()
    assert drawn(panel).min() == pytest.approx(2.5, abs=0.05)
    panel.span_choice.button("all").click()
    assert drawn(panel).min() == pytest.approx(0, abs=0.05)
    assert bench.context.settings.get("phase/span", "") == "all"
    again = type(panel)(bench.context)
    assert again.view.span is None
    again.deleteLater()


def test_a_million_steps_are_few_points(bench: Bench, panel: Any) -> None:
    panel.span_choice.button("all").click()
    bench.model.receive(circle(200_000, 3))
    panel.refresh()
    assert MOST_POINTS / 2 < len(drawn(panel)) <= MOST_POINTS + 2 * AGES


def test_balance_is_marked_where_it_is_known(bench: Bench, panel: Any) -> None:
    bench.model.receive(circle())
    panel.refresh()
    np.testing.assert_allclose(np.ravel(panel.view.balance.getData()), [2 * log(2), log(2)])
    assert "balance" in panel.caption.text()
    bench.model.receive(ControlChanged(1000, "objective", "wasserstein", "non_saturating"))
    panel.refresh()
    # Its discriminator's loss is a distance and rests at 0; its generator's is a score without a zero.
    assert not len(panel.view.balance.getData()[0])
    assert [line.isVisible() for line in panel.view.lines] == [True, False]


def test_without_losses_there_is_no_balance_to_mark(bench: Bench, panel: Any) -> None:
    panel.refresh()
    assert not len(panel.view.balance.getData()[0])
    assert not any(line.isVisible() for line in panel.view.lines)
    bench.host.grab()


def test_losses_that_are_not_finite_break_the_curve(bench: Bench, panel: Any) -> None:
    d, g = np.full(100, 1.4), np.full(100, 0.7)
    d[50:], g[70:] = np.nan, np.inf
    bench.model.receive(losses(d, g))
    panel.refresh()
    np.testing.assert_allclose(np.ravel(panel.view.now.getData()), [1.4, 0.7])
    assert np.isfinite(panel.view.getPlotItem().getViewBox().viewRange()).all()
    bench.host.grab()
    bench.model.receive(losses(np.full(3000, np.nan), np.full(3000, np.nan), 100))
    panel.refresh()
    assert not len(panel.view.now.getData()[0])
    bench.host.grab()


def test_a_spike_does_not_flatten_the_rest(bench: Bench, panel: Any) -> None:
    block = circle(1000)
    block.values[200, FIGURES.column("d_loss")] = 1e4
    bench.model.receive(block)
    panel.span_choice.button("500").click()
    low, high = panel.view.getPlotItem().getViewBox().viewRange()[0]
    assert high - low < 3


def test_the_scale_stays_while_the_curve_fits(bench: Bench, panel: Any) -> None:
    bench.model.receive(circle())
    panel.refresh()
    before = panel.view.getPlotItem().getViewBox().viewRange()
    bench.model.receive(losses(np.full(40, 1.5), np.full(40, 0.8), 1000))
    panel.refresh()
    assert panel.view.getPlotItem().getViewBox().viewRange() == before


def test_a_new_run_begins_with_an_empty_portrait(bench: Bench, panel: Any) -> None:
    bench.model.receive(circle())
    panel.refresh()
    bench.start(replace_keys(bench.model.form.config, {"objective.objective": "wasserstein"}))
    panel.refresh()
    assert not len(drawn(panel))
    bench.model.receive(losses(np.full(10, -3.0), np.full(10, 5.0)))
    panel.refresh()
    np.testing.assert_allclose(drawn(panel), [[-3, 5]] * len(drawn(panel)))


def test_steps_are_chosen_with_the_keyboard(bench: Bench, panel: Any, qtbot: QtBot) -> None:
    panel.tools.setParent(bench.host)
    panel.tools.show()
    button = panel.span_choice.button("2000")
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Right)
    assert panel.view.span is None


def test_settings_that_make_no_sense_are_ignored(bench: Bench) -> None:
    bench.context.settings.set("phase/span", "some")
    assert bench.show("phase").view.span == 2000


def test_age_fades_and_colours_follow_the_theme(bench: Bench, panel: Any) -> None:
    bench.model.receive(circle())
    panel.refresh()
    for colors, fainter in ((LIGHT, 1), (DARK, -1)):
        panel.set_colors(colors)
        shades = [fainter * part.opts["pen"].color().lightness() for part in panel.view.parts]
        assert shades == sorted(shades, reverse=True)
        assert shades[0] != shades[-1]
