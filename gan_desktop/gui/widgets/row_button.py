"""A button of several lines: what it does, and under it, muted, why or how."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout

from gan_desktop.gui.widgets.style import paragraph


class RowButton(QPushButton):
    """A button as wide as its column; its lines wrap. A click does not take the focus: Space would press it again."""

    def __init__(self, flat: bool) -> None:
        super().__init__()
        self.setProperty("flat_row" if flat else "row", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.heading, self.detail = paragraph("strong"), paragraph()
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(7, 4, 7, 5)
        column.setSpacing(1)
        for line in (self.heading, self.detail):
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(line)

    def show_lines(self, heading: str, detail: str) -> None:
        """Show both; an empty detail takes no room."""
        self.heading.setText(heading)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(detail)

    def sizeHint(self) -> QSize:
        """The size of the lines: a push button knows only its own text."""
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._column.minimumSize()
