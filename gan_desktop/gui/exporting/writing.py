"""What dialogs have in common that write a file: a button to choose it, how far it has come, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gan_desktop.gui.exporting.thread import ExportThread
from gan_desktop.gui.shell.file_dialogs import prepare
from gan_desktop.gui.widgets.style import describe, label, link_button

# Writes the file; it gets a function for the share that is done, and returns where it is written.
Work = Callable[[Callable[[float], None]], Path]


class WritingDialog(QDialog):
    """Asks for a file, and writes it in a thread.

    Args:
        name: what the object names of its controls begin with.

    Signals:
        thread_begun: an `ExportThread` was started; it ends before the program does.

    Attributes:
        thread_at_work: what is being written, None if nothing is.
    """

    thread_begun = Signal(object)

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name = name
        self._written: Path | None = None
        self._can_save = True
        self.thread_at_work: ExportThread | None = None
        self._make_buttons()

    def _make_buttons(self) -> None:
        self.message = label(wrap=True)
        self.message.setObjectName(f"{self._name}_message_label")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        describe(self.bar, f"{self._name}_progress_bar", self.tr("Progress"), self.tr("How much is written"))
        self.bar.hide()
        self.button = QPushButton(self.tr("&Save As…"))
        describe(self.button, f"{self._name}_button", self.tr("Save as"), self.tr("Choose a file, and write it"))
        self.button.setDefault(True)
        self.button.clicked.connect(self.choose_file)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAutoDefault(False)
        tip = self.tr("Close this, or break off what is being written")
        describe(self.close_button, f"{self._name}_close_button", self.tr("Close"), tip)
        self.close_button.clicked.connect(self._close_or_break_off)
        self.show_file = link_button(self.tr("Show it"))
        tip = self.tr("Open its folder")
        describe(self.show_file, f"{self._name}_show_button", self.tr("Show what was written"), tip)
        self.show_file.clicked.connect(self._show_written)
        self.show_file.hide()

    def _outcome(self) -> QVBoxLayout:
        """What is said of the writing."""
        column = QVBoxLayout()
        column.addWidget(self.message)
        column.addWidget(self.show_file, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.bar)
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.button)
        return row

    def _suggested(self) -> tuple[str, str, str]:
        """The title of the dialog that asks for a file, the name that it offers, and the ending of such files."""
        raise NotImplementedError

    def _work(self, path: Path) -> Work:
        """What writes the file."""
        raise NotImplementedError

    def _choices(self) -> list[QWidget]:
        """What cannot be changed while a file is written."""
        raise NotImplementedError

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file; the window goes on meanwhile."""
        if not self.button.isEnabled():
            return
        title, name, suffix = self._suggested()
        dialog = QFileDialog(self, title, name)
        dialog.setObjectName(f"{self._name}_chooser")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if suffix:
            dialog.setDefaultSuffix(suffix.rpartition(".")[2])
        prepare(dialog, "export")
        dialog.fileSelected.connect(self.write)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, path: str) -> None:
        """Write the file; the dialog has asked already whether to replace one."""
        thread = ExportThread(self._work(Path(path)), self)
        self.thread_at_work = thread
        thread.progressed.connect(self.bar.setValue)
        thread.written.connect(self._on_written)
        thread.refused.connect(self._on_refused)
        thread.finished.connect(self._on_ended)
        self._say("")
        self.bar.setValue(0)
        self._show_state()
        self.thread_begun.emit(thread)
        thread.start()

    def _say(self, sentence: str, written: Path | None = None) -> None:
        self.message.setText(sentence)
        self._written = written
        self.show_file.setVisible(written is not None)

    def _show_state(self) -> None:
        busy = self.thread_at_work is not None
        self.bar.setVisible(busy)
        self.button.setEnabled(self._can_save and not busy)
        for choice in self._choices():
            choice.setEnabled(not busy)
        self.close_button.setText(self.tr("Break off") if busy else self.tr("Close"))

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._say(self.tr("Written: {path}").format(path=path), path)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        text = self.tr("Not written: {reason}.").format(reason=sentence.rstrip("."))
        self._say(text if sentence else self.tr("It was broken off; nothing was written."))

    @Slot()
    def _on_ended(self) -> None:
        self.thread_at_work = None
        self._show_state()

    @Slot()
    def _close_or_break_off(self) -> None:
        if self.thread_at_work is None:
            self.close()
        else:
            self.break_off()

    def break_off(self) -> None:
        """Write no more; returns at once, and nothing is left of what was written."""
        if self.thread_at_work is not None:
            self.thread_at_work.requestInterruption()

    @Slot()
    def _show_written(self) -> None:
        """Open the folder of what was written."""
        if self._written is not None:
            folder = self._written if self._written.is_dir() else self._written.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def reject(self) -> None:
        """Close on Esc; what is being written is broken off first."""
        if self.thread_at_work is None:
            super().reject()
        else:
            self.break_off()
