"""Whether every failure is detected and no healthy run is accused: presets over seeds, as `train` runs them.

A `fail-*` preset has to fail, by a definition that shares nothing with the detector (`benchmarks/failures.py`), and its
detector has to say so. A `heal-*` or healthy preset has to raise no alert at all. Detectors were tuned on seeds 0 to 4;
the default seeds are others. Results go to a file, a line each, and what is in there is not run again.

    python -m benchmarks.detection --jobs 2 --results detection.jsonl
    python -m benchmarks.detection --healing --results healing.jsonl
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.failures import Trace, failure_of
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised
from gan_desktop.core.events import Measured, MetricsBlock
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset, presets

HEALTHY = ("digits", "ring-r1", "dcgan-mnist", "wgan-gp", "cgan")
SEEDS = range(100, 110)
MOST_STEPS = 6000
# Convolutions are slow on a processor.
FEWER_STEPS = {"dcgan": 1000}
HEAL_AT, HEAL_STEPS = 1500, 3000


def steps_of(name: str, most: int) -> int:
    """How many steps of a preset are run."""
    most = min([most, *(steps for start, steps in FEWER_STEPS.items() if name.startswith(start))])
    return min(preset(name).config.training.steps or most, most)


class Watched:
    """A trainer of a preset with what measures and diagnoses it, all in step."""

    def __init__(self, name: str, seed: int) -> None:
        # Here, in the process that trains, so that the threads are limited before TensorFlow is loaded.
        from gan_desktop.core.watching import HEADLESS_BUDGETS
        from gan_desktop.diagnosis.diagnostician import Diagnostician
        from gan_desktop.training.measuring import Asked, Measuring, ask, data_traits, make_measurer
        from gan_desktop.training.random_streams import Stream
        from gan_desktop.training.trainer import Trainer
        from gan_desktop.training.watch_cost import WatchCost

        self.trainer = Trainer(replace_keys(preset(name).config, {"training.seed": seed}))
        measurer = make_measurer(self.trainer.data, self.trainer.config)
        latents = self.trainer.latents(measurer.count, stream=Stream.METRIC_LATENTS)
        asked = ask(latents, self.trainer.data) if self.trainer.classes else Asked(latents)
        self._measuring = Measuring(self.trainer.config, measurer, asked, WatchCost(HEADLESS_BUDGETS))
        self._diagnostician = Diagnostician(data_traits(self.trainer, measurer.reference))
        self._blocks: list[MetricsBlock] = []
        self._measured: list[Measured] = []
        self._nearest: list[np.ndarray] = []
        self._fakes = np.empty(0)
        self.alerts: list[dict[str, Any]] = []
        self.standing: dict[str, Alert] = {}
        self._measure()

    def _sample(self, latents: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        fakes = self.trainer.sample(latents, labels)
        self._fakes = np.concatenate([self._fakes, fakes]) if len(self._fakes) else fakes
        return fakes

    def _measure(self) -> None:
        self._fakes = np.empty(0)
        measured = self._measuring.measure(self.trainer.step, self.trainer.config, self._sample)
        self._measured.append(measured)
        centres = self.trainer.data.centres
        if centres is not None:
            nearest = np.linalg.norm(self._fakes[:, None] - centres[None], axis=-1).argmin(axis=1)
            self._nearest.append(np.bincount(nearest, minlength=len(centres)) / len(nearest))
        self._note(self._diagnostician.after_measured(self.trainer.config, measured))

    def _note(self, told: Iterable[object]) -> None:
        for event in told:
            if isinstance(event, AlertRaised):
                alert = event.alert
                self.standing[alert.detector] = alert
                self.alerts.append({"detector": alert.detector, "step": alert.step, "ended": None})
            elif isinstance(event, AlertEnded):
                del self.standing[event.alert.detector]
                latest = [alert for alert in self.alerts if alert["detector"] == event.alert.detector][-1]
                latest["ended"] = event.step

    def train(self, steps: int) -> None:
        """So many more steps, measured at every multiple of `measure_every`."""
        trainer, every = self.trainer, self.trainer.config.training.measure_every
        end = trainer.step + steps
        while trainer.step < end and not trainer.diverged:
            block = trainer.advance(min(every - trainer.step % every, end - trainer.step))
            self._blocks.append(block)
            self._note(self._diagnostician.after_block(trainer.config, block, trainer.diverged))
            if not trainer.diverged and trainer.step % every == 0:
                self._measure()

    def trace(self) -> Trace:
        data = self.trainer.data
        real = data.take(np.arange(min(len(data), 5000)))
        figures = np.concatenate([block.values for block in self._blocks])
        ended = self.trainer.diverged
        return Trace(figures, self._measured, self._fakes, real, self._nearest, ended)


def detect(name: str, seed: int, most_steps: int) -> dict[str, Any]:
    """One run of a preset: its alerts, and whether what it is named for happened."""
    watched = Watched(name, seed)
    watched.train(steps_of(name, most_steps))
    failure = failure_of(name)
    happened = None if failure is None else failure[1](watched.trace())
    last = {key: value for key, value in watched.trace().measured[-1].values.items() if np.isfinite(value)}
    result = {"preset": name, "seed": seed, "steps": watched.trainer.step, "happened": happened}
    return result | {"alerts": watched.alerts, "metrics": last}


def heal(name: str, seed: int) -> dict[str, Any]:
    """A run of a failing preset that follows the first suggestion of the alert that stands at step 1,500."""
    watched = Watched(name, seed)
    watched.train(HEAL_AT)
    failure = failure_of(name)
    assert failure is not None
    before = held(watched.trace())
    alert = watched.standing.get(failure[0])
    # The suggestions of the moment, as the window shows them.
    changes = alert.suggestions[0].changes if alert is not None and alert.suggestions else ()
    for key, value in changes:
        watched.trainer.set(key, value)
    watched.train(HEAL_STEPS)
    trace = watched.trace()
    result = {"preset": name, "seed": seed, "alert": alert is not None, "changes": dict(changes), "before": before}
    return result | {
        "held": held(trace),
        "modes": len(trace.measured[-1].shares),
        "modes_covered": trace.measured[-1].values["modes_covered"],
        "alert_ended": failure[0] not in watched.standing,
    }


def held(trace: Trace) -> int:
    """The modes that get at least 1 % of the fakes."""
    return int(np.count_nonzero(np.array(trace.measured[-1].shares) >= 0.01))


# Running many, and what came of them.


Job = Callable[[str, int], dict[str, Any]]


def run_one(job: tuple[Job, str, int]) -> dict[str, Any]:
    run, name, seed = job
    return run(name, seed)


def run_all(run: Job, names: Sequence[str], seeds: Sequence[int], jobs: int, file: Path) -> list[dict[str, Any]]:
    """All results, those that are in the file already among them."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    wanted = [(name, seed) for name in names for seed in seeds]
    results = [json.loads(line) for line in lines]
    done = {(result["preset"], result["seed"]) for result in results}
    missing = [(run, name, seed) for name, seed in wanted if (name, seed) not in done]
    for result in _run(missing, jobs):
        results.append(result)
        with file.open("a", encoding="utf-8") as written:
            written.write(json.dumps(result) + "\n")
        print(json.dumps(result), flush=True)
    found = {(result["preset"], result["seed"]): result for result in results}
    return [found[which] for which in wanted]


def _run(missing: Sequence[tuple[Job, str, int]], jobs: int) -> Iterator[dict[str, Any]]:
    for variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[variable] = "1"
    # A process keeps what TensorFlow compiled, so each makes a few runs and goes. Not a ProcessPoolExecutor: it hangs
    # when its only process goes (CPython issue 115634).
    with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=5) as pool:
        yield from pool.imap_unordered(run_one, missing)


def detection_table(results: Sequence[dict[str, Any]]) -> str:
    """As Markdown: a line for each preset."""
    lines = [
        "| preset | steps | it failed | its detector | fired | median step | latest step | false alarms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(result["preset"] for result in results):
        runs = [result for result in results if result["preset"] == name]
        steps, count = max(run["steps"] for run in runs), len(runs)
        failure = failure_of(name)
        if failure is None:
            accused = [run for run in runs if run["alerts"]]
            names = sorted({alert["detector"] for run in accused for alert in run["alerts"]})
            words = f"{len(accused)} of {count}" + (f" ({', '.join(names)})" if names else "")
            lines.append(f"| {name} | {steps:,} | | | | | | {words} |")
            continue
        happened = sum(bool(run["happened"]) for run in runs)
        first = [min(found) for run in runs if (found := _steps(run, failure[0]))]
        times = f"{statistics.median(first):,.0f} | {max(first):,}" if first else " | "
        lines.append(
            f"| {name} | {steps:,} | {happened} of {count} | {failure[0]} | {len(first)} of {count} | {times} | |"
        )
    return "\n".join(lines)


def _steps(run: dict[str, Any], detector: str) -> list[int]:
    return [alert["step"] for alert in run["alerts"] if alert["detector"] == detector]


def healing_table(results: Sequence[dict[str, Any]]) -> str:
    """As Markdown: a line for each seed, and the sum."""
    lines = [
        f"| preset | seed | modes at {HEAL_AT:,} | suggestion | modes covered {HEAL_STEPS:,} steps later | "
        "with 1 % of the fakes each | alert |",
        "|---|---|---|---|---|---|---|",
    ]
    for run in results:
        changes = ", ".join(f"{key} = {value}" for key, value in run["changes"].items()) or "none"
        ended = "ended" if run["alert_ended"] else "stands"
        lines.append(
            f"| {run['preset']} | {run['seed']} | {run['before']} | {changes} | {run['modes_covered']:.0f} of "
            f"{run['modes']} | {run['held']} | "
            f"{ended if run['alert'] else 'was not raised'} |"
        )
    covered, whole = (sum(run[key] == run["modes"] for run in results) for key in ("modes_covered", "held"))
    said = f"\n{covered} of {len(results)} cover all modes, {whole} with at least 1 % of the fakes in each."
    return "\n".join([*lines, said])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", action="append", help="default: every fail-*, every heal-* and the healthy ones")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time, each on one thread")
    parser.add_argument("--results", type=Path, help="a file of JSON lines, read first and added to")
    parser.add_argument("--steps", type=int, default=MOST_STEPS, help="at most so many of each run")
    parser.add_argument("--healing", action="store_true", help="follow the suggestion of fail-collapse instead")
    arguments = parser.parse_args()
    kind = "healing" if arguments.healing else "detection"
    named = [name for name in presets() if name.startswith(("fail-", "heal-"))]
    names = arguments.preset or (["fail-collapse"] if arguments.healing else [*named, *HEALTHY])
    file = arguments.results or Path(f"{kind}.jsonl")
    run: Job = heal if arguments.healing else partial(detect, most_steps=arguments.steps)
    results = run_all(run, names, arguments.seeds, arguments.jobs, file)
    print(healing_table(results) if arguments.healing else detection_table(results))


if __name__ == "__main__":
    main()
