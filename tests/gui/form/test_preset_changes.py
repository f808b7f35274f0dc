"""How the form differs from the preset: said beside it, and undone in one click."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from gan_desktop.core.commands import Start
from gan_desktop.core.events import ControlChanged, StatusChanged
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from tests.gui.conftest import Bench


@pytest.fixture
def panel(bench: Bench) -> Any:
    return bench.show("what_trains")


def test_a_preset_as_it_is_has_nothing_to_put_back(panel: Any) -> None:
    assert not panel.preset_changes.isVisible()
    assert panel.lesson.text() == preset("digits").lesson


def test_controls_that_were_moved_in_a_run_are_used_by_the_next_start_which_is_said(bench: Bench, panel: Any) -> None:
    model, title = bench.model, preset("digits").title
    bench.start()
    before = model.controls
    model.receive(ControlChanged(100, "d_learning_rate", 1e-3, before["d_learning_rate"]))
    model.receive(ControlChanged(120, "d_steps", 3, before["d_steps"]))
    model.receive(StatusChanged(Status.STOPPED, 200))
    assert panel.preset_changes.isVisible()
    assert panel.preset_changes.text.text() == f"{title}, changed: D learning rate, D steps"
    told = unescape(panel.preset_changes.text.toolTip())
    assert "D steps: 1 → 3" in told
    assert "→ 1.0e-3" in told
    assert panel.lesson.text() == f"The preset, without these changes: {preset('digits').lesson}"
    model.start()
    assert isinstance(bench.sent[-1], Start)
    assert bench.sent[-1].config.training.d_steps == 3
    model.receive(StatusChanged(Status.FAILED, 0, "no memory"))
    panel.preset_changes.button.click()
    assert model.form.config == preset("digits").config
    assert not panel.preset_changes.isVisible()
    assert panel.lesson.text() == preset("digits").lesson


def test_what_is_edited_is_a_change_as_well_and_many_are_counted(bench: Bench, panel: Any) -> None:
    bench.model.form.edit({"training.batch_size": 32})
    bench.model.form.edit({"generator.widths": [16, 8]})
    bench.model.form.edit({"training.seed": 7})
    bench.model.form.edit({"data.conditional": True})
    text = panel.preset_changes.text.text()
    assert text.endswith(" and 1 more")
    told = unescape(panel.preset_changes.text.toolTip())
    assert "Widths: " in told
    assert "→ 16, 8" in told
    assert "off → on" in told


def test_what_is_no_presets_has_no_changes(bench: Bench, panel: Any) -> None:
    bench.model.form.edit_data({"data.name": "ring"})
    assert not panel.preset_changes.isVisible()
