"""What this program is and what it runs on, in rows that can be copied into a report."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gan_desktop import __version__
from gan_desktop.core import paths, plugins
from gan_desktop.core.machine import TENSORFLOWS, distributions_note, processor_name, usable_cores
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.shell.settings import Settings
from gan_desktop.gui.widgets.style import describe, label, scrolling

HERSHEY = "created by Dr. A. V. Hershey while working at the U.S. National Bureau of Standards"
WIDTH, HEIGHT = 620, 470


def _tr(text: str) -> str:
    return QCoreApplication.translate("About", text)


def installed(names: Iterable[str]) -> str:
    """The version of the first distribution that is installed, by its metadata alone: nothing is imported."""
    names = tuple(names)
    for name in names:
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        return found if name == names[0] else f"{found} ({name})"
    return _tr("not known")


def facts(record: RunRecord, settings: Settings) -> list[tuple[str, str]]:
    """Names and values, in the order in which they are shown."""
    devices = ", ".join(device.title for device in record.engine.devices) if record.engine else _tr("not loaded yet")
    device = record.run.device if record.run is not None else devices
    fonts = installed(("Hershey-Fonts",))
    folder = record.run.run_folder if record.run is not None else None
    return [
        ("GAN Desktop", __version__),
        ("Python", platform.python_version()),
        ("Qt, PySide6", f"{qVersion()}, {installed(('PySide6-Essentials', 'PySide6'))}"),
        ("TensorFlow", distributions_note() or installed(TENSORFLOWS)),
        ("pyqtgraph", installed(("pyqtgraph",))),
        ("NumPy", installed(("numpy",))),
        # The fonts may be passed on with this notice.
        (_tr("Letters"), _tr("Hershey-Fonts {version}; {notice}").format(version=fonts, notice=HERSHEY)),
        (_tr("Plug-ins"), "\n".join([", ".join(plugins.packages()) or _tr("none"), *plugins.problems()])),
        (_tr("System"), platform.platform()),
        (_tr("Processor"), _tr("{name}, {n} threads").format(name=processor_name(), n=usable_cores())),
        (_tr("Device"), device),
        (_tr("Data folder"), str(paths.data_directory())),
        (_tr("Runs folder"), str(paths.runs_directory())),
        (_tr("Folder of this run"), str(folder) if folder is not None else "–"),
        (_tr("Cache folder"), str(paths.cache_directory())),
        (_tr("Settings"), settings.file),
    ]


class AboutDialog(QDialog):
    """The facts in two columns, with a button that copies them."""

    def __init__(self, parent: QWidget, record: RunRecord, settings: Settings) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("about_dialog")
        self.setWindowTitle(_tr("About GAN Desktop"))
        self.rows = facts(record, settings)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        what = _tr("Watch a generative adversarial network learn, and take hold of it while it does.")
        column.addWidget(label(what, "strong", wrap=True))
        column.addWidget(scrolling(self._table()), 1)
        column.addLayout(self._buttons())
        resize_on_screen(self, QSize(WIDTH, HEIGHT))

    def _table(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self.rows):
            grid.addWidget(label(name), row, 0, Qt.AlignmentFlag.AlignTop)
            shown = QLabel(value)
            shown.setWordWrap(True)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setAccessibleName(f"{name}: {value}")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(shown, row, 1)
        grid.setRowStretch(len(self.rows), 1)
        return holder

    def _buttons(self) -> QHBoxLayout:
        self.copy_button = QPushButton(_tr("Copy"))
        describe(self.copy_button, "copy_about_button", _tr("Copy"), _tr("Copy all of this as text, for a report"))
        self.copy_button.clicked.connect(self.copy)
        close = QPushButton(_tr("Close"))
        describe(close, "close_about_button", _tr("Close"), _tr("Close this (Esc)"))
        close.setDefault(True)
        close.setFocus()
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    @Slot()
    def copy(self) -> None:
        """Put the rows on the clipboard, a line each."""
        QGuiApplication.clipboard().setText("\n".join(f"{name}: {value}" for name, value in self.rows))
        self.copy_button.setText(_tr("Copied"))
