"""Plausible answers to what the window asks of a run's images, layers and single updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gan_desktop.core import commands
from gan_desktop.core.status import Status
from gan_desktop.core.views import Inspected, Layer, Layers, Role, UpdateShown, View, Walked

if TYPE_CHECKING:
    from tests.gui.fake_engine import _FakeRun


def layer(network: Role, name: str, gradient: float = 0.1, ratio: float = 1e-3) -> Layer:
    vector = name.endswith("bias")
    return Layer(network, name, gradient, 5.0, ratio, float("nan") if vector else 2.5)


def layers(step: int = 0, **changes: Any) -> Layers:
    """Three layers with biases in each network; `changes` are gradients or (gradient, ratio) by "d_dense_0"."""
    found = []
    for network in ("d", "g"):
        for number in range(3):
            for part in ("kernel", "bias"):
                figures = changes.get(f"{network}_dense_{number}", 0.1) if part == "kernel" else 0.01
                figures = figures if isinstance(figures, tuple) else (figures, 1e-3)
                found.append(layer(network, f"dense_{number}/{part}", *figures))
    return Layers(step, tuple(found))


def inspected(index: int, step: int = 10, distance: float = 0.8, size: int = 8) -> Inspected:
    picture = np.full((size, size, 1), 0.5, np.float32)
    neighbours = np.stack([picture * share for share in (0.2, 0.4, 0.6)])
    return Inspected(step, index, picture, -0.8, neighbours, np.array([distance, 1.1, 1.3], "f"), 1.0, "7")


def images_of(latents: np.ndarray) -> np.ndarray:
    """An image of 8 x 8 for each latent, as bright as its first dimension is large."""
    shade = 1 / (1 + np.exp(-latents[:, 0]))
    return (shade[:, None, None, None] * np.ones((1, 8, 8, 1))).astype(np.float32)


class ImageViews:
    """What a fake run shows beside its samples."""

    def __init__(self, run: _FakeRun) -> None:
        self._run = run
        self._watch = commands.Watch(frozenset())
        self._latents: np.ndarray | None = None
        self._update = 0

    def scores(self, count: int) -> np.ndarray | None:
        if not self._watch.scores:
            return None
        return np.linspace(0, 1, count, dtype=np.float32)

    def obey(self, command: commands.Command) -> None:
        run = self._run
        if isinstance(command, commands.Watch):
            self._watch = command
            run.samples()
        elif isinstance(command, commands.Walk):
            self._latents = command.latents
            self.show()
        elif isinstance(command, commands.Inspect):
            run.emit(inspected(command.index, run.step))
        elif isinstance(command, commands.NextUpdate):
            run.become(Status.PAUSED)
            self.next_update()

    def show(self) -> None:
        """Send the views that come with every picture."""
        if self._latents is not None:
            self._run.emit(Walked(self._run.step, self._latents, images_of(self._latents)))
        if View.LAYERS in self._watch.views:
            self._run.emit(layers(self._run.step))

    def next_update(self) -> None:
        """D's updates and then G's, and the step is taken."""
        run = self._run
        training = run.config.training
        of = {"d": training.d_steps, "g": training.g_steps}
        network = "d" if self._update < of["d"] else "g"
        number = self._update - (of["d"] if network == "g" else 0) + 1
        is_last, step = network == "g" and number == of["g"], run.step
        self._update = 0 if is_last else self._update + 1
        if is_last:
            # The step is taken as always.
            run.wanted = 1
            run.become(Status.TRAINING)
            run.advance()
        count = 1000 if run.data.kind == "points" else 64
        shape = (count, *run.data.sample_shape)
        samples = np.random.default_rng([run.step, self._update]).random(shape).astype(np.float32)
        run.emit(UpdateShown(step, network, number, of[network], 1.204, 1.187, samples, is_last=is_last))  # type: ignore[arg-type]
