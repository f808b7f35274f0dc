"""Whether every failure is detected and no healthy run is accused: scenarios over seeds not used for tuning.

A run that is to fail has to fail, by a definition that shares nothing with the detectors (`benchmarks/failures.py`),
and its detector has to say so. A healed or healthy one has to raise no alert at all. Runs are recorded in a folder
first, and diagnosed from there. With --check some are run again as people run them, at the command line and under the
window, and have to raise the same alerts at the same steps. Detectors were tuned on seeds 0 to 4.

    python -m benchmarks.detection --recordings recordings --jobs 2
    python -m benchmarks.detection --recordings recordings --check 20
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.failures import Trace, failure_of
from benchmarks.recordings import Diagnoser, Recording, alerts_as_run, one_thread, record
from benchmarks.report import MNIST
from benchmarks.scenarios import SCENARIOS

SEEDS = range(200, 220)


class Job(NamedTuple):
    """One run of a scenario."""

    name: str
    seed: int
    folder: Path
    mnist: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}-{self.seed}.npz".replace(" ", "_").replace(",", "")


def record_job(job: Job) -> str:
    scenario = SCENARIOS[job.name]
    record(scenario.config(job.seed, job.mnist, job.folder), scenario.steps).save(job.path)
    return f"{job.name}, seed {job.seed}: recorded"


def diagnose_jobs(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """What the diagnosis says of the runs of one scenario."""
    scenario = SCENARIOS[jobs[0].name]
    results = []
    for job in jobs:
        config = scenario.config(job.seed, job.mnist, job.folder)
        diagnoser = Diagnoser(config)
        recording = Recording.load(job.path)
        found = diagnoser.diagnose(recording)
        failure = failure_of(job.name)
        real = diagnoser.data.take(np.arange(min(len(diagnoser.data), 5000)))
        trace = Trace(recording.figures, found.measured, recording.fakes, real, diagnoser.data, recording.diverged)
        happened = bool(failure(trace)) if failure is not None else None
        result = {"name": job.name, "seed": job.seed, "steps": len(recording.figures), "happened": happened}
        results.append(result | {"alerts": found.alerts})
    return results


def check_job(job: Job) -> str:
    """A run at the command line, and one under the window, beside its recording: one line, which says `the same`."""
    scenario = SCENARIOS[job.name]
    config = scenario.config(job.seed, job.mnist, job.folder)
    (recorded,) = diagnose_jobs([job])
    said = []
    for how, watched in (("command line", False), ("window", True)):
        with tempfile.TemporaryDirectory() as folder:
            alerts = alerts_as_run(config, scenario.steps, watched, Path(folder) / "run")
        said.append(f"{how} {'the same' if alerts == recorded['alerts'] else f'OTHERS: {json.dumps(alerts)}'}")
    return f"{job.name}, seed {job.seed}: {', '.join(said)}; {len(recorded['alerts'])} alerts"


# Running many, and what came of them.


def in_processes(work: Callable[[Any], Any], items: Sequence[Any], jobs: int) -> Iterator[Any]:
    """The results, as they come. A process keeps what TensorFlow compiled, so each one does a few runs and ends."""
    one_thread()
    # Not a ProcessPoolExecutor: it hangs when its only process ends (CPython issue 115634).
    with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=5) as pool:
        yield from pool.imap_unordered(work, items)


def table(results: Sequence[dict[str, Any]]) -> str:
    """As Markdown: a line for each scenario."""
    lines = [
        "| run | steps | it failed | has to speak | spoke | median step | latest step | false alarms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(result["name"] for result in results):
        runs = [result for result in results if result["name"] == name]
        steps, count, detectors = max(run["steps"] for run in runs), len(runs), SCENARIOS[name].detectors
        if not detectors:
            accused = [run for run in runs if run["alerts"]]
            names = sorted({alert["detector"] for run in accused for alert in run["alerts"]})
            words = f"{len(accused)} of {count}" + (f" ({', '.join(names)})" if names else "")
            lines.append(f"| {name} | {steps:,} | | | | | | {words} |")
            continue
        happened = sum(bool(run["happened"]) for run in runs)
        first = [min(found) for run in runs if (found := _steps(run, detectors))]
        times = f"{statistics.median(first):,.0f} | {max(first):,}" if first else " | "
        who = ", ".join(detectors)
        lines.append(f"| {name} | {steps:,} | {happened} of {count} | {who} | {len(first)} of {count} | {times} | |")
    return "\n".join(lines)


def _steps(run: dict[str, Any], detectors: Sequence[str]) -> list[int]:
    return [alert["step"] for alert in run["alerts"] if alert["detector"] in detectors]


def summary(results: Sequence[dict[str, Any]]) -> str:
    """Misses among the runs that failed, and false alarms among the healthy ones."""
    failed = [run for run in results if SCENARIOS[run["name"]].detectors and run["happened"]]
    missed = [run for run in failed if not _steps(run, SCENARIOS[run["name"]].detectors)]
    healthy = [run for run in results if not SCENARIOS[run["name"]].detectors]
    accused = [run for run in healthy if run["alerts"]]
    return f"{len(missed)} of {len(failed)} failures missed, {len(accused)} of {len(healthy)} healthy runs accused"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="append", choices=list(SCENARIOS), help="default: all of them")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time, each on one thread")
    parser.add_argument("--recordings", type=Path, default=Path("recordings"), help="a folder; what is there is kept")
    parser.add_argument("--mnist", type=Path, default=MNIST, help="a folder with MNIST's IDX files")
    parser.add_argument("--check", type=int, default=0, help="run so many again as people do, of each scenario in turn")
    parser.add_argument("--record-only", action="store_true", help="and diagnose nothing")
    arguments = parser.parse_args()
    arguments.recordings.mkdir(parents=True, exist_ok=True)
    names = arguments.run or list(SCENARIOS)
    jobs = [
        Job(name, seed, arguments.recordings, arguments.mnist)
        for place, seed in enumerate(arguments.seeds)
        for name in names
        if place < SCENARIOS[name].only
    ]
    for said in in_processes(record_job, [job for job in jobs if not job.path.exists()], arguments.jobs):
        print(said, flush=True)
    if arguments.record_only:
        return
    if arguments.check:
        for said in in_processes(check_job, jobs[: arguments.check], arguments.jobs):
            print(said, flush=True)
        return
    of_names = [[job for job in jobs if job.name == name] for name in names]
    found = [results for results in in_processes(diagnose_jobs, of_names, arguments.jobs) if results]
    results = sorted((run for runs in found for run in runs), key=lambda run: names.index(run["name"]))
    (arguments.recordings / "results.json").write_text(json.dumps(results), encoding="utf-8")
    print(table(results), summary(results), sep="\n\n")


if __name__ == "__main__":
    main()
