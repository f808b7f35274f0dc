"""What watching costs: shares of late, and budgets that stay under 5 % together."""

from __future__ import annotations

import pytest

from gan_desktop.core.watching import (
    HEADLESS_BUDGETS,
    PAINTING_BUDGET,
    RECENT_SECONDS,
    WATCHED_BUDGETS,
    RecentShare,
)


@pytest.mark.parametrize("piece", [0.02, 1.0, 3 * RECENT_SECONDS])
def test_a_share_does_not_depend_on_how_the_time_is_cut(piece: float) -> None:
    share = RecentShare()
    assert share.value == 0
    for _ in range(50):
        share.spend(0.25 * piece)
        share.pass_by(piece)
    assert share.value == pytest.approx(0.25)


def test_what_is_long_past_fades() -> None:
    share = RecentShare()
    share.spend(10.0)
    share.pass_by(10.0)
    assert share.value == pytest.approx(1)
    share.pass_by(RECENT_SECONDS)
    assert 0.1 < share.value < 0.4
    share.pass_by(10 * RECENT_SECONDS)
    assert share.value < 1e-3
    # Nor does what comes after a long rest count for more than it is.
    share.spend(1.0)
    share.pass_by(1.0)
    assert share.value == pytest.approx(1 / RECENT_SECONDS, rel=0.05)


def test_budgets_stay_under_five_percent() -> None:
    assert WATCHED_BUDGETS.keys() == HEADLESS_BUDGETS.keys()
    assert sum(WATCHED_BUDGETS.values()) + PAINTING_BUDGET < 0.05
    assert sum(HEADLESS_BUDGETS.values()) <= 0.05
