"""The course of a run: what detectors and aspects look at. Its memory is bounded, and how steps are cut has no effect.

Figures are kept as means over bins of 50 steps, which are what is looked at; the newest steps are kept one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import MetricsBlock, SampleKind
from gan_desktop.core.figures import Figures
from gan_desktop.core.interventions import ControlValue, current_controls, is_same
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.objective import Equilibrium, equilibrium, objective_facts
from gan_desktop.core.plain import measured_to_json, pack_measured, unpack_measured
from gan_desktop.diagnosis.tail import Means, Tail

# Steps in a bin. Figures are looked at at the end of each bin.
BIN = 50
# 200,000 steps, which take 1 MB: what is longer ago is forgotten, except for the peaks.
KEPT_BINS = 4000
# Steps for which a figure has to stay large to count: a single bad batch makes it large for one step.
LASTING = 2
# Steps kept one by one: those that a spectrum is taken of, and as many again, because measurements come late.
KEPT_STEPS = 4096
KEPT_MEASUREMENTS = 1000
KEPT_CHANGES = 1000


@dataclass(frozen=True)
class DataTraits:
    """What the diagnosis knows of the data that a run is trained on.

    Attributes:
        kind: images or points.
        count: how many real samples there are.
        spread: the root of the mean squared distance of real samples from their mean, as the discriminator sees them;
            slopes of D, and so the weights of penalties on them, have their unit in it.
    """

    kind: SampleKind
    count: int
    spread: float = 1.0


@dataclass(frozen=True)
class Change:
    """A live control that was changed: `value` is used from step number `step` on."""

    step: int
    key: str
    previous: ControlValue
    value: ControlValue


class Memory(NamedTuple):
    """What a diagnosis has seen, for a checkpoint: what JSON holds, and arrays by name."""

    plain: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]


class Records:
    """All that is known about one run so far: `append` every block, `add` every measurement, and look `at` a step.

    Args:
        data: what the run is trained on.
        figures: what its steps report.
    """

    def __init__(self, data: DataTraits, figures: Figures) -> None:
        self.data = data
        self.figures = figures
        self.steps = Tail(KEPT_STEPS, len(figures))
        self.bins = Tail(KEPT_BINS, len(figures))
        self.peaks = Tail(KEPT_BINS, len(figures))
        self.heights = Tail(2 * BIN, len(figures))
        self.measurements: deque[Measured] = deque(maxlen=KEPT_MEASUREMENTS)
        # The same as JSON: a checkpoint has all of them, and one is made every second or two.
        self._measured_texts: deque[tuple[str, str]] = deque(maxlen=KEPT_MEASUREMENTS)
        self.changes: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._began: list[int] = [0]  # the steps at which an objective begins
        self._config: RunConfig | None = None
        self._last = np.zeros((1, len(figures)))  # the magnitudes of the newest step
        self._height = np.zeros((1, len(figures)))  # the largest that have lasted

    def begin_at(self, step: int) -> None:
        """Begin at this step: of what was before, nothing is known, and nothing is looked at."""
        for name, per_row in (("steps", 1), ("heights", 1), ("bins", BIN), ("peaks", BIN)):
            self._tails()[name].restore(np.empty((0, len(self.figures))), step // per_row)
        if step:
            self._begin_objective(step)

    def note_config(self, config: RunConfig, step: int) -> None:
        """Note that the run goes by this config from this step on."""
        if self._config is not None and config is not self._config:
            before, after = current_controls(self._config), current_controls(config)
            for key, value in after.items():
                if not is_same(value, before[key]):
                    self.changes.append(Change(step, key, before[key], value))
                    if key == "objective":
                        self._begin_objective(step)
        self._config = config

    def _begin_objective(self, step: int) -> None:
        """Note that losses and scores before this step are of another game, and are not looked at any more."""
        self._began.append(step)
        self._last, self._height = np.zeros_like(self._last), np.zeros_like(self._height)

    def append(self, config: RunConfig, block: MetricsBlock) -> Iterator[int]:
        """Take a block in, in parts that do not reach over the end of a bin, and give the step at which each ends.

        Raises:
            ValueError: the block does not follow the one before.
        """
        step = self.steps.end
        if block.first_step != step:
            raise ValueError(f"block starts at step {block.first_step}, expected {step}")
        self.note_config(config, step)
        taken = 0
        while taken < len(block):
            rows = block.values[taken : taken + BIN - self.steps.end % BIN].astype(np.float64)
            taken += len(rows)
            self.steps.append(rows)
            self._note_heights(np.abs(rows))
            if self.steps.end % BIN == 0:
                self._close_bin()
            yield self.steps.end

    def _note_heights(self, sizes: Means) -> None:
        """Keep, for each step, the largest magnitude of each figure that has lasted for `LASTING` steps so far."""
        lasted = np.fmin(sizes, np.concatenate([self._last, sizes[:-1]]))
        heights = np.fmax.accumulate(np.concatenate([self._height, lasted]))[1:]
        self.heights.append(heights)
        self._last, self._height = sizes[-1:], heights[-1:]

    def _close_bin(self) -> None:
        # Figures of a run that diverges need not be finite, and their sum need not fit.
        with np.errstate(invalid="ignore", over="ignore"):
            mean = self.steps.between(self.steps.end - BIN, self.steps.end).mean(axis=0, keepdims=True)
        is_first = self.bins.end <= self.started_bin(self.steps.end)
        before = np.zeros_like(mean) if is_first else self.peaks.between(self.peaks.end - 1, self.peaks.end)
        self.bins.append(mean)
        self.peaks.append(np.fmax(before, np.abs(mean)))

    def add(self, measured: Measured) -> None:
        """Take a measurement in. They come in the order of their steps."""
        self.measurements.append(measured)
        self._measured_texts.append(measured_to_json(measured))

    def memory(self) -> Memory:
        """All that it holds, for `recall`."""
        plain = {
            "ends": {name: tail.end for name, tail in self._tails().items()},
            "changes": [list(astuple(change)) for change in self.changes],
            "began": self._began,
        }
        rows = {name: tail.newest().copy() for name, tail in self._tails().items()}
        # Figures are 32-bit floats, and so are their magnitudes.
        rows |= {name: rows[name].astype(np.float32) for name in ("steps", "heights")}
        measurements = np.frombuffer(pack_measured(self._measured_texts), np.uint8)
        return Memory(plain, rows | {"last": self._last, "height": self._height, "measurements": measurements})

    def recall(self, memory: Memory, config: RunConfig) -> None:
        """Hold what `memory` gave when the run went by `config`.

        Raises:
            ValueError: it does not fit.
        """
        plain, rows = memory
        try:
            for name, tail in self._tails().items():
                tail.restore(rows[name], int(plain["ends"][name]))
            self._last, self._height = rows["last"].astype(np.float64), rows["height"].astype(np.float64)
            self.changes.extend(Change(*change) for change in plain["changes"])
            self._began = [int(step) for step in plain["began"]]
            for measured in unpack_measured(rows["measurements"].tobytes()):
                self.add(measured)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not the memory of a diagnosis: {error}") from None
        self._config = config

    def _tails(self) -> dict[str, Tail]:
        return {"steps": self.steps, "bins": self.bins, "peaks": self.peaks, "heights": self.heights}

    def started_bin(self, step: int) -> int:
        """The first whole bin of this step's objective; that of the objective before, as long as there is none."""
        bins = (-(-began // BIN) for began in reversed(self._began))
        return next(start for start in bins if start * BIN <= step or start == 0)

    def began(self, step: int) -> int:
        """The step at which the objective of this step began."""
        return next(began for began in reversed(self._began) if began <= step)

    def at(self, config: RunConfig, step: int, diverged: bool = False, measured: bool = True) -> Course:
        """What was known after `step` steps, under the `config` of that step.

        Args:
            diverged: whether the run ended there, because something is no longer finite.
            measured: whether measurements are seen, which may come late.
        """
        return Course(self, config, step, diverged, measured)


@dataclass(frozen=True)
class Course:
    """A run up to a step. It shows nothing that came later, and no figure from before the objective last changed."""

    records: Records
    config: RunConfig
    step: int
    diverged: bool = False  # something is no longer finite after the last step, and the run is over
    measured: bool = True  # whether measurements are seen

    @property
    def kind(self) -> SampleKind:
        return self.records.data.kind

    @property
    def figures(self) -> Figures:
        """What each step reports."""
        return self.records.figures

    @property
    def count(self) -> int:
        """How many real samples there are."""
        return self.records.data.count

    @property
    def spread(self) -> float:
        """The spread of the real samples, as D sees them."""
        return self.records.data.spread

    @property
    def age(self) -> int:
        """Steps under this objective."""
        return self.step - self.records.started_bin(self.step) * BIN

    @property
    def epochs(self) -> float:
        """How often each real sample has been seen, by the current config."""
        training = self.config.training
        return self.step * max(1, training.d_steps) * training.batch_size / self.count

    @property
    def objective(self) -> str:
        return self.config.objective.objective

    @property
    def decides_at_zero(self) -> bool:
        """Whether D is undecided at a logit of 0, so that accuracy and scores mean what they say."""
        return objective_facts(self.objective).decides_at_zero

    @property
    def balance(self) -> Equilibrium:
        """Where the losses rest in balance."""
        config = self.config
        return equilibrium(self.objective, config.objective.d_loss_halves, config.regularization.label_smoothing)

    def means(self, figure: str, bins: int) -> Means:
        """The newest `bins` means of 50 steps, or all if there are fewer; the last is the newest."""
        end = self.step // BIN
        start = max(self.records.started_bin(self.step), end - bins)
        return self.records.bins.between(start, end)[:, self.figures.column(figure)]

    def mean(self, figure: str, steps: int = 250) -> float:
        """The mean over the newest steps; NaN before there are that many whole bins."""
        values = self.means(figure, steps // BIN)
        return float(values.mean()) if len(values) == steps // BIN else float("nan")

    def peak(self, figure: str) -> float:
        """The largest magnitude that a mean of 50 steps has had; NaN before there is one."""
        end = self.step // BIN
        peaks = self.records.peaks.between(max(self.records.started_bin(self.step), end - 1), end)
        return float(peaks[-1, self.figures.column(figure)]) if len(peaks) else float("nan")

    def recent(self, figure: str, steps: int) -> Means:
        """The newest `steps` steps one by one, or all if there are fewer."""
        start = max(self.records.started_bin(self.step) * BIN, self.step - steps)
        return self.records.steps.between(start, self.step)[:, self.figures.column(figure)]

    def sizes(self, figures: Sequence[str], steps: int, grace: int) -> tuple[Means, Means]:
        """How large figures are at each of the newest steps, and how large they had become before it.

        Args:
            steps: how many of the newest are wanted.
            grace: how many of the objective's first steps are left out; at least `LASTING` are.

        Returns:
            The magnitudes at the newest n <= `steps` steps and at the one before them, shape (n + 1, figures). And for
            each of the n steps the largest magnitudes that had lasted for `LASTING` steps before that step and the one
            before it, shape (n, figures).
        """
        start = max(self.records.began(self.step - 1) + max(grace, LASTING), self.step - steps)
        columns = [self.figures.column(figure) for figure in figures]
        newest = np.abs(self.records.steps.between(start - 1, max(start, self.step))[:, columns])
        return newest, self.records.heights.between(start - LASTING, max(start, self.step) - LASTING)[:, columns]

    def changes(self, since: int = 0) -> list[Change]:
        """The live controls that were changed from step `since` to now, in order."""
        return [change for change in self.records.changes if since <= change.step <= self.step]

    def measurements(self, count: int) -> list[Measured]:
        """The newest measurements, in order."""
        return list(islice(self._newest_first(), count))[::-1]

    def _newest_first(self) -> Iterator[Measured]:
        if self.measured:
            yield from (found for found in reversed(self.records.measurements) if found.step <= self.step)

    def measured_for(self, steps: int) -> list[Measured]:
        """The newest measurements that span at least this many steps, in order; none if they do not reach back so far.

        What holds in all of them has held for that long.
        """
        found: list[Measured] = []
        for measured in self._newest_first():
            found.append(measured)
            if measured.step <= self.step - steps:
                return found[::-1]
        return []

    @property
    def latest(self) -> Measured | None:
        """The newest measurement."""
        return next(iter(self.measurements(1)), None)

    def value(self, metric: str) -> float:
        """The metric as measured last; NaN if it is not known."""
        return self.latest.values.get(metric, float("nan")) if self.latest else float("nan")

    def knows(self, metric: str) -> bool:
        """Whether the metric was a number when it was measured last."""
        return self.value(metric) == self.value(metric)

    def floor(self, metric: str) -> Floor:
        """What real samples give; NaN if that is not known."""
        unknown = Floor(float("nan"), float("nan"))
        return self.latest.floors.get(metric, unknown) if self.latest else unknown

    def unknown(self, metric: str) -> str:
        """Why the metric has no value now; empty if it has one."""
        if self.latest is None:
            return "nothing has been measured yet"
        if self.knows(metric):
            return ""
        return self.latest.unknown.get(metric, "it was not measured")
