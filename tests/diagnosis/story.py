"""Invented runs: phases of figures and metrics that are told to a diagnostician, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.course import DataTraits
from gan_desktop.diagnosis.diagnostician import Diagnostician, Told
from tests.gan import FIGURES

EVERY = 250
MODES = 8

# As in the middle of a healthy run.
CALM: dict[str, float] = {
    "d_loss": 1.2,
    "d_loss_real": 0.6,
    "d_loss_fake": 0.6,
    "d_penalty": 0.0,
    "g_loss": 0.9,
    "real_score": 0.6,
    "fake_score": 0.4,
    "d_accuracy": 0.7,
    "real_sign": 0.4,
    "d_gradient_norm": 5.0,
    "g_gradient_norm": 2.0,
}
FINE: dict[str, float] = {
    "modes_covered": 8.0,
    "high_quality_share": 0.7,
    "mode_kl": 0.02,
    "precision": 0.8,
    "recall": 0.9,
    "density": 0.9,
    "coverage": 0.9,
    "pairwise_diversity": 1.0,
    "frechet_distance": 0.1,
    "copied_share": 0.1,
    "specks": 1.0,
    "class_diversity": 0.95,
    "class_coverage": 0.8,
    "class_recall": 0.9,
    "class_accuracy": 0.95,
}
FLOORS = {
    "modes_covered": Floor(8.0, 0.0),
    "high_quality_share": Floor(0.99, 0.003),
    "mode_kl": Floor(0.001, 0.001),
    "precision": Floor(0.98, 0.01),
    "recall": Floor(0.98, 0.01),
    "density": Floor(1.0, 0.01),
    "coverage": Floor(0.96, 0.01),
    "pairwise_diversity": Floor(1.0, 0.01),
    "frechet_distance": Floor(0.01, 0.001),
    "copied_share": Floor(0.1, 0.01),
    "specks": Floor(1.0, 0.02),
    "class_diversity": Floor(1.0, 0.01),
    "class_coverage": Floor(0.95, 0.01),
    "class_recall": Floor(0.95, 0.01),
    "class_accuracy": Floor(0.97, 0.01),
}
CLASS_FLOORS = {"diversity": (Floor(1.0, 0.05),) * MODES}


def shares(held: int) -> tuple[float, ...]:
    """Shares of 8 modes, even over those that are held."""
    found = np.zeros(MODES)
    found[:held] = 0.8 / held
    return tuple(found.tolist())


# A constant, or a function of the step numbers (figures) or of the measurement's number (metrics and shares).
Value = float | tuple[float, ...] | Callable[[Any], Any]


@dataclass
class Story:
    """Tells phases one after the other.

    Attributes:
        told: all that was answered.
        cut: how many steps a block has.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "points"
    count: int = 100_000
    spread: float = 1.0
    cut: int = EVERY
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.config = replace_keys(RunConfig(), self.changes)
        self.diagnostician = Diagnostician(DataTraits(self.kind, self.count, self.spread), FIGURES, clock=lambda: 0.0)  # type: ignore[arg-type]
        self.step = 0
        self.measurements = 0

    def phase(self, steps: int = 3000, **values: Value) -> Story:
        """So many steps with these figures and metrics; what is not given is as in a healthy run."""
        end = self.step + steps
        while self.step < end:
            size = min(self.cut, end - self.step, EVERY - self.step % EVERY)
            self.block(self.figures(size, values))
            if self.step % EVERY == 0:
                self.measure(values)
        return self

    def figures(self, size: int, values: Mapping[str, Value]) -> np.ndarray:
        rows = np.empty((size, len(FIGURES)), np.float32)
        steps = np.arange(self.step, self.step + size)
        for name, column in ((name, FIGURES.column(name)) for name in FIGURES):
            value = values.get(name, CALM[name])
            rows[:, column] = value(steps) if callable(value) else value
        return rows

    def block(self, rows: np.ndarray, diverged: bool = False) -> None:
        block = MetricsBlock(self.step, rows.astype(np.float32), FIGURES)
        self.told += self.diagnostician.after_block(self.config, block, diverged)
        self.step = block.next_step

    def measure(self, values: Mapping[str, Value]) -> None:
        self.told += self.diagnostician.after_measured(self.config, self.measured(values))
        self.measurements += 1

    def measured(self, values: Mapping[str, Value]) -> Measured:
        number = self.measurements
        # A generator that moves: its metrics tremble by some percents.
        tremble = 1 + 0.02 * (-1) ** number
        found = {name: value * (tremble if name == "frechet_distance" else 1) for name, value in FINE.items()}
        asked = {name: value for name, value in values.items() if name not in FIGURES}
        given: dict[str, Any] = {name: value(number) if callable(value) else value for name, value in asked.items()}
        found |= {name: value for name, value in given.items() if name in metrics}
        found_shares = given.get("shares", shares(MODES))
        within = sum(found_shares)
        even = (1 / MODES,) * MODES if found_shares else ()
        return Measured(
            self.step,
            found,
            None,
            FLOORS,
            {},
            0.0,
            most={"modes_covered": float(MODES)},
            shares=found_shares,
            territories=tuple(share / within for share in found_shares) if within else even,
            by_class={"diversity": given.get("diversities", (1.0,) * MODES)} if found_shares else {},
            class_floors=CLASS_FLOORS,
            asked=self.config.data.conditional,
        )

    def set(self, **changes: Any) -> Story:
        """Change live controls before the next step."""
        self.config = replace_keys(self.config, {key.replace("__", "."): value for key, value in changes.items()})
        return self

    @property
    def raised(self) -> list[Alert]:
        return [event.alert for event in self.told if isinstance(event, AlertRaised)]

    @property
    def ended(self) -> list[AlertEnded]:
        return [event for event in self.told if isinstance(event, AlertEnded)]

    @property
    def lights(self) -> Diagnosed:
        """The newest."""
        return [event for event in self.told if isinstance(event, Diagnosed)][-1]

    def counts(self, detector: str) -> tuple[int, int]:
        """How often its alert was raised, and how often it ended."""
        return (
            sum(alert.detector == detector for alert in self.raised),
            sum(event.alert.detector == detector for event in self.ended),
        )
