"""What is known of a run that is watched, and how a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from PIL import Image
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Aspect, Diagnosed, Level
from gan_desktop.core.errors import printable
from gan_desktop.core.events import ControlChanged, Event, MetricsBlock, Progress, Samples, StatusChanged
from gan_desktop.core.past import Past
from gan_desktop.core.registry import detectors
from gan_desktop.core.status import Status
from gan_desktop.core.tiling import tile_images
from gan_desktop.exports.chart import figure_curve
from gan_desktop.exports.kept import change_text, real_points
from gan_desktop.recording.snapshots import sample_image
from gan_desktop.watching import braille, half_blocks

# Blue and orange as everywhere; a sign tells what the colour does.
D_STYLE, G_STYLE = "#56b4e9", "#e69f00"
SIGNS = {
    Level.GOOD: ("●", "green"),
    Level.WATCH: ("▲", "yellow"),
    Level.BAD: ("■", "red"),
    Level.UNKNOWN: ("○", "dim"),
}
# The most lines of the plot, characters before it for the numbers, and the most alerts and changes that are listed.
PLOT_LINES, AXIS, NEWS = 10, 9, 6
# In a narrower terminal the words need all of the width.
NARROW = 60
LOSSES = (("d_loss", D_STYLE), ("g_loss", G_STYLE))


@dataclass
class Watched:
    """A run so far; `take` what is new, and print it with rich."""

    name: str
    past: Past
    status: str
    progress: Progress | None = None
    samples: Samples | None = None
    lights: Diagnosed | None = None
    news: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lights = self.past.lights
        self.samples = self.past.samples[-1].load() if self.past.samples else None
        for alert, ended in self.past.alerts:
            self._note(alert.step, f"alert: {named(alert, str(alert.message))}")
            if ended is not None:
                self._note(ended, f"over: {detectors.title(alert.detector)}")
        for change in self.past.interventions:
            self._note(change.step, change_text(change))
        self.news.sort(key=lambda line: line[0])

    def take(self, events: Iterable[Event]) -> list[str]:
        """Take what is new; returns a line for each thing that happened, for logs."""
        before = len(self.news)
        for event in events:
            self._take(event)
        lines = [f"step {step:,}: {text}" for step, text in self.news[before:]]
        del self.news[: -10 * NEWS]
        return lines

    def _take(self, event: Event) -> None:
        match event:
            case MetricsBlock():
                self.past.history.append(event)
            case Progress():
                self.progress = event
            case Samples():
                self.samples = event
            case Diagnosed():
                self.lights = event
            case AlertRaised(alert):
                self._note(alert.step, f"alert: {named(alert, str(alert.message))}")
            case AlertEnded(step, alert, message):
                self._note(step, f"over: {named(alert, str(message))}")
            case ControlChanged():
                self._note(event.step, change_text(event))
            case StatusChanged(status, step):
                self.status = str(status)
                self._note(step, str(status))

    def _note(self, step: int, text: str) -> None:
        self.news.append((step, printable(text)))

    @property
    def step(self) -> int:
        return self.past.step if self.progress is None else self.progress.step

    def line(self) -> str:
        """How far it is, in a line."""
        parts = [self.status, f"step {self.step:,}"]
        if self.progress is not None:
            parts.append(f"epoch {self.progress.epoch:.1f}")
        if self.progress is not None and self.status == Status.TRAINING:
            parts.append(f"{self.progress.steps_per_second:,.0f} steps/s")
            if self.progress.remaining_seconds is not None:
                parts.append(f"{self.progress.remaining_seconds:,.0f} s left")
        return "  ".join(parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.max_width, options.height or console.height
        plot, listed = min(PLOT_LINES, max(3, height // 4)), min(NEWS, max(1, height // 6))
        room = max(3, height - plot - listed - 3)
        yield Text.assemble((printable(self.name), "bold"), "  ", self.line(), overflow="ellipsis", no_wrap=True)
        yield from self._plot(width, plot)
        yield self._middle(width, room)
        for step, text in self.news[-listed:]:
            yield Text(f"{step:>9,}  {text}", overflow="ellipsis", no_wrap=True)
        yield Text("Ctrl-C leaves; the run goes on", style="dim", end="")

    def _plot(self, width: int, height: int) -> RenderResult:
        """The losses of all steps, with their range and their last values."""
        history = self.past.history
        shown = [(name, style) for name, style in LOSSES if name in history.figures] if len(history) else []
        if not shown:
            yield Text("no step yet", style="dim")
            return
        curves = [(figure_curve(history, name, "").values, style) for name, style in shown]
        low, high = braille.limits([values for values, _ in curves])
        lines = braille.draw(curves, max(10, width - AXIS), height)
        for row, line in enumerate(lines):
            number = {0: f"{high:.3g}", height - 1: f"{low:.3g}"}.get(row, "")
            yield Text.assemble((f"{number:>{AXIS - 2}}  ", "dim"), line, no_wrap=True)
        last = history.at(len(history) - 1)
        yield Text.assemble(" " * AXIS, *[(f"{name} {last[name]:.4g}   ", style) for name, style in shown])

    def _middle(self, width: int, room: int) -> Table:
        """The samples at the left, the lights at the right."""
        grid = Table.grid(padding=(0, 2))
        lights = [_light(aspect.level, aspect.name, str(aspect.sentence)) for aspect in self._aspects()]
        if self.samples is None or width < NARROW:
            grid.add_row(Group(*lights[:room]))
        else:
            picture = half_blocks.draw(self._picture(width // 2, room), width // 2, room)
            grid.add_row(Group(*picture[:room]), Group(*lights[:room]))
        return grid

    def _picture(self, width: int, height: int) -> Image.Image:
        """The samples: as many images as there is room for, pixel by pixel, or all points."""
        assert self.samples is not None
        values = self.samples.values
        if values.ndim != 4:
            return sample_image(self.samples, real_points(self.past))
        columns = max(1, (width + 1) // (values.shape[2] + 1))
        rows = max(1, (2 * height + 1) // (values.shape[1] + 1))
        tiles = tile_images(values[: columns * rows], columns)
        return Image.fromarray(tiles[..., 0] if tiles.shape[2] == 1 else tiles)

    def _aspects(self) -> tuple[Aspect, ...]:
        return () if self.lights is None else self.lights.aspects


def _light(level: Level, name: str, sentence: str) -> Text:
    sign, style = SIGNS[level]
    return Text.assemble((f"{sign} ", style), (f"{name.capitalize()}  ", "bold"), sentence)


def named(alert: Alert, text: str) -> str:
    """What is said of an alert, with its name once."""
    title = f"{detectors.title(alert.detector)}: "
    return text if text.startswith(title) else title + text
