"""Every status is reachable, and a run that has ended only gives way to a new one."""

from __future__ import annotations

import pytest

from gan_desktop.core.status import TRANSITIONS, Status

FINAL = {Status.FINISHED, Status.STOPPED, Status.DIVERGED, Status.FAILED}
# Said of what a killed process left behind: the engine never gets there.
LEFT_BEHIND = Status.INTERRUPTED


def test_every_status_says_what_may_follow() -> None:
    assert set(TRANSITIONS) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_final_statuses_give_way_to_a_new_run_alone(status: Status) -> None:
    assert status.is_final == (status in FINAL or status is LEFT_BEHIND)
    if status in FINAL:
        assert TRANSITIONS[status] == {Status.PREPARING}


@pytest.mark.parametrize("status", [Status.PREPARING, Status.TRAINING, Status.PAUSED])
def test_a_run_under_way_can_be_stopped_and_can_fail(status: Status) -> None:
    assert {Status.STOPPED, Status.FAILED} <= TRANSITIONS[status]


def test_every_status_is_reached_from_loading() -> None:
    reached, waiting = set(), {Status.LOADING}
    while waiting:
        status = waiting.pop()
        reached.add(status)
        waiting |= TRANSITIONS[status] - reached
    assert reached == set(Status) - {LEFT_BEHIND}
