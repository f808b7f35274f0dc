"""A GAN that trains in a cell of a notebook: `run = watch("ring", steps=2000)` draws losses and samples."""

from __future__ import annotations

import base64
import io
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, shown
from gan_desktop.core.events import FloatArray, Samples
from gan_desktop.core.history import History
from gan_desktop.core.keys import replace_keys, resolve_key
from gan_desktop.core.presets import preset
from gan_desktop.exports.chart import chart, figure_curve
from gan_desktop.recording.snapshots import sample_image

if TYPE_CHECKING:
    from gan_desktop.training.trainer import Trainer

# How many samples are drawn.
IMAGES, POINTS = 64, 1000
# The notebook has a style of its own: nothing here may reach beyond its drawing.
STYLE = """
.gan-desktop svg { display: block; width: 100%; max-width: 880px; }
.gan-desktop svg text { fill: currentColor; font-size: 12px; opacity: .7; }
.gan-desktop svg .grid { stroke: currentColor; opacity: .15; }
.gan-desktop svg polyline { fill: none; stroke-width: 1.5; }
.gan-desktop svg .d { stroke: #56b4e9; } .gan-desktop svg .g { stroke: #e69f00; }
.gan-desktop svg .band { stroke: none; opacity: .22; }
.gan-desktop svg .band.d { fill: #56b4e9; } .gan-desktop svg .band.g { fill: #e69f00; }
.gan-desktop b.d { color: #56b4e9; } .gan-desktop b.g { color: #e69f00; }
.gan-desktop img { max-width: 480px; image-rendering: pixelated; }
"""


@dataclass
class Trained:
    """What came of it, also after an interrupt.

    Attributes:
        trainer: the engine: `trainer.sample(trainer.latents(64))`, `trainer.set("g_learning_rate", 1e-4)`.
        history: the figures of every step: `history.values(("d_loss", "g_loss"), 0, len(history))`.
        samples: the last ones, images in 0..1 or points.
    """

    name: str
    trainer: Trainer = field(repr=False)
    history: History = field(repr=False)
    samples: FloatArray = field(repr=False)

    @property
    def step(self) -> int:
        """How many steps it has taken."""
        return self.trainer.step

    def __repr__(self) -> str:
        return _headline(self)

    def _repr_html_(self) -> str:
        return drawing(self)


def watch(game: str | RunConfig = "digits", steps: int | None = None, *, every: float = 1.0, **keys: Any) -> Trained:
    """Train in this cell, and draw losses and samples in its output; the stop button ends it, and keeps what it has.

    Args:
        game: the name of a preset, or a config.
        steps: how many; None for as many as the preset says, or until the cell is interrupted.
        every: seconds between two drawings.
        keys: other keys of the config, such as `seed=3`, `g_learning_rate=1e-3`.

    Raises:
        InputError: there is no such preset or key, or a value is not allowed.
    """
    if not isinstance(game, str | RunConfig):
        raise InputError(f"watch({shown(game)}): must be the name of a preset, or a config")
    config = preset(game).config if isinstance(game, str) else game
    given = {resolve_key(key, config): value for key, value in keys.items()}
    config = replace_keys(config, given | ({} if steps is None else {"training.steps": steps}))
    show = _display()
    from gan_desktop.training.trainer import Trainer

    trainer = Trainer(config)
    name = game if isinstance(game, str) else "custom"
    trained = Trained(name, trainer, History(), _samples(trainer))
    with _interrupt() as asked:
        try:
            _train(trained, every, asked, show)
        finally:
            trainer.close()
    return trained


def _train(trained: Trained, every: float, asked: threading.Event, show: Callable[[str], None]) -> None:
    """Run blocks of steps until the end, and draw now and then."""
    from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, Pace

    trainer, pace, drawn = trained.trainer, Pace(HEADLESS_SECONDS), 0.0
    total = trainer.total_steps()
    while not asked.is_set() and not trainer.diverged and (total is None or trainer.step < total):
        started = time.perf_counter()
        left = pace.steps if total is None else min(pace.steps, total - trainer.step)
        block = trainer.advance(left)
        trained.history.append(block)
        now = time.perf_counter()
        pace.took(len(block), now - started)
        if now - drawn >= every:
            trained.samples = _samples(trainer)
            show(drawing(trained))
            drawn = time.perf_counter()
    if not trainer.diverged:
        trained.samples = _samples(trainer)
    show(drawing(trained))


def drawing(trained: Trained) -> str:
    """Losses and samples as HTML."""
    history = trained.history
    losses = [figure_curve(history, name, name[0]) for name in ("d_loss", "g_loss") if name in history.figures]
    headline = escape(_headline(trained))
    for loss in losses:
        headline = headline.replace(loss.name, f'<b class="{loss.style}">{loss.name}</b>')
    content = io.BytesIO()
    samples, data = Samples(trained.step, trained.samples), trained.trainer.data.summary()
    sample_image(samples, data.real if data.kind == "points" else None).save(content, "PNG")
    picture = base64.b64encode(content.getvalue()).decode()
    return (
        f'<div class="gan-desktop"><style>{STYLE}</style><p>{headline}</p>'
        f"{chart('losses over steps', losses)}"
        f'<img alt="samples at step {trained.step:,}" src="data:image/png;base64,{picture}"></div>'
    )


def _headline(trained: Trained) -> str:
    history = trained.history
    last = history.at(len(history) - 1) if len(history) else {}
    losses = [f"{name} {last[name]:.4g}" for name in ("d_loss", "g_loss") if name in last]
    state = ["diverged"] if trained.trainer.diverged else []
    return " · ".join([trained.name, f"step {trained.step:,}", *losses, *state])


def _samples(trainer: Trainer) -> FloatArray:
    """What the generator makes of the latents that every drawing shows."""
    count = IMAGES if trainer.data.kind == "images" else POINTS
    given = trainer.given(count)
    inputs = trainer.latents(count) if given is None else trainer.scaling.to_network(given.source)
    return trainer.sample(inputs, None if given is not None else trainer.labels(count))


@contextmanager
def _interrupt() -> Iterator[threading.Event]:
    """An event that an interrupt sets; as an exception it could come in the middle of a step."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _display() -> Callable[[str], None]:
    """A function that shows HTML in the cell's output, in place of what it showed before."""
    try:
        from IPython.display import HTML, display
    except ImportError:
        raise InputError('watch() draws in a notebook: pip install "gan-desktop[notebook]"') from None
    handle: list[Any] = []

    def show(html: str) -> None:
        if handle:
            handle[0].update(HTML(html))
        else:
            handle.append(display(HTML(html), display_id=True))

    return show
