"""Sliders for some of a latent's dimensions, a page of them at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gan_desktop.core.events import FloatArray
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, label, scrolling, set_style_property, small_button

PAGE = 8
# Positions for each standard deviation; a page key moves by half of one.
FINE = 50
NARROWEST = 144


class DimensionSliders(QWidget):
    """Each dimension's value in standard deviations, and which of them were moved by hand.

    Signals:
        moved: a dimension was moved to a value.
    """

    moved = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(NARROWEST)
        self._page = 0
        self._values: FloatArray = np.zeros(0, np.float32)
        self._held: Mapping[int, float] = {}
        self.heading = ElidedLabel("", Qt.AlignmentFlag.AlignLeft)
        self.back_button, self.on_button = small_button("‹"), small_button("›")
        describe(self.back_button, "previous_dimensions_button", self.tr("Previous dimensions"), self.tr("Previous"))
        describe(self.on_button, "next_dimensions_button", self.tr("Next dimensions"), self.tr("Next"))
        self.back_button.clicked.connect(self._on_back)
        self.on_button.clicked.connect(self._on_on)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.heading, 1)
        for button in (self.back_button, self.on_button):
            top.addWidget(button)
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        self.sliders: list[QSlider] = []
        self._names: list[QLabel] = []
        self._texts: list[QLabel] = []
        for row in range(PAGE):
            self._add_row(grid, row)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(PAGE, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(scrolling(rows), 1)

    def _add_row(self, grid: QGridLayout, row: int) -> None:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setPageStep(FINE // 2)
        slider.setMinimumWidth(48)
        title = self.tr("Dimension {n}").format(n=row + 1)
        tip = self.tr("A dimension of the latent, in standard deviations; drag it, and it is held there")
        describe(slider, f"dimension_{row + 1}_slider", title, tip)
        guard_wheel(slider)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setProperty("row", row)
        slider.valueChanged.connect(self._on_slider)
        name, text = label(), label()
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        name.setAlignment(align)
        text.setAlignment(align)
        text.setMinimumWidth(self.fontMetrics().horizontalAdvance("−0.00 •"))
        for column, widget in enumerate((name, slider, text)):
            grid.addWidget(widget, row, column)
        self.sliders.append(slider)
        self._names.append(name)
        self._texts.append(text)

    def show_latent(self, values: FloatArray, held: Mapping[int, float], farthest: float) -> None:
        """Show a latent in standard deviations, shape (latent_dim,); each dimension goes this far to either side."""
        if len(values) != len(self._values):
            self._page = 0
        self._values, self._held = values, held
        for slider in self.sliders:
            blocked = slider.blockSignals(True)
            slider.setRange(-round(farthest * FINE), round(farthest * FINE))
            slider.blockSignals(blocked)
        self._show()

    def _show(self) -> None:
        count, first = len(self._values), self._page * PAGE
        last = min(first + PAGE, count)
        text = self.tr("Latent {first}–{last} of {n}") if count > 1 else self.tr("Latent, one number")
        self.heading.setText(text.format(first=first + 1, last=last, n=count) if count else "")
        for row, (slider, name, value) in enumerate(zip(self.sliders, self._names, self._texts, strict=True)):
            dimension = first + row
            for widget in (slider, name, value):
                widget.setVisible(dimension < count)
            if dimension < count:
                self._show_row(dimension, slider, name, value)
        self.back_button.setEnabled(self._page > 0)
        self.on_button.setEnabled(last < count)
        for button in (self.back_button, self.on_button):
            button.setVisible(count > PAGE)

    def _show_row(self, dimension: int, slider: QSlider, name: QLabel, value: QLabel) -> None:
        number, held = float(self._values[dimension]), dimension in self._held
        blocked = slider.blockSignals(True)
        slider.setValue(round(number * FINE))
        slider.blockSignals(blocked)
        slider.setAccessibleName(self.tr("Dimension {n}").format(n=dimension + 1))
        name.setText(str(dimension + 1))
        text = f"{number:.2f}".replace("-", "−")
        value.setText(f"{text} •" if held else text)
        set_style_property(value, "role", "strong" if held else "muted")

    @Slot(int)
    def _on_slider(self, position: int) -> None:
        slider = self.sender()
        self.moved.emit(self._page * PAGE + int(slider.property("row")), position / FINE)

    @Slot()
    def _on_back(self) -> None:
        self._page = max(0, self._page - 1)
        self._show()

    @Slot()
    def _on_on(self) -> None:
        self._page += 1
        self._show()
