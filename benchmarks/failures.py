"""What each failure on demand is, said without the detectors' thresholds, windows or metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from gan_desktop.core.events import Measured
from gan_desktop.core.figures import COLUMN


class Trace(NamedTuple):
    """A whole run: each step's figures, its measurements, the last fakes, whether it diverged, and what it said."""

    figures: np.ndarray
    measured: list[Measured]
    fakes: np.ndarray
    real: np.ndarray
    nearest: list[np.ndarray]  # of points, at each measurement: the share of the fakes that are nearest to each mode
    diverged: bool

    def figure(self, name: str) -> np.ndarray:
        return self.figures[:, COLUMN[name]]


def collapsed(trace: Trace) -> bool:
    """In the end at most half of the modes get 1 % of the fakes."""
    shares = np.array(trace.measured[-1].shares)
    return bool(np.count_nonzero(shares >= 0.01) <= len(shares) / 2)


def hopped(trace: Trace) -> bool:
    """After a tenth of the run, half of the modes are empty in half of the measurements, and at least a quarter of them
    find most of the fakes nearest to other modes than the one before did.
    """
    later = np.array(trace.nearest[len(trace.nearest) // 10 :])
    empty = np.count_nonzero(later < 0.01, axis=1) >= later.shape[1] / 2
    moved = np.minimum(later[1:], later[:-1]).sum(axis=1) < 0.5
    return bool(empty.mean() >= 0.5 and moved.mean() >= 0.25)


def vanished(trace: Trace) -> bool:
    """In some 200 steps G's gradient is on average less than a hundredth of its largest, and D right 19 of 20 times."""
    norms, accuracy = trace.figure("g_gradient_norm"), trace.figure("d_accuracy")
    spans = range(0, len(norms) - 199, 200)
    return any(
        norms[start : start + 200].mean() < norms.max() / 100 and accuracy[start : start + 200].mean() > 0.95
        for start in spans
    )


def diverged(trace: Trace) -> bool:
    """A loss, a gradient or a weight is not finite."""
    return trace.diverged


def oscillated(trace: Trace) -> bool:
    """The autocorrelation of D's loss swings in some 2,000 steps after the first 500: below -0.2, then above 0.2."""
    losses = trace.figure("d_loss").astype(np.float64)
    return any(_swings(losses[end - 2000 : end]) for end in range(2500, len(losses) + 1, 500))


def _swings(losses: np.ndarray) -> bool:
    values = losses.reshape(-1, 10).mean(axis=1)
    values = values - np.polyval(np.polyfit(np.arange(len(values)), values, 1), np.arange(len(values)))
    correlation = np.correlate(values, values, "full")[len(values) - 1 :]
    correlation = correlation / correlation[0]
    below = np.flatnonzero(correlation < -0.2)
    return len(below) > 0 and bool((correlation[below[0] :] > 0.2).any())


def memorised(trace: Trace) -> bool:
    """Half of the fakes are nearer to a training sample than a tenth of the training samples are to each other."""
    real = trace.real.reshape(len(trace.real), -1)[:5000]
    fakes = trace.fakes.reshape(len(trace.fakes), -1)[:500]
    between = _nearest(real[:1000], real, itself=True)
    return bool(np.median(_nearest(fakes, real)) < np.quantile(between, 0.1))


def _nearest(samples: np.ndarray, others: np.ndarray, itself: bool = False) -> np.ndarray:
    distances = np.linalg.norm(samples[:, None].astype(np.float32) - others[None], axis=-1)
    if itself:
        distances[np.arange(len(samples)), np.arange(len(samples))] = np.inf
    return distances.min(axis=1)


# The detector that has to speak, and whether the failure happened, by the beginning of the preset's name.
FAILURES: dict[str, tuple[str, Callable[[Trace], bool]]] = {
    "fail-collapse": ("mode_collapse", collapsed),
    "fail-hopping": ("mode_hopping", hopped),
    "fail-vanishing": ("discriminator_wins", vanished),
    "fail-divergence": ("divergence", diverged),
    "fail-oscillation": ("oscillation", oscillated),
    "fail-memorising": ("memorising", memorised),
}


def failure_of(name: str) -> tuple[str, Callable[[Trace], bool]] | None:
    """Of a preset; None of one that is not to fail."""
    return next((failure for start, failure in FAILURES.items() if name.startswith(start)), None)
