"""Runs over each other in a window: from the library, by every control, and with runs that cannot be read."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.gui.comparing.strands import Strand
from gan_desktop.gui.comparing.strokes import pen_of
from gan_desktop.gui.comparing.window import CompareWindow
from gan_desktop.gui.library.dialog import LibraryDialog
from gan_desktop.gui.look.theme import DARK, LIGHT, ThemeMode
from gan_desktop.gui.plotting.loss_scale import Linear, Logarithmic, Symmetric
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.recording.run_axis import Axis
from gan_desktop.recording.run_folder import DATABASE
from tests.recording.made_runs import set_facts
from tests.recording.test_comparing import compared_run


def cells(table: QTableWidget) -> dict[str, list[str]]:
    """The rows of a table by what they are about."""
    texts = [[table.item(row, c).text() for c in range(table.columnCount())] for row in range(table.rowCount())]
    return {row[0]: row[1:] for row in texts}


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two seeds of one config, and another config that warned twice and whose control was moved."""
    return [
        compared_run(tmp_path / "seed-0", {0: {"mode_kl": 4.0}, 20: {"mode_kl": 2.0}}),
        compared_run(tmp_path / "seed-1", {0: {"mode_kl": 2.0}, 20: {"mode_kl": 0.5}}, training__seed=1),
        compared_run(tmp_path / "other", {0: {"recall": 0.5}}, change=7, training__batch_size=32),
    ]


@pytest.fixture
def compared(window: MainWindow, qtbot: QtBot, folders: list[Path]) -> CompareWindow:
    """The three runs, all of them read."""
    found = window.library.comparer.open(folders)
    qtbot.waitUntil(lambda: len(found.runs) == 3)
    qtbot.waitUntil(lambda: not window.library.comparer.threads)
    return found


class Line:
    """A trace of two points."""

    ends = (0.0, 1.0)

    def __init__(self, values: npt.NDArray[np.float64]) -> None:
        self._values = values

    def between(self, left: float, right: float, most: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        return np.array([0.0, 1.0]), self._values

    means = between


def choose(compared: CompareWindow, figure: str, axis: Axis = Axis.STEP) -> None:
    compared.controls.figure_box.setCurrentIndex(compared.controls.figure_box.findData(figure))
    compared.controls.axis_box.setCurrentIndex(compared.controls.axis_box.findData(axis))


def names(compared: CompareWindow) -> list[str]:
    return [strand.name for strand in compared.view.strands]


def test_the_library_compares_what_is_chosen_in_it(window: MainWindow, qtbot: QtBot, folders: list[Path]) -> None:
    window.actions_by_name["library_action"].trigger()
    library = window.findChild(LibraryDialog)
    qtbot.waitUntil(lambda: library.filter.rowCount() == 3)
    assert not library.deeds.buttons["compare"].isEnabled()
    library.view.selectAll()
    qtbot.waitUntil(library.deeds.buttons["compare"].isEnabled)
    library.deeds.actions_by_name["compare"].trigger()
    compared = window.findChild(CompareWindow)
    assert not compared.isModal()
    qtbot.waitUntil(lambda: len(compared.runs) == 3)
    listed = [entry.name for entry in library.view.listed()]
    assert [run.entry.name for run in compared.runs] == listed
    assert not compared.caption.isVisible()


def test_every_control_has_its_name_and_a_key(compared: CompareWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(compared.isActiveWindow)
    for name in ("plot", "figure_box", "axis_box", "smoothing_slider", "log_check", "group_check"):
        (widget,) = compared.findChildren(QWidget, f"compare_{name}")
        assert widget.accessibleName()
        assert widget.toolTip()
    for name in ("differs", "metrics", "alerts"):
        (table,) = compared.findChildren(QTableWidget, f"compare_{name}_table")
        assert table.accessibleName()
    for key, check in ((Qt.Key.Key_L, compared.controls.log_check), (Qt.Key.Key_G, compared.controls.group_check)):
        QTest.keyClick(compared, key, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(check.isChecked)  # a key presses it for a moment
    QTest.keyClick(compared, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert compared.tabs.currentWidget() is compared.alerts


def test_the_tables_say_what_differs_and_what_came_of_it(compared: CompareWindow) -> None:
    differs = cells(compared.differs)
    assert differs["Seed"] == ["0", "1", "0"]
    assert len(set(differs["Batch"])) == 2
    assert differs["Changed while it trained"] == ["–", "–", "d_steps = 5 at 7"]
    assert len(differs) == 3
    metrics = cells(compared.metrics)
    assert metrics["Steps"] == ["20", "20", "20"]
    assert metrics["Mode KL"] == ["2.00\nbest 2.00 at 20", "0.50\nbest 0.50 at 20", "–"]
    assert metrics["Recall"] == ["–", "–", "50.0 %\nbest 50.0 % at 0"]
    assert cells(compared.alerts) == {"collapse": ["from 0 on"] * 3}
    headings = [compared.alerts.horizontalHeaderItem(column).text() for column in range(1, 4)]
    assert headings == ["seed-0", "seed-1", "other"]


def test_each_run_has_its_line_and_seeds_together_their_mean(compared: CompareWindow) -> None:
    choose(compared, "mode_kl")
    compared.controls.smoothing.setValue(0)
    assert names(compared) == ["seed-0", "seed-1"]
    assert "not known of other" in compared.caption.text()
    compared.controls.group_check.click()
    assert names(compared) == ["seed-0: mean of 2 seeds"]
    (points,) = compared.view.drawn
    np.testing.assert_allclose(points.y, [3.0, 1.25])
    low, high = points.edges
    np.testing.assert_allclose((high - low) / 2, np.std([[4.0, 2.0], [2.0, 0.5]], axis=0, ddof=1))
    assert "standard deviation" in compared.caption.text()
    choose(compared, "g_loss")
    assert names(compared) == ["seed-0: mean of 2 seeds", "other"]


def test_curves_are_drawn_over_steps_epochs_and_training_time(compared: CompareWindow, qtbot: QtBot) -> None:
    for axis, end in (
        (Axis.STEP, 20.0),
        (Axis.TIME, 4.0),
        (Axis.EPOCH, 0.2 * compared.runs[0].config["training.batch_size"]),
    ):
        choose(compared, "mode_kl", axis)
        assert compared.view.drawn[0].x[-1] == pytest.approx(end)
    labels = compared.view.getAxis("bottom").labelText
    assert labels == "Epochs"


def test_a_run_without_times_is_named(window: MainWindow, qtbot: QtBot, folders: list[Path]) -> None:
    set_facts(folders[1], seconds=0.0)
    compared = window.library.comparer.open(folders)
    qtbot.waitUntil(lambda: len(compared.runs) == 3)
    choose(compared, "g_loss", Axis.TIME)
    assert names(compared) == ["seed-0", "other"]
    assert "is not known of seed-1" in compared.caption.text()


def test_a_logarithmic_axis_is_symmetric_where_values_are_not_above_0(compared: CompareWindow) -> None:
    choose(compared, "mode_kl")
    assert isinstance(compared.view.scale, Linear)
    compared.controls.log_check.click()
    assert isinstance(compared.view.scale, Logarithmic)
    choose(compared, "g_loss")  # all 0
    assert isinstance(compared.view.scale, Symmetric)


def test_a_run_that_cannot_be_read_is_named_and_the_others_are_shown(
    window: MainWindow, qtbot: QtBot, folders: list[Path]
) -> None:
    (folders[0] / DATABASE).write_bytes(b"no database")
    compared = window.library.comparer.open([*folders, folders[0].parent / "gone"])
    qtbot.waitUntil(lambda: len(compared.runs) == 2 and not compared.caption.isVisible())
    assert "run 'seed-0' cannot be opened" in compared.message.text()
    assert "run 'gone' cannot be opened" in compared.message.text()
    assert names(compared) == ["seed-1", "other"]


def test_the_keyboard_looks_closer_and_shows_all_again(compared: CompareWindow) -> None:
    choose(compared, "mode_kl")
    whole = compared.view.viewRange()[0]
    compared.view.setFocus()
    QTest.keyClick(compared.view, Qt.Key.Key_Plus)
    left, right = compared.view.viewRange()[0]
    assert right - left == pytest.approx((whole[1] - whole[0]) / 2)
    compared.controls.smoothing.setValue(1)
    assert compared.view.viewRange()[0] == pytest.approx([left, right])
    QTest.keyClick(compared.view, Qt.Key.Key_Home)
    assert compared.view.viewRange()[0] == pytest.approx(whole)


def test_the_plot_is_saved_with_what_is_drawn(compared: CompareWindow) -> None:
    choose(compared, "mode_kl")
    menu = compared.plot_menu
    assert menu.file_name("csv") == "compare-mode_kl.csv"
    rows = list(csv.DictReader(io.StringIO(menu.content("csv").decode())))
    assert [(row["run"], float(row["x"])) for row in rows] == [
        ("seed-0", 0),
        ("seed-0", 20),
        ("seed-1", 0),
        ("seed-1", 20),
    ]
    assert menu.content("png").startswith(b"\x89PNG")
    assert b"seed-0" in menu.content("svg")
    menu.write(b"", Path("/nowhere/at/all.csv"))
    assert "cannot be written" in compared.message.text()


def test_lines_differ_in_colour_and_in_dashes_in_both_themes(compared: CompareWindow, window: MainWindow) -> None:
    for colors in (LIGHT, DARK):
        pens = [pen_of(place, colors) for place in range(24)]
        assert len({(pen.color().name(), pen.style()) for pen in pens}) == 24
        for one, other in pairwise(pens):
            assert one.color() != other.color()
            assert one.style() != other.style() or pens.index(one) == 11
    before = compared.grab().toImage()
    window.theme.set_mode(ThemeMode.DARK)
    assert compared.grab().toImage() != before


def test_closing_the_main_window_ends_what_is_being_read(window: MainWindow, folders: list[Path]) -> None:
    compared = window.library.comparer.open(folders * 20)
    window.close()
    assert not compared.isVisible()
    assert not any(thread.isRunning() for thread in window.library.comparer.threads)


def test_the_legend_leaves_the_lines_free_where_it_can(compared: CompareWindow) -> None:
    view = compared.view
    choose(compared, "mode_kl")
    places = []
    # Both rise to the upper right corner, or both fall to the lower one.
    for values in (np.array([0.0, 1.0]), np.array([1.0, 0.0])):
        view.strands = [Strand("run", 0, [Line(values)])]
        view.redraw()
        view.grab()
        box, legend = view.getPlotItem().getViewBox(), view.legend.sceneBoundingRect()
        x = np.linspace(0, 1, 50)
        points = [box.mapViewToScene(QPointF(one, np.interp(one, [0, 1], values))) for one in x]
        assert not any(legend.contains(point) for point in points)
        places.append(legend.center().y())
    assert places[0] > places[1]


def legend_texts(compared: CompareWindow) -> list[str]:
    return [text.text for _, text in compared.view.legend.items]


@pytest.mark.parametrize("grouped", [False, True])
def test_the_legend_says_what_every_run_has_at_the_pointer(compared: CompareWindow, grouped: bool) -> None:
    view = compared.view
    choose(compared, "mode_kl")
    compared.controls.smoothing.setValue(0)
    compared.controls.group_check.setChecked(grouped)
    assert legend_texts(compared) == names(compared)
    place = view.mapFromScene(view.plotItem.vb.mapViewToScene(QPointF(19.8, view.plotItem.vb.viewRange()[1][0])))
    view.mouseMoveEvent(moved_to(place))
    values = ["1.250"] if grouped else ["2.000", "0.500"]
    assert [text.rpartition("   ")[2] for text in legend_texts(compared)] == values
    view.leaveEvent(QEvent(QEvent.Type.Leave))
    assert legend_texts(compared) == names(compared)


def moved_to(place: QPoint) -> QMouseEvent:
    none = Qt.MouseButton.NoButton
    at = QPointF(place)
    return QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
