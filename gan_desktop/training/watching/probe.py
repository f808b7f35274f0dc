"""A look into both networks at one moment of a run: what they make, how they judge, and what their next updates are.

Everything is computed eagerly, operation by operation: tracing a function takes seconds, an update of two perceptrons
10 ms. Nothing here changes a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray, SampleKind
from gan_desktop.core.views import Layer, Role
from gan_desktop.diagnosis.spectra import spectral_norm
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls
from gan_desktop.training.data.dataset import Scaling
from gan_desktop.training.games.objectives import chosen_losses, is_relative
from gan_desktop.training.games.regularization import pack_samples
from gan_desktop.training.networks import Network, sample_logits
from gan_desktop.training.networks.spectral_norm import SpectralNorm
from gan_desktop.training.random_streams import drawn_by_xla
from gan_desktop.training.train_step import (
    Batch,
    Player,
    Players,
    Setup,
    TrainState,
    Turn,
    Update,
    update_index,
)

Labels = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Probe:
    """Both networks held still. Samples go in and come out in data units.

    Outside of updates the networks work as they do for shown samples: batch norm by its moving moments, no dropout, no
    instance noise. So what they say of a sample depends only on that sample, unless the discriminator compares samples
    (`packing`, `minibatch_stddev`).

    Attributes:
        state: values, which later steps leave alone.
        device: TensorFlow's name for it.
        by_xla: whether XLA compiled the steps.
    """

    setup: Setup
    state: TrainState
    controls: Controls
    scaling: Scaling
    kind: SampleKind
    device: str
    by_xla: bool

    def at(self, state: TrainState) -> Probe:
        """This probe in another state."""
        return replace(self, state=state)

    def samples(self, latents: FloatArray, labels: Labels | None) -> FloatArray:
        """What the generator makes of the latents."""
        generator = self.state.players[self.setup.game.maker]
        with tf.device(self.device):
            outputs, _ = self.setup.networks[self.setup.game.maker].apply(
                generator.parameters, generator.statistics, tf.constant(latents), training=False, labels=classes(labels)
            )
        return self.scaling.to_samples(outputs.numpy(), self.kind)

    def logits(self, samples: FloatArray, labels: Labels | None, beside: FloatArray | None = None) -> FloatArray:
        """The discriminator's logits, shape (n,).

        One that judges packs gives a logit for each pack of successive samples, shape (n // pack,). For one that judges
        patches, a logit is the mean of its map.

        Args:
            beside: the sources of the samples, for a judge who sees them.
        """
        with tf.device(self.device):
            judged = self._judge(self._scaled(samples), classes(labels), self._beside(beside))
            logits: FloatArray = sample_logits(judged).numpy()
        return logits

    def logit_maps(self, samples: FloatArray, labels: Labels | None, beside: FloatArray | None = None) -> FloatArray:
        """The logits as the judge gives them: shape (n, rows, columns) if it judges patches."""
        with tf.device(self.device):
            judged: FloatArray = self._judge(self._scaled(samples), classes(labels), self._beside(beside)).numpy()
        return judged

    def arrows(
        self,
        fakes: FloatArray,
        labels: Labels | None,
        real: FloatArray,
        real_labels: Labels | None,
        beside: FloatArray | None = None,
        real_beside: FloatArray | None = None,
    ) -> FloatArray:
        """Where each fake is pulled: minus the gradient of its own generator loss, of the shape of `fakes`.

        Args:
            real: as many real samples, with which a relative objective compares the fakes.
            beside, real_beside: their sources, for a judge who sees them.
        """
        choice = self.controls.objective
        with tf.device(self.device):
            real_logits = tf.zeros([len(fakes) // self.setup.pack])
            if bool(is_relative(choice)):
                real_logits = self._judge(self._scaled(real), classes(real_labels), self._beside(real_beside))
            points = self._scaled(fakes)
            with tf.GradientTape() as tape:
                tape.watch(points)
                logits = self._judge(points, classes(labels), self._beside(beside))
                loss = chosen_losses(choice, real_logits, logits, tf.zeros([])).g_loss * len(logits)
            slopes = tape.gradient(loss, points)
        # By the chain rule: network units are `factor` times data units.
        pulled: FloatArray = -np.float32(self.scaling.factor) * slopes.numpy()
        return pulled

    def update(self, turn: Turn, number: int, opponents: Players) -> Update:
        """Update number `number`, from 0, of one turn of the next step, against these opponents."""
        with tf.device(self.device), drawn_by_xla(self.by_xla):
            index = update_index(self.state, number)
            return turn.update(self.setup, self.state, opponents, self.controls, index)

    def layers(self) -> tuple[Layer, ...]:
        """Every parameter at the first update of each player in the next step, in the order of their turns."""
        game = self.setup.game
        # The updates use one batch, which is looked up once.
        batches = {domain: remembering(batch) for domain, batch in self.setup.batches.items()}
        probe, found = replace(self, setup=replace(self.setup, batches=batches)), []
        for turn in game.turns:
            opponents = self.state.players if self.setup.simultaneous else probe.state.players
            update = probe.update(turn, 0, opponents)
            is_trained = int(self.controls.steps(turn.role)) > 0
            network, before = self.setup.networks[turn.player], self.state.players[turn.player]
            found += described(turn, game.name_of(turn), network, before, update, is_trained)
            after = update.state if is_trained else update.state._replace(players=probe.state.players)
            probe = probe.at(after)
        return tuple(found)

    def _scaled(self, samples: FloatArray) -> tf.Tensor:
        """Samples in network units; those that do not fill a pack are left out."""
        whole = len(samples) // self.setup.pack * self.setup.pack
        return tf.constant(self.scaling.to_network(samples[:whole]))

    def _beside(self, sources: FloatArray | None) -> tf.Tensor | None:
        """The sources in network units if the judge sees them, else None."""
        game = self.setup.game
        return None if sources is None or game.turn_of(game.judge).source is None else self._scaled(sources)

    def _judge(self, samples: tf.Tensor, labels: tf.Tensor | None, beside: tf.Tensor | None) -> tf.Tensor:
        name = self.setup.game.judge
        player, network = self.state.players[name], self.setup.networks[name]
        if beside is not None:
            samples = tf.concat([samples, beside], axis=-1)
        seen = pack_samples(samples, self.setup.pack)
        return network.apply(player.parameters, player.statistics, seen, training=False, labels=labels)[0]


def classes(labels: Labels | None) -> tf.Tensor | None:
    """Labels as the networks take them."""
    return None if labels is None else tf.constant(labels, tf.int32)


def probability(logits: FloatArray) -> FloatArray:
    """sigmoid(logits), how real the discriminator finds what it judges, without overflow."""
    return ((1 + np.tanh(logits.astype(np.float64) / 2)) / 2).astype(np.float32)


def remembering(real_batch: Callable[[tf.Tensor], Batch]) -> Callable[[tf.Tensor], Batch]:
    """The same function, but it looks up every batch only once."""
    found: dict[int, Batch] = {}

    def lookup(number: tf.Tensor) -> Batch:
        key = int(number)
        if key not in found:
            found[key] = real_batch(number)
        return found[key]

    return lookup


def described(
    turn: Turn, title: str, network: Network, before: Player, update: Update, is_trained: bool
) -> list[Layer]:
    """Each parameter of one player's network, in the order of their names."""
    after = update.state.players[turn.player].parameters
    used = (
        network.used(before.parameters, before.statistics) if isinstance(network, SpectralNorm) else before.parameters
    )
    return [
        described_parameter(
            turn.role, title + key, value, update.gradients[key], after[key] if is_trained else value, used[key]
        )
        for key, value in sorted(before.parameters.items())
    ]


def described_parameter(network: Role, name: str, *tensors: tf.Tensor) -> Layer:
    """Describe a parameter by its value, its gradient, its value after the update, and as the network uses it."""
    # Norms of arrays take a tenth of the time of as many operations on tensors.
    value, gradient, after, used = (tensor.numpy() for tensor in tensors)
    weight_norm = float(np.linalg.norm(value))
    return Layer(
        network=network,
        name=name,
        gradient_norm=float(np.linalg.norm(gradient)),
        weight_norm=weight_norm,
        update_ratio=float(np.linalg.norm(after - value)) / weight_norm if weight_norm else float("nan"),
        spectral_norm=spectral_norm(used) if used.ndim >= 2 else float("nan"),
    )
