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
from gan_desktop.training.games.gan import DISCRIMINATOR, GENERATOR, discriminator_update, generator_update
from gan_desktop.training.games.objectives import chosen_losses, is_relative
from gan_desktop.training.games.regularization import pack_samples
from gan_desktop.training.networks import Network
from gan_desktop.training.networks.spectral_norm import SpectralNorm
from gan_desktop.training.random_streams import drawn_by_xla
from gan_desktop.training.train_step import (
    Batch,
    Player,
    Setup,
    TrainState,
    Update,
    update_index,
)

Labels = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Probe:
    """Both networks held still. Samples go in and come out in data units.

    Outside of updates the networks work as for the samples that are shown: batch norm by its moving moments, no
    dropout, no instance noise. So what is said of a sample depends on that sample alone, unless the discriminator
    compares samples (`packing`, `minibatch_stddev`).

    Attributes:
        state: values, which later steps leave alone.
        device: TensorFlow's name of it.
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
        """The same in another state."""
        return replace(self, state=state)

    def samples(self, latents: FloatArray, labels: Labels | None) -> FloatArray:
        """What the generator makes of the latents."""
        generator = self.state.players[GENERATOR]
        with tf.device(self.device):
            outputs, _ = self.setup.networks[GENERATOR].apply(
                generator.parameters, generator.statistics, tf.constant(latents), training=False, labels=classes(labels)
            )
        return self.scaling.to_samples(outputs.numpy(), self.kind)

    def logits(self, samples: FloatArray, labels: Labels | None) -> FloatArray:
        """The discriminator's logits, shape (n,); of one that judges packs, of each pack of samples that follow each
        other, shape (n // pack,)."""
        with tf.device(self.device):
            judged: FloatArray = self._judge(self._scaled(samples), classes(labels)).numpy()
        return judged

    def arrows(
        self, fakes: FloatArray, labels: Labels | None, real: FloatArray, real_labels: Labels | None
    ) -> FloatArray:
        """Where each fake is pulled: minus the gradient of its own generator loss, of the shape of `fakes`.

        Args:
            real: as many, with which a relative objective compares the fakes.
        """
        choice = self.controls.objective
        with tf.device(self.device):
            real_logits = tf.zeros([len(fakes) // self.setup.pack])
            if bool(is_relative(choice)):
                real_logits = self._judge(self._scaled(real), classes(real_labels))
            points = self._scaled(fakes)
            with tf.GradientTape() as tape:
                tape.watch(points)
                logits = self._judge(points, classes(labels))
                loss = chosen_losses(choice, real_logits, logits, tf.zeros([])).g_loss * len(logits)
            slopes = tape.gradient(loss, points)
        # By the chain rule: network units are `factor` times data units.
        pulled: FloatArray = -np.float32(self.scaling.factor) * slopes.numpy()
        return pulled

    def d_update(self, number: int) -> Update:
        """The discriminator's update number `number` of the next step, from 0."""
        with tf.device(self.device), drawn_by_xla(self.by_xla):
            return discriminator_update(
                self.setup, self.state, self.state.players, self.controls, update_index(self.state, number)
            )

    def g_update(self, number: int, opponent: Player) -> Update:
        """The generator's update number `number` of the next step, from 0, on the classes of the last real batch."""
        with tf.device(self.device), drawn_by_xla(self.by_xla):
            return generator_update(
                self.setup, self.state, {DISCRIMINATOR: opponent}, self.controls, update_index(self.state, number)
            )

    def layers(self) -> tuple[Layer, ...]:
        """Every parameter at the first update of each network in the next step: D's, then G's against it."""
        d_steps, g_steps = int(self.controls.d_steps), int(self.controls.g_steps)
        before = self.state.players[DISCRIMINATOR]
        # Both updates use one batch, which is looked up once.
        batches = {domain: remembering(batch) for domain, batch in self.setup.batches.items()}
        probe = replace(self, setup=replace(self.setup, batches=batches))
        d_update = probe.d_update(0)
        unmoved = self.setup.simultaneous or d_steps == 0
        drawn = probe.at(self.state._replace(batches=d_update.state.batches))
        g_update = drawn.g_update(0, before if unmoved else d_update.state.players[DISCRIMINATOR])
        return (
            *described("d", self.setup.networks[DISCRIMINATOR], before, d_update, d_steps > 0),
            *described("g", self.setup.networks[GENERATOR], self.state.players[GENERATOR], g_update, g_steps > 0),
        )

    def _scaled(self, samples: FloatArray) -> tf.Tensor:
        """In network units; of packs, those that are whole."""
        whole = len(samples) // self.setup.pack * self.setup.pack
        return tf.constant(self.scaling.to_network(samples[:whole]))

    def _judge(self, samples: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        player, network = self.state.players[DISCRIMINATOR], self.setup.networks[DISCRIMINATOR]
        seen = pack_samples(samples, self.setup.pack)
        return network.apply(player.parameters, player.statistics, seen, training=False, labels=labels)[0]


def classes(labels: Labels | None) -> tf.Tensor | None:
    """Labels as the networks take them."""
    return None if labels is None else tf.constant(labels, tf.int32)


def remembering(real_batch: Callable[[tf.Tensor], Batch]) -> Callable[[tf.Tensor], Batch]:
    """The same, which looks every batch up once."""
    found: dict[int, Batch] = {}

    def lookup(number: tf.Tensor) -> Batch:
        key = int(number)
        if key not in found:
            found[key] = real_batch(number)
        return found[key]

    return lookup


def described(name: Role, network: Network, before: Player, update: Update, is_trained: bool) -> list[Layer]:
    """Each parameter of one network, in the order of their names."""
    after = update.state.players[DISCRIMINATOR if name == "d" else GENERATOR].parameters
    used = (
        network.used(before.parameters, before.statistics) if isinstance(network, SpectralNorm) else before.parameters
    )
    return [
        described_parameter(name, key, value, update.gradients[key], after[key] if is_trained else value, used[key])
        for key, value in sorted(before.parameters.items())
    ]


def described_parameter(network: Role, name: str, *tensors: tf.Tensor) -> Layer:
    """From a parameter, its gradient, what it is after the update, and as the network uses it."""
    # Norms of arrays: a tenth of the time that as many operations on tensors take.
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
