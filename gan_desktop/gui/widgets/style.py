"""Small helpers for widgets that the style sheet dresses by property."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QSizePolicy, QSpinBox, QWidget

from gan_desktop.gui.widgets.fade import Fade

# How many pixels of what is pinned are left in the smallest window.
SMALLEST_PINNED = 60


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet selects by, and dress the widget anew if it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str = "", role: str = "muted", wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's roles: field, muted, strong, error, pending.

    Its text is plain: names, notes and paths may have anything in them.
    """
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    if wrap:
        result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return result


def paragraph(role: str = "muted") -> QLabel:
    """Wrapped text in a column that scrolls, as high as its width asks: Qt would keep room for a narrower one."""
    result = label(role=role, wrap=True)
    result.setMinimumHeight(1)
    return result


def describe(widget: QWidget, object_name: str, accessible_name: str, tool_tip: str) -> None:
    """Give a control an object name for tests and style sheets, a name for screen readers, and a tool tip."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)
    widget.setToolTip(tool_tip)


def small_button(text: str) -> QPushButton:
    """A button beside a title. A click must not take the focus: Space would then press it instead of pausing."""
    button = QPushButton(text)
    button.setProperty("small", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def link_button(text: str) -> QPushButton:
    """A button that looks like a link; a click does not take the focus."""
    button = QPushButton(text)
    button.setProperty("link", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def scrolling(content: QWidget, both_ways: bool = False) -> QScrollArea:
    """The widget in an area that scrolls if there is less height than it needs, or also less width."""
    area = QScrollArea()
    _dress_scrolling(area, content, both_ways)
    return area


def _dress_scrolling(area: QScrollArea, content: QWidget, both_ways: bool = False) -> None:
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    if not both_ways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        Fade(area)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setObjectName(content.objectName() or "scroll_content")
    area.setWidget(content)
    content.setAutoFillBackground(False)


class Pinned(QScrollArea):
    """A widget that stays in view above what scrolls: as high as it needs, and scrolled where there is less room."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        _dress_scrolling(self, content)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """The height of the content at the present width."""
        content, width = self._content, self.viewport().width()
        height = content.heightForWidth(width) if content.hasHeightForWidth() else content.sizeHint().height()
        return QSize(content.minimumSizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), SMALLEST_PINNED))


def scroll_to(widget: QWidget) -> None:
    """Bring a widget into view if it stands in something that scrolls."""
    place = widget.parentWidget()
    while place is not None:
        # What scrolls may stand in something that scrolls.
        if isinstance(place, QScrollArea):
            place.ensureWidgetVisible(widget)
        place = place.parentWidget()


def inset(spin: QSpinBox) -> None:
    """Begin the number where other fields begin their text; the style sheet's padding does not reach it."""
    spin.lineEdit().setTextMargins(5, 0, 0, 0)


class MessageLabel(QLabel):
    """One sentence under a field about a value that was refused; takes no room while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "error")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_message(self, text: str) -> None:
        """Show the sentence; an empty one hides the label."""
        self.setText(f"⚠ {text}" if text else "")
        self.setVisible(bool(text))
