"""What each failure on demand is, defined without the detectors' thresholds, windows or metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.gan import FIGURES
from gan_desktop.core.measured import Measured
from gan_desktop.training.data.dataset import DataSet


class Trace(NamedTuple):
    """A whole run: each step's figures, its measurements, its fakes at those, real samples, and whether it diverged."""

    figures: np.ndarray
    measured: list[Measured]
    fakes: np.ndarray
    real: np.ndarray
    data: DataSet
    diverged: bool

    def figure(self, name: str) -> np.ndarray:
        return self.figures[:, FIGURES.column(name)]

    @property
    def nearest(self) -> np.ndarray:
        """The share of the fakes, which are points, that are nearest to each mode, shape (measurements, modes)."""
        assert self.data.centres is not None
        found = [
            np.linalg.norm(fakes[:, None] - self.data.centres[None], axis=-1).argmin(axis=1) for fakes in self.fakes
        ]
        return np.array([np.bincount(index, minlength=len(self.data.centres)) / len(index) for index in found])


def collapsed(trace: Trace) -> bool:
    """In the end at most half of the modes get 1 % of the fakes."""
    shares = np.array(trace.measured[-1].shares)
    return bool(np.count_nonzero(shares >= 0.01) <= len(shares) / 2)


def hopped(trace: Trace) -> bool:
    """After a tenth of the run, half of the modes are empty in half of the measurements, and at least a quarter of them
    find most of the fakes nearest to other modes than the one before did.
    """
    later = trace.nearest[len(trace.fakes) // 10 :]
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
    fakes = trace.fakes[-1].reshape(len(trace.fakes[-1]), -1)[:500]
    between = _nearest(real[:1000], real, itself=True)
    return bool(np.median(_nearest(fakes, real)) < np.quantile(between, 0.1))


def _nearest(samples: np.ndarray, others: np.ndarray, itself: bool = False) -> np.ndarray:
    distances = np.linalg.norm(samples[:, None].astype(np.float32) - others[None], axis=-1)
    if itself:
        distances[np.arange(len(samples)), np.arange(len(samples))] = np.inf
    return distances.min(axis=1)


def classes_collapsed(trace: Trace) -> bool:
    """In the end the fakes of half of the classes are much alike."""
    return _classes_alike(trace) >= trace.data.classes / 2


def some_classes_collapsed(trace: Trace) -> bool:
    """In the end the fakes of a class are much alike, and those of half of the classes are not."""
    return 0 < _classes_alike(trace) <= trace.data.classes / 2


def _classes_alike(trace: Trace) -> int:
    """The number of classes in which the fakes differ by less than a third of what real samples of the class do."""
    labels, asked = trace.data.labels, trace.measured[-1].asked
    assert labels is not None
    assert asked
    fakes, count = trace.fakes[-1], 20
    alike = 0
    for label in range(trace.data.classes):
        real = trace.data.take(np.flatnonzero(labels == label)[:count]).reshape(-1, fakes[0].size)
        of_class = fakes[asked_labels(trace) == label][:count].reshape(-1, fakes[0].size)
        alike += bool(of_class.std(axis=0).mean() < real.std(axis=0).mean() / 3)
    return alike


def asked_labels(trace: Trace) -> np.ndarray:
    """The classes that the fakes were asked for."""
    from gan_desktop.training.watching.measuring import ask

    labels = ask(np.zeros((len(trace.fakes[-1]), 1), np.float32), trace.data).labels
    assert labels is not None
    return labels


def lost_a_mode(trace: Trace) -> bool:
    """In the end a mode has less than a fifth of its due share within 5 sigma of it."""
    data = trace.data
    assert data.centres is not None
    assert data.weights is not None
    assert data.sigma is not None
    within = np.linalg.norm(trace.fakes[-1][:, None] - data.centres[None], axis=-1) < 5 * data.sigma
    shares = within.mean(axis=0)
    return bool((shares < 0.2 * data.weights * shares.sum()).any())


def speckled(trace: Trace) -> bool:
    """In the end neighbouring pixels differ more than 1.5 times as much as in real images."""

    def roughness(images: np.ndarray) -> float:
        return float(np.abs(np.diff(images[:200], axis=1)).mean() + np.abs(np.diff(images[:200], axis=2)).mean())

    return roughness(trace.fakes[-1]) / trace.fakes[-1].mean() > 1.5 * roughness(trace.real) / trace.real.mean()


# Whether the failure happened, by the scenario's name.
FAILURES: dict[str, Callable[[Trace], bool]] = {
    "fail-collapse": collapsed,
    "fail-hopping": hopped,
    "fail-vanishing": vanished,
    "fail-divergence": diverged,
    "fail-oscillation": oscillated,
    "fail-memorising": memorised,
    "fail-collapse-digits": collapsed,
    "every class collapses": classes_collapsed,
    "some classes collapse": some_classes_collapsed,
    "a rare mode is lost": lost_a_mode,
    "specks on MNIST": speckled,
}


def failure_of(name: str) -> Callable[[Trace], bool] | None:
    """The failure of a scenario; None if it is not meant to fail."""
    return FAILURES.get(name)
