"""Work on a thread beside training: its result, its errors, and an end at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from gan_desktop.training.engine.side_work import SideWork

GiveWay = Callable[[], None]


def test_the_result_and_what_it_took() -> None:
    def work(give_way: GiveWay) -> int:
        give_way()
        return sum(range(10_000))

    side = SideWork(work, "side")
    assert side.result() == sum(range(10_000))
    assert side.is_done
    assert side.processor_seconds > 0


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    def work(give_way: GiveWay) -> None:
        raise ValueError("broken on purpose")

    side = SideWork(work, "side")
    with pytest.raises(ValueError, match="broken on purpose"):
        side.result()


def test_it_ends_where_it_can_be_interrupted() -> None:
    under_way, passed = threading.Event(), []

    def work(give_way: GiveWay) -> None:
        under_way.set()
        while True:
            give_way()
            passed.append(1)

    side = SideWork(work, "side")
    under_way.wait()
    assert not side.is_done
    side.cancel()
    assert side.is_done
