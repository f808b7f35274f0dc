"""The quality panel: values beside their floors, reasons where there is no value, and small pictures of both."""

from __future__ import annotations

from html import unescape
from math import nan
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget

from gan_desktop.core.events import StatusChanged
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.registry import metrics
from gan_desktop.core.status import Status
from gan_desktop.diagnosis.metrics import in_order
from gan_desktop.gui.look.theme import ThemeMode
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.gui.widgets.sparkline import Sparkline
from tests.gui.conftest import Bench

FLOORS = {"modes_covered": Floor(8.0, 0.0), "high_quality_share": Floor(0.9889, 0.0021), "mode_kl": Floor(0.0014, 8e-4)}


def measured(step: int = 250, **changes: Any) -> Measured:
    values = {"modes_covered": 6.0, "high_quality_share": 0.521, "mode_kl": 0.29}
    known: dict[str, Any] = {"values": values, "averaged": None, "floors": FLOORS, "unknown": {}, "seconds": 0.01}
    return Measured(step, **(known | {"most": {"modes_covered": 8.0}} | changes))


def text(panel: QWidget, name: str) -> str:
    found = panel.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def test_nothing_is_claimed_before_it_is_measured(bench: Bench) -> None:
    panel = bench.show("quality")
    assert list(panel.rows) == list(in_order())
    for name in metrics:
        assert (text(panel, f"{name}_value"), text(panel, f"{name}_detail")) == ("–", "")
    assert panel.caption.text() == ""
    assert panel.notes.isHidden()


def test_values_stand_beside_what_real_samples_give(bench: Bench) -> None:
    panel = bench.show("quality")
    bench.start()
    bench.model.receive(measured(12_500))
    panel.refresh()
    assert panel.caption.text() == "step 12,500"
    shown = {name: (text(panel, f"{name}_value"), text(panel, f"{name}_detail")) for name in FLOORS}
    assert shown == {
        "modes_covered": ("6 of 8", "perfect: 8\none fake is enough"),
        "high_quality_share": ("52.1 %", "perfect: 98.9 ± 0.2 %"),
        "mode_kl": ("0.29", "perfect: 0.0014 ± 0.0008"),
    }


def test_why_a_metric_is_not_known(bench: Bench) -> None:
    panel = bench.show("quality")
    bench.start()
    values = {"modes_covered": 0.0, "mode_kl": nan}
    unknown = {
        "high_quality_share": "it is defined for points alone",
        "mode_kl": "no fake lies within 3 sigma of a mode",
    }
    bench.model.receive(measured(values=values, floors={"mode_kl": FLOORS["mode_kl"]}, unknown=unknown))
    panel.refresh()
    # A metric that these data cannot have takes one line; one that these fakes leave undefined keeps its place and
    # curve.
    line = panel.reasons["high_quality_share"]
    assert not panel.rows["high_quality_share"].isVisible()
    assert line.text() == "High quality: it is defined for points alone"
    assert line.height() < 1.5 * line.fontMetrics().height()
    assert metrics["high_quality_share"].description in unescape(line.toolTip())
    assert line.accessibleName() == line.text()
    assert text(panel, "mode_kl_value") == "–"
    assert text(panel, "mode_kl_detail") == (
        "Not known: no fake lies within 3 sigma of a mode.\nperfect: 0.0014 ± 0.0008"
    )
    assert panel.rows["mode_kl"].isVisible()
    assert not panel.reasons["mode_kl"].isVisible()


def test_metrics_stand_in_groups_in_the_order_of_reading(bench: Bench) -> None:
    panel = bench.show("quality")
    groups = [[row.name for row in group.rows] for group in panel.groups]
    assert [name for group in groups for name in group] == list(in_order())
    assert all(groups)
    assert "psnr" in groups[0]
    assert "class_accuracy" in groups[1]
    assert {"class_diversity", "class_coverage", "class_recall"} <= set(groups[3])
    assert "specks" in groups[4]
    # Only groups with content have a heading; metrics of translations are left out if nothing is translated.
    assert [group.isVisible() for group in panel.groups] == [False, True, True, True, True]
    bench.model.form.edit({"game.name": "cyclegan"})
    panel.refresh()
    assert panel.groups[0].isVisible()
    assert not panel.unknown.isVisible()
    bench.start()
    bench.model.receive(measured(unknown={name: "it is so" for name in in_order() if name not in FLOORS}))
    panel.refresh()
    assert [group.isVisible() for group in panel.groups] == [False, True, False, False, False]
    assert panel.unknown.isVisible()


def test_averaged_weights_stand_beside_the_raw_ones(bench: Bench) -> None:
    panel = bench.show("quality")
    bench.start()
    bench.model.receive(measured(averaged={"modes_covered": 8.0, "high_quality_share": 0.75, "mode_kl": 0.01}))
    panel.refresh()
    assert text(panel, "modes_covered_value") == "6 of 8"
    assert text(panel, "modes_covered_detail") == "averaged weights: 8 of 8\nperfect: 8\none fake is enough"
    assert bench.model.record.metric_history.curve("modes_covered", averaged=True).values.tolist() == [8]


def test_notes_are_said_once(bench: Bench) -> None:
    panel = bench.show("quality")
    bench.start()
    note = "classes are told by a classifier that is right on 98.8 % of 898 real images it was not fitted to"
    notes = {"modes_covered": note, "mode_kl": note}
    bench.model.receive(measured(notes=notes))
    panel.refresh()
    assert panel.notes.text() == f"C{note[1:]}."
    bench.model.receive(measured())
    panel.refresh()
    assert panel.notes.isHidden()


def test_everything_is_named_and_explained(bench: Bench) -> None:
    panel = bench.show("quality")
    for name, entry in metrics.items():
        value = panel.findChild(QLabel, f"{name}_value")
        assert value.accessibleName() == entry.title
        for widget in (value, panel.rows[name].detail, panel.rows[name].sparkline):
            assert widget.accessibleName()
            assert entry.description in widget.toolTip()


def test_a_new_run_forgets_the_metrics_of_the_last(bench: Bench) -> None:
    panel = bench.show("quality")
    bench.start()
    bench.model.receive(measured())
    bench.start()
    panel.refresh()
    assert bench.model.record.measurement is None
    assert len(bench.model.record.metric_history) == 0
    assert text(panel, "modes_covered_value") == "–"


def test_the_history_keeps_its_place_where_a_value_was_missing(bench: Bench) -> None:
    bench.start()
    heard: list[Measured] = []
    bench.model.record.measured.connect(heard.append)
    bench.model.receive(measured(0, values={"modes_covered": 1.0}))
    bench.model.receive(measured(250))
    history = bench.model.record.metric_history
    assert [event.step for event in heard] == [0, 250]
    np.testing.assert_array_equal(history.curve("mode_kl").values, np.array([np.nan, 0.29], np.float32))
    np.testing.assert_array_equal(history.curve("modes_covered").values, [1, 6])


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def near(image: QImage, color: str) -> list[tuple[int, int]]:
    """The places where a picture has about that colour."""
    wanted = QColor(color)
    found = []
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixelColor(x, y)
            if all(abs(a - b) < 60 for a, b in zip(pixel.getRgb()[:3], wanted.getRgb()[:3], strict=True)):
                found.append((x, y))
    return found


@pytest.mark.parametrize("length", [40, 100_000])
def test_the_small_curve_rises_to_its_floor(bench: Bench, length: int) -> None:
    history = bench.model.record.metric_history
    history.curve("mode_kl").append(np.linspace(0, 1, length))
    sparkline = Sparkline()
    sparkline.set_colors("#ff0000", "#00ff00", "#0000ff")
    sparkline.setStyleSheet("background: white")
    sparkline.show_curves([history.curve("mode_kl")], 1.0)
    image = picture(sparkline)
    red, blue = near(image, "#ff0000"), near(image, "#0000ff")
    left, right = (sum(y for x, y in red if x in columns) for columns in (range(10), range(50, 60)))
    assert left > right > 0
    assert {y for _, y in blue} <= {0, 1, 2, 3}
    assert blue


def test_curves_without_numbers_are_empty(bench: Bench) -> None:
    sparkline = Sparkline()
    sparkline.set_colors("#ff0000", "#00ff00", "#0000ff")
    sparkline.setStyleSheet("background: white")
    curve = bench.model.record.metric_history.curve("mode_kl")
    for values in ([], [1.0], [np.nan, np.nan]):
        curve.clear()
        curve.append(np.array(values))
        sparkline.show_curves([curve], nan)
        assert not near(picture(sparkline), "#ff0000")


def test_why_a_run_finished_early_is_said(window: MainWindow) -> None:
    reason = "modes_covered = 8 reached the condition modes_covered >= 8"
    window.model.receive(StatusChanged(Status.PREPARING, 0))
    window.model.receive(StatusChanged(Status.TRAINING, 0))
    window.model.receive(StatusChanged(Status.FINISHED, 250, reason))
    assert window.notice.text.text() == f"The run finished: {reason}."
    assert not window.notice.isHidden()


def test_colours_follow_the_theme(window: MainWindow) -> None:
    panel: Any = window.panel("quality")
    sparkline = panel.rows["mode_kl"].sparkline
    window.model.record.metric_history.curve("mode_kl").append(np.linspace(0, 1, 40))
    sparkline.show_curves([window.model.record.metric_history.curve("mode_kl")], nan)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        window.set_theme(mode)
        assert len(near(picture(sparkline), window.theme.colors.g)) > 8
