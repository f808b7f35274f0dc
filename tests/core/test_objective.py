"""What an objective declares, and what is taken of one that declares nothing."""

from __future__ import annotations

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.fields import every_field
from gan_desktop.core.objective import NOT_SETTLED, Equilibrium, Objective, declared, equilibrium, objective_facts
from gan_desktop.core.registry import Entry, Options, objectives


def entry(facts: object) -> Entry[None]:
    return Entry("mine", "Mine", "A loss of somebody's own.", None, Options, facts)


def test_an_objective_that_declares_nothing_claims_nothing() -> None:
    """One that somebody else wrote in one line trains, and is not judged by what is not known of it."""
    assert declared(entry(None)) == declared(entry("something else")) == Objective()
    assert declared(entry(None)).equilibrium(0.0) == NOT_SETTLED
    facts = Objective(is_relative=True)
    assert declared(entry(facts)) is facts


def test_halves_share_the_loss_of_d_and_leave_that_of_g(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = entry(Objective(has_targets=True, equilibrium=lambda smoothing: Equilibrium(2 - smoothing, 0.5, 0.25)))
    list(objectives)
    monkeypatch.setitem(objectives._entries, "mine", mine)
    assert equilibrium("mine") == Equilibrium(2.0, 0.5, 0.25)
    assert equilibrium("mine", "mean", 0.5) == Equilibrium(0.75, 0.5, 0.25)
    monkeypatch.setitem(objectives._entries, "mine", entry(Objective(equilibrium=lambda _: Equilibrium(2.0, 0.5))))
    assert equilibrium("mine", "sum", 0.5) == NOT_SETTLED, "without targets there is nothing to smooth"


def test_an_unknown_objective_is_named() -> None:
    with pytest.raises(InputError, match="unknown objective 'hinges': did you mean 'hinge'"):
        equilibrium("hinges")


def test_the_form_shows_each_formula() -> None:
    shown = {choice.value: choice.formula for choice in every_field()["objective.objective"].choices}
    assert shown == {name: objective_facts(name).formula for name in objectives}
    assert all(shown.values())
