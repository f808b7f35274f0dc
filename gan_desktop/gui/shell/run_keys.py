"""Who gets a key: the run (Space, Right, Shift+Right), wherever the focus is, or the focused widget.

Text fields keep every key that types or moves in them. Every other widget keeps its keys only if it was reached by Tab:
the person then works with the keyboard, and a frame shows where they are. A click on a slider or a box does only what
the click does: after it, Right steps and Space pauses, as anywhere else.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gan_desktop.gui.widgets.segments import Segment

SPACE, RIGHT = Qt.Key.Key_Space, Qt.Key.Key_Right
TEXT_FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
# The keys of the run that these widgets use themselves, once Tab has led there.
TABBED: tuple[tuple[type[QWidget], frozenset[Qt.Key]], ...] = (
    (QAbstractSlider, frozenset({RIGHT})),
    (QAbstractButton, frozenset({SPACE})),
    (Segment, frozenset({RIGHT})),
    (QComboBox, frozenset({SPACE})),
    (QAbstractItemView, frozenset({SPACE, RIGHT})),
)


class RunKeys(QObject):
    """Knows how the focus came to where it is, in one window, and keeps it from wandering by itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tabbed_to: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def has_lost_focus(self) -> bool:
        """Whether what has the focus cannot have it any more: it has been disabled or hidden.

        Qt would go on to the next widget that takes keys, whichever that is: a click on Start, which disables the
        button, would lead to a slider.
        """
        focused = self._window.focusWidget()
        return focused is not None and focused is not self._window and not (focused.isVisible() and focused.isEnabled())

    def on_tab(self) -> None:
        """Note that the keyboard has moved the focus on."""
        self._tabbed_to = self._window.focusWidget()

    @Slot(QWidget, QWidget)
    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is None or now is self._tabbed_to:
            return  # the window is left for a while
        # The arrow keys go on from one segment to the next.
        goes_on = (
            old is not None
            and old is self._tabbed_to
            and isinstance(now, Segment)
            and old.parentWidget() is now.parentWidget()
        )
        self._tabbed_to = now if goes_on else None

    def are_widgets(self, event: QKeyEvent) -> bool:
        """Whether the key is the focused widget's rather than a shortcut's."""
        plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        key, widget = event.key(), QApplication.focusWidget()
        if event.modifiers() & ~plain or key not in (SPACE, RIGHT):
            return False
        if isinstance(widget, TEXT_FIELDS) or (isinstance(widget, QComboBox) and widget.isEditable()):
            return True
        return widget is self._tabbed_to and any(isinstance(widget, kind) and key in keys for kind, keys in TABBED)
