"""Curves as SVG, drawn by hand so that a page needs neither a script nor a network."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import numpy as np
import numpy.typing as npt

from gan_desktop.core.bins import BIN
from gan_desktop.core.history import History
from gan_desktop.core.scale import round_ticks

Floats = npt.NDArray[np.floating]

WIDTH, HEIGHT = 880, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 34
# The most points of a curve: about one for each pixel.
POINTS = 800
X_TICKS, Y_TICKS = 8, 5
# A curve that leaps keeps its axis: this share of its extremes may lie outside.
OUTSIDE = 0.005
# Larger numbers are as good as infinite: differences of them need not fit into a float.
LARGEST = 1e100


@dataclass(frozen=True)
class Curve:
    """A named curve, which NaN interrupts; `low` and `high` are a band around it. `style` is a CSS class."""

    name: str
    style: str
    steps: Floats
    values: Floats
    low: Floats | None = None
    high: Floats | None = None


@dataclass(frozen=True)
class Mark:
    """A vertical line at a step, with what it means. `style` is a CSS class."""

    step: int
    text: str
    style: str


def figure_curve(history: History, figure: str, style: str) -> Curve:
    """A figure of every step, thinned to what can be seen, with its least and greatest values as a band."""
    count = len(history)
    if count <= POINTS:
        values = history.values((figure,), 0, count)[:, 0].astype(np.float64)
        values[~np.isfinite(values)] = np.nan
        return Curve(figure, style, history.first_step + np.arange(count, dtype=np.float64), values)
    column = history.figures.column(figure)
    low, high, mean = (part[column].astype(np.float64) for part in history.bins.between(0, len(history.bins)))
    together = -(-len(mean) // POINTS)
    rows = [_padded(part, together) for part in (low, high, mean)]
    with np.errstate(all="ignore"):
        steps = history.first_step + (np.arange(len(rows[0])) + 0.5) * together * BIN
        return Curve(figure, style, steps, _mean(rows[2]), np.fmin.reduce(rows[0], 1), np.fmax.reduce(rows[1], 1))


def _padded(part: Floats, together: int) -> Floats:
    """Neighbours in rows of `together`, the last row filled with NaN."""
    return np.append(part, np.full(-len(part) % together, np.nan)).reshape(-1, together)


def _mean(rows: Floats) -> Floats:
    known = np.isfinite(rows)
    total = np.where(known, rows, 0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def chart(title: str, curves: Sequence[Curve], marks: Sequence[Mark] = (), level: float | None = None) -> str:
    """A drawing of curves over steps, with marks; `level` is a horizontal line, such as what real samples give."""
    curves = [_drawable(curve) for curve in curves]
    level = level if level is not None and abs(level) < LARGEST else None
    place = _Place(curves, level)
    body = [*_grid(place)]
    if level is not None:
        y = place.y(level)
        body.append(f'<line class="level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for mark in marks:
        x = place.x(mark.step)
        line = f'<line class="mark {mark.style}" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}">'
        body.append(f"{line}<title>{escape(mark.text)}</title></line>")
    drawn = [_band(place, curve) for curve in curves if curve.low is not None] + [_line(place, c) for c in curves]
    label, clip = escape(title, quote=True), f"clip-{zlib.crc32(title.encode()):x}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'<clipPath id="{clip}"><rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM}"/></clipPath>{"".join(body)}'
        f'<g clip-path="url(#{clip})">{"".join(drawn)}</g></svg>'
    )


def _drawable(curve: Curve) -> Curve:
    """The curve with NaN for what cannot be drawn."""
    values, low, high = (
        None if part is None else np.where(np.abs(part) < LARGEST, part, np.nan)
        for part in (curve.values, curve.low, curve.high)
    )
    assert values is not None
    return replace(curve, values=values, low=low, high=high)


class _Place:
    """Where steps and values lie in the drawing."""

    def __init__(self, curves: Sequence[Curve], level: float | None) -> None:
        steps = np.concatenate([curve.steps for curve in curves]) if curves else np.zeros(1)
        self.first, self.last = (float(steps.min()), float(steps.max())) if len(steps) else (0.0, 1.0)
        self.last = max(self.last, self.first + 1)
        parts = [part for curve in curves for part in (curve.values, curve.low, curve.high) if part is not None]
        known = np.concatenate([*parts, [] if level is None else [level]])
        known = known[np.isfinite(known)]
        low, high = np.quantile(known, (OUTSIDE, 1 - OUTSIDE)) if len(known) else (0.0, 1.0)
        margin = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
        self.low, self.high = float(low - margin), float(high + margin)

    def x(self, step: float) -> float:
        return LEFT + (step - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        # Far outside is as good as outside, and stays a number that every program draws.
        share = np.clip((self.high - value) / (self.high - self.low), -10, 10)
        return float(TOP + share * (HEIGHT - TOP - BOTTOM))


def _grid(place: _Place) -> list[str]:
    drawn = []
    for value in round_ticks(place.low, place.high, Y_TICKS):
        y = place.y(value)
        drawn.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for step in round_ticks(place.first, place.last, X_TICKS):
        x = place.x(step)
        anchor = "middle" if x < WIDTH - 40 else "end"
        drawn.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="{anchor}">{step:,.0f}</text>')
    return drawn


def _line(place: _Place, curve: Curve) -> str:
    """The curve in pieces: NaN interrupts it."""
    drawn, piece = list[str](), list[str]()
    for step, value in zip([*curve.steps.tolist(), 0.0], [*curve.values.tolist(), float("nan")], strict=True):
        if np.isfinite(value):
            piece.append(f"{place.x(step):.1f},{place.y(value):.1f}")
        elif piece:
            drawn.append(f'<polyline class="{curve.style}" points="{" ".join(piece)}"/>')
            piece = []
    return "".join(drawn)


def _band(place: _Place, curve: Curve) -> str:
    assert curve.low is not None
    assert curve.high is not None
    known = np.isfinite(curve.low) & np.isfinite(curve.high)
    steps, low, high = curve.steps[known].tolist(), curve.low[known].tolist(), curve.high[known].tolist()
    there = [f"{place.x(step):.1f},{place.y(value):.1f}" for step, value in zip(steps, high, strict=True)]
    back = [f"{place.x(step):.1f},{place.y(value):.1f}" for step, value in zip(steps, low, strict=True)][::-1]
    return f'<polygon class="band {curve.style}" points="{" ".join([*there, *back])}"/>'
