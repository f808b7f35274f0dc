"""Data augmentation by a GAN in a terminal: trains one per seed and number of real samples, and prints the gain."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gan_desktop import streams
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import printable
from gan_desktop.core.machine import Machine
from gan_desktop.core.numbers import finite
from gan_desktop.core.status import Status
from gan_desktop.diagnosis.augmentation import Accuracies, Spread, classifier, described, percent, spread, verdict
from gan_desktop.process import leave, stopping
from gan_desktop.progress import ProgressLine
from gan_desktop.terminal import EXIT_DIVERGED, EXIT_OK, LISTEN_SECONDS
from gan_desktop.training.assembly import load_data
from gan_desktop.training.augmenting import Trial, check_config, check_data
from gan_desktop.training.data.dataset import DataSet

COLUMNS = {"real": "real", "real_and_generated": "real + generated", "generated": "generated", "gain": "gain"}
FIRST_WIDTH, WIDTH = 22, 18


@dataclass(frozen=True)
class Plan:
    """What is asked for.

    Attributes:
        config: the config of the GANs; its seed is the first one.
        name: the preset's name.
        real: the numbers of real samples of each class; each number has trials of its own.
        seeds: how many seeds.
        fakes: how many samples are generated in each trial.
    """

    config: RunConfig
    name: str
    real: tuple[int, ...]
    seeds: int
    fakes: int

    @property
    def trials(self) -> list[tuple[int, int]]:
        """The seed and the number of real samples of each class of each trial, in order."""
        first = self.config.training.seed
        return [(seed, per_class) for seed in range(first, first + self.seeds) for per_class in self.real]


@dataclass(frozen=True)
class Result:
    """What came of one trial with `real` samples of each class, `real_count` in all, and `tested_on` others to test."""

    real: int
    seed: int
    step: int
    seconds: float
    real_count: int
    generated_count: int
    tested_on: int
    accuracies: Accuracies
    weights_digest: str

    def plain(self) -> dict[str, Any]:
        """The object that `--json` prints for it."""
        shown = {name: value for name, value in vars(self).items() if name not in ("accuracies", "weights_digest")}
        rates = {"accuracy": self.accuracies._asdict(), "gain": self.accuracies.gain}
        return shown | rates | {"weights_digest": self.weights_digest}


@dataclass
class Outcome:
    """All that is known so far."""

    plan: Plan
    data: DataSet | None = None
    machine: Machine | None = None
    device: str | None = None
    results: list[Result] = field(default_factory=list)
    message: str = ""

    def spreads(self, per_class: int) -> dict[str, Spread]:
        """The spread over the seeds of each accuracy and of the gain, with this many real samples; empty before any."""
        found = [result.accuracies for result in self.results if result.real == per_class]
        return {name: spread([getattr(each, name) for each in found]) for name in COLUMNS} if found else {}

    def summary(self, status: Status) -> dict[str, Any]:
        """The last object that `--json` prints; numbers that are not known are null."""
        rows = [self._row(per_class) for per_class in self.plan.real if self.spreads(per_class)]
        return {
            "preset": self.plan.name,
            "status": str(status),
            "seconds": sum(result.seconds for result in self.results),
            "device": self.device,
            "machine": None if self.machine is None else self.machine.plain(),
            "data_notes": [] if self.data is None else list(self.data.notes),
            "classifier": None if self.data is None else described(self.data.kind),
            "results": rows,
            "message": self.message,
        }

    def _row(self, per_class: int) -> dict[str, Any]:
        spreads = self.spreads(per_class)
        plain = {name: {"mean": each.mean, "deviation": finite(each.deviation)} for name, each in spreads.items()}
        gain = spreads["gain"]
        known = finite(gain.deviation)
        return {
            "real": per_class,
            "seeds": [result.seed for result in self.results if result.real == per_class],
            "accuracy": {name: value for name, value in plain.items() if name != "gain"},
            "gain": plain["gain"],
            "gain_exceeds_spread": None if known is None else gain.mean > known,
            "sentence": verdict(per_class, gain),
        }

    def table(self, status: Status) -> str:
        """The summary as a table for people."""
        if not self.results or self.data is None:
            return self.message or "stopped before the first GAN was measured"
        tested = sorted({result.tested_on for result in self.results})
        on = f"{tested[0]:,}" if len(tested) == 1 else f"{tested[0]:,} to {tested[-1]:,}"
        head = f"Accuracy in % on {on} real samples that neither the GAN nor the classifier saw, mean ± deviation over"
        lines = [self.data.title, f"{head} seeds", "", _line("real of each class", COLUMNS.values())]
        verdicts = []
        for per_class in self.plan.real:
            if spreads := self.spreads(per_class):
                lines.append(_line(str(per_class), [_percent(each, name) for name, each in spreads.items()]))
                verdicts.append(verdict(per_class, spreads["gain"]))
        ended = [] if status is Status.FINISHED else [self.message or f"{status} after {len(self.results)} GANs"]
        told = f"The classifier is {described(self.data.kind)}."
        return "\n".join([*lines, "", *verdicts, told, *ended])


def _line(first: str, cells: Iterable[str]) -> str:
    return (first.ljust(FIRST_WIDTH) + "".join(cell.ljust(WIDTH) for cell in cells)).rstrip()


def _percent(value: Spread, name: str) -> str:
    # A gain is the difference of two nearly equal numbers.
    form = "+.2f" if name == "gain" else ".1f"
    deviation = finite(value.deviation)
    return f"{percent(value.mean):{form}}" + ("" if deviation is None else f" ± {percent(deviation):{form.strip('+')}}")


class Teller:
    """Prints what is known: one trial at a time, and the end once, whichever thread it comes from."""

    def __init__(self, outcome: Outcome, progress: ProgressLine, as_json: bool) -> None:
        self.outcome, self.progress = outcome, progress
        self._as_json = as_json
        self._lock = threading.Lock()

    def add(self, result: Result) -> None:
        """Take in a trial that is over."""
        with self._lock:
            self.outcome.results.append(result)
            if self._as_json:
                print(json.dumps(result.plain()), flush=True)
        rates = ", ".join(f"{COLUMNS[name]} {100 * rate:.1f} %" for name, rate in result.accuracies._asdict().items())
        self.progress.say(f"{result.real} real of each class, seed {result.seed}: {rates}")

    def end(self, status: Status) -> int:
        """Say what came of it, and give the exit code. A second caller waits for ever: the process is being left."""
        self._lock.acquire()
        streams.let_through()
        self.progress.close()
        if self._as_json:
            print(json.dumps(self.outcome.summary(status)), flush=True)
        else:
            streams.offer("\n".join(printable(line) for line in self.outcome.table(status).splitlines()))
        return EXIT_DIVERGED if status is Status.DIVERGED else EXIT_OK


def augment_in_terminal(plan: Plan, as_json: bool) -> int:
    """Measure as `plan` says and report; give the exit code of the command line.

    Raises:
        InputError: the plan cannot be carried out with this config, these data or what is installed.
    """
    check_config(plan.config)
    progress = ProgressLine("loading")
    teller = Teller(Outcome(plan), progress, as_json)
    asked, ended = threading.Event(), threading.Event()

    def stop() -> None:
        """Ask for the end. Nothing is open that has to be closed, so leave if nobody hears at once."""
        asked.set()
        if not ended.wait(LISTEN_SECONDS):
            leave(teller.end(Status.STOPPED))

    with stopping(stop, force=lambda: leave(EXIT_OK)):
        with progress:
            status = carry_out(teller, asked.is_set)
        ended.set()
        return teller.end(status)


def carry_out(teller: Teller, is_asked_to_end: Callable[[], bool]) -> Status:
    """Train and measure everything that is planned, and give how it ended.

    Raises:
        InputError: for the reasons of `augment_in_terminal`.
    """
    outcome, progress = teller.outcome, teller.progress
    plan = outcome.plan
    classifier()  # if that is missing, nobody waits for a GAN in vain
    progress.show("reading the data", 0, None)
    data = outcome.data = load_data(plan.config)
    check_data(plan.config, data, plan.real, plan.fakes)
    for line in (f"{data.title}: {len(plan.trials)} GANs to train", *data.notes):
        progress.say(line)
    for number, (seed, per_class) in enumerate(plan.trials):
        started = time.perf_counter()
        said = f"{per_class} real of each class, seed {seed}"
        progress.show(f"compiling, {said}", number, len(plan.trials))
        trial = Trial(plan.config, data, per_class, plan.fakes, seed)
        outcome.machine, outcome.device = trial.trainer.machine, trial.trainer.device.title
        while not trial.is_trained:
            if is_asked_to_end():
                return Status.STOPPED
            trial.advance()
            figures = f"{said} · step {trial.trainer.step:,} of {trial.steps:,}"
            progress.show("training", number + trial.trainer.step / trial.steps, len(plan.trials), figures)
        accuracies = trial.measure()
        if accuracies is None:
            outcome.message = f"the GAN of {said} diverged at step {trial.trainer.step:,}"
            return Status.DIVERGED
        counts = len(trial.real.labels), plan.fakes, len(trial.test.labels)
        digest = trial.trainer.weights_digest()
        seconds = time.perf_counter() - started
        teller.add(Result(per_class, seed, trial.trainer.step, seconds, *counts, accuracies, digest))
        trial.close()
    return Status.FINISHED
