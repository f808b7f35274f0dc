"""What is kept of the lights: the newest, and those of earlier measurements, thinned out evenly."""

from __future__ import annotations

from gan_desktop.core.diagnosis import Diagnosed
from gan_desktop.core.plain import to_json
from gan_desktop.recording.evenly import Evenly
from gan_desktop.recording.store import RunStore

# How many the database keeps: with three alerts and their suggestions, one takes some 10 kB.
MOST_LIGHTS = 200


class KeptLights:
    """Takes a run's lights as they come. Between measurements they come by the clock, and only the newest is kept.

    Args:
        store: keeps them.
        steps: the steps whose lights the database has already.
    """

    def __init__(self, store: RunStore, steps: tuple[int, ...] = ()) -> None:
        self._store = store
        self._kept = Evenly(steps)
        self._is_news = False

    def expect_news(self) -> None:
        """Note that something was measured, or an alert raised or ended: the lights after it are worth keeping."""
        self._is_news = True

    def take(self, lights: Diagnosed) -> None:
        """Take lights as the newest; those after a measurement or an alert are looked back at later."""
        content = to_json(lights)
        self._store.set_facts(lights=content)
        is_news, self._is_news = self._is_news, False
        if not is_news or (self._kept.steps and lights.step < self._kept.steps[-1]):
            return
        if self._kept.steps and lights.step == self._kept.steps[-1]:
            self._store.add_lights(lights.step, content)  # more is known of that step now
        elif self._kept.is_next():
            self._store.add_lights(lights.step, content)
            self._store.drop_lights(self._kept.add(lights.step, MOST_LIGHTS))

    def forget_after(self, step: int) -> None:
        """Forget which lights of later steps are kept: they are no longer."""
        self._kept.forget_after(step)
