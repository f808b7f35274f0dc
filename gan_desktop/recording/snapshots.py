"""Pictures of generated samples as PNG files: a grid of images, a scatter of points, or histograms of numbers."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from gan_desktop.core import line
from gan_desktop.core.events import FloatArray, Samples
from gan_desktop.core.paths import write_whole
from gan_desktop.core.plane import view_limits
from gan_desktop.core.scale import round_ticks
from gan_desktop.core.tiling import enlargement, tile_images

# Smaller grids are enlarged: 8 x 8 digits are hard to see on today's screens.
SMALLEST_WIDTH = 400
SCATTER_SIZE = 480
HISTOGRAM_SIZE = (480, 300)
# Pixels below a histogram for the numbers, pixels above it, and about how many numbers are written.
BELOW, ABOVE, TICKS = 24, 12, 6
# Pictures are drawn this many times larger and then reduced, which smooths the discs' edges.
OVERSAMPLING = 3
REAL_COLOUR = (160, 160, 160)
# Orange of the Okabe-Ito palette, as the generator has everywhere.
FAKE_COLOUR = (230, 159, 0)
AXIS_COLOUR = (225, 225, 225)
TEXT_COLOUR = (90, 90, 90)
# How much of what is under the fakes' bars they hide.
COVER = 0.35

Bounds = tuple[float, float, float, float]


def snapshot_name(step: int) -> str:
    """The file name, such as `step_00001234.png`; from 100 million steps on the number is longer."""
    return f"step_{step:08d}.png"


def sample_grid_image(values: FloatArray, columns: int | None = None) -> Image.Image:
    """Images of shape (n, height, width, 1 or 3) in 0..1 as one grid, enlarged by a whole factor if it is small."""
    grid = tile_images(values, columns, enlargement(values.shape, SMALLEST_WIDTH, columns))
    return Image.fromarray(grid[..., 0] if grid.shape[2] == 1 else grid)


def scatter_bounds(*clouds: FloatArray | None) -> Bounds:
    """A square (left, right, bottom, top) around the finite points of all clouds, with a margin of 15 %."""
    points = [cloud[np.isfinite(cloud).all(axis=1)] for cloud in clouds if cloud is not None]
    together = np.concatenate(points) if points else np.empty((0, 2))
    if not len(together):
        return (-1.0, 1.0, -1.0, 1.0)
    low, high = together.min(axis=0).astype(float), together.max(axis=0).astype(float)
    x, y = (low + high) / 2
    half = float((high - low).max()) / 2 * 1.15
    # A single point, or several in one place, are shown in the middle of a square of some size.
    half = half if half > 1e-9 * max(1.0, abs(x), abs(y)) else 1.0
    return (x - half, x + half, y - half, y + half)


def scatter_image(fake: FloatArray, real: FloatArray | None = None, bounds: Bounds | None = None) -> Image.Image:
    """Points of shape (n, 2) as orange discs over the real ones in grey, on white, with the axes that are in view.

    Args:
        fake: generated points; points outside the bounds, or not finite, are not drawn.
        real: real points, drawn beneath.
        bounds: (left, right, bottom, top) in data units; None takes the bounds of the real points, or of the fakes if
            there are no real points.
    """
    bounds = bounds or scatter_bounds(real if real is not None and len(real) else fake)
    size = SCATTER_SIZE * OVERSAMPLING
    picture = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(picture)
    origin = _to_pixels(np.zeros((1, 2)), bounds, size)
    for x, y in origin.tolist():
        draw.line((x, 0, x, size), AXIS_COLOUR, OVERSAMPLING)
        draw.line((0, y, size, y), AXIS_COLOUR, OVERSAMPLING)
    if real is not None:
        _draw_discs(draw, _to_pixels(real, bounds, size), 1.5 * OVERSAMPLING, REAL_COLOUR)
    _draw_discs(draw, _to_pixels(fake, bounds, size), 2.0 * OVERSAMPLING, FAKE_COLOUR)
    return picture.reduce(OVERSAMPLING)


def _to_pixels(points: npt.NDArray[np.floating], bounds: Bounds, size: int) -> npt.NDArray[np.float64]:
    """Pixel coordinates, y down, of the finite points within the picture or just beside it, shape (m, 2)."""
    left, right, bottom, top = bounds
    scaled = (points.astype(np.float64) - np.array([left, top])) / np.array([right - left, bottom - top]) * size
    with np.errstate(invalid="ignore"):
        near = (np.abs(scaled - size / 2) <= size * 0.55).all(axis=1)
    return scaled[near]


def _draw_discs(
    draw: ImageDraw.ImageDraw, centres: npt.NDArray[np.float64], radius: float, colour: tuple[int, int, int]
) -> None:
    for x, y in centres.tolist():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def histogram_image(fake: FloatArray, real: FloatArray | None = None) -> Image.Image:
    """Numbers of shape (n, 1) as orange bars over the grey bars of the real ones, on white, with their axis below.

    Args:
        fake: generated numbers; numbers that are not finite, or far from the real ones, are in no bar.
        real: real numbers, drawn beneath.
    """
    limits = _histogram_limits(fake if real is None or not len(real) else real)
    width, height = (side * OVERSAMPLING for side in HISTOGRAM_SIZE)
    bottom, top = height - BELOW * OVERSAMPLING, ABOVE * OVERSAMPLING
    picture = Image.new("RGB", (width, height), "white")
    heights = [line.shares(numbers, limits) for numbers in (real, fake) if numbers is not None]
    highest = max(float(shares.max()) for shares in heights) or 1.0
    x = np.linspace(0, width, line.BINS + 1)
    if real is not None:
        _draw_bars(picture, x, bottom - heights[0] / highest * (bottom - top), bottom, REAL_COLOUR, 1.0)
    _draw_bars(picture, x, bottom - heights[-1] / highest * (bottom - top), bottom, FAKE_COLOUR, COVER)
    _draw_axis(ImageDraw.Draw(picture), limits, width, bottom)
    return picture.reduce(OVERSAMPLING)


def _histogram_limits(numbers: FloatArray) -> npt.NDArray[np.float64]:
    return view_limits(numbers[np.isfinite(numbers).all(axis=1)].astype(np.float64))


def _draw_bars(
    picture: Image.Image,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    bottom: int,
    colour: tuple[int, int, int],
    cover: float,
) -> None:
    """Draw bars from the bottom to y between neighbouring x, outlined; `cover` is the opacity of the filling, 0..1."""
    outline = list(zip(np.repeat(x, 2)[1:-1].tolist(), np.repeat(y, 2).tolist(), strict=True))
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).polygon([(x[0], bottom), *outline, (x[-1], bottom)], fill=round(255 * cover))
    picture.paste(colour, (0, 0), mask)
    ImageDraw.Draw(picture).line(outline, fill=colour, width=2 * OVERSAMPLING)


def _draw_axis(draw: ImageDraw.ImageDraw, limits: npt.NDArray[np.float64], width: int, bottom: int) -> None:
    """Draw a line at the bottom with some numbers below it."""
    draw.line((0, bottom, width, bottom), AXIS_COLOUR, OVERSAMPLING)
    font = ImageFont.load_default(11 * OVERSAMPLING)
    low, high = limits[0]
    # No number stands at the very edges, where half of it would be cut off.
    margin = 0.05 * (high - low)
    for tick in round_ticks(low + margin, high - margin, TICKS):
        place = (tick - low) / (high - low) * width
        draw.text((place, bottom + 5 * OVERSAMPLING), f"{tick:g}", TEXT_COLOUR, font, anchor="ma")


def class_columns(labels: npt.NDArray[np.integer] | None) -> int | None:
    """How many columns give each class a row of its own, if the labels ascend in runs of one length; else None."""
    if labels is None or not len(labels) or labels[0] == labels[-1]:
        return None
    length = int(np.argmax(labels != labels[0]))
    classes = labels[::length]
    fits = (np.diff(classes) > 0).all() and np.array_equal(np.repeat(classes, length)[: len(labels)], labels)
    return length if fits else None


def sample_image(samples: Samples, real: FloatArray | None = None) -> Image.Image:
    """The picture of samples of the generator in training: images as a grid, points and numbers with the real ones."""
    if samples.values.ndim == 4:
        return sample_grid_image(samples.values, class_columns(samples.labels))
    return (scatter_image if samples.values.shape[1] == 2 else histogram_image)(samples.values, real)


def save_snapshot(folder: Path, samples: Samples, real: FloatArray | None = None) -> Path:
    """Write `step_<step>.png` into `folder`, whole or not at all.

    Returns:
        The file's path.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    content = io.BytesIO()
    sample_image(samples, real).save(
        content, "PNG", compress_level=1
    )  # samples hardly compress: the best level is slower, not smaller
    path = folder / snapshot_name(samples.step)
    write_whole(path, content.getvalue())
    return path


class SnapshotSchedule:
    """Which samples are kept as pictures: the first, then steps that grow by a quarter, so 20,000 steps make about 30.

    It goes by the step alone, so which steps are due does not depend on how fast the machine is. Early steps, at which
    most is to be seen, are close together.
    """

    GROWTH = 1.25
    # A picture costs about ten steps of a small network.
    SMALLEST_GAP = 10

    def __init__(self) -> None:
        self._due = 0

    @property
    def due(self) -> int:
        """The next step at which a picture is kept."""
        return self._due

    def is_due(self, step: int) -> bool:
        return step >= self._due

    def saved(self, step: int) -> None:
        """Picture `step` is kept: the next is due at the next of 10, 20, 30, 40, 50, 63, 79, 99, ... after it."""
        while self._due <= step:
            self._due = max(self._due + self.SMALLEST_GAP, math.ceil(self._due * self.GROWTH))
