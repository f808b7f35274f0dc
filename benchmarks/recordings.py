"""Runs that are recorded once, and diagnosed as often as the diagnosis changes.

Training is expensive and does not depend on the diagnosis: a run's alerts are a function of its figures, and of its
fakes at the steps that are measured. So these are kept. `benchmarks.detection --check` runs some of them as people do.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gan import FIGURES
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import AlertEnded, AlertRaised
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.measured import Measured


@dataclass(frozen=True)
class Recording:
    """One run: its figures, shape (steps, figures), and its fakes at some steps, shape (steps.size, count, ...)."""

    figures: np.ndarray
    steps: np.ndarray
    fakes: np.ndarray
    diverged: bool

    def save(self, path: Path) -> None:
        unfinished = path.with_name(f"unfinished-{path.name}")
        np.savez_compressed(unfinished, **vars(self))
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Recording:
        with np.load(path) as held:
            return cls(held["figures"], held["steps"], held["fakes"], bool(held["diverged"]))


def record(config: RunConfig, steps: int) -> Recording:
    """Train this many steps, or until the run diverges."""
    from gan_desktop.training.trainer import Trainer
    from gan_desktop.training.watching.diagnosing import asked_of
    from gan_desktop.training.watching.measuring import make_measurer

    trainer = Trainer(config)
    latents, labels = asked_of(trainer, make_measurer(trainer.data, config).count)
    every = config.training.measure_every

    def sample() -> np.ndarray:
        parts = [slice(start, start + 1000) for start in range(0, len(latents), 1000)]
        return np.concatenate(
            [trainer.sample(latents[part], None if labels is None else labels[part]) for part in parts]
        )

    figures, at, fakes = [], [0], [sample()]
    while trainer.step < steps and not trainer.diverged:
        figures.append(trainer.advance(min(every - trainer.step % every, steps - trainer.step)).values)
        if not trainer.diverged and (trainer.step % every == 0 or trainer.step == steps):
            at.append(trainer.step)
            fakes.append(sample())
    trainer.close()
    return Recording(np.concatenate(figures), np.array(at), np.stack(fakes), trainer.diverged)


@dataclass(frozen=True)
class Diagnosis:
    """What was said of a run: alerts as (detector, step, end), and what they rest on."""

    alerts: list[dict[str, Any]]
    measured: list[Measured]


class Diagnoser:
    """Diagnoses recordings of one scenario, whose data are measured once."""

    def __init__(self, config: RunConfig) -> None:
        from gan_desktop.training.assembly import load_data
        from gan_desktop.training.data.dataset import Scaling
        from gan_desktop.training.watching.diagnosing import data_traits
        from gan_desktop.training.watching.measuring import ask, make_measurer

        self.config = config
        self.data = load_data(config)
        self.measurer = make_measurer(self.data, config)
        asked = ask(np.zeros((self.measurer.count, 1), np.float32), self.data) if config.data.conditional else None
        self._labels = None if asked is None else asked.labels
        scaling = Scaling.fit(self.data, config.generator.output_activation)
        self._traits = data_traits(self.data, scaling, self.measurer.reference)

    def diagnose(self, recording: Recording) -> Diagnosis:
        from gan_desktop.diagnosis.diagnostician import Diagnostician

        diagnostician = Diagnostician(self._traits, FIGURES)
        found = Diagnosis([], [])

        def note(told: list[Any]) -> None:
            for event in told:
                if isinstance(event, AlertRaised):
                    alert = event.alert
                    found.alerts.append({"detector": alert.detector, "step": alert.step, "ended": None})
                elif isinstance(event, AlertEnded):
                    latest = [alert for alert in found.alerts if alert["detector"] == event.alert.detector][-1]
                    latest["ended"] = event.step

        before = 0
        for step, fakes in zip(recording.steps.tolist(), recording.fakes, strict=True):
            if step > before:
                note(
                    diagnostician.after_block(
                        self.config, MetricsBlock(before, recording.figures[before:step], FIGURES)
                    )
                )
            measured = self.measurer.measured(step, fakes, self._labels)
            found.measured.append(measured)
            note(diagnostician.after_measured(self.config, measured))
            before = step
        if before < len(recording.figures):
            rest = MetricsBlock(before, recording.figures[before:], FIGURES)
            note(diagnostician.after_block(self.config, rest, recording.diverged))
        found.alerts.sort(key=lambda alert: (alert["step"], alert["detector"]))
        return found


def alerts_as_run(config: RunConfig, steps: int, watched: bool, folder: Path) -> list[dict[str, Any]]:
    """The alerts of the same run as people run it: by the command line's engine, or the window's."""
    import queue

    from gan_desktop.core import commands
    from gan_desktop.core.events import RunEnded
    from gan_desktop.core.keys import replace_keys
    from gan_desktop.training.engine.session import Session

    inbox: commands.CommandQueue = queue.SimpleQueue()
    raised: list[dict[str, Any]] = []

    def listen(event: object) -> None:
        if isinstance(event, AlertRaised):
            raised.append({"detector": event.alert.detector, "step": event.alert.step, "ended": None})
        elif isinstance(event, AlertEnded):
            [alert for alert in raised if alert["detector"] == event.alert.detector][-1]["ended"] = event.step
        elif isinstance(event, RunEnded):
            inbox.put(commands.Quit())

    inbox.put(commands.Start(replace_keys(config, {"training.steps": steps}), out=folder))
    Session(inbox, listen, watched=watched).run()
    return sorted(raised, key=lambda alert: (alert["step"], alert["detector"]))


def one_thread() -> None:
    """Give each run one thread, so that several can run at a time; to be called before TensorFlow is loaded."""
    for variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[variable] = "1"
