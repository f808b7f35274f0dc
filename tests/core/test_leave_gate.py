"""When a process may be left at once."""

from __future__ import annotations

import threading

import pytest

from gan_desktop.core.events import Event, Preparing, RunOpening, StatusChanged
from gan_desktop.core.leave_gate import LeaveGate
from gan_desktop.core.status import Status

OPENED = [StatusChanged(Status.PREPARING, 0), Preparing("Compiling"), RunOpening()]


@pytest.mark.parametrize(
    ("heard", "may_leave"),
    [
        ([], True),
        (OPENED[:2], True),
        (OPENED, False),
        ([*OPENED, StatusChanged(Status.TRAINING, 0)], False),
        ([*OPENED, StatusChanged(Status.TRAINING, 0), StatusChanged(Status.PAUSED, 5)], False),
        ([*OPENED, StatusChanged(Status.STOPPED, 0)], True),
        ([*OPENED, StatusChanged(Status.TRAINING, 0), StatusChanged(Status.FINISHED, 9)], True),
        ([*OPENED, StatusChanged(Status.FAILED, 0)], True),
        ([*OPENED, StatusChanged(Status.STOPPED, 7), *OPENED], False),
    ],
)
def test_not_while_a_run_is_open(heard: list[Event], may_leave: bool) -> None:
    gate, left = LeaveGate(), []
    for event in heard:
        gate.hear(event)
    gate.leave(lambda: left.append(True))
    assert bool(left) == may_leave


def test_no_run_begins_while_somebody_leaves() -> None:
    gate, told = LeaveGate(), []
    engine = threading.Thread(target=lambda: (gate.hear(RunOpening()), told.append("opened")))

    def leave() -> None:
        engine.start()
        engine.join(0.05)  # it cannot end: this only gives a gate that is none the time to show
        told.append("left")

    gate.leave(leave)
    engine.join()
    assert told == ["left", "opened"]
