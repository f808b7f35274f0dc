"""The dialog in which a run is exported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import exports
from gan_desktop.gui.exporting.writing import Work, WritingDialog
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.style import describe, label
from gan_desktop.recording.exporting import check_packages, export_run, format_of, in_order, safe_name

NAME = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 28


class ExportDialog(WritingDialog):
    """Offers the formats of the registry, asks for a file, and shows how far the writing has come.

    Args:
        run: the run folder.
        step: the step that is looked at, which formats of one step show; None for the last.
    """

    def __init__(self, parent: QWidget, run: Path, step: int | None) -> None:
        super().__init__(parent, "export")
        self.setWindowTitle(self.tr("Export {name}").format(name=run.name))
        self._run, self._step = run, step
        self._make_controls()
        self._lay_out()
        self.formats.currentItemChanged.connect(self._show_format)
        self.formats.itemActivated.connect(self.choose_file)
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

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.addWidget(self.about)
        right.addStretch(1)
        right.addLayout(self._outcome())
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.formats, 1)
        middle.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(middle, 1)
        column.addLayout(self._buttons())

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

    def _choices(self) -> list[QWidget]:
        return [self.formats]

    def _suggested(self) -> tuple[str, str, str]:
        declared = format_of(self.format)
        title = self.tr("Save {format}").format(format=_translated(exports[self.format].title))
        suffix = "" if declared.is_folder else declared.suffix
        return title, f"{safe_name(self._run)}{declared.suffix}", suffix

    def _work(self, path: Path) -> Work:
        name = self.format
        step = self._step if format_of(name).has_step else None

        def work(progress: Callable[[float], None]) -> Path:
            return export_run(self._run, name, path, step=step, replace=True, progress=progress)

        return work


def _translated(text: str) -> str:
    return QCoreApplication.translate("Exports", text)
