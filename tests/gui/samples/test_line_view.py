"""Data of one dimension: histograms of real and generated numbers, D's score below, and nothing that needs a plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from gan_desktop.core.commands import Watch
from gan_desktop.core.events import DataSummary, RunStarted, Samples, StatusChanged
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.line import BINS, shares
from gan_desktop.core.plane import view_limits
from gan_desktop.core.status import Status
from gan_desktop.core.views import Surface, UpdateShown, View
from gan_desktop.gui.look.theme import DARK, LIGHT
from gan_desktop.gui.panel import panels
from tests.gui.conftest import Bench

REAL = np.concatenate([np.linspace(-1, -0.6, 300), np.linspace(0.5, 1, 300)])[:, None].astype(np.float32)
LIMITS = view_limits(REAL)


def fakes(count: int = 400) -> np.ndarray:
    return np.linspace(-0.2, 0.2, count)[:, None].astype(np.float32)


def curve(step: int, **changes: Any) -> Surface:
    logits = np.linspace(-3, 3, 64).astype(np.float32)
    return Surface(**({"step": step, "limits": LIMITS, "logits": logits, "optimal_unknown": "no density"} | changes))


def start(bench: Bench, **changes: Any) -> None:
    config = replace_keys(bench.model.form.config, {"data.name": "points", "data.path": "one.csv", **changes})
    labels = (REAL[:, 0] > 0).astype(np.int64)
    title, notes = "one.csv, 600 numbers", ("The data are of one dimension: column 1.",)
    data = DataSummary(title, "points", (1,), 600, REAL, notes=notes, classes=2, real_labels=labels)
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    bench.model.receive(RunStarted(config, "one", data, "CPU", None, 20_000, 1, 1))
    bench.model.receive(StatusChanged(Status.TRAINING, 0))


@pytest.fixture
def panel(bench: Bench) -> Any:
    """The panel of points, watched, in a run on numbers that has shown samples."""
    shown = bench.show("scatter")
    shown.set_watched(True)
    start(bench)
    bench.model.receive(Samples(120, fakes()))
    shown.refresh()
    return shown


def watched(bench: Bench) -> list[frozenset[View]]:
    return [command.views for command in bench.sent if isinstance(command, Watch)]


def test_two_histograms_over_each_other(bench: Bench, panel: Any) -> None:
    found = panel.line.histograms.shares
    np.testing.assert_allclose(found["real"], shares(REAL, LIMITS))
    np.testing.assert_allclose(found["fake"], shares(fakes(), LIMITS))
    assert not len(found["averaged"])
    assert not panel.line.histograms.bars["averaged"].isVisible()
    x, y = panel.line.histograms.bars["fake"].getData()
    assert (len(x), len(y)) == (BINS + 1, BINS)
    assert y.sum() == pytest.approx(100)
    assert "generated, step 120" in panel.line.legend.text()
    assert "real" in panel.line.legend.text()
    assert panel.caption.text() == "one.csv, 600 numbers"
    assert "one dimension" in panel.caption.toolTip()


def test_what_needs_a_plane_is_not_offered(bench: Bench, panel: Any) -> None:
    assert panel.line.isVisible()
    for hidden in (panel.plane.surface_choice, panel.plane.manifold_check, panel.plane.arrows_check, panel.view):
        assert not hidden.isVisible()
    assert "need two dimensions" in panel.line.legend.text()
    panel.plane.surface_choice.button("optimal").click()
    panel.plane.arrows_check.setChecked(True)
    assert watched(bench)[-1] == {View.SURFACE}
    panel.point_at(3)
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    panel.refresh()
    assert panel.view.isVisible()
    assert panel.plane.surface_choice.isVisible()
    assert not panel.line.isVisible()
    assert watched(bench)[-1] == {View.SURFACE, View.ARROWS}


def test_the_score_of_d_is_a_curve(bench: Bench, panel: Any) -> None:
    assert watched(bench) == [{View.SURFACE}]
    assert not panel.line.curve.isVisible()
    event = curve(119)
    bench.model.receive(event)
    panel.refresh()
    assert panel.line.curve.isVisible()
    np.testing.assert_allclose(panel.line.curve.values, 1 / (1 + np.exp(-event.logits.astype(float))), atol=1e-9)
    assert panel.line.curve.undecided.isVisible()
    assert "score of step" not in panel.line.legend.text()
    bench.model.receive(Samples(9000, fakes()))
    panel.refresh()
    assert "D's score of step 119" in panel.line.legend.text()
    panel.line.curve_check.click()
    assert not panel.line.curve.isVisible()
    assert watched(bench)[-1] == frozenset()
    again = type(panel)(bench.context)
    assert again.line.wanted() == frozenset()
    again.deleteLater()


def test_a_critic_has_values_of_its_own(bench: Bench, panel: Any) -> None:
    start(bench, **{"objective.objective": "wasserstein"})
    bench.model.receive(Samples(10, fakes()))
    bench.model.receive(curve(10, logits=np.full(64, 1e6, np.float32)))
    panel.refresh()
    assert panel.line.curve.values.tolist() == [1e6] * 64
    assert not panel.line.curve.undecided.isVisible()
    low, high = panel.line.curve.getPlotItem().getViewBox().viewRange()[1]
    assert low < 1e6 < high


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unknown": "D judges packs", "logits": np.empty((0, 0), "f")}, "No score of D: D judges packs."),
        ({"logits": np.full(64, np.nan, "f")}, "No score of D: its logits are not finite."),
    ],
)
def test_why_there_is_no_score(bench: Bench, panel: Any, changes: dict[str, Any], sentence: str) -> None:
    bench.model.receive(curve(120, **changes))
    panel.refresh()
    assert sentence in panel.line.legend.text()
    assert not panel.line.curve.isVisible()


def test_looking_back_and_slow_motion(bench: Bench, panel: Any) -> None:
    bench.model.receive(curve(125))
    bench.model.receive(Samples(130, fakes() + 0.5))
    bench.model.receive(Samples(150, fakes() + 0.5))
    bench.model.record.look_at(bench.model.record.snapshots[0].step)
    panel.refresh()
    np.testing.assert_allclose(panel.line.histograms.shares["fake"], shares(fakes(), LIMITS))
    assert not panel.line.curve.isVisible()
    assert "D's score was not kept by then" in panel.line.legend.text()
    bench.model.record.look_at(140)
    panel.refresh()
    assert panel.line.curve.isVisible()
    assert "D's score of step 125" in panel.line.legend.text()
    bench.model.record.look_at(None)
    moved = fakes() - 0.5
    bench.model.receive(UpdateShown(130, "g", 1, 1, 1.0, 0.9, moved, curve(130, logits=np.zeros(64, "f"))))
    panel.refresh()
    np.testing.assert_allclose(panel.line.histograms.shares["fake"], shares(moved, LIMITS))
    assert panel.line.curve.values.tolist() == [0.5] * 64
    assert "after G update 1 of 1 of step 130" in panel.line.legend.text()


def test_the_average_and_single_classes(bench: Bench, panel: Any) -> None:
    bench.model.receive(Samples(140, fakes(), fakes() + 0.3, np.ones(400, np.int32)))
    panel.choices.generator.button("both").click()
    panel.refresh()
    found = panel.line.histograms.shares
    np.testing.assert_allclose(found["averaged"], shares(fakes() + 0.3, LIMITS))
    np.testing.assert_allclose(found["real"], shares(REAL[300:], LIMITS))
    panel.choices.generator.button("averaged").click()
    panel.refresh()
    assert not len(panel.line.histograms.shares["fake"])
    assert "class 1" in panel.line.legend.text()


def test_numbers_that_cannot_be_drawn(bench: Bench, panel: Any) -> None:
    wild = np.array([[np.nan], [np.inf], [3e38], [0]], np.float32)
    bench.model.receive(Samples(150, wild))
    panel.refresh()
    assert panel.line.histograms.shares["fake"].sum() == 0.25
    assert "3 of 4 outside" in panel.line.legend.text()
    bench.host.grab()
    start(bench)
    panel.refresh()
    assert not len(panel.line.histograms.shares["fake"])
    assert "appear here" in panel.line.legend.text()


def test_the_scale_grows_at_once_and_shrinks_when_it_is_much_too_large(bench: Bench, panel: Any) -> None:
    def top() -> float:
        panel.refresh()
        return float(panel.line.histograms.getPlotItem().getViewBox().viewRange()[1][1])

    bench.model.receive(Samples(160, np.zeros((100, 1), np.float32)))
    assert top() == pytest.approx(108)
    bench.model.receive(Samples(161, np.repeat([[0.0], [0.5]], [70, 30], axis=0).astype("f")))
    assert top() == pytest.approx(108)
    bench.model.receive(Samples(162, fakes()))
    assert top() < 40


def test_colours_are_those_of_points(bench: Bench, panel: Any) -> None:
    for colors in (LIGHT, DARK):
        panel.set_colors(colors)
        assert panel.line.histograms.bars["fake"].opts["pen"].color() == QColor(colors.g)
        assert panel.line.histograms.bars["averaged"].opts["pen"].color() == QColor(colors.averaged)
        assert panel.line.histograms.bars["real"].opts["pen"].color() == QColor(colors.real)
        assert panel.line.curve.curve.opts["pen"].color() == QColor(colors.d)
        image: QImage = panel.picture()
        assert image.pixelColor(image.width() - 3, image.height() // 3).lightness() > 128 or colors.dark


@pytest.mark.parametrize("name", list(panels))
def test_every_panel_takes_numbers(bench: Bench, name: str) -> None:
    """Whatever a run on numbers tells, nothing is raised, and everything is painted."""
    shown = bench.show(name)
    shown.set_watched(True)
    start(bench)
    bench.take_steps(40)
    latents = np.zeros((400, bench.model.form.config.latent.latent_dim), np.float32)
    bench.model.receive(Samples(40, fakes(), fakes(), np.zeros(400, np.int32), latents))
    bench.model.receive(curve(40))
    bench.model.receive(UpdateShown(40, "d", 1, 1, 1.0, 0.9, fakes(), curve(40)))
    shown.refresh()
    QTest.qWait(0)
    assert not bench.host.grab().isNull()
