"""Docks whose layout was kept."""

from __future__ import annotations

from gan_desktop.gui.shell.main_window import MainWindow


def test_a_run_that_is_opened_before_the_layout_has_settled_has_its_views(window: MainWindow) -> None:
    docks = window.docks
    docks.show_kind("points")
    docks.restore(window._dock_area.saveState())
    docks.show_kind("images")
    docks.settle()
    hidden = {name: dock.isHidden() for name, dock in docks.docks.items() if name in ("samples", "scatter")}
    assert hidden == {"samples": False, "scatter": True}
