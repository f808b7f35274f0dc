"""One run, one list of alerts: at the command line, under the window, on a busy machine, wherever it is paused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.diagnosis import AlertEnded, AlertRaised
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.training.engine.pacing import Pace
from tests.training.driving import Driver

STEPS = 1000
# It collapses soon.
CONFIG = replace_keys(preset("fail-hopping").config, {"training.steps": STEPS, "generator.widths": [32, 32]})


def told(watched: bool, pauses: bool = False) -> tuple[list[Any], list[Any], str]:
    """The alerts with all their words, the measurements, and the digest of one run.

    With `pauses` it stands still at every alert, and at two other steps, where it is measured aside.
    """
    driver = Driver(watched)
    if pauses:
        driver.send(commands.PauseOnAlert(True))
    driver.send(commands.Start(CONFIG, paused=pauses))
    if pauses:
        for count, step in ((33, 33), (300, 333)):
            driver.send(commands.Step(count))
            driver.wait(Measured, lambda event, at=step: event.aside and event.step == at)
        driver.send(commands.Resume())
        while driver.wait(events.StatusChanged, stands_still).status is Status.PAUSED:
            driver.send(commands.Resume())
    else:
        driver.wait(events.RunEnded)
    driver.quit()
    alerts = [(event.alert.step, event.alert.detector, str(event.alert)) for event in driver.of(AlertRaised)]
    ends = [(event.step, event.alert.detector, str(event.message)) for event in driver.of(AlertEnded)]
    measured = [
        (event.step, event.values, event.shares, event.by_class) for event in driver.of(Measured) if not event.aside
    ]
    return sorted(alerts + ends), measured, driver.of(events.RunEnded)[0].weights_digest


def stands_still(event: events.StatusChanged) -> bool:
    return event.status is Status.PAUSED or event.status.is_final


@contextmanager
def busy_processes() -> Iterator[None]:
    """As many as there are cores and more, which compute all the time."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def measure_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """So slowly that training, in blocks of a few steps, has to wait."""
    once = Measurer.measure

    def slow(measurer: Measurer, *arguments: Any) -> dict[str, float]:
        for _ in range(20):
            found = once(measurer, *arguments)
        return found

    monkeypatch.setattr(Measurer, "measure", slow)
    monkeypatch.setattr(Pace, "steps", property(lambda _: 7))


@pytest.mark.usefixtures("quick_starts")
@pytest.mark.parametrize(
    "machine", [pytest.param(nullcontext, id="quiet"), pytest.param(busy_processes, id="busy", marks=pytest.mark.slow)]
)
def test_the_same_run_has_the_same_alerts(
    machine: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts, measured, digest = told(watched=False)
    assert {detector for _, detector, _ in alerts} >= {"mode_collapse"}
    assert [step for step, *_ in measured] == list(range(0, STEPS + 1, 250))

    def check(found: tuple[list[Any], list[Any], str]) -> None:
        assert found[0] == alerts
        np.testing.assert_equal(found[1], measured)
        assert found[2] == digest

    with machine():
        check(told(watched=True, pauses=True))
        if machine is busy_processes:
            check(told(watched=True))
        measure_slowly(monkeypatch)
        check(told(watched=False))
