"""Boxes that shorten their choice."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gan_desktop.gui.widgets.elided import ElidedComboBox

LONG = "Autopilot: collapse heals itself"


def test_a_choice_that_is_cut_ends_in_dots_and_its_tool_tip_is_whole(qtbot: QtBot) -> None:
    box = ElidedComboBox()
    qtbot.addWidget(box)
    box.addItems(["Short", LONG])
    box.setPlaceholderText("Custom")
    box.setToolTip("<p>What it is</p>")
    box.resize(box.whole_width(), 26)
    box.show()
    for text in ("Short", LONG):
        box.setCurrentText(text)
        assert box.shown_text() == text
    box.resize(box.width() - 20, 26)
    assert box.shown_text().endswith("…")
    assert LONG.startswith(box.shown_text()[:-1])
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), box.mapToGlobal(QPoint(5, 5))))
    assert QToolTip.text() == f"<p>{LONG}</p><p>What it is</p>"
    QToolTip.hideText()
    box.setCurrentIndex(-1)
    assert box.shown_text() == "Custom"
    assert not box.grab().isNull()
