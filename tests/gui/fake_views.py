"""Plausible pictures of networks that there are not: of the ring of eight, after a collapse to three of its modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gan_desktop.core.views import Arrows, Manifold, Scores, Surface, View

LIMITS = np.array([[-1.4, 1.4], [-1.4, 1.4]])
CELLS = 48


def centres() -> np.ndarray:
    angles = 2 * np.pi * np.arange(8) / 8
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def surface(step: int, **changes: Any) -> Surface:
    """D calls the five modes real that have no fakes."""
    axis = LIMITS[0, 0] + (np.arange(CELLS) + 0.5) / CELLS * (LIMITS[0, 1] - LIMITS[0, 0])
    x, y = np.meshgrid(axis, axis)
    real, fake = (
        sum(np.exp(-((x - a) ** 2 + (y - b) ** 2) / spread) for a, b in places) / len(places)
        for places, spread in ((centres(), 0.02), (0.8 * centres()[:3], 0.06))
    )
    odds = np.log(real + 1e-6) - np.log(fake + 1e-6)
    logits, optimal = (3 * np.tanh(odds / 4)).astype("f"), np.where(real + fake > 1e-3, odds, np.nan).astype("f")
    return Surface(**({"step": step, "limits": LIMITS, "logits": logits, "optimal": optimal} | changes))


def manifold(step: int, **changes: Any) -> Manifold:
    """A disc."""
    radius, angle = np.meshgrid(np.linspace(0.1, 0.9, 20), np.linspace(0, 2 * np.pi, 20))
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).astype("f")
    return Manifold(**(dict[str, Any](step=step, points=points) | changes))


def arrows(step: int, scale: float = 1.0) -> Arrows:
    """Outwards."""
    points = np.random.default_rng(step).normal(0, 0.5, (100, 2)).astype("f")
    return Arrows(step, points, (scale * points).astype("f"))


def scores(step: int, apart: float = 2.0) -> Scores:
    """Two heaps of logits."""
    noise = np.random.default_rng(step).normal(0, 1, (2, 300)).astype("f")
    return Scores(step, noise[0] + apart, noise[1] - apart)


MADE: dict[View, Callable[[int], Surface | Manifold | Arrows | Scores]] = {
    View.SURFACE: surface,
    View.MANIFOLD: manifold,
    View.ARROWS: arrows,
    View.SCORES: scores,
}
