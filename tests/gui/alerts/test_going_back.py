"""Cures as branches: an alert at the end of a run offers to go back to before it began."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gan_desktop.core.commands import Continue, Set
from gan_desktop.core.events import CommandRefused, MetricsBlock, Recomputing, RunStarted, StatusChanged
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.remedies import step_before
from tests.gan import FIGURES
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, diagnosed
from tests.gui.fake_engine import losses, summary
from tests.gui.run.test_continuing import FOLDER, opened, past


def test_the_way_back_ends_well_before_the_alert_where_samples_were_kept() -> None:
    assert step_before(1250, range(0, 1250, 100)) == 600
    assert step_before(20_000, range(0, 20_000, 100)) == 18_500
    assert step_before(1250, ()) == 625
    assert step_before(300, (0, 100)) == 100


@pytest.fixture
def ended(bench: Bench) -> Any:
    """The diagnosis of an opened run that ended with an alert of step 1,250."""
    alert = collapse(1250)
    known = past(2000, alerts=((alert, None),), lights=diagnosed(2000, alert))
    panel = bench.show("diagnosis")
    bench.model.show_kept(opened(bench, Status.FINISHED, known))
    panel.refresh()
    return panel


def test_an_ended_run_goes_back_in_one_click(bench: Bench, ended: Any) -> None:
    card = ended.cards["mode_collapse"]
    assert card.buttons[0].heading.text().startswith("Go back to step 600: ")
    assert "as a branch" in card.note.text()
    card.buttons[0].click()
    (sent,) = bench.sent
    assert isinstance(sent, Continue)
    assert (sent.folder, sent.step, sent.branch, dict(sent.length)) == (FOLDER, 600, True, {})
    (suggestion, *_) = collapse(1250).suggestions
    assert tuple((change.key, change.value) for change in sent.changes) == suggestion.changes
    assert {change.author for change in sent.changes} == {"cure:mode_collapse"}
    assert not card.buttons[0].isVisibleTo(card), "it is asked for once"


def test_the_way_to_the_step_is_told_until_the_branch_begins(bench: Bench, ended: Any) -> None:
    card, model = ended.cards["mode_collapse"], bench.model
    model.record.look_at(600)
    ended.refresh()
    card.buttons[0].click()
    offers = [*card.buttons, *card.links, card.start_button]
    assert card.note.text().startswith("Going to step 600. A branch begins there, with R1 penalty off")
    assert not any(offer.isVisibleTo(card) for offer in offers)
    model.receive(StatusChanged(Status.PREPARING, 0))
    model.receive(Recomputing(180, 0.5))
    ended.refresh()
    assert card.note.text().startswith("Recomputing 180 steps up to step 600. A branch begins there, with R1")
    model.receive(CommandRefused("the checkpoint is damaged", of_start=True))
    model.receive(StatusChanged(Status.READY, 0))
    ended.refresh()
    assert card.note.text() == "A click goes on from step 600 with it, as a branch:"
    assert card.buttons[0].isVisibleTo(card)


def test_the_cure_can_be_set_for_the_next_start_instead(bench: Bench, ended: Any) -> None:
    card = ended.cards["mode_collapse"]
    assert card.links[0].text() == "Or set it for the next start"
    card.links[0].click()
    assert bench.sent == []
    ((key, value), *_) = collapse(1250).suggestions[0].changes
    assert bench.model.controls[key] == value
    assert card.links[0].text() == "The next start uses it."
    assert card.start_button.isVisibleTo(card)
    # The way back is offered all the same.
    assert card.buttons[0].isEnabled()


def test_a_run_without_a_folder_has_no_way_back(bench: Bench) -> None:
    panel = bench.show("diagnosis")
    bench.start()
    bench.model.receive(diagnosed(1250, collapse(1250)))
    bench.model.receive(StatusChanged(Status.STOPPED, 1300))
    panel.refresh()
    card = panel.cards["mode_collapse"]
    assert card.links == []
    assert not card.buttons[0].heading.text().startswith("Go back")


def live(bench: Bench, name: str) -> None:
    config = preset(name).config
    bench.model.form.choose_preset(name)
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    bench.model.receive(RunStarted(config, name, summary(config), "CPU", FOLDER, 20_000, 1, 1))
    bench.model.receive(StatusChanged(Status.TRAINING, 0))
    bench.model.receive(MetricsBlock(0, losses(0, 1300, 0), FIGURES))
    bench.model.receive(diagnosed(1300, collapse(1250)))


def test_a_run_under_way_is_changed_or_gone_back_in(bench: Bench) -> None:
    panel = bench.show("diagnosis")
    live(bench, "ring")
    panel.refresh()
    card = panel.cards["mode_collapse"]
    assert card.links[0].text() == "Or from step 625, as a branch"
    card.buttons[0].click()
    made = [command for command in bench.sent if isinstance(command, Set)]
    assert made
    assert {change.author for change in made} == {"cure:mode_collapse"}
    card.links[0].click()
    sent = bench.sent[-1]
    assert isinstance(sent, Continue)
    assert (sent.step, sent.branch) == (625, True)


def test_a_failure_on_demand_is_healed_where_it_began(bench: Bench) -> None:
    panel = bench.show("what_trains")
    live(bench, "fail-collapse")
    bench.model.receive(StatusChanged(Status.STOPPED, 1300))
    panel.heal.show_state()
    assert panel.heal.heading.text().startswith("Go back to step 625 and heal it: ")
    panel.heal.click()
    sent = bench.sent[-1]
    assert isinstance(sent, Continue)
    assert (sent.step, sent.branch, sent.changes[0].author) == (625, True, "cure:mode_collapse")
    assert panel.heal.heading.text() == "Going to step 625"
    assert not panel.heal.isEnabled()


def test_what_was_so_by_then_is_not_offered(bench: Bench) -> None:
    alert = collapse(1250)
    alert = replace(alert, suggestions=alert.suggestions[:1])
    known = past(2000, alerts=((alert, None),), lights=diagnosed(2000, alert))
    run = opened(bench, Status.FINISHED, known)
    values = dict(alert.suggestions[0].changes)
    config = run.started.config
    sections = {"regularization": config.regularization.model_copy(update={"r1_weight": values["r1_weight"]})}
    run = replace(run, started=replace(run.started, config=config.model_copy(update=sections)))
    panel = bench.show("diagnosis")
    bench.model.show_kept(run)
    panel.refresh()
    assert not any(button.isVisibleTo(panel) for button in panel.cards["mode_collapse"].buttons)
