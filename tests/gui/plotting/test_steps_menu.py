"""The menu of the losses: the step under the pointer can be looked at, and gone on from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core.commands import Continue
from tests.gui.conftest import Bench
from tests.gui.panels.test_timeline import begin


@pytest.fixture
def panel(bench: Bench, tmp_path: Path) -> Any:
    """The losses of a run of 1,000 steps with a folder."""
    panel = bench.show("losses")
    begin(bench, tmp_path)
    bench.take_steps(1000)
    panel.refresh()
    yield panel
    panel.finish()


def test_the_step_under_the_pointer_is_looked_at(bench: Bench, panel: Any) -> None:
    menu = panel.steps_menu
    panel.view._move_cursor(437)
    menu.show_state()
    assert menu.look_action.text() == "&Look at Step 437"
    menu.look_action.trigger()
    assert bench.model.record.moment == 437


def test_a_branch_begins_at_the_step_under_the_pointer_and_waits(bench: Bench, panel: Any, tmp_path: Path) -> None:
    panel.view._move_cursor(437)
    panel.steps_menu.show_state()
    panel.steps_menu.branch_action.trigger()
    (command,) = [command for command in bench.sent if isinstance(command, Continue)]
    assert (command.folder, command.step, command.branch, command.paused) == (tmp_path, 437, True, True)


def test_without_a_pointer_it_is_the_moment_that_is_looked_at(bench: Bench, panel: Any) -> None:
    menu = panel.steps_menu
    menu.show_state()
    assert not menu.look_action.isEnabled()
    assert not menu.branch_action.isEnabled()
    bench.model.record.look_at(250)
    menu.show_state()
    assert menu.branch_action.text() == "Continue from Step 250, as a &Branch"
    assert menu.branch_action.isEnabled()
    assert not menu.look_action.isEnabled()


def test_the_read_out_stands_where_the_curves_leave_room(bench: Bench, panel: Any) -> None:
    content = panel.view.overlay.content
    panel.view._move_cursor(437)
    low, high = panel.view._box.viewRange()[1]
    for bounds, above in (((low, high + 10), True), ((low - 10, high), False)):
        panel.view._box.setYRange(*bounds, padding=0)
        panel.view._show_cursor()
        assert content.reads_above is above
