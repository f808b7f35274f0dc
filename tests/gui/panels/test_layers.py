"""Layers of both networks: what is shown, what stands out, and that it is made only while it is looked at."""

from __future__ import annotations

from math import inf, nan

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Watch
from gan_desktop.core.status import Status
from gan_desktop.core.views import Layers, View
from gan_desktop.gui.alerts.layer_findings import findings, is_kernel
from gan_desktop.gui.look.theme import ThemeMode
from gan_desktop.gui.plotting.layer_bars import LogAxis, gradient_decades, ratio_text
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.fake_image_views import layer, layers


def test_what_is_shown_and_what_is_folded_away(bench: Bench) -> None:
    panel = bench.show("layers")
    assert "Start a run" in panel.finding.text()
    bench.start()
    panel.refresh()
    assert "Looking into" in panel.finding.text()
    bench.model.receive(layers(1204))
    panel.refresh()
    assert panel.caption.text() == "step 1,204"
    assert [each.name for each in panel.bars.layers] == [f"dense_{n}/kernel" for n in (0, 1, 2)] * 2
    assert "G dense_2/kernel: gradient 0.100, update ratio 0.00100" in panel.bars.accessibleDescription()
    panel.all_check.click()
    assert len(panel.bars.layers) == 12
    assert not panel.bars.grab().isNull()
    bench.start()
    panel.refresh()
    assert panel.bars.layers == ()
    assert panel.caption.text() == ""


def test_layers_are_made_while_they_are_seen(bench: Bench) -> None:
    panel = bench.show("layers")
    bench.start()
    panel.set_watched(True)
    assert bench.sent == [Watch(frozenset({View.LAYERS}))]
    panel.set_watched(False)
    assert bench.sent[-1] == Watch(frozenset())


def test_only_the_tab_in_front_is_made(training: MainWindow, qtbot: QtBot) -> None:
    assert Layers not in training.model.record.views
    training.docks.docks["layers"].raise_()
    qtbot.waitUntil(lambda: bool(training.panel("layers").bars.layers))  # type: ignore[attr-defined]
    training.docks.docks["losses"].raise_()
    qtbot.waitUntil(lambda: training.model.looks._watched == Watch(frozenset()))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing stands out: gradients of 0.174 (D) and 0.174 (G), and updates of 1.0e-3 to 1.0e-3"),
        ({"g_dense_0": 0.9e-4}, "G's dense_0 receives 9.0e-4 of the gradient of dense_1: it hardly learns."),
        ({"d_dense_2": 0.0}, "D's dense_2 receives no gradient."),
        ({"d_dense_1": (0.1, 0.03)}, "An update changes D's dense_1 by 3 % of its norm, where 0.1 % is usual"),
        ({"g_dense_1": (0.1, 4e-6)}, "An update changes G's dense_1 by 4.0e-6 of its norm, where 1e-3 is usual"),
        ({f"g_dense_{n}": (0.1, 0.0) for n in range(3)}, "G stands still: its updates change nothing."),
        ({"d_dense_0": nan}, "The gradient of D's dense_0 is no longer finite."),
        ({"g_dense_2": inf}, "The gradient of G's dense_2 is no longer finite."),
    ],
)
def test_what_stands_out(changes: dict[str, object], said: str) -> None:
    assert " ".join(findings(layers(**changes).layers)).startswith(said)


def test_a_network_with_next_to_no_gradient_comes_first() -> None:
    event = layers(**{f"g_dense_{n}": 1e-6 for n in range(3)})
    kernels = [each for each in event.layers if is_kernel(each)]
    assert findings(kernels)[0] == "G's gradient is 1.0e-5 of D's (1.7e-6 to 0.173): it has little to learn from."


@pytest.mark.parametrize(("share", "is_uneven"), [(1.01e-2, False), (0.99e-2, True)])
def test_networks_are_uneven_beyond_a_hundredth(share: float, is_uneven: bool) -> None:
    pair = (layer("d", "out/kernel", 1.0), layer("g", "out/kernel", share))
    assert ("little to learn from" in findings(pair)[0]) == is_uneven


@pytest.mark.parametrize(
    ("d", "g", "said"),
    [
        (1.0, 0.0, "G receives no gradient at all: it cannot learn."),
        (0.0, 1.0, "D receives no gradient at all: it cannot learn."),
        (0.0, 0.0, "Neither network receives a gradient."),
    ],
)
def test_no_gradient(d: float, g: float, said: str) -> None:
    assert findings((layer("d", "out/kernel", d), layer("g", "out/kernel", g)))[0] == said


def test_at_most_two_sentences_and_none_of_nothing() -> None:
    changes = {"d_dense_0": (1e-9, 0.2), "g_dense_0": (1e-9, 0.2)}
    assert len(findings(layers(**changes).layers)) == 2
    assert findings(()) == ["Nothing stands out."]
    assert findings((layer("d", "out/kernel", nan),)) == ["The gradient of D's out is no longer finite."]


def test_axes_hold_what_there_is() -> None:
    assert gradient_decades(()) == (-3, 0)
    assert gradient_decades((layer("d", "a/kernel", 0.0), layer("d", "b/kernel", nan))) == (-3, 0)
    assert gradient_decades((layer("d", "a/kernel", 3e-5), layer("g", "b/kernel", 20.0))) == (-5, 2)
    # A gradient that has nearly vanished does not make every other bar as long as the axis.
    assert gradient_decades((layer("d", "a/kernel", 1e-30), layer("g", "b/kernel", 0.5))) == (-8, 0)
    axis = LogAxis(-6, 0, 100.0, 400.0)
    assert [axis.place(value) for value in (1e-9, 1e-6, 1e-3, 1.0, 50.0)] == [100, 100, 250, 400, 400]
    assert axis.ticks(40) == [-6, -5, -4, -3, -2, -1, 0]
    assert axis.ticks(120) == [-6, -3, 0]
    assert [ratio_text(value) for value in (1.23e-3, 1.0, 0.0, nan, 2e-11)] == [
        "1.2e-3",
        "1.0",
        "0.000",
        "–",
        "2.0e-11",
    ]


def test_unknown_figures_are_dashes_and_paint(bench: Bench) -> None:
    panel = bench.show("layers")
    bench.start(status=Status.PAUSED)
    bench.model.receive(Layers(3, (layer("d", "out/kernel", nan, nan), layer("g", "out/kernel", 0.0, inf))))
    panel.refresh()
    assert "gradient –, update ratio –" in panel.bars.accessibleDescription()
    assert not panel.bars.grab().isNull()


def test_pointer_on_a_row_says_its_figures(bench: Bench) -> None:
    panel = bench.show("layers")
    bench.start()
    bench.model.receive(layers())
    panel.refresh()
    QApplication.processEvents()
    bars = panel.bars
    rows = {layer.name for y in range(bars.height()) if (layer := bars.layer_at(QPointF(50, y))) is not None}
    assert rows == {"dense_0/kernel", "dense_1/kernel", "dense_2/kernel"}
    first = next(y for y in range(bars.height()) if bars.layer_at(QPointF(50, y)) is not None)
    QApplication.sendEvent(bars, QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(50, first), QPoint(50, 50)))
    assert QToolTip.text().startswith("D dense_0/kernel: gradient 0.100")
    QToolTip.hideText()
    assert bars.layer_at(QPointF(50, 2)) is None


def test_colours_follow_the_theme(training: MainWindow, qtbot: QtBot) -> None:
    training.docks.docks["layers"].raise_()
    panel = training.panel("layers")
    qtbot.waitUntil(lambda: bool(panel.bars.layers))  # type: ignore[attr-defined]

    def shades() -> set[str]:
        picture = panel.bars.grab().toImage()  # type: ignore[attr-defined]
        return {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(picture.height())}

    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        training.set_theme(mode)
        assert {training.theme.colors.d, training.theme.colors.g} <= shades()


def test_looking_back_shows_the_layers_of_then(bench: Bench) -> None:
    panel = bench.show("layers")
    bench.start()
    for step in (100, 200, 300):
        bench.take_steps(100)
        bench.model.receive(layers(step))
    record = bench.model.record
    for moment, caption in ((250, "step 200"), (99, ""), (None, "step 300")):
        record.look_at(moment)
        panel.refresh()
        assert panel.caption.text() == caption
        assert len(panel.bars.layers) == (6 if caption else 0)
        assert ("By step 99, nothing was kept" in panel.finding.text()) == (moment == 99)
    record.look_at(250)
    assert set(panel._table()["step"]) == {200}
