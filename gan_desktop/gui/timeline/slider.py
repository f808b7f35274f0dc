"""The timeline's slider: over every step of the run, and the right end is the newest."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from gan_desktop.gui.form.wheel import guard_wheel

# Qt counts a slider's places in 32 bits: of a longer run, each place is several steps.
MOST_PLACES = 2**31 - 2
# A key moves by this share of the run if there are no kept samples to go to.
SHARE_OF_RUN = 0.01
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class TimeSlider(QSlider):
    """Signals:
    step_asked: the step (int) that the person wants to look at; None for the newest.
    """

    step_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        guard_wheel(self)
        self._first, self._last, self._unit = 0, 0, 1
        self._step: int | None = None
        self._samples: Sequence[int] = ()
        self.valueChanged.connect(self._on_value)

    @property
    def last(self) -> int:
        """The step at the right end."""
        return self._last

    def show_run(self, first: int, last: int, step: int | None, samples: Sequence[int]) -> None:
        """Show a run from its first step to its last, the step that is looked at, and the steps of kept samples.

        While a step is looked at, the right end stays where it was: nothing moves under the pointer.
        """
        if step is None or self._step is None or not self._first <= step <= self._last or first != self._first:
            self._first, self._last = first, last
        self._step, self._samples = step, samples
        self._unit = 1 + (self._last - self._first) // MOST_PLACES
        blocked = self.blockSignals(True)
        self.setRange(0, (self._last - self._first) // self._unit)
        self.setPageStep(max(1, self.maximum() // 10))
        self.setSingleStep(max(1, self.maximum() // 100))
        self.setValue(self.maximum() if step is None else (step - self._first) // self._unit)
        self.blockSignals(blocked)

    @Slot(int)
    def _on_value(self, value: int) -> None:
        self._ask(None if value >= self.maximum() else self._first + value * self._unit)

    def _ask(self, step: int | None) -> None:
        if step is not None:
            step = None if step >= self._last else max(step, self._first)
        self.step_asked.emit(step)

    def go(self, direction: int, by_one: bool) -> None:
        """Go one step back (-1) or on (1), or as far as the next kept samples."""
        step = self._last if self._step is None else self._step
        if by_one:
            self._ask(step + direction)
            return
        places = sorted({*self._samples, self._first, self._last})
        if len(places) <= 2:
            self._ask(step + direction * max(1, round(SHARE_OF_RUN * (self._last - self._first))))
            return
        place = bisect_left(places, step) - 1 if direction < 0 else bisect_right(places, step)
        self._ask(places[place] if 0 <= place < len(places) else self._last if direction > 0 else self._first)

    def event(self, event: QEvent) -> bool:
        # While a moment is looked at, the arrows go on from there: Right is no step of the training.
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and self._step is not None and event.key() in ARROWS:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS:
            by_one = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.go(-1 if event.key() == Qt.Key.Key_Left else 1, by_one)
        elif event.key() == Qt.Key.Key_Home:
            self._ask(self._first)
        elif event.key() == Qt.Key.Key_End:
            self._ask(None)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where it was clicked, rather than a page towards it."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style = self.style()
        complex_ = QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(complex_, option, QStyle.SubControl.SC_SliderHandle, self)
        groove = style.subControlRect(complex_, option, QStyle.SubControl.SC_SliderGroove, self)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(event.position().toPoint()):
            room = groove.width() - handle.width()
            place = round(event.position().x() - groove.x() - handle.width() / 2)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, room))
        super().mousePressEvent(event)
