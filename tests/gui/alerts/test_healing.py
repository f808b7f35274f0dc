"""Healing a run that fails on purpose: one click, by what can change while it runs, or by starting its cure."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gan_desktop.core.commands import Set, Start
from gan_desktop.core.events import ControlChanged, RunStarted, StatusChanged
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import Preset, cure_of, live_cure, preset, presets
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.heal_button import HealButton
from gan_desktop.gui.alerts.words import changes_text
from tests.gui.conftest import Bench
from tests.gui.fake_engine import summary

RING = preset("ring").config
LIVE = {"training.d_steps": 5, "regularization.r1_weight": 0.0}
CURE = {"training.d_steps": 1, "regularization.r1_weight": 1.0}
# Every failure on demand that ships; and two trials, of which one can be healed while it runs and one cannot.
SHIPPED = [name for name in presets() if cure_of(name) is not None]
TRIALS = {
    "fail-trial": replace_keys(RING, LIVE),
    "heal-trial": replace_keys(RING, CURE),
    "fail-lost": replace_keys(RING, LIVE),
    "heal-lost": replace_keys(RING, CURE | {"training.batch_size": 64}),
}


@pytest.fixture(autouse=True)
def _trials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, config in TRIALS.items():
        monkeypatch.setitem(presets(), name, Preset(name, f"Title of {name}", f"Lesson of {name}", config))


def changes(name: str) -> tuple[tuple[str, ControlValue], ...]:
    cure = cure_of(name)
    assert cure is not None
    return live_cure(preset(name).config, cure.config)


def begin(bench: Bench, name: str) -> HealButton:
    """The button while a run of the preset trains."""
    panel: Any = bench.show("what_trains")
    bench.model.form.choose_preset(name)
    run(bench, name)
    button = panel.heal
    assert isinstance(button, HealButton)
    return button


def run(bench: Bench, name: str) -> None:
    config = bench.model.form.config
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    bench.model.receive(RunStarted(config, name, summary(config), "CPU", None, 20_000, 1, 1))
    bench.model.receive(StatusChanged(Status.TRAINING, 0))


@pytest.mark.parametrize("name", ["fail-trial", *SHIPPED])
def test_a_failing_run_is_healed_by_one_click(bench: Bench, name: str) -> None:
    button = begin(bench, name)
    wanted = changes(name)
    if not wanted:
        check_start(bench, button, name)
        return
    assert button.isVisible()
    assert button.heading.text() == f"Heal this run: {changes_text(wanted, bench.model.controls)}"
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert button.accessibleName() == button.heading.text()
    assert button.toolTip()
    before = bench.model.controls
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [(sent.key, sent.value) for sent in bench.sent if isinstance(sent, Set)] == list(wanted)
    for key, value in wanted:
        bench.model.receive(ControlChanged(1500, key, value, before[key]))
    assert button.heading.text() == "The cure is applied"
    assert not button.isEnabled()
    # It was healed, and can be kept: what is offered after its end does not say otherwise.
    bench.model.receive(StatusChanged(Status.STOPPED, 3000))
    assert button.heading.text() == "Start it healed"
    assert button.detail.text().startswith("This run was healed.")


def check_start(bench: Bench, button: HealButton, name: str) -> None:
    """A click begins the cure."""
    assert button.heading.text() == "Start it healed"
    button.click()
    cure = cure_of(name)
    assert cure is not None
    start = bench.sent[-1]
    assert isinstance(start, Start)
    assert (start.name, start.config) == (cure.name, cure.config)


def test_what_cannot_be_healed_while_it_runs_is_started_anew(bench: Bench) -> None:
    button = begin(bench, "fail-lost")
    assert button.detail.text().startswith("It cannot be healed while it runs: “Title of heal-lost”")
    check_start(bench, button, "fail-lost")


def test_a_run_that_has_ended_is_started_anew(bench: Bench) -> None:
    button = begin(bench, "fail-trial")
    bench.model.receive(StatusChanged(Status.DIVERGED, 60, "diverged"))
    cure = cure_of("fail-trial")
    assert cure is not None
    assert button.heading.text() == "Start it healed"
    assert button.detail.text().startswith("This run is over.")
    assert cure.title in button.detail.text()
    button.click()
    assert isinstance(bench.sent[-1], Start)
    # Healed, there is nothing more to heal.
    run(bench, cure.name)
    assert not button.isVisible()


def test_beside_another_preset_a_run_that_is_over_is_not_meant(bench: Bench) -> None:
    button = begin(bench, "fail-trial")
    bench.model.form.choose_preset("digits")
    assert button.isVisible(), "it is under way"
    bench.model.receive(StatusChanged(Status.STOPPED, 60))
    assert not button.isVisible()
    bench.model.form.choose_preset("fail-trial")
    assert button.isVisible()
    bench.model.form.edit({"training.steps": 400})
    assert button.isVisible(), "it is the same experiment"


@pytest.mark.parametrize("name", ["digits", "custom"])
def test_other_runs_have_nothing_to_heal(bench: Bench, name: str) -> None:
    panel: Any = bench.show("what_trains")
    assert not panel.heal.isVisible()
    run(bench, name)
    assert not panel.heal.isVisible()
