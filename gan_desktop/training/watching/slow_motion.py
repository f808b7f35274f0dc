"""Slow motion: the updates of the step that comes next, shown one by one before the step is taken.

They are computed from a copy of the state, with the batches, latents and keys of the real ones. So a run that was
watched like this has the weights of one that was not, and nothing is lost by going on at any time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from gan_desktop.core.views import Role, UpdateShown
from gan_desktop.training.games.gan import DISCRIMINATOR
from gan_desktop.training.train_step import Player
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.plane_views import PlaneViews
from gan_desktop.training.watching.probe import Probe
from gan_desktop.training.watching.samples import Showing


@dataclass
class Preview:
    """A step in parts: where it stands, and the updates that are left, as (network, number from 0, of how many)."""

    probe: Probe
    before: Player  # the discriminator before the step, which simultaneous updates of G meet
    left: deque[tuple[Role, int, int]]


class SlowMotion:
    """Shows update after update of the step that comes next.

    Args:
        trainer: which is never advanced here.
        showing: what is shown of it.
        plane: its views, of points.
    """

    def __init__(self, trainer: Trainer, showing: Showing, plane: PlaneViews | None) -> None:
        self._trainer, self._showing, self._plane = trainer, showing, plane
        self._preview: Preview | None = None

    def drop(self) -> None:
        """Begin anew with the next step: this one is taken, or another one by now."""
        self._preview = None

    def next(self) -> UpdateShown:
        """Make the next update. The last one `is_last`: the step is to be taken with it.

        Raises:
            DataLostError: real samples cannot be read any more.
        """
        if self._preview is None:
            self._preview = self._begin()
        preview = self._preview
        network, number, of = preview.left.popleft()
        loss_before, loss_after = self._update(preview, network, number)
        showing, probe = self._showing, preview.probe
        samples = probe.samples(showing.latents, showing.labels)
        surface = None
        if self._plane is not None:
            surface = self._plane.surface(probe, self._trainer.step, samples, showing.shown_class)
        if not preview.left:
            self.drop()
        is_last = not preview.left
        return UpdateShown(
            self._trainer.step, network, number + 1, of, loss_before, loss_after, samples, surface, is_last
        )

    def _begin(self) -> Preview:
        training = self._trainer.config.training
        left: deque[tuple[Role, int, int]] = deque()
        left.extend(("d", number, training.d_steps) for number in range(training.d_steps))
        left.extend(("g", number, training.g_steps) for number in range(training.g_steps))
        probe = self._trainer.probe(with_batches=True)
        if training.d_steps == 0:  # it is measured all the same, on a batch of its own
            probe = probe.at(probe.state._replace(batches=probe.state.batches + 1))
        return Preview(probe, probe.state.players[DISCRIMINATOR], left)

    def _update(self, preview: Preview, network: Role, number: int) -> tuple[float, float]:
        """Make one update of the preview: that network's loss on its batch before and after it."""
        probe = preview.probe
        if network == "d":
            update = probe.d_update(number)
            again = probe.at(update.state._replace(batches=probe.state.batches)).d_update(number)
        else:
            opponent = preview.before if probe.setup.simultaneous else probe.state.players[DISCRIMINATOR]
            update = probe.g_update(number, opponent)
            again = probe.at(update.state).g_update(number, opponent)
        preview.probe = probe.at(update.state)
        return float(update.figures[f"{network}_loss"]), float(again.figures[f"{network}_loss"])
