"""The soft edge of what scrolls: there while there is more below, and never in the way."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.gui.widgets.fade import Fade
from gan_desktop.gui.widgets.style import scrolling


def test_the_lower_edge_is_soft_while_there_is_more_below(qtbot: QtBot) -> None:
    content = QWidget()
    content.setMinimumHeight(400)
    area = scrolling(content)
    qtbot.addWidget(area)
    area.resize(200, 150)
    area.show()
    QApplication.processEvents()
    fade = area.findChild(Fade)
    assert fade is not None
    assert fade.isVisible()
    viewport = area.viewport().geometry()
    assert (fade.geometry().bottom(), fade.width()) == (viewport.bottom(), viewport.width())
    # What is under it is clicked.
    assert area.childAt(fade.geometry().center()) is not fade
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert not fade.isVisible()
    bar.setValue(0)
    assert fade.isVisible()
    area.resize(200, 500)
    QApplication.processEvents()
    assert not fade.isVisible()
