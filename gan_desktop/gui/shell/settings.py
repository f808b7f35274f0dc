"""What the window remembers: its layout, its theme, a few choices. A bad file never blocks a start."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings

# Raise it when docks change so much that an old layout would do harm: older layouts are then forgotten.
LAYOUT_VERSION = 4

T = TypeVar("T", bool, int, float, str)


class Settings(QObject):
    """Typed values from an INI file in the user's configuration directory."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "gan-desktop", "window", self)

    @property
    def file(self) -> str:
        """Where they are kept."""
        return self._store.fileName()

    def get(self, key: str, default: T) -> T:
        """The stored value, or the default if it is missing or of another kind."""
        value = self._store.value(key)
        if value is None:
            return default
        try:
            if isinstance(default, bool):
                return {"true": True, "false": False}[str(value).lower()]
            return type(default)(value)
        except (ValueError, TypeError, KeyError):
            return default

    def set(self, key: str, value: bool | int | float | str) -> None:
        self._store.setValue(key, str(value).lower() if isinstance(value, bool) else value)

    def save(self) -> None:
        """Write to the file what has changed; Qt does so by itself only now and then."""
        self._store.sync()

    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """The window's geometry and the docks' state; None if there is none that fits this version."""
        if self.get("layout/version", 0) != LAYOUT_VERSION:
            return None
        geometry, state = self._store.value("layout/geometry"), self._store.value("layout/state")
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return None
        return geometry, state

    def set_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        self._store.setValue("layout/version", LAYOUT_VERSION)
        self._store.setValue("layout/geometry", geometry)
        self._store.setValue("layout/state", state)

    def forget_layout(self) -> None:
        self._store.remove("layout")
