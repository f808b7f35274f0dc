"""What lies under generated points: surfaces, the generator's map, its pull, and what is said where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Watch
from gan_desktop.core.events import ControlChanged, Samples
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.core.views import Arrows, UpdateShown, View
from gan_desktop.gui.look.theme import DARK, LIGHT, Colors
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.fake_engine import FakeEngine
from tests.gui.fake_views import arrows, centres, manifold, surface


def points(count: int = 200) -> np.ndarray:
    return (0.8 * centres()[np.arange(count) % 3]).astype(np.float32)


@pytest.fixture
def panel(bench: Bench) -> Any:
    """The panel of points, watched, in a run on the ring that has shown samples."""
    shown = bench.show("scatter")
    shown.set_watched(True)
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    bench.model.receive(Samples(120, points()))
    return shown


def choose(panel: Any, value: str) -> None:
    panel.plane.surface_choice.button(value).click()


def objective(bench: Bench, name: str) -> None:
    """Set the objective, as if the run had begun with it."""
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring", "objective.objective": name}))
    bench.model.receive(Samples(120, points()))


def watched(bench: Bench) -> list[frozenset[View]]:
    return [command.views for command in bench.sent if isinstance(command, Watch)]


def test_nothing_is_asked_for_until_it_is_chosen(bench: Bench, panel: Any) -> None:
    assert watched(bench) == []
    choose(panel, "optimal")
    panel.plane.manifold_check.click()
    panel.plane.arrows_check.click()
    choose(panel, "points")
    assert watched(bench) == [
        {View.SURFACE},
        {View.SURFACE, View.MANIFOLD},
        {View.SURFACE, View.MANIFOLD, View.ARROWS},
        {View.MANIFOLD, View.ARROWS},
    ]
    panel.set_watched(False)
    assert watched(bench)[-1] == frozenset()


def test_of_images_nothing_is_asked_for(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    bench.start(replace_keys(bench.model.form.config, {"data.name": "digits"}))
    assert watched(bench)[-1] == frozenset()


def test_the_surface_is_the_probability_of_real(bench: Bench, panel: Any) -> None:
    event = surface(100)
    bench.model.receive(event)
    choose(panel, "d")
    expected = 2 / (1 + np.exp(-event.logits.astype(np.float64))) - 1
    np.testing.assert_allclose(panel.plane.heat_map.values, expected, atol=1e-12)
    assert panel.plane.strip.texts == ("fake 0", "", "1 real")
    assert not panel.plane.strip.isHidden()
    assert "undecided" in panel.legend.text()
    choose(panel, "points")
    assert panel.plane.heat_map.values is None
    assert panel.plane.strip.isHidden()
    assert "undecided" not in panel.legend.text()


def test_the_optimum_and_the_difference_from_it(bench: Bench, panel: Any) -> None:
    event = surface(120)
    assert event.optimal is not None
    bench.model.receive(event)
    choose(panel, "optimal")
    known = np.isfinite(event.optimal)
    shown = panel.plane.heat_map.values
    assert np.array_equal(np.isfinite(shown), known)
    best = 1 / (1 + np.exp(-event.optimal[known].astype(np.float64)))
    np.testing.assert_allclose(shown[known], 2 * best - 1, atol=1e-12)
    choose(panel, "difference")
    learned = 1 / (1 + np.exp(-event.logits[known].astype(np.float64)))
    np.testing.assert_allclose(panel.plane.heat_map.values[known], learned - best, atol=1e-12)
    assert panel.plane.strip.texts == ("too fake", "", "too real")
    # The difference has no line at which D is undecided.
    assert not len(panel.plane.boundary.strokes)


def pixel(panel: Any, x: float, y: float) -> QColor:
    """The colour of the plot at a place of the plane."""
    image: QImage = panel.view.grab().toImage()
    box = panel.view.getPlotItem().getViewBox()
    place = panel.view.mapFromScene(box.mapViewToScene(QPointF(x, y)))
    return image.pixelColor(place)


def test_colours_say_which_side_is_which(bench: Bench, panel: Any) -> None:
    """Rows of a surface go up: the fakes' side is at the top right, orange, the real modes without fakes are blue."""
    bench.model.receive(surface(100))
    choose(panel, "d")
    bench.host.repaint()
    fake, real = pixel(panel, 0.45, 0.45), pixel(panel, -0.65, -0.9)
    assert fake.red() > fake.blue() + 20
    assert real.blue() > real.red() + 20


def test_a_critic_is_shown_on_a_scale_of_its_own(bench: Bench, panel: Any) -> None:
    objective(bench, "wasserstein")
    event = surface(100)
    bench.model.receive(replace(event, logits=1000 + 50 * event.logits))
    choose(panel, "d")
    values = panel.plane.heat_map.values
    assert -1 <= values.min() < -0.9
    assert 0.5 < values.max() <= 1
    # Midway between what it makes of real and of fake points is neutral.
    low, middle, high = panel.plane.strip.texts
    assert middle == "critic"
    assert float(low) < 1000 < float(high)
    choose(panel, "optimal")
    assert "logistic loss, not of this objective" in panel.legend.text()
    assert panel.plane.heat_map.values is not None
    choose(panel, "difference")
    assert "values are no probabilities" in panel.legend.text()
    assert panel.plane.heat_map.values is None


def test_a_constant_critic(bench: Bench, panel: Any) -> None:
    objective(bench, "wasserstein")
    event = surface(100)
    bench.model.receive(replace(event, logits=np.full_like(event.logits, 3)))
    choose(panel, "d")
    assert not panel.plane.heat_map.values.any()
    bench.host.grab()


@pytest.mark.parametrize(
    ("changes", "chosen", "sentence"),
    [
        ({"unknown": "D judges packs", "logits": np.empty((0, 0), "f"), "optimal": None}, "d", "of D: D judges packs."),
        ({"unknown": "D judges packs", "logits": np.empty((0, 0), "f"), "optimal": None}, "optimal", "D judges packs."),
        ({"optimal": None, "optimal_unknown": "x < y"}, "optimal", "No optimal discriminator: x &lt; y."),
        ({"optimal": None, "optimal_unknown": "no density"}, "difference", "No optimal discriminator: no density."),
        ({"optimal": None}, "optimal", "the density of the data is not known."),
        ({"logits": np.full((8, 8), np.nan, "f")}, "d", "its logits are not finite."),
    ],
)
def test_why_there_is_no_surface(bench: Bench, panel: Any, changes: dict[str, Any], chosen: str, sentence: str) -> None:
    bench.model.receive(surface(100, **changes))
    choose(panel, chosen)
    assert sentence in panel.legend.text()
    assert panel.plane.heat_map.values is None
    assert panel.plane.strip.isHidden()


def test_where_d_is_not_finite_the_rest_is_shown(bench: Bench, panel: Any) -> None:
    event = surface(100)
    logits = event.logits.copy()
    logits[:10], logits[10] = np.nan, np.inf
    bench.model.receive(replace(event, logits=logits))
    choose(panel, "d")
    assert np.isfinite(panel.plane.heat_map.values[10:]).all()
    assert len(panel.plane.boundary.strokes)
    bench.host.grab()


def test_the_generators_map_is_a_lattice(bench: Bench, panel: Any) -> None:
    bench.model.receive(manifold(100))
    panel.plane.manifold_check.click()
    # 20 x 20 nodes have 19 neighbours along every row and every column.
    assert panel.plane.manifold.strokes.shape == (2 * 20 * 19, 2, 2)
    assert "G's map" in panel.legend.text()
    broken = manifold(110).points.copy()
    broken[3, 4] = np.nan
    bench.model.receive(manifold(110, points=broken))
    panel.refresh()
    assert len(panel.plane.manifold.strokes) == 2 * 20 * 19 - 4
    bench.model.receive(manifold(120, points=np.empty((0, 0, 2), "f"), unknown="no class was chosen"))
    panel.refresh()
    assert "No map of G: no class was chosen." in panel.legend.text()
    assert not len(panel.plane.manifold.strokes)


def test_a_vanished_gradient_has_short_arrows(bench: Bench, panel: Any) -> None:
    panel.plane.arrows_check.click()
    lengths = []
    for scale in (10.0, 1.0, 1e-2, 1e-6, 0.0):
        bench.model.receive(arrows(100, scale))
        panel.refresh()
        lengths.append(float(np.median(panel.plane.arrows.lengths)))
        bench.host.grab()
    assert lengths[0] > lengths[1] > lengths[2] > lengths[3] == lengths[4] == 0
    assert "pull\u00a0on\u00a0G\u00a00.000" in panel.legend.text()


def test_arrows_that_cannot_be_drawn(bench: Bench, panel: Any) -> None:
    panel.plane.arrows_check.click()
    ways = np.array([[1, 0], [np.nan, 1], [1e30, 1e30]], np.float32)
    bench.model.receive(Arrows(100, np.array([[0, 0], [0, 0], [1e30, 0]], np.float32), ways))
    panel.refresh()
    assert len(panel.plane.arrows.strokes) == 2
    bench.host.grab()
    bench.model.receive(Arrows(110, np.empty((0, 2), "f"), np.empty((0, 2), "f")))
    panel.refresh()
    bench.host.grab()


def test_looking_back_hides_what_is_of_now(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    bench.model.receive(surface(125))
    bench.model.receive(Samples(130, points()))
    bench.model.record.look_at(bench.model.record.snapshots[0].step)
    panel.refresh()
    assert panel.plane.heat_map.values is None
    assert "Not kept by then: surface." in panel.legend.text()
    assert watched(bench)[-1] == frozenset()
    bench.model.record.look_at(None)
    panel.refresh()
    assert panel.plane.heat_map.values is not None
    assert "Not kept" not in panel.legend.text()
    assert watched(bench)[-1] == {View.SURFACE}


def test_looking_back_shows_what_was_kept_before_and_of_which_step(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    panel.plane.manifold_check.click()
    panel.plane.arrows_check.click()
    for step, value in ((120, -2.0), (140, 2.0)):
        bench.model.receive(surface(step, logits=np.full((4, 4), value, "f")))
        bench.model.receive(manifold(step))
        bench.model.receive(Samples(step + 10, points()))
    bench.model.receive(Samples(400, points()))
    record = bench.model.record
    for moment, step, sign in ((139, 120, -1), (140, 140, 1), (390, 140, 1)):
        record.look_at(moment)
        panel.refresh()
        assert np.sign(panel.plane.heat_map.values).tolist() == [[sign] * 4] * 4
        assert f"surface of step {step}" in panel.legend.text()
        assert f"map, step {step}" in panel.legend.text()
        assert "Not kept by then: pull on G." in panel.legend.text()
    assert len(panel.plane.manifold.strokes)


def test_a_surface_of_then_is_judged_by_the_objective_of_then(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    bench.model.receive(surface(120))
    bench.model.receive(ControlChanged(130, "objective", "wasserstein", "non_saturating"))
    bench.model.receive(Samples(150, points()))
    bench.model.record.look_at(125)
    panel.refresh()
    assert panel.plane.strip.texts == ("fake 0", "", "1 real")
    bench.model.record.look_at(140)
    panel.refresh()
    assert panel.plane.strip.texts[1] == "critic"


def test_a_surface_that_lags_behind_says_so(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    bench.model.receive(surface(120))
    panel.refresh()
    assert "surface of" not in panel.legend.text()
    bench.model.receive(Samples(9000, points()))
    panel.refresh()
    assert "surface of step 120" in panel.legend.text()


def test_slow_motion_shows_every_update(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    panel.plane.arrows_check.click()
    bench.model.receive(arrows(120))
    moved = points() + 0.1
    event = UpdateShown(1204, "d", 2, 5, 1.0, 0.9, moved, surface(1204, logits=np.full((4, 4), 2.0, "f")))
    bench.model.receive(event)
    panel.refresh()
    np.testing.assert_array_equal(panel.fake.points, moved)
    assert "after D update 2 of 5 of step 1,204" in panel.legend.text()
    assert panel.plane.heat_map.values.shape == (4, 4)
    # The pull is of the step before.
    assert not len(panel.plane.arrows.strokes)
    bench.model.receive(Samples(1205, points()))
    panel.refresh()
    np.testing.assert_array_equal(panel.fake.points, points())
    assert "generated, step 1,205" in panel.legend.text()


def test_a_new_run_begins_without_the_views_of_the_last(bench: Bench, panel: Any) -> None:
    choose(panel, "d")
    bench.model.receive(surface(120))
    panel.refresh()
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    panel.refresh()
    assert panel.plane.heat_map.values is None
    bench.model.receive(Samples(0, points()))
    panel.refresh()
    assert panel.plane.heat_map.values is None
    assert watched(bench)[-1] == {View.SURFACE}


def test_a_mode_can_be_pointed_at(bench: Bench, panel: Any) -> None:
    panel.point_at(3)
    np.testing.assert_allclose(panel.pointed.getData(), centres()[3][:, None])
    panel.point_at(None)
    assert not len(panel.pointed.getData()[0])
    panel.point_at(99)
    assert not len(panel.pointed.getData()[0])


def test_choices_are_made_with_the_keyboard_and_remembered(bench: Bench, panel: Any, qtbot: QtBot) -> None:
    choice = panel.plane.surface_choice
    choice.button("points").setFocus()
    qtbot.waitUntil(choice.button("points").hasFocus)
    QTest.keyClick(choice.button("points"), Qt.Key.Key_Right)
    QTest.keyClick(choice.button("d"), Qt.Key.Key_Right)
    assert choice.value == "optimal"
    QTest.keyClick(panel.plane.arrows_check, Qt.Key.Key_Space)
    assert panel.plane.arrows_check.isChecked()
    assert bench.context.settings.get("scatter/surface", "") == "optimal"
    again = type(panel)(bench.context)
    assert again.plane.wanted() == {View.SURFACE, View.ARROWS}
    again.deleteLater()


def test_settings_that_make_no_sense_are_ignored(bench: Bench) -> None:
    bench.context.settings.set("scatter/surface", "plaid")
    assert bench.show("scatter").plane.surface_choice.value == "points"


def test_colours_follow_the_theme(bench: Bench, panel: Any) -> None:
    bench.model.receive(surface(100))
    choose(panel, "d")

    def ground(colors: Colors) -> int:
        panel.set_colors(colors)
        return pixel(panel, -0.65, -0.9).lightness()

    assert ground(DARK) < 128 < ground(LIGHT)


def test_the_window_asks_for_what_it_shows(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    panel: Any = window.panel("scatter")
    window.model.form.edit({"data.name": "ring"})
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    choose(panel, "d")
    qtbot.waitUntil(lambda: panel.plane.heat_map.values is not None)
    window.docks.docks["scatter"].hide()
    qtbot.waitUntil(lambda: any(isinstance(command, Watch) and not command.views for command in engine.seen))
