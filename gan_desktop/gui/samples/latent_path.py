"""The latents that are walked through: from one sample to another, with single dimensions held by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np

from gan_desktop.core.views import FloatArray

STRIP = 9
# Standard deviations to either side that a dimension can be moved by.
FARTHEST = 3.0
# Latents in nearly the same direction are a straight line apart.
SMALLEST_ANGLE = 1e-4


def linear(a: FloatArray, b: FloatArray, t: float) -> FloatArray:
    """The point a share `t` of the straight way from a to b: for uniform latents, whose cube it never leaves."""
    return ((1 - t) * a + t * b).astype(np.float32)


def spherical(a: FloatArray, b: FloatArray, t: float) -> FloatArray:
    """The point a share `t` of the way from a to b along a great circle: for normal latents.

    White 2016, "Sampling Generative Networks", section 2.1. Normal latents of many dimensions lie near a sphere, and
    the middle of a straight line between two is much shorter than any that the generator was trained on.
    """
    lengths = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    cosine = float(np.dot(a, b)) / lengths if lengths > 0 else 1.0
    angle = float(np.arccos(np.clip(cosine, -1.0, 1.0)))
    # Opposite latents have no one great circle between them.
    if min(angle, np.pi - angle) < SMALLEST_ANGLE:
        return linear(a, b, t)
    mixed = np.sin((1 - t) * angle) * a + np.sin(t * angle) * b
    return np.asarray(mixed / np.sin(angle), np.float32)


class LatentPath:
    """A way between two latents, a place on it, and the dimensions that are held apart from it.

    Attributes:
        a, b: the latents at its ends, shape (latent_dim,).
        t: the place on the way, 0..1.
        held: the dimensions that were moved by hand, and their values in standard deviations.
    """

    def __init__(self, a: FloatArray, b: FloatArray, distribution: str) -> None:
        self.a, self.b, self.t = a, b, 0.0
        self.held: dict[int, float] = {}
        self._is_uniform = distribution == "uniform"

    @property
    def deviation(self) -> float:
        """The standard deviation of one dimension: 1 of a normal one, 1 / sqrt(3) of one that is uniform in -1..1."""
        return 1 / sqrt(3) if self._is_uniform else 1.0

    @property
    def farthest(self) -> float:
        """How far a dimension can be moved, in standard deviations: uniform ones have an end."""
        return sqrt(3) if self._is_uniform else FARTHEST

    def at(self, t: float) -> FloatArray:
        """The latent at a place of the way, shape (latent_dim,)."""
        return (linear if self._is_uniform else spherical)(self.a, self.b, t)

    def strip(self) -> FloatArray:
        """Latents evenly along the way, shape (STRIP, latent_dim), the first is a and the last b."""
        return np.stack([self.at(place / (STRIP - 1)) for place in range(STRIP)])

    def current(self) -> FloatArray:
        """The latent at its place, with what is held, shape (latent_dim,)."""
        latent = self.at(self.t).copy()
        for dimension, value in self.held.items():
            latent[dimension] = value * self.deviation
        return latent

    def latents(self) -> FloatArray:
        """All that is to be shown: the strip, and the current one after it, shape (STRIP + 1, latent_dim)."""
        return np.concatenate([self.strip(), self.current()[None]])
