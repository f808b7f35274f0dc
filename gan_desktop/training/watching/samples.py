"""What is shown of a run: the fixed latents and their classes, the pictures made of them, and when one is due."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray, Samples
from gan_desktop.recording.snapshots import SnapshotSchedule
from gan_desktop.training.data.given import Given
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost

SHOWN_IMAGES = 64
SHOWN_POINTS = 1000
# For a conditional GAN: a row for each class, up to the most rows.
SHOWN_COLUMNS = 8
MOST_ROWS = 20
# Under the window, pictures come at most this often, and only as often as their cost allows.
SAMPLE_SECONDS = 0.15

# The discriminator's score of each of some samples, given their classes.
Score = Callable[[FloatArray, npt.NDArray[np.int32] | None], FloatArray]


class Showing:
    """Makes samples from the fixed latents: at steps whose picture is kept and, if watched, several times a second.

    Args:
        trainer: whose generator is shown.
        watched: whether somebody looks on.
        cost: the account of what pictures take.

    Attributes:
        shown_step: the step that the last samples are of; -1 before any.
        shown_class: the class that all of them are of, or None.
        given: what is translated, and what belongs to it; None if samples are made from latents.
    """

    def __init__(self, trainer: Trainer, watched: bool, cost: WatchCost) -> None:
        self._trainer = trainer
        self._watched = watched
        self._cost = cost
        self._kept = SnapshotSchedule()
        self._draw = 0
        self.shown_step = -1
        self.shown_class: int | None = None
        self._next = 0.0
        self.score: Score | None = None  # gives samples their scores, if these are wanted
        self.given: Given | None = None
        self.latents, self.labels = self._draw_latents(None)

    @property
    def next_due(self) -> int:
        """The step at which a block has to end, because its picture is kept."""
        return self._kept.due

    def is_due(self, step: int) -> bool:
        """Whether a picture is to be made now, after `step` steps."""
        if self._kept.is_due(step):
            return True
        return self._watched and time.perf_counter() >= self._next and self._cost.is_affordable("pictures")

    def samples(self) -> Samples:
        """What the generator, as it is now, makes of the fixed latents."""
        trainer = self._trainer
        with self._cost.spending("pictures"):
            values = trainer.sample(self.latents, self.labels)
            averaged = trainer.sample(self.latents, self.labels, averaged=True) if trainer.averages else None
            scores = self.score(values, self.labels) if self.score is not None else None
            pictures = () if self.given is None else trainer.pictures(self.given, values)
        self._next = time.perf_counter() + SAMPLE_SECONDS
        self._kept.saved(trainer.step)
        self.shown_step = trainer.step
        return Samples(trainer.step, values, averaged, self.labels, self.latents, scores, pictures)

    @property
    def sources(self) -> FloatArray | None:
        """What is translated, in data units; None if samples are made from latents."""
        return None if self.given is None else self.given.source

    def latent(self, index: int) -> tuple[FloatArray, npt.NDArray[np.int32] | None]:
        """What the shown sample with this index is made from: its latent, shape (1, latent_dim), and its class.

        Raises:
            InputError: there is no such sample.
        """
        if not 0 <= index < len(self.latents):
            raise InputError(f"sample {index}: allowed: 0 to {len(self.latents) - 1}")
        return self.latents[index : index + 1], None if self.labels is None else self.labels[index : index + 1]

    def draw_anew(self) -> None:
        """Show other samples from here on."""
        self._draw += 1
        self.latents, self.labels = self._draw_latents(self.shown_class)

    def show_class(self, label: int | None) -> None:
        """Show samples of one class from here on, or of all classes if it is None.

        Raises:
            InputError: there is no such class.
        """
        classes = self._trainer.classes
        if label is not None and not 0 <= label < classes:
            raise InputError(f"class {label}: " + (f"allowed: 0 to {classes - 1}" if classes else "no classes here"))
        self.shown_class = label
        self.latents, self.labels = self._draw_latents(label)

    def _draw_latents(self, label: int | None) -> tuple[FloatArray, npt.NDArray[np.int32] | None]:
        """The latents to show, and their classes. For all classes there is a row of each, all with the same latents."""
        trainer, draw = self._trainer, self._draw
        images, classes = trainer.data.kind == "images", trainer.classes
        count = SHOWN_IMAGES if images else SHOWN_POINTS
        self.given = trainer.given(count, draw)
        if self.given is not None:
            return trainer.scaling.to_network(self.given.source), None
        if label is not None:
            return trainer.latents(count, draw), np.full(count, label, np.int32)
        if not classes or not images:
            return trainer.latents(count, draw), trainer.labels(count)
        rows = min(classes, MOST_ROWS)
        latents = np.tile(trainer.latents(SHOWN_COLUMNS, draw), (rows, 1))
        return latents, np.repeat(np.arange(rows, dtype=np.int32), SHOWN_COLUMNS)
