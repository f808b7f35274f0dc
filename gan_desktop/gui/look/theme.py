"""Light and dark: the colours of each, and the switch that follows the system unless the person says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from gan_desktop.gui.look.stylesheet import stylesheet


class ThemeMode(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Colors:
    """One scheme. `d` and `g` are blue and orange of Okabe and Ito 2008, told apart by the colour-blind as well.

    `averaged`, for the averaged generator, is their purple, darker on white and lighter on black.
    """

    dark: bool
    window: str
    surface: str
    field: str
    line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_text: str
    d: str
    g: str
    averaged: str
    real: str
    mark: str
    good: str
    watch: str
    error: str
    notice: str

    def faint(self, color: str, strength: float = 0.32) -> str:
        """The colour thinned on the surface: opaque, because alpha makes long curves ten times slower to draw."""
        front, back = QColor(color), QColor(self.surface)
        mixed = [
            round(strength * a + (1 - strength) * b)
            for a, b in zip(front.getRgb()[:3], back.getRgb()[:3], strict=True)  # type: ignore[index]
        ]
        return QColor(*mixed).name()


LIGHT = Colors(
    dark=False,
    window="#f4f6f8",
    surface="#ffffff",
    field="#ffffff",
    line="#d9dee4",
    text="#1d2126",
    muted="#5d6772",
    accent="#0072b2",
    accent_hover="#00639c",
    accent_text="#ffffff",
    d="#0072b2",
    g="#d55e00",
    averaged="#9b3f7c",
    real="#8b949e",
    mark="#8a6a00",
    good="#00795a",
    watch="#b07d00",
    error="#b3261e",
    notice="#fdf3e1",
)
DARK = Colors(
    dark=True,
    window="#1b1d21",
    surface="#24272c",
    field="#1f2226",
    line="#3a3f46",
    text="#eceef1",
    muted="#a4acb6",
    accent="#56b4e9",
    accent_hover="#78c4ef",
    accent_text="#10202b",
    d="#56b4e9",
    g="#e69f00",
    averaged="#e08fbf",
    real="#868f99",
    mark="#e3c04b",
    good="#3fc79a",
    watch="#e3a21a",
    error="#ff8a80",
    notice="#3a3323",
)


def palette(colors: Colors) -> QPalette:
    """The palette for widgets that no rule of the style sheet covers, and for the toolkit's own dialogs."""
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.field,
        QPalette.ColorRole.AlternateBase: colors.surface,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.Button: colors.surface,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.ToolTipBase: colors.surface,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.muted,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.accent_text,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.Mid: colors.line,
        QPalette.ColorRole.Light: colors.surface,
    }
    result = QPalette()
    for role, color in roles.items():
        result.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.faint(colors.muted, 0.6)))
    return result


class Theme(QObject):
    """Holds the scheme in use and dresses one window with it.

    Signals:
        changed: the `Colors` to paint with from now on.
    """

    changed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._hints = QGuiApplication.styleHints()
        self._system_dark = self._is_system_dark()
        self.mode = ThemeMode.SYSTEM
        self.colors = LIGHT
        QApplication.setStyle(QStyleFactory.create("Fusion"))
        self._hints.colorSchemeChanged.connect(self.follow_system)

    def _is_system_dark(self) -> bool:
        scheme = self._hints.colorScheme()
        if scheme == Qt.ColorScheme.Unknown:
            return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
        return scheme == Qt.ColorScheme.Dark

    @Slot(Qt.ColorScheme)
    def follow_system(self, scheme: Qt.ColorScheme) -> None:
        """Switch as the system has, unless the person chose a scheme."""
        if self.mode is ThemeMode.SYSTEM:
            self._system_dark = scheme == Qt.ColorScheme.Dark
            self.apply()

    def set_mode(self, mode: ThemeMode) -> None:
        """Follow the system, or be light or dark whatever the system says."""
        self.mode = mode
        # Title bars and native dialogs are the system's: it has to be told.
        self._hints.setColorScheme(
            {
                ThemeMode.SYSTEM: Qt.ColorScheme.Unknown,
                ThemeMode.LIGHT: Qt.ColorScheme.Light,
                ThemeMode.DARK: Qt.ColorScheme.Dark,
            }[mode]
        )
        self.apply()

    def apply(self) -> None:
        """Dress the window."""
        dark = self._system_dark if self.mode is ThemeMode.SYSTEM else self.mode is ThemeMode.DARK
        self.colors = DARK if dark else LIGHT
        QApplication.setPalette(palette(self.colors))
        self._window.setStyleSheet(stylesheet(self.colors))
        self.changed.emit(self.colors)
