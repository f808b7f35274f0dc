"""One step of adversarial training: algorithm 1 of Goodfellow et al. 2014, with either number of updates adjustable.

    repeat d_steps times:  draw real x and latents z, and descend the discriminator's loss on D(x) and D(G(z))
    repeat g_steps times:  draw latents z, and descend the generator's loss on D(G(z))

Everything is a pure function of tensors: the state goes in and comes out, and what is random is keyed by the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.figures import FIGURE_NAMES
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import Network
from gan_desktop.training.objectives import Losses
from gan_desktop.training.optimizers import Optimizer
from gan_desktop.training.random_streams import Stream

if TYPE_CHECKING:
    from gan_desktop.training.optimizers import Moments, Tree

    Figures = dict[str, tf.Tensor]

# Updates of one step draw from the keys step * UPDATES_PER_STEP + i; above the most that a config allows.
UPDATES_PER_STEP = 1024
D_FIGURES = tuple(name for name in FIGURE_NAMES if not name.startswith("g_"))
G_FIGURES = tuple(name for name in FIGURE_NAMES if name.startswith("g_"))


class Player(NamedTuple):
    """One network in training: its parameters, tracked statistics, its optimizer's moments and updates so far."""

    parameters: Tree
    statistics: Tree
    moments: Moments
    updates: tf.Tensor


class TrainState(NamedTuple):
    """All that training changes. `step` counts steps, `batches` the batches of real samples drawn (both int64)."""

    generator: Player
    discriminator: Player
    step: tf.Tensor
    batches: tf.Tensor


# The controls that are whole numbers.
COUNTS = ("d_steps", "g_steps")


class Controls(NamedTuple):
    """What may change while a run is under way: scalars, tensors so that no new value compiles anything anew."""

    d_learning_rate: tf.Tensor
    g_learning_rate: tf.Tensor
    d_steps: tf.Tensor
    g_steps: tf.Tensor


@dataclass(frozen=True)
class Gan:
    """All that training does not change.

    Attributes:
        real_batch: (number) to that batch of real samples, scaled to the generator's output range.
        latents: (stream, index) to a batch of latents, shape (batch, latent_dim).
        objective: (real logits, fake logits) to losses.
        d_loss_scale: 1 for a discriminator loss that is the sum of its halves, 1/2 for their mean.
    """

    generator: Network
    discriminator: Network
    objective: Callable[[tf.Tensor, tf.Tensor], Losses]
    d_optimizer: Optimizer
    g_optimizer: Optimizer
    real_batch: Callable[[tf.Tensor], tf.Tensor]
    latents: Callable[[Stream, tf.Tensor], tf.Tensor]
    d_loss_scale: float = 1.0


def train_step(gan: Gan, state: TrainState, controls: Controls) -> tuple[TrainState, tf.Tensor]:
    """The discriminator's updates, then the generator's.

    Returns:
        The new state, and the figures of the last update of each network, shape (len(FIGURE_NAMES),). A network with
        0 steps is measured all the same, and left as it is.
    """
    state, d_figures = repeat(controls.d_steps, discriminator_update, D_FIGURES, gan, state, controls)
    state, g_figures = repeat(controls.g_steps, generator_update, G_FIGURES, gan, state, controls)
    figures = d_figures | g_figures
    state = state._replace(step=state.step + 1)
    return state, tf.stack([figures[name] for name in FIGURE_NAMES])


def discriminator_update(
    gan: Gan, state: TrainState, controls: Controls, index: tf.Tensor
) -> tuple[TrainState, Figures]:
    """One update of the discriminator on a batch of real and a batch of fake samples."""
    real = gan.real_batch(state.batches)
    fake = generate(gan, state.generator, gan.latents(Stream.D_LATENTS, index))
    player = state.discriminator
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        real_logits, statistics = gan.discriminator.apply(player.parameters, player.statistics, real, training=True)
        fake_logits, statistics = gan.discriminator.apply(player.parameters, statistics, fake, training=True)
        losses = gan.objective(real_logits, fake_logits)
        d_loss = gan.d_loss_scale * (losses.d_loss_real + losses.d_loss_fake)
    gradients = tape.gradient(d_loss, player.parameters)
    updated = descend(gan.d_optimizer, player, gradients, statistics, controls.d_learning_rate)
    figures = {
        "d_loss": d_loss,
        "d_loss_real": losses.d_loss_real,
        "d_loss_fake": losses.d_loss_fake,
        "real_score": tf.reduce_mean(tf.sigmoid(real_logits)),
        "fake_score": tf.reduce_mean(tf.sigmoid(fake_logits)),
        "d_accuracy": (share(real_logits > 0) + share(fake_logits < 0)) / 2,
        "d_gradient_norm": tf.linalg.global_norm(list(gradients.values())),
    }
    return state._replace(discriminator=updated, batches=state.batches + 1), figures


def generator_update(gan: Gan, state: TrainState, controls: Controls, index: tf.Tensor) -> tuple[TrainState, Figures]:
    """One update of the generator on a batch of fresh latents, through the discriminator as it now is.

    The objective is handed the logits of the last real batch too, for objectives that compare fakes with reals;
    where one does not, the compiler leaves them out.
    """
    latents = gan.latents(Stream.G_LATENTS, index)
    real = gan.real_batch(tf.maximum(state.batches - 1, 0))
    player, judge = state.generator, state.discriminator
    real_logits, _ = gan.discriminator.apply(judge.parameters, judge.statistics, real, training=True)
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        fake, statistics = gan.generator.apply(player.parameters, player.statistics, latents, training=True)
        fake_logits, _ = gan.discriminator.apply(judge.parameters, judge.statistics, fake, training=True)
        g_loss = gan.objective(real_logits, fake_logits).g_loss
    gradients = tape.gradient(g_loss, player.parameters)
    updated = descend(gan.g_optimizer, player, gradients, statistics, controls.g_learning_rate)
    figures = {"g_loss": g_loss, "g_gradient_norm": tf.linalg.global_norm(list(gradients.values()))}
    return state._replace(generator=updated), figures


def generate(gan: Gan, player: Player, latents: tf.Tensor) -> tf.Tensor:
    """Fake samples G(z), normalised by the batch. Its statistics are tracked in the generator's own updates alone."""
    fake, _ = gan.generator.apply(player.parameters, player.statistics, latents, training=True)
    return fake


def descend(
    optimizer: Optimizer, player: Player, gradients: Tree, statistics: Tree, learning_rate: tf.Tensor
) -> Player:
    """The player after one update of its parameters."""
    updates = player.updates + 1
    parameters, moments = optimizer.update(player.parameters, gradients, player.moments, learning_rate, updates)
    return Player(parameters, statistics, moments, updates)


def share(condition: tf.Tensor) -> tf.Tensor:
    """The share of a batch for which `condition` holds."""
    return tf.reduce_mean(tf.cast(condition, tf.float32))


def repeat(
    count: tf.Tensor,
    update: Callable[[Gan, TrainState, Controls, tf.Tensor], tuple[TrainState, Figures]],
    figure_names: tuple[str, ...],
    gan: Gan,
    state: TrainState,
    controls: Controls,
) -> tuple[TrainState, Figures]:
    """Run `update` `count` times. A count of 0 runs it once for its figures and keeps both networks as they were."""

    def body(i: tf.Tensor, state: TrainState, figures: Figures) -> tuple[tf.Tensor, TrainState, Figures]:
        index = state.step * UPDATES_PER_STEP + tf.cast(i, tf.int64)
        after, figures = update(gan, state, controls, index)
        return i + 1, after._replace(**frozen_players(count == 0, state, after)), figures

    empty = {name: tf.zeros([]) for name in figure_names}
    _, state, figures = tf.while_loop(
        lambda i, state, figures: i < tf.maximum(count, 1), body, (tf.constant(0), state, empty)
    )
    return state, figures


def frozen_players(frozen: tf.Tensor, before: TrainState, after: TrainState) -> dict[str, Player]:
    """The players after an update, or as they were before it where `frozen` is true."""

    def choose(old: tf.Tensor, new: tf.Tensor) -> tf.Tensor:
        return new if old is new else tf.where(frozen, old, new)

    return {
        name: tf.nest.map_structure(choose, getattr(before, name), getattr(after, name))
        for name in ("generator", "discriminator")
    }
