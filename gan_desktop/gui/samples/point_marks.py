"""Points as a panel draws and counts them, and their marks in its legend."""

from __future__ import annotations

import numpy as np


def mark(symbol: str, color: str) -> str:
    """A symbol of the legend in its colour."""
    return f'<span style="color:{color}">{symbol}</span> '


def finite(points: np.ndarray | None) -> np.ndarray:
    """The points that can be drawn."""
    return np.empty((0, 2)) if points is None else points[np.isfinite(points).all(axis=1)]


def count_inside(points: np.ndarray, limits: np.ndarray) -> int:
    """How many of the points are within the limits."""
    return int(((points >= limits[:, 0]) & (points <= limits[:, 1])).all(axis=1).sum())
