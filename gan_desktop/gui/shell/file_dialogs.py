"""What all dialogs for files have in common: they begin in the last folder, and their buttons can be seen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QToolButton

from gan_desktop.gui.look.icons import icon
from gan_desktop.gui.shell.settings import Settings

# Qt's own icons of these buttons are black, and lost on a dark ground.
ICONS = {"backButton": "back", "forwardButton": "forward", "toParentButton": "up"}


def prepare(dialog: QFileDialog, kind: str) -> None:
    """Make a dialog begin where the last one of its kind ended, and remember where this one ends.

    A dialog that was made with a folder, such as the one of a typed path, keeps it.
    """
    settings = Settings(dialog)
    key = f"folders/{kind}"
    last = settings.get(key, "")
    if last and QFileInfo(last).isDir() and dialog.directory().absolutePath() == str(Path.cwd()):
        chosen = dialog.selectedFiles()
        dialog.setDirectory(last)
        if chosen and dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave:
            dialog.selectFile(Path(chosen[0]).name)
    dialog.fileSelected.connect(lambda path: settings.set(key, str(Path(path).parent)))
    text = dialog.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText).name()
    faint = dialog.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText).name()
    # There are none if the dialog is the system's.
    for name, shape in ICONS.items():
        button = dialog.findChild(QToolButton, name)
        if isinstance(button, QToolButton):
            button.setIcon(icon(shape, text, faint))
