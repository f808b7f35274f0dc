"""The form alone: the config of the next run, without a run."""

from __future__ import annotations

import pytest

from gan_desktop.core.presets import DEFAULT_PRESET, preset
from gan_desktop.gui.form.config import CUSTOM
from gan_desktop.gui.run.form import RunForm


@pytest.fixture
def form(qapp: object) -> RunForm:
    return RunForm(None)


@pytest.fixture
def told(form: RunForm) -> list[str]:
    """The names of its signals, as they are emitted."""
    names: list[str] = []
    for name in ("config_changed", "edited", "faults_dropped", "refused"):
        getattr(form, name).connect(lambda *_, name=name: names.append(name))
    return names


def test_it_begins_with_a_preset_or_with_a_config(form: RunForm) -> None:
    assert (form.config, form.preset_name, form.name) == (preset(DEFAULT_PRESET).config, DEFAULT_PRESET, DEFAULT_PRESET)
    assert RunForm(preset("ring").config).preset_name == "ring"
    odd = preset("ring").config
    odd = odd.model_copy(update={"training": odd.training.model_copy(update={"seed": 1234})})
    assert RunForm(odd).preset_name == CUSTOM


def test_an_edit_is_told_once_and_follows_the_change(form: RunForm, told: list[str]) -> None:
    assert form.edit({"training.seed": 5})
    assert form.config.training.seed == 5
    assert told == ["config_changed", "edited"]


def test_what_is_not_allowed_changes_nothing(form: RunForm, told: list[str]) -> None:
    before, name = form.config, form.preset_name
    assert not form.edit({"training.batch_size": -1})
    assert not form.edit_data({"data.name": "no such data"})
    form.choose_preset("no such preset")
    assert (form.config, form.preset_name) == (before, name)
    assert told == ["refused"] * 3


def test_other_data_and_a_preset_leave_no_fault(form: RunForm, told: list[str]) -> None:
    form.set_fault("training.seed", "wrong")
    assert form.edit_data({"data.name": "ring"})
    assert (form.preset_name, form.name, form.faults) == (CUSTOM, CUSTOM, {})
    form.set_fault("training.seed", "wrong")
    form.choose_preset("ring")
    assert (form.preset_name, form.faults) == ("ring", {})
    assert told == ["config_changed", "edited", "faults_dropped"] * 2


def test_a_fault_is_mended_by_an_empty_message(form: RunForm) -> None:
    form.set_fault("training.seed", "wrong")
    form.set_fault("training.seed", "")
    assert form.faults == {}


def test_it_follows_the_run_and_that_is_no_edit(form: RunForm, told: list[str]) -> None:
    form.follow({"d_steps": 3})
    assert form.config.training.d_steps == 3
    form.follow({"d_steps": 3})
    assert told == ["config_changed"]
    form.edit({"objective.objective": "wasserstein"})
    before = form.config
    form.follow({"label_smoothing": 0.1})
    assert form.config == before
