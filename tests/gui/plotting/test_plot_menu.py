"""The menu of every plot: its picture, its figures, its view; by pointer, by keys and from the window's menus."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QGraphicsView, QMenu
from pytestqt.qtbot import QtBot

from gan_desktop.core.csv_tables import csv_bytes
from gan_desktop.core.events import CommandRefused, Samples
from gan_desktop.core.measured import Measured
from gan_desktop.core.presets import preset
from gan_desktop.core.views import View
from gan_desktop.gui.plotting import plot_menu
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.samples.choices import Shown as Kind
from tests.gui.conftest import Bench, MakeWindow
from tests.gui.fake_image_views import layers
from tests.gui.fake_views import MADE
from tests.gui.samples.test_line_view import curve
from tests.gui.samples.test_line_view import start as start_on_line

STEPS = 300
# Panel, plot, data, and what the first columns of its table are called; none for a picture of samples.
PLOTS = [
    ("losses", "loss_plot", "ring", ["step", "d_loss", "g_loss", "d_loss_smoothed", "g_loss_smoothed"]),
    ("phase", "phase_plot", "ring", ["step", "d_loss_smoothed", "g_loss_smoothed"]),
    ("scores", "scores_plot", "ring", ["step", "sample", "logit", "probability"]),
    ("layers", "layer_bars", "ring", ["step", "network", "name", "gradient_norm"]),
    ("scatter", "scatter_view", "ring", ["step", "sample", "x", "y"]),
    ("scatter", "line_histograms", "line", ["step", "sample", "x"]),
    ("scatter", "line_curve", "line", ["step", "x", "score"]),
    ("modes", "modes_chart", "ring", ["step", "name", "share", "usual"]),
    ("quality", "quality", "ring", ["step", "modes_covered", "averaged_modes_covered"]),
    ("figures", "figures", "ring", ["step", "d_loss", "d_loss_real"]),
    ("samples", "sample_grid", "digits", None),
    ("samples", "averaged_grid", "digits", None),
    ("samples", "real_grid", "digits", None),
    ("latent", "latent_picker", "digits", None),
    ("latent", "latent_strip", "digits", None),
    ("latent", "latent_picture", "digits", None),
]
every_plot = pytest.mark.parametrize(("panel", "plot", "data", "columns"), PLOTS, ids=[plot for _, plot, *_ in PLOTS])
tables = pytest.mark.parametrize(
    ("panel", "plot", "data", "columns"), [row for row in PLOTS if row[3]], ids=[row[1] for row in PLOTS if row[3]]
)
Shown = Callable[..., PlotMenu]


@pytest.fixture
def shown(bench: Bench) -> Shown:
    """A function that shows a panel with a run in it, and gives the menu of one of its plots."""

    def show(panel: str, plot: str, data: str) -> PlotMenu:
        widget = bench.show(panel)
        feed(bench, data)
        if panel == "samples":
            widget.choices.generator.button(Kind.BOTH).setChecked(True)
        widget.refresh()
        if panel == "latent":
            widget.strip.show_images(bench.model.record.samples.values[:9])
            widget.picture.show_image(bench.model.record.samples.values[0])
        return menu_of(widget, plot)

    return show


def menu_of(widget: Any, plot: str) -> PlotMenu:
    (menu,) = [menu for menu in widget.findChildren(PlotMenu) if menu.plot.objectName() == plot]
    return menu


def feed(bench: Bench, data: str) -> None:
    """Tell a run on such data: figures, samples, a measurement, views."""
    model = bench.model
    if data == "line":
        start_on_line(bench)
    else:
        bench.start(preset(data).config)
    assert model.record.run is not None
    bench.take_steps(STEPS)
    rng = np.random.default_rng(0)
    values = rng.random((64, *model.record.run.data.sample_shape)).astype(np.float32)
    latents = rng.normal(size=(64, model.record.run.config.latent.latent_dim)).astype(np.float32)
    model.receive(Samples(STEPS, values, values / 2, None, latents, None))
    shares, floors = (0.25, *[0.1] * 7), ((0.125, 0.01),) * 8
    metrics = {"modes_covered": 8.0}
    model.receive(Measured(STEPS, metrics, metrics, {}, {}, 0.1, shares=shares, count=1000, share_floors=floors))
    model.receive(MADE[View.SCORES](STEPS))
    model.receive(layers(STEPS))
    model.receive(curve(STEPS) if data == "line" else MADE[View.SURFACE](STEPS))


@every_plot
def test_every_plot_has_a_menu_by_pointer_and_by_keys(
    shown: Shown, panel: str, plot: str, data: str, columns: list[str] | None
) -> None:
    menu = shown(panel, plot, data)
    texts = [action.text().replace("&", "") for action in menu.menu.actions() if action.isVisible()]
    assert {"Copy Picture", "Save as PNG…"} <= set(texts)
    assert ("Save as SVG…" in texts) == (columns is not None)
    assert ("Save Data as CSV…" in texts) == (columns is not None)
    place = menu.plot.rect().center()
    # What is under the pointer gets the event; in a plot that scrolls, this is what it scrolls.
    target = menu.plot.viewport() if isinstance(menu.plot, QGraphicsView) else menu.plot
    for ask in (
        lambda: QApplication.sendEvent(
            target, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, menu.plot.mapToGlobal(place))
        ),
        lambda: QTest.keyClick(menu.plot, Qt.Key.Key_Menu),
        lambda: QTest.keyClick(menu.plot, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ):
        ask()
        assert menu.menu.isVisible()
        menu.menu.close()
    assert menu.plot.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not menu.plot.focusPolicy() & Qt.FocusPolicy.ClickFocus & ~Qt.FocusPolicy.TabFocus
    assert menu.plot.accessibleName()


@tables
def test_the_table_has_what_is_shown_with_its_steps(
    shown: Shown, panel: str, plot: str, data: str, columns: list[str]
) -> None:
    menu = shown(panel, plot, data)
    menu.show_state()
    assert menu.csv_action.isEnabled()
    header, *rows = csv.reader(io.StringIO(menu.content("csv").decode()))
    assert header[: len(columns)] == columns
    assert rows
    assert all(len(row) == len(header) for row in rows)
    steps = {int(float(row[0])) for row in rows if row[0]}
    assert steps <= set(range(STEPS + 1))
    assert steps
    assert menu.file_name("csv").endswith(f"-{plot}-step-{STEPS:06d}.csv")


@tables
def test_before_a_run_there_is_no_table(bench: Bench, panel: str, plot: str, data: str, columns: list[str]) -> None:
    menu = menu_of(bench.show(panel), plot)
    menu.show_state()
    assert not menu.csv_action.isEnabled()
    header, *rows = menu.content("csv").decode().splitlines()
    assert header.startswith("step")
    assert rows == []


@every_plot
def test_pictures_are_copied_and_saved(
    shown: Shown, tmp_path: Path, panel: str, plot: str, data: str, columns: list[str] | None
) -> None:
    menu = shown(panel, plot, data)
    QGuiApplication.clipboard().clear()
    menu.copy_picture()
    copied = QGuiApplication.clipboard().image()
    menu.write(menu.content("png"), tmp_path / "plot.png")
    saved = QImage(str(tmp_path / "plot.png"))
    assert saved.size() == copied.size()
    assert len({saved.pixel(x, y) for x in range(0, saved.width(), 3) for y in range(0, saved.height(), 3)}) > 1
    assert [path.name for path in tmp_path.glob("*.*")] == ["plot.png"]
    if columns is not None:
        svg = menu.content("svg").decode()
        assert svg.startswith("<?xml")
        # Lines and letters, not a picture of them.
        assert svg.count("<path") + svg.count("<polyline") + svg.count("<rect") + svg.count("<circle") > 3
        assert svg.rstrip().endswith("</svg>")


def test_dots_of_a_drawing_are_shapes(shown: Shown) -> None:
    menu = shown("scatter", "scatter_view", "ring")
    assert menu.content("svg").count(b"<image") <= 1 + 1
    assert menu.content("svg").count(b"<circle") + menu.content("svg").count(b"<ellipse") >= 64


def test_a_file_that_cannot_be_written_is_one_sentence(shown: Shown, bench: Bench, tmp_path: Path) -> None:
    menu = shown("losses", "loss_plot", "ring")
    said: list[CommandRefused] = []
    bench.model.refused.connect(said.append)
    menu.write(menu.content("csv"), tmp_path / "missing" / "plot.csv")
    (refusal,) = said
    assert str(tmp_path / "missing" / "plot.csv") in refusal.message
    assert "\n" not in refusal.message
    assert not (tmp_path / "missing").exists()


def test_saving_asks_for_a_file_of_its_kind(shown: Shown, bench: Bench, tmp_path: Path) -> None:
    menu = shown("losses", "loss_plot", "ring")
    menu.csv_action.trigger()
    (dialog,) = bench.host.findChildren(QFileDialog)
    assert dialog.defaultSuffix() == "csv"
    # What was there when it was asked for is written, not what has come meanwhile.
    bench.take_steps(100)
    dialog.fileSelected.emit(str(tmp_path / "losses.csv"))
    dialog.close()
    assert len((tmp_path / "losses.csv").read_text().splitlines()) == 1 + STEPS


def test_a_long_table_is_saved_while_the_window_goes_on(
    shown: Shown, bench: Bench, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot_menu, "LONG_ROWS", 100)
    menu = shown("losses", "loss_plot", "ring")
    expected = menu.content("csv")
    menu.csv_action.trigger()
    (dialog,) = bench.host.findChildren(QFileDialog)
    bench.take_steps(100)
    with qtbot.waitSignal(menu.long_table_written) as told:
        dialog.fileSelected.emit(str(tmp_path / "losses.csv"))
    dialog.close()
    assert told.args == [""]
    assert (tmp_path / "losses.csv").read_bytes() == expected
    said: list[CommandRefused] = []
    bench.model.refused.connect(said.append)
    with qtbot.waitSignal(menu.long_table_written):
        menu.write_long({"step": range(300)}, tmp_path / "missing" / "losses.csv")
    assert [str(tmp_path / "missing") in refusal.message for refusal in said] == [True]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_the_view_is_reset(shown: Shown) -> None:
    menu = shown("scatter", "scatter_view", "ring")
    view: Any = menu.plot
    before = view.viewRange()
    view.setRange(xRange=(5, 6), yRange=(5, 6), padding=0)
    action(menu.menu, "Reset View").trigger()
    np.testing.assert_allclose(view.viewRange(), before)


def test_resetting_the_losses_follows_the_newest_step(shown: Shown) -> None:
    menu = shown("losses", "loss_plot", "ring")
    view: Any = menu.plot
    view.zoom(0.3)
    action(menu.menu, "Reset View").trigger()
    assert view.following


def test_the_logarithmic_axis_is_in_the_menu_too(shown: Shown, bench: Bench) -> None:
    menu = shown("losses", "loss_plot", "ring")
    panel = menu._host
    toggle = action(menu.menu, "Logarithmic Axis")
    toggle.trigger()
    assert panel.log_check.isChecked()  # type: ignore[attr-defined]
    panel.log_check.setChecked(False)  # type: ignore[attr-defined]
    assert not toggle.isChecked()


def test_the_focus_is_seen_where_keys_brought_it_and_not_in_pictures(shown: Shown) -> None:
    menu = shown("modes", "modes_chart", "ring")
    before = menu.content("png")
    QApplication.sendEvent(menu.plot, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert menu._ring.isVisible()
    assert menu.content("png") == before
    assert menu._ring.isVisible()
    QApplication.sendEvent(menu.plot, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert not menu._ring.isVisible()
    QApplication.sendEvent(menu.plot, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason))
    assert not menu._ring.isVisible()


def action(menu: QMenu, text: str) -> Any:
    (found,) = [action for action in menu.actions() if action.text().replace("&", "") == text]
    return found


def test_the_menus_of_all_plots_are_in_the_window(make_window: MakeWindow) -> None:
    window = make_window()
    found = window.findChildren(PlotMenu)
    assert {menu.plot.objectName() for menu in found} == {plot for _, plot, *_ in PLOTS}
    plots = action(window.menus["&View"], "Plots").menu()
    assert len(plots.actions()) == len(found)
    plots.aboutToShow.emit()
    enabled = {entry.text() for entry in plots.actions() if entry.isEnabled()}
    assert "Losses" in enabled
    assert "Real and generated points" not in enabled


def test_a_table_keeps_every_digit_of_a_figure() -> None:
    values = np.array([0.1, 1e-20, 3.4e38, np.nan, -0.0], np.float32)
    text = csv_bytes({"step": np.arange(5), "name": list('ab,"e'), "value": values}).decode()
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["step", "name", "value"]
    assert [row[1] for row in rows] == list('ab,"e')
    back = np.array([float(row[2]) if row[2] else np.nan for row in rows], np.float32)
    np.testing.assert_array_equal(back, values)
    assert csv_bytes({}) == b"\n"
