"""What generated samples are worth as further training data: the accuracy of one classifier on three training sets.

The third, generated samples alone, is the classification accuracy score of Ravuri and Vinyals 2019 (CAS, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray, SampleKind
from gan_desktop.diagnosis.features import COMPONENTS, fit_features, one_thread

Labels = npt.NDArray[np.int64]

# On digits and letters, with 5 to 50 real ones of each class, the classifier is about as often right with 3 to 100, and
# less often with 1.
SLACK_COST = 10.0
SEEN = {"images": f"{COMPONENTS} principal components of the training images", "points": "the points as they are"}


class Labelled(NamedTuple):
    """Samples in data units, shape (n, *sample_shape), and the class of each, shape (n,)."""

    samples: FloatArray
    labels: Labels


class Accuracies(NamedTuple):
    """The share of test samples whose class is found after training on each of three sets, 0..1."""

    real: float
    real_and_generated: float
    generated: float

    @property
    def gain(self) -> float:
        """What generated samples add to the accuracy of the real ones; less than 0 if they take away."""
        return self.real_and_generated - self.real


class Spread(NamedTuple):
    """The mean over seeds and the standard deviation of one seed, which is NaN if there is only one."""

    mean: float
    deviation: float


def described(kind: SampleKind) -> str:
    """The classifier and the weights, for people."""
    return (
        f"a support vector machine with a Gaussian kernel (scikit-learn's SVC, C = {SLACK_COST:g}) on {SEEN[kind]}; "
        "real and generated samples weigh the same in all, however many they are"
    )


def measure(kind: SampleKind, real: Labelled, generated: Labelled, test: Labelled) -> Accuracies:
    """Train on the real samples, on both and on the generated ones, and give the accuracies on `test`.

    The samples' weights add up to the number of real ones each time; with both, each kind gets half. So the slack
    variables cost as much in all three, and copies of the real samples change nothing.

    Raises:
        InputError: scikit-learn is not installed.
    """
    of_real = np.ones(len(real.labels))
    of_generated = np.full(len(generated.labels), len(real.labels) / len(generated.labels))
    both = Labelled(np.concatenate([real.samples, generated.samples]), np.concatenate([real.labels, generated.labels]))
    return Accuracies(
        accuracy(kind, real, of_real, test),
        accuracy(kind, both, np.concatenate([of_real, of_generated]) / 2, test),
        accuracy(kind, generated, of_generated, test),
    )


def accuracy(kind: SampleKind, training: Labelled, weights: npt.NDArray[np.float64], test: Labelled) -> float:
    """The share of `test` whose class is found by a classifier trained on `training`.

    The classifier sees nothing else: the principal components are those of its training set. They are not whitened:
    among few images, most of them are directions in which images hardly differ, and with all scaled to one variance
    their noise would drown the others. The width of the kernel goes by the variance of all features (`gamma="scale"`).

    Args:
        weights: how much each training sample counts, shape (n,).
    """
    machine = classifier()(C=SLACK_COST, gamma="scale")
    seen, asked = training.samples, test.samples
    if kind == "images":
        space = fit_features(seen)
        seen, asked = space.of(seen), space.of(asked)
    with one_thread():
        machine.fit(seen, training.labels, sample_weight=weights)
        told = machine.predict(asked)
    return float((told == test.labels).mean())


def classifier() -> Any:
    """scikit-learn's class, imported here because that takes most of a second.

    Raises:
        InputError: scikit-learn is not installed, as in the packaged executable.
    """
    try:
        from sklearn.svm import SVC
    except ImportError:
        raise InputError("augment needs scikit-learn, which is not here: install gan-desktop with uv or pip") from None
    return SVC


def spread(values: Sequence[float]) -> Spread:
    """Mean and standard deviation (n - 1) of one figure over seeds."""
    return Spread(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else nan)


def verdict(per_class: int, gain: Spread) -> str:
    """One sentence: whether the gain is larger than its spread.

    Args:
        per_class: how many real samples of each class there were.
        gain: the spread over the seeds of each seed's own difference.
    """
    mean, deviation = percent(gain.mean), percent(gain.deviation)
    does = f"add {mean:.2f} points to" if mean >= 0 else f"take {-mean:.2f} points from"
    begins = f"With {per_class} real of each class, generated samples {does} the accuracy"
    if np.isnan(deviation):
        return f"{begins}; with one seed, how far that is chance is not known."
    if abs(gain.mean) > gain.deviation:
        return f"{begins}, more than the {deviation:.2f} by which seeds differ."
    return f"{begins}, no more than the {deviation:.2f} by which seeds differ: neither a gain nor a loss is shown."


def percent(share: float) -> float:
    """A share in %, in hundredths, and never a zero below zero."""
    return round(100 * share, 2) + 0.0
