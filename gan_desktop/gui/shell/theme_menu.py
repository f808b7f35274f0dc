"""The menu in which a person chooses between light, dark, and as the system is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.gui.look.theme import ThemeMode

MODES = (
    (ThemeMode.SYSTEM, QT_TRANSLATE_NOOP("ThemeMenu", "As the &System")),
    (ThemeMode.LIGHT, QT_TRANSLATE_NOOP("ThemeMenu", "&Light")),
    (ThemeMode.DARK, QT_TRANSLATE_NOOP("ThemeMenu", "&Dark")),
)


def _choosing(mode: ThemeMode, choose: Callable[[ThemeMode], object]) -> Callable[..., None]:
    """A handler that does not pass on the checked state, which Qt would give it."""

    def handler(*_: object) -> None:
        choose(mode)

    return handler


def add_theme_menu(above: QMenu, choose: Callable[[ThemeMode], object]) -> dict[ThemeMode, QAction]:
    """Add the menu to another one; `choose` is told what was chosen. Returns the actions by their modes."""
    menu = above.addMenu(QCoreApplication.translate("ThemeMenu", "&Theme"))
    group = QActionGroup(menu)
    actions = {}
    for mode, text in MODES:
        action = actions[mode] = menu.addAction(QCoreApplication.translate("ThemeMenu", text))
        action.setObjectName(f"theme_{mode}_action")
        action.setCheckable(True)
        action.triggered.connect(_choosing(mode, choose))
        group.addAction(action)
    return actions
