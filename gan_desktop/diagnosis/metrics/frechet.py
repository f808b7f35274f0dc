"""How far the fakes' mean and covariance are from those of the real samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.distances import Floats, Rows
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.reference import Labels, Reference

# Fewer samples say little about a covariance.
FEWEST = 50


@dataclass(frozen=True)
class Gaussian:
    """A mean, shape (axes,), and a covariance, shape (axes, axes)."""

    mean: Floats
    covariance: Floats

    @classmethod
    def fit(cls, samples: Rows) -> Gaussian:
        """The Gaussian with the moments of at least two samples of shape (n, axes)."""
        points = samples.astype(np.float64)
        mean = points.mean(axis=0)
        points -= mean
        return cls(mean, points.T @ points / (len(points) - 1))

    @cached_property
    def root(self) -> Floats:
        """The symmetric square root of the covariance."""
        variances, axes = np.linalg.eigh(self.covariance)
        result: Floats = (axes * np.sqrt(np.maximum(variances, 0))) @ axes.T
        return result

    @property
    def variance(self) -> float:
        """The variance in all directions together."""
        return float(np.trace(self.covariance))


def squared_frechet(first: Gaussian, second: Gaussian) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)): the squared distance of two Gaussians (Dowson and Landau 1982).

    The trace of the root is the sum of the singular values of C1^(1/2) C2^(1/2). That needs no root of a matrix that is
    not symmetric, and errs only by rounding if a covariance has directions without variance.
    """
    apart = first.mean - second.mean
    common = np.linalg.svd(first.root @ second.root, compute_uv=False).sum()
    return max(0.0, float(apart @ apart + first.variance + second.variance - 2 * common))


@metrics.register("frechet_distance", title="Fréchet distance")
class FrechetDistance(Metric):
    """How far apart two Gaussians are, one with the mean and covariance of the fakes, one with those of the real
    samples: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) (Dowson and Landau 1982; Heusel et al. 2017). Points are taken
    as they are. Images are taken in the feature space of the classifier of real images: their leading principal
    components, and the length of what these leave over. Their distance is a share of the real images' variance: about
    1 is as far off as showing their mean alone.

    It cannot be compared with FID, which takes the features of a network trained on photographs. With n fakes a perfect
    sampler has more than 0; the floor says how much.
    """

    higher_is_better: ClassVar[bool] = False
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    undefined: ClassVar[str] = "fewer than two fakes are finite, or all real images are the same"
    order: ClassVar[int] = 60

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        features = reference.features_of(fakes)
        finite = features[np.isfinite(features).all(axis=1)]
        if len(finite) < 2:
            return float("nan")
        real: Gaussian = reference.remembered("gaussian", reference.samples, lambda: Gaussian.fit(reference.features))
        scale = 1.0 if reference.kind == "points" else real.variance
        return squared_frechet(Gaussian.fit(finite), real) / scale if scale > 0 else float("nan")

    def unknown(self, reference: Reference, count: int) -> str:
        if count < FEWEST:
            return f"{count} fakes are too few, at least {FEWEST} are needed"
        if min(len(reference.samples), len(reference.held_out)) < FEWEST:
            number = len(reference.samples) + len(reference.held_out)
            return f"there are too few real samples: {number}, in two halves, of which each needs {FEWEST}"
        return ""
