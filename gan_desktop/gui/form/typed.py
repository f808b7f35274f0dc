"""Lines and spin boxes that keep what was typed wrongly until it is mended; Esc brings back the value in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from gan_desktop.core.errors import InputError, shortened
from gan_desktop.gui.look.number_text import read_count, read_number
from gan_desktop.gui.widgets.style import set_style_property

# Characters of what was typed that a refusal repeats.
SHOWN = 40
# Where the text of other fields begins; the style sheet's padding does not reach the text of a spin box.
TEXT_INSET = 5


if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object


class _GivenUpByEsc(_Widget):
    """The half of a field that gives up what was typed on Esc, while something typed is kept."""

    @property
    def is_kept(self) -> bool:
        raise NotImplementedError

    def give_up(self) -> None:
        """Let go of what was typed, and tell."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        # Esc is for this field, and must not close a dialog.
        if event.type() == QEvent.Type.ShortcutOverride and _is_escape(event) and self.is_kept:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_escape(event) and self.is_kept:
            self.give_up()
        else:
            super().keyPressEvent(event)


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape


class TypedLine(_GivenUpByEsc, QLineEdit):
    """Signals:
    reverted: the person gave up what was typed.
    """

    reverted = Signal()

    def __init__(self) -> None:
        super().__init__()
        # What stands in it was refused.
        self.is_wrong = False
        # The value in use.
        self._in_use = ""

    @property
    def is_kept(self) -> bool:
        """Whether what was typed is to stay: it is not finished, or is wrong and waits to be mended."""
        return self.isModified() or self.is_wrong

    def show_text(self, text: str) -> None:
        """Show the value in use, unless what was typed is kept."""
        self._in_use = text
        if not self.is_kept:
            self.setText(text)
            self.setCursorPosition(0)

    def take(self) -> str | None:
        """Return what was typed, or was refused the last time; it now counts as right. None if there is nothing."""
        if not self.is_kept:
            return None
        self.setModified(False)
        self.is_wrong = False
        return self.text()

    def forget(self) -> None:
        """Let go of what was typed: the value in use is shown."""
        self.setModified(False)
        self.is_wrong = False
        self.show_text(self._in_use)

    def give_up(self) -> None:
        self.forget()
        self.reverted.emit()


if TYPE_CHECKING:

    class _SpinBox(QAbstractSpinBox):
        """What Qt's two spin boxes have in common, though they have no common class for it."""

        refused: SignalInstance
        value: Any
        setValue: Any  # noqa: N815 - Qt's
        minimum: Any
        maximum: Any
else:
    _SpinBox = object


class _KeepsText(_GivenUpByEsc, _SpinBox):
    """The half of a spin box that lets everything be typed, and says what is wrong with it."""

    # The typed text that is not an allowed number, and why.
    _wrong = ""
    _problem = ""

    def __init__(self) -> None:
        super().__init__()
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(TEXT_INSET, 0, 0, 0)
        self.editingFinished.connect(self.tell_problem)

    def _read(self, text: str) -> float:
        raise NotImplementedError

    def _written(self, value: float) -> str:
        raise NotImplementedError

    @property
    def is_wrong(self) -> bool:
        """Whether what stands in it is not its value."""
        return bool(self._wrong)

    @property
    def problem(self) -> str:
        """Why what stands in it is not its value; empty if nothing is wrong."""
        return self._problem

    def validate(self, text: str, position: int) -> Any:
        return QValidator.State.Acceptable, text, position

    def valueFromText(self, text: str) -> Any:
        try:
            number = self._read(text)
            if not self.minimum() <= number <= self.maximum():
                allowed = QCoreApplication.translate("Typed", "{n}: must be from {least} to {most}")
                least, most = self._written(self.minimum()), self._written(self.maximum())
                raise InputError(allowed.format(n=shortened(text.strip(), SHOWN), least=least, most=most))
        except InputError as error:
            self._wrong, self._problem = text, str(error)
            return self.value()
        self._wrong = self._problem = ""
        return number

    def textFromValue(self, value: float) -> str:
        return self._wrong or self._written(value)

    def keep(self, problem: str, value: float) -> None:
        """Go on showing what stands in it, which was refused, in place of the value in use."""
        text = self.lineEdit().text()
        self._wrong = ""
        self.setValue(value)
        self._wrong, self._problem = text, problem
        # Shows the text again.
        self.setValue(value)

    def forget(self) -> None:
        """Let go of what was typed: the value is shown."""
        self._wrong = self._problem = ""
        self.setValue(self.value())

    def stepBy(self, steps: int) -> None:
        was_wrong = self.is_wrong
        self._wrong = self._problem = ""
        super().stepBy(steps)
        if was_wrong:
            self.tell_problem()

    def tell_problem(self) -> None:
        """Say what is wrong with what was typed, or that nothing is."""
        set_style_property(self, "invalid", self.is_wrong)
        self.refused.emit(self._problem)

    def give_up(self) -> None:
        self.forget()
        self.tell_problem()

    @property
    def is_kept(self) -> bool:
        return self.is_wrong or self.lineEdit().text() != self._written(self.value())


class CountSpin(_KeepsText, QSpinBox):
    """A whole number.

    Signals:
        refused: why what was typed is not an allowed number; empty if nothing is wrong.
    """

    refused = Signal(str)

    def _read(self, text: str) -> int:
        return read_count(text)

    def _written(self, value: float) -> str:
        return str(int(value))


class NumberSpin(_KeepsText, QDoubleSpinBox):
    """Any number, with a given number of decimals.

    Signals:
        refused: why what was typed is not an allowed number; empty if nothing is wrong.
    """

    refused = Signal(str)

    def _read(self, text: str) -> float:
        return read_number(text)

    def _written(self, value: float) -> str:
        return f"{value:.{self.decimals()}f}"


def commit_typing() -> None:
    """Take what is being typed in the field that has the focus, as Enter would."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QLineEdit) and widget.isModified():
        widget.editingFinished.emit()
    elif isinstance(widget, CountSpin | NumberSpin):
        widget.interpretText()
        widget.editingFinished.emit()
