"""Looking closer at generated images: scores as frames, and the real images that are nearest to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Inspect, Watch
from gan_desktop.core.events import ControlChanged, Samples, StatusChanged
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.core.tiling import to_bytes
from gan_desktop.core.views import UpdateShown
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import LIGHT
from gan_desktop.gui.panels.samples import SamplesPanel
from gan_desktop.gui.samples.sample_grid import SampleGrid
from gan_desktop.gui.samples.score_frames import stretch
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.fake_image_views import inspected


def images(count: int = 64, value: float = 0.5) -> np.ndarray:
    return np.full((count, 8, 8, 1), value, np.float32)


def scored(step: int = 10, count: int = 64) -> Samples:
    return Samples(step, images(count), scores=np.linspace(0, 1, count, dtype=np.float32))


def test_scores_are_framed_only_where_they_are_wanted(bench: Bench) -> None:
    panel = bench.show("samples")
    panel.set_watched(True)
    bench.start()
    check = panel.frames_check
    bench.model.receive(scored())
    panel.refresh()
    assert not check.isChecked()
    assert panel.generated.scores is None
    check.click()
    assert bench.sent[-1] == Watch(frozenset(), scores=True)
    panel.refresh()
    assert len(panel.generated.scores) == 64
    assert "thick frame" in panel.caption.text()
    # Behind a tab, no scores are asked for.
    panel.set_watched(False)
    assert bench.sent[-1] == Watch(frozenset())
    panel.set_watched(True)
    check.click()
    assert bench.sent[-1] == Watch(frozenset())
    panel.refresh()
    assert panel.generated.scores is None
    assert panel.caption.text() == ""


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6, 1.0])
def test_a_frame_is_as_long_as_its_score(qtbot: QtBot, share: float) -> None:
    points = stretch(QRectF(10, 10, 40, 20), share)
    length = sum((end - begin).manhattanLength() for begin, end in pairwise(points))
    assert length == pytest.approx(share * 120)
    assert points[0] == QPointF(10, 10)


def test_frames_show_in_both_colours_and_between_the_images(qtbot: QtBot) -> None:
    grid = SampleGrid()
    qtbot.addWidget(grid)
    grid.set_colors(LIGHT)
    grid.resize(400, 400)
    grid.show_images(to_bytes(images(4)))
    grid.show_scores(np.array([1.0, 0.0, np.nan, 0.5], np.float32))
    picture = grid.grab().toImage()
    places = grid.places()

    def top(index: int) -> str:
        place = places[index]
        return picture.pixelColor(round(place.center().x()), round(place.top() - 2)).name()

    assert top(0) == top(3) == LIGHT.g
    assert LIGHT.g not in (top(1), top(2))
    # An image itself is not painted over, and the first frame is not cut off.
    for place in places.values():
        assert picture.pixelColor(place.center().toPoint()).lightness() == 128
    assert places[0].left() >= 3
    tip = grid.tip_at(places[3].center())
    assert tip == "D: 0.50 real"


def test_a_score_that_is_no_probability_is_not_shown_as_one(bench: Bench) -> None:
    panel = bench.show("samples")
    panel.set_watched(True)
    bench.start(replace_keys(bench.model.form.config, {"objective.objective": "wasserstein"}))
    bench.model.receive(scored())
    panel.frames_check.setChecked(True)
    panel.refresh()
    assert not panel.frames_check.isEnabled()
    assert "not a probability" in panel.frames_check.toolTip()
    assert "not a probability" in panel.caption.text()
    assert panel.generated.scores is None
    assert Watch(frozenset(), scores=True) not in bench.sent
    # The objective is a live control.
    bench.model.receive(ControlChanged(20, "objective", "non_saturating", "wasserstein"))
    panel.refresh()
    assert panel.frames_check.isEnabled()
    assert bench.sent[-1] == Watch(frozenset(), scores=True)
    assert panel.generated.scores is not None


def test_packs_have_no_scores_of_single_samples(bench: Bench) -> None:
    panel = bench.show("samples")
    panel.set_watched(True)
    panel.frames_check.setChecked(True)
    assert bench.sent[-1] == Watch(frozenset(), scores=True)
    bench.start(replace_keys(bench.model.form.config, {"regularization.packing": 2}))
    assert bench.sent[-1] == Watch(frozenset())
    assert not panel.frames_check.isEnabled()
    assert "judges packs" in panel.frames_check.toolTip()
    bench.start()
    assert bench.sent[-1] == Watch(frozenset(), scores=True)


def test_scores_are_of_what_is_shown(bench: Bench) -> None:
    panel = bench.show("samples")
    panel.set_watched(True)
    panel.frames_check.setChecked(True)
    bench.start()
    first = scored(5)
    bench.model.receive(first)
    bench.model.receive(Samples(10, images(), images(value=0.2), scores=first.scores))
    panel.refresh()
    assert panel.generated.scores is not None
    panel.choices.generator.button("averaged").click()
    assert panel.generated.scores is None
    panel.choices.generator.button("both").click()
    assert panel.generated.scores is not None
    bench.model.record.look_at(bench.model.record.snapshots[0].step)
    panel.refresh()
    assert panel.generated.scores is None


def rest_on(panel: Any, index: int) -> None:
    QTest.mouseMove(panel.generated, panel.generated.places()[index].center().toPoint())


def asked(bench: Bench) -> list[int]:
    return [command.index for command in bench.sent if isinstance(command, Inspect)]


@pytest.fixture
def samples_panel(bench: Bench) -> Iterator[Any]:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(10, images()))
    panel.refresh()
    QApplication.processEvents()
    yield panel
    panel.inspector.leave()


def test_pointer_that_rests_asks_and_the_answer_is_shown(bench: Bench, samples_panel: Any, qtbot: QtBot) -> None:
    popup = samples_panel.inspector.popup
    rest_on(samples_panel, 10)
    rest_on(samples_panel, 11)
    qtbot.waitUntil(lambda: asked(bench) == [11])
    bench.model.receive(inspected(10))
    assert not popup.isVisible()
    bench.model.receive(inspected(11))
    assert popup.isVisible()
    assert popup.about.text() == "D: 0.31 real · looks like 7"
    assert [label.text() for label in popup.distances] == ["0.800", "1.10", "1.30"]
    assert popup.sentence.text() == "0.8 of the distance between real neighbours: not a copy"
    assert all(image.picture is not None for image in (popup.sample, *popup.neighbours))
    # A tool tip would cover it.
    point = samples_panel.generated.places()[11].center().toPoint()
    QApplication.sendEvent(samples_panel.generated, QHelpEvent(QHelpEvent.Type.ToolTip, point, QPoint(50, 50)))
    assert QToolTip.text() == ""
    QTest.mouseMove(samples_panel.generated, QPoint(samples_panel.generated.width() - 1, 5))
    assert not popup.isVisible()


@pytest.mark.parametrize(
    ("distances", "typical", "said"),
    [
        ([0.34, 1.0], 1.0, "0.34 of the distance between real neighbours: not a copy"),
        ([0.33, 1.0], 1.0, "0.33 of the distance between real neighbours: a copy?"),
        ([0.0], 2.0, "0 of the distance between real neighbours: a copy?"),
        ([1.0], 0.0, "Most real images occur more than once: there is no distance to compare with."),
        ([1.0], float("nan"), "Most real images occur more than once: there is no distance to compare with."),
        ([], 1.0, "The distance to real images is not known."),
        ([float("nan")], 1.0, "The distance to real images is not known."),
    ],
)
def test_what_is_said_of_the_nearest(samples_panel: Any, distances: list[float], typical: float, said: str) -> None:
    assert samples_panel.inspector.popup.judgement(np.array(distances, np.float32), typical) == said


def test_a_judge_of_patches_shows_its_map(bench: Bench, samples_panel: Any, qtbot: QtBot) -> None:
    patches = samples_panel.inspector.popup.patches
    rest_on(samples_panel, 11)
    qtbot.waitUntil(lambda: asked(bench) == [11])
    bench.model.receive(inspected(11))
    assert not patches.isVisible()
    bench.model.receive(replace(inspected(11), patches=np.array([[0.0, 1.0], [1.0, 0.5]], np.float32)))
    assert patches.isVisible()
    picture = patches.map.picture
    assert picture is not None
    assert [picture.pixelColor(x, y).red() for y in (0, 1) for x in (0, 1)] == [0, 255, 255, 128]


def test_keys_move_to_a_sample_and_ask(bench: Bench, samples_panel: Any, qtbot: QtBot) -> None:
    grid = samples_panel.generated
    bench.host.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    qtbot.waitUntil(lambda: asked(bench) == [0])
    columns = len(grid.rows[0][1])
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(grid, key)
    assert grid.selected == columns + 1
    qtbot.waitUntil(lambda: asked(bench) == [0, columns + 1])
    bench.model.receive(inspected(columns + 1))
    assert samples_panel.inspector.popup.isVisible()
    assert grid.hasFocus()
    for key, selected in ((Qt.Key.Key_Up, 1), (Qt.Key.Key_Up, 1), (Qt.Key.Key_Left, 0), (Qt.Key.Key_Left, 0)):
        QTest.keyClick(grid, key)
        assert grid.selected == selected
    grid.clearFocus()
    assert not samples_panel.inspector.popup.isVisible()


def test_what_is_not_live_cannot_be_asked_about(bench: Bench, samples_panel: Any, qtbot: QtBot) -> None:
    panel, model = samples_panel, bench.model
    model.record.look_at(model.record.snapshots[0].step - 1)
    panel.generated.rested.emit(3)
    model.record.look_at(None)
    model.receive(UpdateShown(10, "d", 1, 1, 1.0, 0.9, images()))
    panel.generated.rested.emit(3)
    model.receive(Samples(11, images(), images()))
    panel.choices.generator.button("averaged").click()
    panel.generated.rested.emit(3)
    panel.choices.generator.button("trained").click()
    model.receive(StatusChanged(Status.DIVERGED, 12))
    panel.generated.rested.emit(3)
    assert asked(bench) == []
    model.receive(StatusChanged(Status.FINISHED, 12))
    panel.generated.rested.emit(3)
    assert asked(bench) == [3]


def test_the_popup_goes_when_what_it_is_about_goes(bench: Bench, samples_panel: Any, qtbot: QtBot) -> None:
    inspector = samples_panel.inspector
    latents = np.zeros((64, 4), np.float32)
    bench.model.receive(Samples(10, images(), latents=latents))

    def ask() -> None:
        samples_panel.generated.rested.emit(5)
        bench.model.receive(inspected(5))
        assert inspector.popup.isVisible()

    ask()
    bench.model.receive(Samples(11, images(), latents=latents.copy()))
    assert inspector.popup.isVisible()
    bench.model.receive(Samples(11, images(), latents=latents + 1))
    assert not inspector.popup.isVisible()
    ask()
    bench.model.receive(StatusChanged(Status.FAILED, 11))
    assert not inspector.popup.isVisible()
    bench.start()
    bench.model.receive(Samples(0, images(), latents=latents))
    samples_panel.refresh()
    ask()
    samples_panel.hide()
    assert not inspector.popup.isVisible()


def test_verdicts_of_other_objectives_are_no_probabilities() -> None:
    assert words.verdict(0.0, "non_saturating") == "D: 0.50 real"
    assert words.verdict(-1e9, "minimax") == "D: 0.00 real"
    assert words.verdict(-12.5, "wasserstein") == "D's output: −12.500"
    assert words.verdict(float("nan"), "non_saturating") == "D judges packs of samples, not this one alone"


def test_arrow_keys_are_the_grids_while_it_has_the_focus(training: MainWindow, qtbot: QtBot) -> None:
    model, grid = training.model, cast(SamplesPanel, training.panel("samples")).generated
    model.pause()
    qtbot.waitUntil(lambda: model.record.status is Status.PAUSED)
    qtbot.waitUntil(lambda: grid.images is not None)
    training.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    steps = len(model.record.history)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.selected == 1
    # With Shift it is the window's, as is Space.
    QTest.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "D update" in training.slow_motion.text.text())
    assert len(model.record.history) == steps
    assert grid.selected == 1
    QTest.keyClick(grid, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: model.record.status is Status.TRAINING)
    grid.clearFocus()
