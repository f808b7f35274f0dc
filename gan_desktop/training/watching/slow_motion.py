"""Slow motion: the updates of the step that comes next, shown one by one before the step is taken.

They are computed from a copy of the state, with the batches, latents and keys of the real updates. So a run that was
watched like this ends with the same weights as one that was not, and nothing is lost by going on at any time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from gan_desktop.core.views import Role, UpdateShown
from gan_desktop.training.train_step import Players, Turn
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.plane_views import PlaneViews
from gan_desktop.training.watching.probe import Probe
from gan_desktop.training.watching.samples import Showing


@dataclass
class Preview:
    """A step in parts: where it stands, and the updates that are left, as (turn, number from 0, of how many)."""

    probe: Probe
    before: Players  # the players before the step, whom simultaneous updates meet
    left: deque[tuple[Turn, int, int]]


class SlowMotion:
    """Shows the updates of the coming step one after the other.

    Args:
        trainer: the run's, which is never advanced here.
        showing: what is shown of it.
        plane: the views of the plane, if the data are points.
    """

    def __init__(self, trainer: Trainer, showing: Showing, plane: PlaneViews | None) -> None:
        self._trainer, self._showing, self._plane = trainer, showing, plane
        self._preview: Preview | None = None

    def drop(self) -> None:
        """Forget this preview, since its step or another one has been taken: begin anew with the next step."""
        self._preview = None

    def next(self) -> UpdateShown:
        """Make the next update. The last one `is_last`: the step is to be taken with it.

        Raises:
            DataLostError: real samples cannot be read any more.
        """
        if self._preview is None:
            self._preview = self._begin()
        preview = self._preview
        turn, number, of = preview.left.popleft()
        loss_before, loss_after = self._update(preview, turn, number)
        showing, probe = self._showing, preview.probe
        samples = probe.samples(showing.latents, showing.labels)
        surface = None
        if self._plane is not None:
            surface = self._plane.surface(probe, self._trainer.step, samples, showing.shown_class)
        if not preview.left:
            self.drop()
        is_last = not preview.left
        return UpdateShown(
            step=self._trainer.step,
            network=turn.role,
            number=number + 1,
            of=of,
            loss_before=loss_before,
            loss_after=loss_after,
            samples=samples,
            surface=surface,
            is_last=is_last,
            is_backward=turn.pair > 0,
        )

    def _begin(self) -> Preview:
        training, game = self._trainer.config.training, self._trainer.game
        steps: dict[Role, int] = {"d": training.d_steps, "g": training.g_steps}
        left = deque((turn, number, steps[turn.role]) for turn in game.turns for number in range(steps[turn.role]))
        probe = self._trainer.probe(with_batches=True)
        if training.d_steps == 0:  # it is still measured, on a batch of its own
            probe = probe.at(probe.state._replace(batches=probe.state.batches + 1))
        return Preview(probe, probe.state.players, left)

    def _update(self, preview: Preview, turn: Turn, number: int) -> tuple[float, float]:
        """Make one update of the preview: that player's loss on its batch before and after it."""
        probe = preview.probe
        opponents = preview.before if probe.setup.simultaneous else probe.state.players
        update = probe.update(turn, number, opponents)
        again = probe.at(probe.state._replace(players=update.state.players)).update(turn, number, opponents)
        preview.probe = probe.at(update.state)
        loss = self._trainer.game.loss_of(turn)
        return float(update.figures[loss]), float(again.figures[loss])
