"""Marks texts in module-level tables for translation; the name is what the translation tools look for."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """The text itself. PySide's own function has no types."""
    return text
