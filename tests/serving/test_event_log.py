"""Events with numbers."""

from __future__ import annotations

import asyncio

from gan_desktop.serving.event_log import MOST_AT_ONCE, EventLog


def numbers(log: EventLog, since: int) -> list[int]:
    return [event["seq"] for event in log.since(since)]


def test_events_are_numbered_and_the_oldest_are_forgotten() -> None:
    log = EventLog(most=3)
    assert (log.newest, log.oldest, numbers(log, 0)) == (0, 1, [])
    assert [log.add({"type": name}) for name in "abcde"] == [1, 2, 3, 4, 5]
    assert log.oldest == 3
    assert numbers(log, 0) == [3, 4, 5]
    assert numbers(log, 4) == [5]
    assert numbers(log, 5) == []


def test_an_answer_holds_a_bounded_number_of_them() -> None:
    log = EventLog()
    for _ in range(MOST_AT_ONCE + 1):
        log.add({})
    assert numbers(log, 0) == list(range(1, MOST_AT_ONCE + 1))
    assert numbers(log, MOST_AT_ONCE) == [MOST_AT_ONCE + 1]


def test_whoever_waits_hears_of_the_next_event_or_of_none() -> None:
    async def both() -> None:
        log = EventLog()
        await log.wait(0, 0)
        waiting = asyncio.create_task(log.wait(0))
        await asyncio.sleep(0)
        assert not waiting.done()
        log.add({})
        await waiting
        await log.wait(0)

    asyncio.run(both())
