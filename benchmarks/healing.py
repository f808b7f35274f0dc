"""Whether one click heals: `fail-collapse` follows the first suggestion of the alert that stands at step 1,500.

python -m benchmarks.healing --seeds 200 201 202
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from benchmarks.recordings import one_thread
from gan_desktop.core.diagnosis import Alert, Diagnosed
from gan_desktop.core.events import Event
from gan_desktop.core.interventions import value_text
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.presets import preset

SEEDS = range(200, 210)
HEAL_AT, HEAL_STEPS = 1500, 3000
PRESET, DETECTOR = "fail-collapse", "mode_collapse"


class DiagnosedRun:
    """A run of a preset with its diagnosis, all in step."""

    def __init__(self, name: str, seed: int) -> None:
        from gan_desktop.core.watching import HEADLESS_BUDGETS
        from gan_desktop.training.trainer import Trainer
        from gan_desktop.training.watching.cost import WatchCost
        from gan_desktop.training.watching.diagnosing import Diagnosing, data_traits
        from gan_desktop.training.watching.measuring import make_measurer

        self.trainer = Trainer(replace_keys(preset(name).config, {"training.seed": seed}))
        measurer = make_measurer(self.trainer.data, self.trainer.config)
        self._events: list[Event] = []
        traits = data_traits(self.trainer.data, self.trainer.scaling, measurer.reference)
        cost = WatchCost(HEADLESS_BUDGETS)
        self._diagnosing = Diagnosing(self.trainer, measurer, traits, cost, self._events.append, self._events.append)
        self._diagnosing.pauses_on_alert = True  # every measurement at once
        self._diagnosing.measure()

    def train(self, steps: int) -> None:
        end = self.trainer.step + steps
        while self.trainer.step < end:
            step = self.trainer.step
            self._diagnosing.after_block(self.trainer.advance(min(self._diagnosing.next_due(step), end) - step))
            self._diagnosing.make_due()

    @property
    def alert(self) -> Alert | None:
        """The alert that stands, as the window shows it."""
        lights = [event for event in self._events if isinstance(event, Diagnosed)][-1]
        return next((alert for alert in lights.alerts if alert.detector == DETECTOR), None)

    @property
    def measured(self) -> Measured:
        return [event for event in self._events if isinstance(event, Measured)][-1]


def heal(seed: int) -> dict[str, Any]:
    run = DiagnosedRun(PRESET, seed)
    run.train(HEAL_AT)
    before, alert = held(run.measured), run.alert
    changes = alert.suggestions[0].changes if alert is not None and alert.suggestions else ()
    for key, value in changes:
        run.trainer.set(key, value)
    run.train(HEAL_STEPS)
    return {
        "seed": seed,
        "before": before,
        "changes": ", ".join(f"{key} = {value_text(value)}" for key, value in changes) or "none",
        "covered": int(run.measured.values["modes_covered"]),
        "held": held(run.measured),
        "modes": len(run.measured.shares),
        "alert": "was not raised" if alert is None else ("stands" if run.alert is not None else "ended"),
    }


def held(measured: Measured) -> int:
    """The modes that get at least 1 % of the fakes."""
    return int(np.count_nonzero(np.array(measured.shares) >= 0.01))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    seeds = parser.parse_args().seeds
    one_thread()
    print(f"| seed | modes at {HEAL_AT:,} | suggestion | modes covered | with 1 % of the fakes in each | alert |")
    print("|---|---|---|---|---|---|")
    results = []
    for seed in seeds:
        run = heal(seed)
        results.append(run)
        covered = f"{run['covered']} of {run['modes']}"
        print(
            f"| {seed} | {run['before']} | {run['changes']} | {covered} | {run['held']} | {run['alert']} |", flush=True
        )
    covered, whole = (sum(run[key] == run["modes"] for run in results) for key in ("covered", "held"))
    print(f"\n{covered} of {len(results)} cover all modes, {whole} with at least 1 % of the fakes in each.")


if __name__ == "__main__":
    main()
