"""What the lines of the plot of several runs show: a run each or, for seeds, their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gan_desktop.core.mean_band import GRID, mean_band
from gan_desktop.gui.comparing.traces import Doubles, Trace


@dataclass(frozen=True, eq=False)
class Strand:
    """What one line shows: a run, or several runs by their mean.

    Attributes:
        name: for the legend.
        place: which pen it has (`strokes.pen_of`).
        traces: one for each run.
    """

    name: str
    place: int
    traces: Sequence[Trace]

    @property
    def ends(self) -> tuple[float, float]:
        """Where on the axis the first of its runs begins, and the last ends."""
        ends = [trace.ends for trace in self.traces]
        return min(first for first, _ in ends), max(last for _, last in ends)


@dataclass(frozen=True)
class Points:
    """What is drawn of a strand. A mean has its deviation, NaN where fewer than two runs have a value."""

    x: Doubles
    y: Doubles
    deviation: Doubles | None = None

    @property
    def edges(self) -> tuple[Doubles, Doubles]:
        """The lower and the upper edge of the band."""
        assert self.deviation is not None
        return self.y - self.deviation, self.y + self.deviation


def points_of(strand: Strand, left: float, right: float, pixels: int) -> Points:
    """What is drawn of a strand between two places of the axis."""
    if len(strand.traces) == 1:
        return Points(*strand.traces[0].between(left, right, pixels))
    band = mean_band([trace.means(left, right, GRID) for trace in strand.traces])
    return Points(band.x, band.mean, band.deviation)
