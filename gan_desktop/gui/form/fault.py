"""Why a value was refused, in a bubble over what stands around its field: nothing moves to make room for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from gan_desktop.gui.widgets.style import set_style_property

SIGN = "⚠ "
# Pixels: between the field and the bubble, at its sides, and the least that a sentence needs.
GAP, SIDE, NARROWEST = 3, 2, 190
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)


class Fault(QLabel):
    """One sentence about the value in an editor, which is marked while there is one.

    It stands under the editor, or above it if it would cover the focused widget or another bubble there. Clicks go
    through it.
    """

    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        self._editor = editor
        self._description = ""
        self.setObjectName("fault")
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def sentence(self) -> str:
        """The sentence that is shown; empty if there is none."""
        return self.text().removeprefix(SIGN)

    def show_message(self, text: str) -> None:
        """Show the sentence; an empty one takes the bubble and the mark away."""
        if not text and not self.text():
            return
        if text and self.parentWidget() is self._editor:
            self._settle()
        if not self.text():
            self._description = self._editor.accessibleDescription()
        self.setText(f"{SIGN}{text}" if text else "")
        self._editor.setAccessibleDescription(text or self._description)
        set_style_property(self._editor, "invalid", bool(text))
        self._place()

    def _settle(self) -> None:
        """Become a child of what scrolls with the editor, or else of its window, and follow whatever moves it."""
        above: QWidget = self._editor
        while True:
            above.installEventFilter(self)
            parent = above.parentWidget()
            if parent is None or above.isWindow() or isinstance(parent.parentWidget(), QScrollArea):
                break
            above = parent
        self.setParent(above)
        self._editor.destroyed.connect(self.deleteLater)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVES and self.text():
            self._place()
        return False

    @Slot()
    def _place(self) -> None:
        self._stand()
        for other in self._others() if self.isVisible() else ():
            if other.geometry().intersects(self.geometry()):
                other._stand()

    def _others(self) -> list[Fault]:
        """The other visible bubbles on the same parent widget."""
        ground = self.parentWidget()
        found = ground.findChildren(Fault) if ground is not None else []
        return [fault for fault in found if fault is not self and fault.isVisible()]

    def _stand(self) -> None:
        ground = self.parentWidget()
        if ground is None or not self.text() or not self._editor.isVisibleTo(ground):
            self.hide()
            return
        field = _rect_on(ground, self._editor)
        margins = self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        wanted = self.fontMetrics().horizontalAdvance(self.text()) + max(margins, 0) + 2 * GAP
        width = min(ground.width() - 2 * SIDE, max(NARROWEST, field.width(), min(wanted, 2 * NARROWEST)))
        height = self.heightForWidth(width)
        left = max(SIDE, min(field.left(), ground.width() - SIDE - width))
        spots = [QRect(left, top, width, height) for top in (field.bottom() + GAP, field.top() - GAP - height)]
        spots = [spot for spot in spots if ground.rect().contains(spot)] or spots[:1]
        focus = QApplication.focusWidget()
        if focus is not None and ground.isAncestorOf(focus) and focus is not self._editor:
            spots = _free(spots, [_rect_on(ground, focus)])
        self.setGeometry(_free(spots, [other.geometry() for other in self._others()])[0])
        self.raise_()
        self.show()


def _free(spots: list[QRect], taken: list[QRect]) -> list[QRect]:
    """The spots that cover nothing of what is taken; all spots if every one covers something."""
    return [spot for spot in spots if not any(spot.intersects(place) for place in taken)] or spots


def _rect_on(ground: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(ground, QPoint(0, 0)), widget.size())
