"""The QApplication: its names, style and translations, how it is closed, and what becomes of an error in a slot."""

from __future__ import annotations

import builtins
import sys
import traceback
from functools import partial
from types import TracebackType

from PySide6.QtCore import QLocale, QMetaObject, Qt, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QWidget

import gan_desktop
from gan_desktop import gui
from gan_desktop.core.events import EngineError
from gan_desktop.core.paths import resources


def plain_import() -> None:
    """Put Python's own `__import__` back.

    PySide6 puts a function of its own in its place, for the sake of `from __feature__ import snake_case`. It is called
    at every import of the process, and TensorFlow has so many that they took half a second longer.
    """
    builtins.__import__ = gui.python_import


def create_application(arguments: list[str]) -> QApplication:
    """Create the application, or return the one that exists already."""
    plain_import()
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(arguments)
    application.setApplicationName("gan-desktop")
    application.setApplicationDisplayName("GAN Desktop")
    application.setApplicationVersion(gan_desktop.__version__)
    application.setOrganizationName("gan-desktop")
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(resources() / "icons" / "gan-desktop.png")))
    translator = QTranslator(application)
    if translator.load(QLocale(), "gan_desktop", "_", str(resources() / "translations")):
        application.installTranslator(translator)
    sys.excepthook = report_exception
    return application


def close_soon(window: QWidget) -> None:
    """Have the event loop close the window, between two events; to be called from any thread."""
    QMetaObject.invokeMethod(window, "close", Qt.ConnectionType.QueuedConnection)


def report_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show an error that nobody caught, with its traceback, which goes to stderr too; the window lives on.

    While such a dialog is open, further errors go to stderr only: one in a paint event would open sixty dialogs a
    second.
    """
    sys.__excepthook__(kind, error, trace)
    from gan_desktop.gui.shell.dialogs import show_error

    windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMainWindow)]
    if windows and not any(isinstance(widget, QMessageBox) for widget in QApplication.topLevelWidgets()):
        details = "".join(traceback.format_exception(kind, error, trace))
        event = EngineError(f"{kind.__name__}: {error}", details)
        # Shown a moment later: the error may have come from a paint event, in which nothing else may be painted.
        QTimer.singleShot(0, windows[0], partial(show_error, windows[0], event))
