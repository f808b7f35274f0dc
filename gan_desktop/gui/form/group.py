"""A part of a form that folds away: a heading that is a button, and what is under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, label


class Group(QWidget):
    """Closed, its heading says in a few words what is in it.

    Signals:
        toggled: whether it is open now, after a click.
    """

    toggled = Signal(bool)

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.button = QPushButton()
        self.button.setProperty("group", True)
        describe(
            self.button, f"{name}_group_button", title, self.tr("Show or hide this part: {title}").format(title=title)
        )
        self._arrow = label()
        self._arrow.setFixedWidth(14)
        self.summary = ElidedLabel()
        self.body = QWidget()
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(0, 2, 0, 6)
        self.content.setSpacing(8)
        row = QHBoxLayout(self.button)
        row.setContentsMargins(0, 0, 2, 0)
        row.setSpacing(4)
        row.addWidget(self._arrow)
        self._heading = label(title, "strong")
        row.addWidget(self._heading)
        row.addWidget(self.summary, 1)
        for part in (self._arrow, self.summary):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self.body)
        self.button.clicked.connect(self._on_clicked)
        self.set_open(True)

    @property
    def is_open(self) -> bool:
        return not self.body.isHidden()

    def set_open(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self.summary.setVisible(not is_open)
        self._arrow.setText("▾" if is_open else "▸")
        self.button.setAccessibleDescription(self.tr("open") if is_open else self.tr("closed"))

    def set_title(self, title: str) -> None:
        """Show another heading, such as one that counts something."""
        self._heading.setText(title)
        self.button.setAccessibleName(title)

    def _on_clicked(self) -> None:
        self.set_open(not self.is_open)
        self.toggled.emit(self.is_open)
