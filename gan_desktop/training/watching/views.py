"""What somebody looks at beside samples and figures: which views are wanted, and when each is made."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable

import numpy as np

from gan_desktop.core.commands import Walk, Watch
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, EngineError, Event, FloatArray
from gan_desktop.core.views import Arrows, Layers, Scores, View, Walked
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.inspecting import Inspecting
from gan_desktop.training.watching.plane_views import PlaneViews
from gan_desktop.training.watching.probe import Labels, probability
from gan_desktop.training.watching.samples import Showing
from gan_desktop.training.watching.slow_motion import SlowMotion

# Each view is made at most this often.
VIEW_SECONDS = 0.12
SHOWN_ARROWS = 150
# Real samples whose scores are shown, and as many fakes.
SCORED = {"points": 1000, "images": 256}
# Latents of one walk.
MOST_WALKED = 1024


class Viewing:
    """Makes the views of one run that are wanted, in turn; none of them changes the run.

    While the run goes on, each is made as often as all of them together can be afforded. While it stands still, they
    are made once for every state: there is nothing to delay.

    Args:
        trainer: the run's.
        showing: what is shown of the run.
        data: its data, as the window knows them.
        reference: its real samples, as metrics know them.
        cost: the account of what is spent.
        emit: gets every view.
    """

    def __init__(
        self,
        trainer: Trainer,
        showing: Showing,
        data: DataSummary,
        reference: Reference,
        cost: WatchCost,
        emit: Emit,
    ) -> None:
        self._trainer, self._showing = trainer, showing
        self._cost, self._emit = cost, emit
        scored = min(SCORED[data.kind], len(data.real))
        self._real = data.real[:scored]
        self._real_labels = data.real_labels[:scored] if trainer.classes and data.real_labels is not None else None
        self._real_sources = None if data.source is None else data.source[:scored]
        self._score_latents, scored_given = trainer.latents(scored), trainer.given(scored)
        self._score_sources = None if scored_given is None else scored_given.source
        self._walk = Walk(None)
        self._wanted: list[View] = []  # the first is the next one in turn
        self._made: dict[View, tuple[int, float]] = {}  # at which step and when
        self._makers: dict[View, Callable[[], Event]] = {View.LAYERS: self._layers, View.SCORES: self._scores}
        self._plane = PlaneViews(trainer, data.real, data.source) if data.kind == "points" else None
        if self._plane is not None:
            plane = self._plane
            self._makers[View.SURFACE] = lambda: plane.surface(
                trainer.probe(), trainer.step, trainer.sample(showing.latents, showing.labels), showing.shown_class
            )
            if plane.is_plane:
                self._makers[View.MANIFOLD] = lambda: plane.manifold(trainer.step, showing.shown_class)
                self._makers[View.ARROWS] = self._arrows
        self._inspecting = Inspecting(trainer, showing, reference)
        self.slow_motion = SlowMotion(trainer, showing, self._plane)

    def watch(self, wanted: Watch) -> None:
        """Make these views from here on, as far as there are such views of these data."""
        self._wanted = [view for view in View if view in wanted.views and view in self._makers]
        self._made = {view: made for view, made in self._made.items() if view in self._wanted}
        judges_one = self._trainer.config.regularization.pack == 1
        self._showing.score = self._scores_of if wanted.scores and judges_one else None

    def changed(self) -> None:
        """Note that something other than a step has changed what the views show."""
        self._made = {view: (-1, made_at) for view, (_, made_at) in self._made.items()}

    @property
    def is_behind(self) -> bool:
        """Whether a wanted view is not of the present state. After a divergence no view is made."""
        return not self._trainer.diverged and any(self._is_old(view) for view in self._wanted)

    def make_due(self) -> None:
        """Between two blocks: make the next view in turn, if it is due and can be afforded."""
        now = time.perf_counter()
        for view in self._wanted:
            is_new = view not in self._made
            if is_new or (
                self._is_old(view) and now - self._made[view][1] >= VIEW_SECONDS and self._cost.is_affordable("views")
            ):
                self._make(view)
                return

    def catch_up(self) -> None:
        """While the run stands still: make one view that is not of this state."""
        for view in self._wanted:
            if self._is_old(view):
                self._make(view)
                return

    def _is_old(self, view: View) -> bool:
        return view not in self._made or self._made[view][0] != self._trainer.step

    def _make(self, view: View) -> None:
        # The first one takes longer than any after it.
        is_first = view not in self._made
        self._wanted.remove(view)
        self._wanted.append(view)
        try:
            with self._cost.spending("views", once=is_first):
                event = self._makers[view]()
        except Exception as error:  # noqa: BLE001 - training does not rest on it: it is reported, and not tried again
            self._wanted.remove(view)
            self._emit(EngineError(f"the view '{view}' cannot be made: {error}", traceback.format_exc()))
            return
        self._made[view] = self._trainer.step, time.perf_counter()
        self._emit(event)

    def _layers(self) -> Layers:
        return Layers(self._trainer.step, self._trainer.probe(with_batches=True).layers())

    def _scores(self) -> Scores:
        """The scores of real samples and of as many fakes of the same classes, the same ones each time."""
        probe, labels = self._trainer.probe(), self._real_labels
        fakes = self._trainer.sample(self._score_latents, labels)
        real_logits = probe.logits(self._real, labels, self._real_sources)
        return Scores(self._trainer.step, real_logits, probe.logits(fakes, labels, self._score_sources))

    def _arrows(self) -> Arrows:
        """The arrows at some of the shown samples, of all classes that are shown."""
        trainer, showing = self._trainer, self._showing
        pack = trainer.config.regularization.pack
        count = min(SHOWN_ARROWS, len(showing.latents)) // pack * pack
        chosen = np.arange(count) * len(showing.latents) // count
        labels = None if showing.labels is None else showing.labels[chosen]
        points = trainer.sample(showing.latents[chosen], labels)
        real = self._real_like(labels, count)
        real_labels = None if self._real_labels is None else self._real_labels[real]
        sources = None if showing.sources is None else showing.sources[chosen]
        real_sources = None if self._real_sources is None else self._real_sources[real]
        directions = trainer.probe().arrows(points, labels, self._real[real], real_labels, sources, real_sources)
        return Arrows(trainer.step, points, directions)

    def _real_like(self, labels: Labels | None, count: int) -> Labels:
        """The indices of `count` real samples, of these classes if there are some of each."""
        everywhere = np.arange(len(self._real))
        chosen = np.resize(everywhere, count)
        if labels is not None and self._real_labels is not None:
            for label in np.unique(labels):
                same = labels == label
                of_class = everywhere[self._real_labels == label]
                if len(of_class):
                    chosen[same] = np.resize(of_class, int(same.sum()))
        return chosen

    def _scores_of(self, samples: FloatArray, labels: Labels | None) -> FloatArray:
        """The sigmoid of the discriminator's logit of each sample."""
        return probability(self._trainer.probe().logits(samples, labels, self._showing.sources))

    def walk(self, walk: Walk) -> None:
        """Show from here on what becomes of these latents.

        Raises:
            InputError: they are not latents of this generator.
        """
        inputs, classes = self._trainer.input_shape, self._trainer.classes
        if walk.latents is not None:
            shape = walk.latents.shape
            if not shape or shape[1:] != inputs or not 1 <= shape[0] <= MOST_WALKED:
                wanted = ", ".join(map(str, inputs))
                raise InputError(f"latents of shape {shape}: allowed: (n, {wanted}) with n from 1 to {MOST_WALKED}")
            if not np.isfinite(walk.latents).all():
                raise InputError("latents that are not finite numbers: allowed: finite ones")
            if walk.labels is not None:
                if not classes:
                    raise InputError(f"classes {walk.labels} of latents: no classes here")
                if len(walk.labels) != shape[0] or not all(0 <= label < classes for label in walk.labels):
                    raise InputError(f"classes {walk.labels}: allowed: {shape[0]} numbers from 0 to {classes - 1}")
        self._walk = walk
        self.tell_walk()

    def tell_walk(self) -> None:
        """Emit what the generator, as it is now, makes of the latents that are walked."""
        latents = self._walk.latents
        if latents is None or self._trainer.diverged:
            return
        labels = None if self._walk.labels is None else np.array(self._walk.labels)
        if labels is None and self._showing.shown_class is not None:
            labels = np.full(len(latents), self._showing.shown_class)
        with self._cost.spending("pictures"):
            values = self._trainer.sample(latents, labels)
        self._emit(Walked(self._trainer.step, latents, values))

    def inspect(self, index: int) -> None:
        """Emit which real samples are nearest to a shown one.

        Raises:
            InputError: there is no such sample, or it is not finite.
        """
        with self._cost.spending("views", once=True):
            found = self._inspecting.inspect(index)
        self._emit(found)
