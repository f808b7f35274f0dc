"""The latent walk: the path itself, what is asked of the engine and when, and what is shown."""

from __future__ import annotations

import time
from math import sqrt
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Walk
from gan_desktop.core.events import CommandRefused, Samples, StatusChanged
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.core.views import Walked
from gan_desktop.gui.panels.latent import LatentPanel
from gan_desktop.gui.samples.latent_path import STRIP, LatentPath, linear, spherical
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.fake_image_views import images_of

A, B = np.array([3.0, 0.0, 0.0], np.float32), np.array([0.0, 4.0, 0.0], np.float32)


def samples(step: int = 10, seed: int = 0, count: int = 64, dim: int = 32, labels: np.ndarray | None = None) -> Samples:
    latents = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return Samples(step, images_of(latents), labels=labels, latents=latents)


def walks(bench: Bench) -> list[Walk]:
    return [command for command in bench.sent if isinstance(command, Walk)]


def answer(bench: Bench, step: int = 11) -> None:
    latents = walks(bench)[-1].latents
    assert latents is not None
    bench.model.receive(Walked(step, latents, images_of(latents)))


def open_panel(bench: Bench) -> Any:
    panel = bench.show("latent")
    panel.set_watched(True)
    bench.start()
    bench.model.receive(samples())
    panel.refresh()
    return panel


# The path.


def test_the_ends_are_the_samples() -> None:
    for way in (linear, spherical):
        np.testing.assert_allclose(way(A, B, 0.0), A, atol=1e-6)
        np.testing.assert_allclose(way(A, B, 1.0), B, atol=1e-6)


def test_half_way_on_a_great_circle_is_as_long_as_its_ends() -> None:
    unit = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
    np.testing.assert_allclose(spherical(*unit, 0.5), [sqrt(0.5), sqrt(0.5)], atol=1e-6)
    np.testing.assert_allclose(linear(*unit, 0.5), [0.5, 0.5])
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 512)).astype(np.float32)
    lengths = [float(np.linalg.norm(spherical(a, b, t))) for t in np.linspace(0, 1, 9)]
    assert min(lengths) > 0.99 * min(lengths[0], lengths[-1])
    assert np.linalg.norm(linear(a, b, 0.5)) < 0.75 * sqrt(512)


@pytest.mark.parametrize("b", [A, -A, np.zeros(3, np.float32)])
def test_latents_without_a_great_circle_between_them(b: np.ndarray) -> None:
    for t in (0.0, 0.3, 1.0):
        np.testing.assert_allclose(spherical(A, b, t), linear(A, b, t))


def test_uniform_latents_stay_in_their_cube() -> None:
    a, b = np.ones(8, np.float32), -np.ones(8, np.float32)
    b[0] = 1.0
    path = LatentPath(a, b, "uniform")
    path.t = 0.5
    assert np.abs(path.latents()).max() <= 1.0
    path.held[0] = path.farthest
    assert path.current()[0] == pytest.approx(1.0)
    assert path.current()[1] == 0.0


def test_what_is_held_is_apart_from_the_strip() -> None:
    path = LatentPath(A, B, "normal")
    path.t, path.held[2] = 0.25, -1.5
    assert path.latents().shape == (STRIP + 1, 3)
    assert (path.latents()[:STRIP, 2] == 0).all()
    np.testing.assert_allclose(path.latents()[STRIP, 2], -1.5)
    np.testing.assert_allclose(path.latents()[STRIP, :2], path.strip()[2, :2])


# The panel.


def test_nothing_to_walk_before_a_run(bench: Bench) -> None:
    panel = bench.show("latent")
    panel.refresh()
    assert not panel.slider.isEnabled()
    assert not panel.dimensions.isVisible()
    assert "Start a run" in panel.picker.message
    panel.slider.setValue(50)
    panel.dimensions.moved.emit(0, 1.0)
    assert walks(bench) == []


def test_one_request_of_strip_and_current(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    asked = walks(bench)[0]
    latents = bench.model.record.samples.latents
    assert asked.labels is None
    np.testing.assert_allclose(asked.latents[0], latents[0], atol=1e-5)
    np.testing.assert_allclose(asked.latents[STRIP - 1], latents[1], atol=1e-5)
    answer(bench)
    panel.refresh()
    assert len(panel.strip._pictures) == STRIP
    assert panel.picture.picture is not None
    assert panel.caption.text() == "step 11"
    # With every picture of the training, the engine tells it again.
    bench.model.receive(Walked(500, asked.latents, images_of(asked.latents)))
    panel.refresh()
    assert panel.caption.text() == "step 500"
    assert len(walks(bench)) == 1


def test_one_in_flight_and_then_the_newest(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    for position in (20, 60, 100):
        panel.slider.setValue(position)
    assert len(walks(bench)) == 1
    answer(bench)
    assert len(walks(bench)) == 2
    np.testing.assert_allclose(walks(bench)[1].latents[STRIP], walks(bench)[1].latents[4], atol=1e-5)
    answer(bench)
    assert len(walks(bench)) == 2


def test_an_answer_is_shown_without_waiting_for_the_next_round(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    bench.context.repainter._due = time.perf_counter() + 3600
    answer(bench)
    qtbot.waitUntil(lambda: panel.caption.text() == "step 11")
    bench.context.repainter._timer.stop()


def test_a_refusal_does_not_end_the_walk(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    bench.model.receive(CommandRefused("latents of another shape"))
    panel.slider.setValue(40)
    qtbot.waitUntil(lambda: len(walks(bench)) == 2)


def test_samples_are_chosen_by_clicks_and_numbers(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)

    def click(index: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        place: QPoint = panel.picker.places()[index].center().toPoint()
        QTest.mouseClick(panel.picker, Qt.MouseButton.LeftButton, modifier, place)

    click(12)
    click(30, Qt.KeyboardModifier.ShiftModifier)
    assert [spin.value() for spin in panel.spins.values()] == [13, 31]
    assert panel.picker._marks == {12: "A", 30: "B"}
    latents = bench.model.record.samples.latents
    np.testing.assert_array_equal(panel.path.a, latents[12])
    np.testing.assert_array_equal(panel.path.b, latents[30])
    panel.spins["B"].setValue(13)
    assert panel.picker._marks == {12: "AB"}


def test_samples_are_chosen_from_the_keyboard(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    bench.host.activateWindow()
    panel.picker.setFocus()
    qtbot.waitUntil(panel.picker.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(panel.picker, key)
    QTest.keyClick(panel.picker, Qt.Key.Key_Left)
    QTest.keyClick(panel.picker, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert [spin.value() for spin in panel.spins.values()] == [3, 2]


def test_dimensions_are_paged_held_and_reset(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    sliders = panel.dimensions
    assert sliders.heading.text() == "Latent 1–8 of 32"
    assert not panel.reset_button.isEnabled()
    sliders.on_button.click()
    assert sliders.heading.text() == "Latent 9–16 of 32"
    sliders.sliders[1].setValue(100)
    assert panel.path.held == {9: 2.0}
    assert panel.path.current()[9] == 2.0
    assert sliders._texts[1].text() == "2.00 •"
    # It is held while the place moves.
    panel.slider.setValue(panel.slider.maximum())
    assert panel.path.current()[9] == 2.0
    assert sliders.sliders[1].value() == 100
    panel.reset_button.click()
    assert panel.path.held == {}
    np.testing.assert_allclose(panel.path.current(), panel.path.b, atol=1e-5)
    for _ in range(2):
        sliders.on_button.click()
    assert not sliders.on_button.isEnabled()
    assert sliders.heading.text() == "Latent 25–32 of 32"


@pytest.mark.parametrize(("dim", "heading", "shown"), [(1, "Latent, one number", 1), (11, "Latent 1–8 of 11", 8)])
def test_few_dimensions(bench: Bench, dim: int, heading: str, shown: int) -> None:
    panel = bench.show("latent")
    bench.start(replace_keys(bench.model.form.config, {"latent.latent_dim": dim}))
    bench.model.receive(samples(dim=dim))
    panel.refresh()
    assert panel.dimensions.heading.text() == heading
    assert sum(not slider.isHidden() for slider in panel.dimensions.sliders) == shown
    panel.dimensions.on_button.click()
    assert sum(not slider.isHidden() for slider in panel.dimensions.sliders) == (3 if dim == 11 else 1)


def test_classes_are_those_of_a(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show("latent")
    panel.set_watched(True)
    bench.start(replace_keys(bench.model.form.config, {"data.conditional": True}))
    bench.model.receive(samples(count=80, labels=np.repeat(np.arange(10, dtype=np.int32), 8)))
    panel.refresh()
    panel.spins["A"].setValue(30)
    qtbot.waitUntil(lambda: bool(walks(bench)))
    assert walks(bench)[-1].labels == (3,) * (STRIP + 1)


def test_only_while_it_is_seen(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    panel.set_watched(False)
    assert walks(bench)[-1] == Walk(None)
    panel.slider.setValue(10)
    assert not panel.walker._timer.isActive()
    panel.set_watched(True)
    qtbot.waitUntil(lambda: len(walks(bench)) == 3)


def test_other_latents_make_another_path(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    panel.spins["A"].setValue(9)
    panel.dimensions.moved.emit(0, 1.0)
    bench.model.receive(samples(20, seed=1))
    panel.refresh()
    assert panel.spins["A"].value() == 9
    assert panel.path.held == {}
    np.testing.assert_array_equal(panel.path.a, bench.model.record.samples.latents[8])


def test_a_new_run_begins_anew_and_a_broken_one_says_so(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    answer(bench)
    bench.model.receive(StatusChanged(Status.FINISHED, 20))
    panel.refresh()
    assert panel.slider.isEnabled()
    bench.start()
    panel.refresh()
    assert panel.path is None
    assert panel.strip._pictures == []
    assert panel.picker.images is None
    bench.model.receive(samples())
    panel.refresh()
    qtbot.waitUntil(lambda: len(walks(bench)) == 2)
    bench.model.receive(StatusChanged(Status.DIVERGED, 20))
    panel.refresh()
    assert not panel.slider.isEnabled()
    assert "broken" in panel.hint.text()


def test_samples_without_latents_cannot_be_walked(bench: Bench) -> None:
    panel = bench.show("latent")
    panel.set_watched(True)
    bench.start()
    bench.model.receive(Samples(5, np.zeros((64, 8, 8, 1), "f")))
    panel.refresh()
    assert panel.path is None
    assert not panel.slider.isEnabled()


def test_a_click_on_the_strip_goes_there(bench: Bench) -> None:
    panel = open_panel(bench)
    latents = panel.path.latents()
    bench.model.receive(Walked(3, latents, images_of(latents)))
    panel.refresh()
    cell = panel.strip._cells()[6]
    QTest.mouseClick(panel.strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, cell.center().toPoint())
    assert panel.path.t == pytest.approx(6 / 8, abs=0.01)


def test_tab_of_the_samples_for_images_alone(training: MainWindow, qtbot: QtBot) -> None:
    docks = training.docks.docks
    assert docks["samples"].isVisible()
    assert not docks["latent"].panel.is_watched
    docks["latent"].raise_()
    qtbot.waitUntil(lambda: Walked in training.model.record.views)
    panel = cast(LatentPanel, training.panel("latent"))
    qtbot.waitUntil(lambda: panel.picture.picture is not None)
    training.model.form.edit({"data.name": "ring"})
    training.model.start()
    qtbot.waitUntil(lambda: docks["scatter"].isVisible())
    assert docks["latent"].isHidden()
    training.model.form.edit({"data.name": "digits"})
    training.model.start()
    qtbot.waitUntil(lambda: docks["samples"].isVisible())
    assert docks["samples"].panel.is_watched
    assert not docks["latent"].panel.is_watched


def test_looking_back_a_walk_is_not_shown(bench: Bench, qtbot: QtBot) -> None:
    panel = open_panel(bench)
    qtbot.waitUntil(lambda: len(walks(bench)) == 1)
    answer(bench)
    bench.take_steps(100)
    bench.model.receive(samples(100))
    panel.refresh()
    assert len(panel.strip._pictures) == STRIP
    asked = len(walks(bench))
    bench.model.record.look_at(50)
    panel.refresh()
    assert panel.strip._pictures == []
    assert panel.caption.text() == ""
    assert panel.hint.text() == "A walk is only of now."
    assert not panel.slider.isEnabled()
    panel.spins["A"].setValue(5)
    assert len(walks(bench)) == asked
    bench.model.record.look_at(None)
    panel.refresh()
    assert len(panel.strip._pictures) == STRIP
    assert panel.slider.isEnabled()
