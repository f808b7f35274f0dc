"""The panel of the modes: bars beside what real samples give, which modes are lost, and what cannot be said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gan_desktop.core.diagnosis import Alert, Level, Sentence
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.scale import round_ticks
from gan_desktop.core.status import Status
from gan_desktop.diagnosis.shares import ModeShares
from gan_desktop.gui.look.theme import DARK, LIGHT
from gan_desktop.gui.plotting.bars import ModeBars
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.diagnoses import tell_raised
from tests.gui.fake_views import centres

FASHION = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def measured(shares: tuple[float, ...], step: int = 2500, **changes: Any) -> Measured:
    count = max(1, len(shares))
    floors = ((0.98 / count, 0.01),) * len(shares)
    known: dict[str, Any] = {"values": {"modes_covered": 3.0}, "averaged": None, "floors": {}, "unknown": {}}
    known |= {"seconds": 0.1, "count": 1000, "shares": shares, "share_floors": floors}
    return Measured(step, **(known | changes))


def show(bench: Bench, event: Measured) -> Any:
    panel = bench.show("modes")
    bench.start()
    bench.model.receive(event)
    panel.refresh()
    return panel


def picture(widget: Any) -> np.ndarray:
    """Pixels as (height, width, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def near(pixels: np.ndarray, color: str, by: int = 24) -> np.ndarray:
    wanted = np.array(QColor(color).getRgb()[:3])
    return (np.abs(pixels - wanted) <= by).all(axis=2)


def test_nothing_is_claimed_before_it_is_measured(bench: Bench) -> None:
    panel = bench.show("modes")
    assert panel.chart.isHidden()
    assert panel.caption.text() == ""
    assert "appears here" in panel.message.text()


def test_shares_stand_beside_what_real_samples_give(bench: Bench) -> None:
    panel = show(bench, measured((0.5, 0.3, 0.2), mode_names=("cat", "dog", "cow")))
    assert panel.caption.text() == "1,000 fakes, step 2,500"
    assert panel.message.text() == "All 3 classes are reached."
    assert panel.chart.accessibleDescription() == (
        "cat: 50.0 %, real 32.7 ± 1.0 %; dog: 30.0 %, real 32.7 ± 1.0 %; cow: 20.0 %, real 32.7 ± 1.0 %"
    )


def test_lost_modes_are_named(bench: Bench) -> None:
    panel = show(bench, measured((0.6, 0.36, 0.0, 0.04, 0.0)))
    assert [bar.is_lost for bar in panel.chart.bars] == [False, False, True, False, True]
    assert panel.message.text() == "Lost, with less than 10 % of what real samples have there: 2, 4."


@pytest.mark.parametrize(("share", "is_lost"), [(0.0099, True), (0.0101, False)])
def test_lost_is_less_than_a_tenth_of_the_usual(bench: Bench, share: float, is_lost: bool) -> None:
    """With ten modes of a tenth each, a hundredth is the threshold."""
    panel = show(bench, measured((share, *(((1 - share) / 9,) * 9))))
    assert panel.chart.bars[0].is_lost is is_lost


def test_what_is_due_is_the_share_of_the_data(bench: Bench) -> None:
    """A rare mode is not lost with few fakes, a frequent one is; the light says the same."""
    floors = ((0.9, 0.01), (0.05, 0.005), (0.05, 0.005))
    event = measured((0.05, 0.01, 0.94), share_floors=floors)
    panel = show(bench, event)
    assert [bar.is_lost for bar in panel.chart.bars] == [True, False, False]
    assert panel.message.text() == "Lost, with less than 10 % of what real samples have there: 0."
    assert ModeShares(event).held == 2


def test_modes_that_fakes_surround_are_not_said_to_be_reached(bench: Bench) -> None:
    even = (1 / 8,) * 8
    event = measured((0.05, 0.05, *(0.0,) * 6), count=2500, territories=even, territory_floors=even)
    assert not ModeShares(event).is_lost.any()
    text = show(bench, event).message.text()
    assert "There are fakes around every mode, but hardly any within: 2, 3, 4, 5" in text
    assert "reached" not in text


def test_a_mode_that_an_alert_of_lost_ones_names_is_not_said_to_be_reached(bench: Bench) -> None:
    """An alert of modes left out ends at a fifth of the due; until then nobody says that all are reached."""
    panel = show(bench, measured((0.15 / 8, *(((1 - 0.15 / 8) / 7,) * 7)), count=2500))
    assert panel.message.text() == "Hardly reached: 0."
    assert not panel.chart.bars[0].is_lost


def test_modes_that_too_few_fakes_are_due_to_are_not_said_to_be_reached(bench: Bench) -> None:
    panel = show(bench, measured((0.6, 0.4, 0.0), share_floors=((0.6, 0.01), (0.395, 0.01), (0.005, 0.001))))
    assert panel.message.text() == "None is lost of the 2 of 3 that can be told."


def collapsed(diversities: tuple[float, ...], **changes: Any) -> Measured:
    """Equally many fakes of each class, as varied within it as given; real samples have 0.9 ± 0.018."""
    count = len(diversities)
    known: dict[str, Any] = {
        "by_class": {"diversity": tuple(0.9 * value for value in diversities)},
        "class_floors": {"diversity": (Floor(0.9, 0.018),) * count},
        "asked": True,
    }
    return measured((1 / count,) * count, **(known | changes))


def test_diversity_within_each_mode_stands_below_the_shares(bench: Bench) -> None:
    panel = show(bench, collapsed((0.12, 1.0, 0.7)))
    chart = panel.chart
    assert [bar.is_collapsed for bar in chart.bars] == [True, False, False]
    assert "All 3 classes are reached. Much the same within: 0." in panel.message.text()
    assert chart.text(chart.bars[0]).splitlines() == [
        "0: 33.3 %, real 32.7 ± 1.0 %",
        "diversity within: 12 %, real 100 ± 2 %",
        "all fakes are much the same",
    ]
    assert "1: 33.3 %, real 32.7 ± 1.0 %, diversity within: 100 %, real 100 ± 2 %" in chart.accessibleDescription()
    chart.resize(300, 260)
    pixels = picture(chart)
    room, below = chart._room(), chart._below()
    assert room.bottom() < below.top()
    found = near(pixels, LIGHT.faint(LIGHT.g, 0.75))
    strips = [
        slice(int(room.left() + n * room.width() / 3), int(room.left() + (n + 1) * room.width() / 3)) for n in (1, 2)
    ]
    whole, less = (int(found[int(below.top()) :, strip].any(axis=1).sum()) for strip in strips)
    assert less == pytest.approx(0.7 * whole, abs=3)
    # The sign is a shape in the colour of what is wrong, in the first strip alone.
    wrong = near(pixels, LIGHT.error)[int(below.top()) : int(below.bottom())]
    assert wrong[:, : strips[0].start].sum() > 20
    assert not wrong[:, strips[0].start :].any()


def test_a_low_chart_shows_the_shares_alone(bench: Bench) -> None:
    panel = show(bench, collapsed((0.12, 1.0)))
    panel.chart.resize(260, 110)
    assert panel.chart._room() == panel.chart._inside()


def test_an_alert_that_stands_keeps_its_signs_as_long_as_itself(bench: Bench) -> None:
    """The alert is raised at half of what real samples give, and ends above 0.6 of it."""
    panel = show(bench, collapsed((0.55, 1.0)))
    assert not panel.chart.bars[0].is_collapsed
    alert = Alert("class_collapse", 2500, Level.BAD, Sentence("Of one."), ())
    tell_raised(bench.model, alert)
    panel.refresh()
    assert panel.chart.bars[0].is_collapsed
    bench.model.receive(collapsed((0.61, 1.0)))
    panel.refresh()
    assert not panel.chart.bars[0].is_collapsed


def test_every_class_is_the_same_sample(bench: Bench) -> None:
    panel = show(bench, collapsed((0.02,) * 4))
    assert panel.message.text() == "All 4 classes are reached. Within each, all fakes are much the same."


def test_the_arrow_keys_read_out_one_mode_after_the_other(bench: Bench) -> None:
    panel = show(bench, collapsed((0.12, 1.0), mode_names=("cat", "dog")))
    heard: list[int | None] = []
    panel.chart.pointed.connect(heard.append)
    for key, name in ((Qt.Key.Key_Right, "cat"), (Qt.Key.Key_Right, "dog"), (Qt.Key.Key_Right, "dog")):
        QTest.keyClick(panel.chart, key)
        assert QToolTip.text().startswith(f"{name}: 50.0 %")
    QTest.keyClick(panel.chart, Qt.Key.Key_Left)
    assert heard == [0, 1, 0]
    QToolTip.hideText()


def test_fakes_outside_of_all_modes_do_not_make_the_modes_lost(bench: Bench) -> None:
    panel = show(bench, measured((0.04, 0.03, 0.05)))
    assert "All 3 classes are reached." in panel.message.text()
    assert "88 % of the fakes are in no mode, of real samples 2 %." in panel.message.text()


def test_too_few_fakes_in_modes_to_say(bench: Bench) -> None:
    panel = show(bench, measured((0.017, 0.004, 0.0)))
    assert "Too few fakes are in a mode to say which are lost." in panel.message.text()
    assert not any(bar.is_lost for bar in panel.chart.bars)


def test_many_lost_modes_are_counted(bench: Bench) -> None:
    panel = show(bench, measured((1.0, *((0.0,) * 99)), count=2000))
    assert panel.message.text().startswith("Lost, with less than 10 % of what real samples have there: 1, 2, 3,")
    assert panel.message.text().endswith(" and 87 more.")


def test_points_have_modes_and_images_classes(bench: Bench) -> None:
    panel = bench.show("modes")
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    bench.model.receive(measured((0.125,) * 8))
    panel.refresh()
    assert panel.message.text() == "All 8 modes are reached."


def test_who_tells_the_classes_is_said(bench: Bench) -> None:
    note = "classes are told by a classifier that is right on 97 % of 898 real images it was not fitted to"
    panel = show(bench, measured((0.5, 0.5), notes={"modes_covered": note}))
    assert panel.message.text() == f"All 2 classes are reached. C{note[1:]}."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unknown": {"modes_covered": "the images have no labels"}}, "Not known: the images have no labels."),
        ({}, "There are too many modes to show each."),
    ],
)
def test_why_there_are_no_bars(bench: Bench, changes: dict[str, Any], sentence: str) -> None:
    panel = show(bench, measured((), **changes))
    assert panel.chart.isHidden()
    assert panel.message.text() == sentence


def test_without_floors_all_modes_are_taken_to_be_as_frequent(bench: Bench) -> None:
    panel = show(bench, measured((0.5, 0.5, 0.0, 0.0), share_floors=()))
    assert [bar.usual for bar in panel.chart.bars] == [0.25] * 4
    assert "0: 50.0 %, real 25.0 %" in panel.chart.accessibleDescription()


def test_a_new_run_forgets_the_modes_of_the_last(bench: Bench) -> None:
    panel = show(bench, measured((0.5, 0.5)))
    bench.start()
    panel.refresh()
    assert panel.chart.isHidden()


def test_bars_are_as_high_as_the_shares_and_a_reached_mode_is_seen(bench: Bench) -> None:
    panel = show(bench, measured((0.6, 0.3, 0.0999, 0.0001), share_floors=((0.25, 0.0),) * 4))
    found = near(picture(panel.chart), LIGHT.faint(LIGHT.g, 0.75))
    room = panel.chart._room()
    step = room.width() / 4
    strips = [slice(int(room.left() + index * step), int(room.left() + (index + 1) * step)) for index in range(4)]
    heights = [int(found[:, strip].any(axis=1).sum()) for strip in strips]
    assert heights[0] == pytest.approx(2 * heights[1], abs=4)
    assert heights[1] == pytest.approx(3 * heights[2], abs=6)
    assert heights[3] in (1, 2)


def test_a_lost_mode_has_a_cross(bench: Bench) -> None:
    panel = show(bench, measured((0.5, 0.5, 0.0)))
    crosses = near(picture(panel.chart), LIGHT.error)
    room = panel.chart._room()
    third = int(room.left() + 2 * room.width() / 3)
    assert crosses[:, third:].sum() > 10
    assert not crosses[:, :third].any()


@pytest.mark.parametrize("names", [(), FASHION, ("a name that is far too long to stand under a bar",) * 10])
@pytest.mark.parametrize("size", [(120, 80), (260, 180), (700, 300)])
def test_names_of_any_length_are_painted(bench: Bench, names: tuple[str, ...], size: tuple[int, int]) -> None:
    panel = show(bench, measured((0.1,) * 10, mode_names=names))
    panel.chart.resize(*size)
    assert near(picture(panel.chart), LIGHT.muted, 60).any()
    assert panel.chart._room().height() > size[1] * 0.15


@pytest.mark.parametrize("count", [1, 2, 100])
def test_any_number_of_modes_is_painted(bench: Bench, count: int) -> None:
    panel = show(bench, measured((1 / count,) * count))
    panel.chart.resize(240, 180)
    assert near(picture(panel.chart), LIGHT.faint(LIGHT.g, 0.75), 40).sum() > 500


def move(chart: ModeBars, place: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(chart, event)


def test_the_pointer_names_a_mode(bench: Bench) -> None:
    panel = show(bench, measured((0.5, 0.25, 0.25), mode_names=("cat", "dog", "cow")))
    heard: list[int | None] = []
    panel.chart.pointed.connect(heard.append)
    room = panel.chart._room()
    place = QPointF(room.left() + room.width() / 2, 20)
    move(panel.chart, place)
    move(panel.chart, place + QPointF(1, 0))
    move(panel.chart, QPointF(1, 20))
    assert heard == [1, None]
    QApplication.sendEvent(panel.chart, QHelpEvent(QEvent.Type.ToolTip, place.toPoint(), QPoint(0, 0)))
    assert QToolTip.text() == "dog: 25.0 %, real 32.7 ± 1.0 %"
    QToolTip.hideText()
    # A mode that is gone cannot be pointed at any more.
    move(panel.chart, place)
    bench.model.receive(measured((1.0,)))
    panel.refresh()
    assert heard == [1, None, 1, None]


def test_pointing_at_a_bar_rings_its_mode_in_the_plane(window: MainWindow, qtbot: QtBot) -> None:
    window.model.form.edit({"data.name": "ring"})
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    scatter: Any = window.panel("scatter")
    modes: Any = window.panel("modes")
    modes.chart.pointed.emit(2)
    np.testing.assert_allclose(np.ravel(scatter.pointed.getData()), centres()[2])
    modes.chart.pointed.emit(None)
    assert not len(scatter.pointed.getData()[0])


def test_colours_follow_the_theme(bench: Bench) -> None:
    panel = show(bench, measured((0.5, 0.5)))
    for colors in (DARK, LIGHT):
        panel.set_colors(colors)
        assert near(picture(panel.chart), colors.faint(colors.g, 0.75)).sum() > 500


def test_it_stands_beside_the_samples(window: MainWindow) -> None:
    window.resize(1440, 900)
    window.docks.arrange()
    QApplication.processEvents()
    samples, modes = (window.docks.docks[name].geometry() for name in ("samples", "modes"))
    assert modes.left() > samples.right()
    # Samples have tabs above them.
    assert modes.bottom() == samples.bottom()
    assert samples.top() - 40 < modes.top() <= samples.top()
    assert 0.28 < modes.width() / (modes.width() + samples.width()) < 0.45


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [(0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 23, 4, [0, 10, 20]), (-3, 3, 3, [-2, 0, 2]), (0, 0, 3, [])],
)
def test_ticks_are_round(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert round_ticks(low, high, most) == pytest.approx(ticks)


def test_ticks_of_what_is_not_finite() -> None:
    assert round_ticks(0, float("nan"), 3) == []
