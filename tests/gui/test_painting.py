"""What a repaint does not do: lay the window out anew, write axes that are as they were, paint what has not changed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from gan_desktop.core.diagnosis import Level
from gan_desktop.core.events import MetricsBlock, Progress, RunStarted, Samples, StatusChanged
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.gui.repaint import is_seen
from gan_desktop.gui.timeline.marks import Kind, TimeMark
from gan_desktop.gui.timeline.strip import MarkStrip
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.room import Room
from gan_desktop.gui.widgets.style import label
from tests.gan import FIGURES
from tests.gui.conftest import Bench, MakeWindow
from tests.gui.fake_engine import losses, summary


class Seen(QObject):
    """Counts events of one kind by the widget's class."""

    def __init__(self, kind: QEvent.Type) -> None:
        super().__init__()
        self._kind = kind
        self.counts: Counter[type] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == self._kind and isinstance(watched, QWidget):
            self.counts[type(watched)] += 1
        return False


@pytest.mark.parametrize("name", ["digits", "ring"])
def test_a_repaint_lays_nothing_out_anew(make_window: MakeWindow, qapp: QApplication, name: str) -> None:
    config = preset(name).config
    window = make_window(config)
    # Only this test repaints anything.
    window.repainter._is_watched = lambda: False  # type: ignore[method-assign]
    model = window.model
    model.receive(StatusChanged(Status.PREPARING, 0))
    model.receive(RunStarted(config, name, summary(config), "CPU", None, 900_000, 1, 1))
    model.receive(StatusChanged(Status.TRAINING, 0))
    shape = (1000, 2) if name == "ring" else (64, 8, 8, 1)

    def advance() -> None:
        step = len(model.record.history)
        model.receive(MetricsBlock(step, losses(step, 20, 0), FIGURES))
        model.receive(Progress(step + 20, 900_000, step / 10, 1.0, 600 + step / 100, 99.0, 2**30, {}))
        model.receive(Samples(step + 20, np.random.default_rng(step).random(shape).astype(np.float32)))
        for widget in [widget for widget in window.repainter._waiting if is_seen(widget)]:
            widget.refresh()
            qapp.processEvents()

    # From 10,000 steps on, no number becomes longer for a while.
    model.receive(MetricsBlock(0, losses(0, 10_000, 0), FIGURES))
    for _ in range(20):
        advance()
    seen = Seen(QEvent.Type.LayoutRequest)
    qapp.installEventFilter(seen)
    for _ in range(10):
        advance()
    qapp.removeEventFilter(seen)
    assert len(model.record.history) == 10_600
    assert sum(count for kind, count in seen.counts.items() if issubclass(kind, QMainWindow)) <= 2, seen.counts


def written(paint: Callable[[], object]) -> Counter[str]:
    """How often each axis is written while something is painted."""
    counts: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is pg.AxisItem.paint.__code__:
            counts[frame.f_locals["self"].orientation] += 1

    sys.setprofile(note)
    try:
        paint()
    finally:
        sys.setprofile(None)
    return counts


def test_an_axis_is_written_when_it_changes(bench: Bench, qapp: QApplication) -> None:
    panel = bench.show("losses")
    bench.start()
    bench.take_steps(10_000)
    panel.refresh()
    # The first paint is the window's.
    assert written(qapp.processEvents).keys() == {"left", "bottom"}
    repaint = panel.view.viewport().repaint
    for _ in range(5):
        bench.take_steps(20)
        panel.refresh()
        assert written(repaint) == {}
    panel.view.zoom(0.5)
    assert written(repaint)["bottom"] == 1


def test_a_counting_label_asks_for_no_room(bench: Bench, qapp: QApplication) -> None:
    shown = ElidedLabel("step 10,000 of 20,000")
    shown.setParent(bench.host)
    bench.host.show()
    qapp.processEvents()
    room = shown.sizeHint().width()
    assert shown.fontMetrics().horizontalAdvance(shown.text()) <= room
    for step in range(11_000, 20_000, 1000):
        shown.setText(f"step {step:,} of 20,000")
        assert shown.text() == shown.accessibleName() == f"step {step:,} of 20,000"
        assert shown.sizeHint().width() == room
    shown.setText("step 10,000 of 20,000, and a good deal more that is to be said of it")
    assert shown.sizeHint().width() > room
    shown.setText("")
    assert shown.sizeHint().width() == 0


def test_a_label_that_has_the_room_it_asks_for_is_never_elided(bench: Bench) -> None:
    shown = ElidedLabel()
    shown.setParent(bench.host)
    bench.host.show()
    for step in range(1000, 2000, 7):
        for text in (f"step {step:,}", f"mean of {step} steps", f"{step:,}"):
            shown.setText("")
            shown.setText(text)
            room = shown.sizeHint().width()
            assert shown.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room) == text


def test_a_room_gives_its_content_what_it_has(bench: Bench) -> None:
    content = label("short")
    room = Room(content)
    room.setParent(bench.host)
    room.setGeometry(0, 0, 120, 30)
    bench.host.show()
    content.setText("much longer than it was before, in any font that there is")
    assert content.isVisible()
    assert content.geometry().getRect() == (0, 0, 120, 30)
    assert room.sizeHint() == content.sizeHint()


def test_marks_that_are_the_same_are_not_painted_again(bench: Bench, qapp: QApplication) -> None:
    strip = MarkStrip()
    strip.setParent(bench.host)
    strip.resize(200, 14)
    bench.host.show()
    strip.show_marks([TimeMark(Kind.ALERT, 5, "collapse", 3, Level.BAD)], [1, 4], 0, 10)
    qapp.processEvents()
    seen = Seen(QEvent.Type.Paint)
    strip.installEventFilter(seen)
    strip.show_marks([TimeMark(Kind.ALERT, 5, "collapse", 3, Level.BAD)], [1, 4], 0, 10)
    qapp.processEvents()
    assert seen.counts[MarkStrip] == 0
    strip.show_marks([TimeMark(Kind.ALERT, 6, "collapse", 3, Level.BAD)], [1, 4], 0, 10)
    qapp.processEvents()
    assert seen.counts[MarkStrip] == 1
