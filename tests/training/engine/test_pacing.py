from __future__ import annotations

from types import SimpleNamespace

import pytest

from gan_desktop.training.block import CAPACITY
from gan_desktop.training.engine import pacing as module
from gan_desktop.training.engine.pacing import Memory, Pace, Speed


@pytest.mark.parametrize("step_seconds", [1e-6, 1e-4, 1e-3, 0.04, 3.0])
def test_calls_settle_near_the_wanted_time(step_seconds: float) -> None:
    pace = Pace(0.025)
    for _ in range(30):
        pace.took(pace.steps, pace.steps * step_seconds)
    expected = min(CAPACITY, max(1, round(0.025 / step_seconds)))
    assert pace.steps == pytest.approx(expected, abs=1)


def test_one_slow_call_at_most_halves_the_next() -> None:
    pace = Pace(0.025)
    for _ in range(20):
        pace.took(pace.steps, pace.steps * 1e-3)
    steady = pace.steps
    pace.took(steady, 10.0)
    assert pace.steps >= steady // 2


def test_speed_follows_the_last_second_and_the_whole() -> None:
    speed = Speed()
    assert speed.recent == speed.overall == 0
    for _ in range(100):
        speed.took(1, 0.1)
    for _ in range(200):
        speed.took(1, 0.01)
    assert speed.recent == pytest.approx(100, rel=0.1)
    assert speed.overall == pytest.approx(300 / 12)


def test_memory_is_looked_up_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now, sizes = [100.0], iter([1000, 2000])
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    memory = Memory()
    assert memory.resident() > 2**20
    monkeypatch.setattr(memory, "_process", SimpleNamespace(memory_info=lambda: SimpleNamespace(rss=next(sizes))))
    now[0] += Memory.SECONDS
    assert memory.resident() == memory.resident() == 1000
    now[0] += Memory.SECONDS
    assert memory.resident() == 2000
