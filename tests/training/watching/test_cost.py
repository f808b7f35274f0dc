"""The account of what watching costs: shares by kind, budgets that hold, and pauses that cost nothing."""

from __future__ import annotations

import pytest

from gan_desktop.training.watching import cost as module
from gan_desktop.training.watching.cost import WatchCost

BUDGETS = {"pictures": 0.01, "metrics": 0.02}


@pytest.fixture
def cost() -> WatchCost:
    made = WatchCost(BUDGETS)
    made.set_counting(True)
    return made


def test_what_is_spent_is_owed_until_it_is_the_budgets_share(cost: WatchCost) -> None:
    cost.spent("metrics", 0.1)
    assert cost.is_affordable("pictures")
    cost.passed(4.9)
    assert not cost.is_affordable("metrics")
    cost.passed(0.2)
    assert cost.is_affordable("metrics")


@pytest.mark.parametrize("price", [0.0005, 0.02, 0.4])
def test_a_kind_that_is_made_whenever_it_can_be_keeps_to_its_budget(cost: WatchCost, price: float) -> None:
    spent, block, seconds = 0.0, 0.025, 0.0
    while seconds < 500:
        taken = block
        if cost.is_affordable("pictures"):
            cost.spent("pictures", price)
            spent += price
            taken += price
        cost.passed(taken)
        seconds += taken
    assert 0.9 * BUDGETS["pictures"] * seconds < spent <= BUDGETS["pictures"] * seconds + price


def test_every_kind_has_its_share(cost: WatchCost) -> None:
    assert cost.shares() == {"pictures": 0, "metrics": 0}
    for _ in range(100):
        cost.spent("pictures", 0.004)
        cost.passed(0.1)
    assert cost.shares() == pytest.approx({"pictures": 0.04, "metrics": 0})


def test_savings_are_not_kept(cost: WatchCost) -> None:
    cost.passed(3600)
    cost.spent("metrics", 0.1)
    assert not cost.is_affordable("metrics")


def test_a_pause_costs_nothing(cost: WatchCost) -> None:
    cost.spent("pictures", 1.0)
    assert not cost.is_affordable("pictures")
    cost.set_counting(False)
    cost.spent("metrics", 10.0)
    assert cost.is_affordable("metrics")
    cost.set_counting(True)
    assert cost.is_affordable("metrics")
    assert cost.is_affordable("pictures")
    cost.passed(1.0)
    assert cost.shares()["metrics"] == 0


def test_what_is_done_once_shows_but_is_not_owed(cost: WatchCost, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 2.0])
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(now))
    with cost.spending("pictures", once=True):
        pass
    cost.passed(4.0)
    assert cost.is_affordable("pictures")
    assert cost.shares()["pictures"] == pytest.approx(0.5)


def test_standing_still_counts_in_full_and_another_thread_by_its_core(
    cost: WatchCost, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 3.0])
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(now))
    monkeypatch.setattr(module, "usable_cores", lambda: 4)
    with pytest.raises(ZeroDivisionError), cost.spending("pictures"):
        raise ZeroDivisionError
    cost.spent_aside("metrics", 6.0)
    cost.passed(10.0)
    assert cost.shares() == pytest.approx({"pictures": 0.3, "metrics": 0.15})
