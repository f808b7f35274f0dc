"""Buttons and boxes that shorten their text to the room there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
)

from gan_desktop.gui.look import words

# The style sheet's padding of a flat row, and a little for its bold font; a check box's indicator.
ROW_PADDING = 24
INDICATOR = 26
# What a box leaves free at both ends of its text.
EDGES = 2


def _elide(button: QAbstractButton, text: str, taken: int) -> None:
    room = button.width() - taken
    button.setText(button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))


class ElidedButton(QPushButton):
    """A row of a list, as wide as its column."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._full_text = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _elide(self, self._full_text, ROW_PADDING)


class ElidedCheckBox(QCheckBox):
    """A check box as wide as it may be."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._full_text = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_full_text(self, text: str) -> None:
        """Set another text; as much of it as fits is shown."""
        self._full_text = text
        _elide(self, text, INDICATOR)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_full_text(self._full_text)


class ElidedComboBox(QComboBox):
    """A box that shows as much of its choice as fits, with a sign that there is more: Qt cuts through letters."""

    def shown_text(self) -> str:
        """What fits of the choice."""
        return str(self._option().currentText)

    def whole_width(self) -> int:
        """The width in which none of the choices is cut."""
        texts = (self.itemText(place) for place in range(self.count()))
        widest = max(map(self.fontMetrics().horizontalAdvance, texts), default=0)
        return self.width() - self._text_room() + widest

    def _text_room(self) -> int:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(control, option, part, self).width() - EDGES

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.currentIndex() < 0:
            option.currentText = self.placeholderText()
            option.palette.setBrush(QPalette.ColorRole.ButtonText, option.palette.placeholderText())
        elide = self.fontMetrics().elidedText
        option.currentText = elide(option.currentText, Qt.TextElideMode.ElideRight, self._text_room())
        return option

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        """Say the whole choice in the tool tip where it is cut."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.currentText()
            if self.currentIndex() >= 0 and self.shown_text() != text:
                QToolTip.showText(event.globalPos(), words.about(text) + self.toolTip(), self)
                return True
        return super().event(event)
