"""Draws lines with a round pen as grey images, each time in another pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray

# The side of a letter's box, the width of the pen and the farthest shift, as shares of the image's side.
BOX, PEN, SHIFT = 0.76, 0.085, 0.08
# The most that `jitter` = 1 adds to these or takes from them, each uniformly: shares of the box and of the pen,
# degrees, and how far the top of a letter moves sideways, as a share of half its height.
SCALE, PEN_SPREAD, TURN, SHEAR = 0.15, 0.35, 10.0, 0.2
# A pen that is thinner than a pixel leaves no white.
THINNEST = 1.0
# Pixels computed in one go: what is worked on stays in the processor's cache.
PIXELS = 2**15


@dataclass(frozen=True)
class Poses:
    """How each of n samples is drawn.

    Attributes:
        maps: the matrices that turn, shear and enlarge a letter of side 1 to pixels, shape (n, 2, 2).
        shifts: which part of its room it moves right and down, in -1..1, shape (n, 2).
        most_shift: how many pixels it moves at most.
        pens: widths of the pen in pixels, shape (n,).
    """

    maps: npt.NDArray[np.float64]
    shifts: npt.NDArray[np.float64]
    most_shift: float
    pens: npt.NDArray[np.float64]

    def of(self, rows: npt.NDArray[np.integer]) -> Poses:
        """The poses of some of the samples."""
        return Poses(self.maps[rows], self.shifts[rows], self.most_shift, self.pens[rows])


def draw_poses(rng: np.random.Generator, count: int, size: int, jitter: float) -> Poses:
    """Draw `count` poses for images of `size` pixels a side; with `jitter` 0 all are the same."""
    scale, spread, turn, shear, right, down = jitter * rng.uniform(-1, 1, (6, count))
    side = size * BOX * (1 + SCALE * scale)
    angle = np.deg2rad(TURN) * turn
    cos, sin, slant = side * np.cos(angle), side * np.sin(angle), SHEAR * shear
    maps = np.stack([cos, cos * slant - sin, sin, sin * slant + cos], axis=1).reshape(count, 2, 2)
    pens = np.maximum(THINNEST, size * PEN * (1 + PEN_SPREAD * spread))
    return Poses(maps, np.stack([right, down], axis=1), SHIFT * size, pens)


def placed(segments: FloatArray, poses: Poses, size: int) -> FloatArray:
    """Segments in pixels, shape (n, segments, 2, 2), from a letter's segments, shape (segments, 2, 2).

    The letter is in the middle, shifted as far as it has room. What would not fit, pen included, is shrunk.
    """
    x, y = segments[..., 0], segments[..., 1]
    rows = poses.maps[:, :, :, None, None]
    moved = np.stack([rows[:, axis, 0] * x + rows[:, axis, 1] * y for axis in range(2)], axis=-1)
    low, high = moved.min(axis=(1, 2)), moved.max(axis=(1, 2))
    room = size - poses.pens
    shrink = np.minimum(1, room / np.maximum((high - low).max(axis=1), 1e-9))[:, None]
    middle, slack = (low + high) / 2 * shrink, (room[:, None] - (high - low) * shrink) / 2
    centres = size / 2 - middle + poses.shifts * np.minimum(slack, poses.most_shift)
    return (moved * shrink[:, :, None, None] + centres[:, None, None, :]).astype(np.float32)


def draw_lines(lines: FloatArray, pens: npt.NDArray[np.floating], size: int) -> FloatArray:
    """Images of lines, white on black, shape (n, size, size).

    A pixel is as bright as clip(pen / 2 - distance + 1/2, 0, 1): the distance of its centre from the nearest line, in
    pixels. The first pixel's centre is at (0.5, 0.5).

    Args:
        lines: in pixels, shape (n, segments, 2, 2).
        pens: widths of the pen in pixels, shape (n,).
        size: height and width of the images in pixels.
    """
    images = np.empty((len(lines), size, size), np.float32)
    half = (pens / 2 + 0.5).astype(np.float32)[:, None, None]
    together = max(1, PIXELS // size**2)
    for start in range(0, len(lines), together):
        part = slice(start, start + together)
        images[part] = np.clip(half[part] - np.sqrt(_squared_distances(lines[part], size)), 0, 1)
    return images


def _squared_distances(lines: FloatArray, size: int) -> FloatArray:
    """Squares of the distances of all pixels from the nearest line, shape (n, size, size)."""
    centres = np.arange(size, dtype=np.float32) + np.float32(0.5)
    nearest = np.full((len(lines), size, size), np.inf, np.float32)
    # A pixel's distance from a line's middle has a part along the line and one across it. Each of the two is the sum of
    # a number of the pixel's row and a number of its column, which is why this is quick.
    middles = lines.mean(axis=2)
    along = (lines[:, :, 1] - lines[:, :, 0]) / 2
    lengths = np.sqrt((along**2).sum(axis=-1))
    # A line without length is a dot, the same in all directions.
    is_line = lengths[..., None] > 0
    directions = np.divide(along, lengths[..., None], out=np.zeros_like(along), where=is_line)
    directions[..., :1] += ~is_line
    for line in range(lines.shape[1]):
        (right, down), (x, y) = directions[:, line].T[..., None], middles[:, line].T[..., None]
        beside, below = centres - x, centres - y
        beyond = (beside * right)[:, None, :] + (below * down)[:, :, None]
        np.abs(beyond, out=beyond)
        beyond -= lengths[:, line, None, None]
        np.maximum(beyond, 0, out=beyond)
        across = (below * right)[:, :, None] - (beside * down)[:, None, :]
        np.square(beyond, out=beyond)
        np.square(across, out=across)
        beyond += across
        np.minimum(nearest, beyond, out=nearest)
    return nearest
