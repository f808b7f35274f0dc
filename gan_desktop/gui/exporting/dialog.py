"""The dialog in which a run is exported."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import exports
from gan_desktop.gui.exporting.thread import ExportThread
from gan_desktop.gui.look import words
from gan_desktop.gui.shell.file_dialogs import prepare
from gan_desktop.gui.widgets.style import describe, label, link_button
from gan_desktop.recording.exporting import check_packages, export_run, format_of, in_order, safe_name

NAME = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 28


class ExportDialog(QDialog):
    """Offers the formats of the registry, asks for a file, and shows how far the writing has come.

    Args:
        run: the run folder.
        step: the step that is looked at, which formats of one step show; None for the last.

    Signals:
        thread_begun: an `ExportThread` was started; it ends before the program does.

    Attributes:
        thread_at_work: what is being written, None if nothing is.
    """

    thread_begun = Signal(object)

    def __init__(self, parent: QWidget, run: Path, step: int | None) -> None:
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export {name}").format(name=run.name))
        self._run, self._step = run, step
        self._written: Path | None = None
        self.thread_at_work: ExportThread | None = None
        self._make_controls()
        self._lay_out()
        self.formats.currentItemChanged.connect(self._show_format)
        self.button.clicked.connect(self._choose_file)
        self.close_button.clicked.connect(self._close_or_break_off)
        self.show_file.clicked.connect(self._show_written)
        self.formats.itemActivated.connect(self._choose_file)
        self.formats.setCurrentRow(0)
        self.resize(680, 430)

    def _make_controls(self) -> None:
        self.formats = QListWidget()
        describe(self.formats, "export_format_list", self.tr("Formats"), self.tr("What is written, and how"))
        for name, entry in in_order().items():
            item = QListWidgetItem(_translated(entry.title))
            item.setData(NAME, name)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.formats.addItem(item)
        self.about = label(wrap=True)
        self.about.setObjectName("export_about_label")
        self.message = label(wrap=True)
        self.message.setObjectName("export_message_label")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        describe(self.bar, "export_progress_bar", self.tr("Progress"), self.tr("How much is written"))
        self.bar.hide()
        self.button = QPushButton(self.tr("&Save As…"))
        describe(self.button, "export_button", self.tr("Save as"), self.tr("Choose a file, and write it"))
        self.button.setDefault(True)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAutoDefault(False)
        tip = self.tr("Close this, or break off what is being written")
        describe(self.close_button, "export_close_button", self.tr("Close"), tip)
        self.show_file = link_button(self.tr("Show it"))
        describe(self.show_file, "export_show_button", self.tr("Show what was written"), self.tr("Open its folder"))
        self.show_file.hide()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.addWidget(self.about)
        right.addStretch(1)
        right.addWidget(self.message)
        right.addWidget(self.show_file, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.bar)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.formats, 1)
        middle.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(middle, 1)
        column.addLayout(buttons)

    @property
    def format(self) -> str:
        """The name of the format that is chosen."""
        return str(self.formats.currentItem().data(NAME))

    @Slot()
    def _show_format(self) -> None:
        entry, declared = exports[self.format], format_of(self.format)
        said = [_translated(entry.description)]
        if declared.has_step:
            step = self.tr("the last step") if self._step is None else words.count(self._step)
            said.append(self.tr("It is of the step that is looked at: {step}.").format(step=step))
        missing = ""
        try:
            check_packages(self.format)
        except InputError as error:
            missing = str(error)
        self.about.setText("\n\n".join(said))
        self._say(missing)
        self._can_save = not missing
        self._show_state()

    def _say(self, sentence: str, written: Path | None = None) -> None:
        self.message.setText(sentence)
        self._written = written
        self.show_file.setVisible(written is not None)

    @Slot()
    def _choose_file(self) -> None:
        """Ask for a file; the window goes on meanwhile."""
        if not self.button.isEnabled():
            return
        name, declared = self.format, format_of(self.format)
        title = self.tr("Save {format}").format(format=_translated(exports[name].title))
        dialog = QFileDialog(self, title, f"{safe_name(self._run)}{declared.suffix}")
        dialog.setObjectName("export_chooser")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if not declared.is_folder:
            dialog.setDefaultSuffix(declared.suffix.rpartition(".")[2])
        prepare(dialog, "export")
        dialog.fileSelected.connect(partial(self.write, name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, name: str, path: str) -> None:
        """Write the run in a format; the dialog has asked already whether to replace a file."""
        step = self._step if format_of(name).has_step else None

        def work(progress: object) -> Path:
            assert callable(progress)
            return export_run(self._run, name, Path(path), step=step, replace=True, progress=progress)

        thread = ExportThread(work, self)
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

    def _show_state(self) -> None:
        busy = self.thread_at_work is not None
        self.bar.setVisible(busy)
        self.button.setEnabled(self._can_save and not busy)
        self.formats.setEnabled(not busy)
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


def _translated(text: str) -> str:
    return QCoreApplication.translate("Exports", text)
