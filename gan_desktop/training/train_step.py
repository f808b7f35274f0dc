"""One step of adversarial training: algorithm 1 of Goodfellow et al. 2014, with either number of updates adjustable.

    repeat d_steps times:  draw real x and latents z, and descend the discriminator's loss on D(x) and D(G(z))
    repeat g_steps times:  draw latents z, and descend the generator's loss on D(G(z))

Everything is a pure function of tensors: the state goes in and comes out, and what is random is keyed by the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.figures import Figures
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls, when
from gan_desktop.training.games.gan import DISCRIMINATOR, GENERATOR
from gan_desktop.training.games.objectives import chosen_losses
from gan_desktop.training.games.penalties import Seen, add_penalties
from gan_desktop.training.games.regularization import clip_weights, instance_noise, pack_samples, packed_shape
from gan_desktop.training.networks import Network
from gan_desktop.training.optimizers import Optimizer
from gan_desktop.training.random_streams import Stream

if TYPE_CHECKING:
    from gan_desktop.training.optimizers import Moments, Tree

    Found = dict[str, tf.Tensor]

# Updates of one step draw from the keys step * UPDATES_PER_STEP + i; above the most that a config allows.
UPDATES_PER_STEP = 1024


class Weights(NamedTuple):
    """What a network computes with: parameters, which are trained, and statistics, which are tracked."""

    parameters: Tree
    statistics: Tree


class Player(NamedTuple):
    """One network in training: its parameters, tracked statistics, its optimizer's moments and updates so far."""

    parameters: Tree
    statistics: Tree
    moments: Moments
    updates: tf.Tensor


class TrainState(NamedTuple):
    """All that training changes. `step` counts steps, `batches` the batches of real samples drawn (both int64).

    `averaged` is the generator averaged over steps; while `ema_decay` is 0 it stands still.
    """

    players: dict[str, Player]
    averaged: Weights
    step: tf.Tensor
    batches: tf.Tensor

    def with_player(self, name: str, player: Player) -> TrainState:
        """The state with that player in place of the one of its name."""
        return self._replace(players=self.players | {name: player})


class Update(NamedTuple):
    """One update: the state after it, its figures, and the gradients that it followed."""

    state: TrainState
    figures: Found
    gradients: Tree


class Batch(NamedTuple):
    """Real samples, shape (batch, *sample_shape), and their classes where the GAN is conditional, else None."""

    samples: tf.Tensor
    labels: tf.Tensor | None


@dataclass(frozen=True)
class Gan:
    """All that training does not change.

    Attributes:
        real_batch: (number) to that batch of real samples, scaled to the generator's output range.
        latents: (stream, index) to a batch of latents, shape (batch, latent_dim).
        key: (stream, index) to the key of whatever else is random.
        d_loss_scale: 1 for a discriminator loss that is the sum of its halves, 1/2 for their mean.
        figures: what each step reports.
        pack: how many samples the discriminator judges together.
        simultaneous: whether the generator meets the discriminator from before the step instead of the updated one.
    """

    generator: Network
    discriminator: Network
    d_optimizer: Optimizer
    g_optimizer: Optimizer
    real_batch: Callable[[tf.Tensor], Batch]
    latents: Callable[[Stream, tf.Tensor], tf.Tensor]
    key: Callable[[Stream, tf.Tensor], tf.Tensor]
    figures: Figures
    d_loss_scale: float = 1.0
    pack: int = 1
    simultaneous: bool = False


def train_step(gan: Gan, state: TrainState, controls: Controls) -> tuple[TrainState, tf.Tensor]:
    """The discriminator's updates, then the generator's.

    Returns:
        The new state, and the figures of the last update of each network, shape (len(gan.figures),). A network with
        0 steps is measured all the same, and left as it is.
    """
    before = state.players[DISCRIMINATOR]
    state, d_figures = repeat("d", discriminator_update, gan.figures.of(DISCRIMINATOR), gan, state, controls)
    opponent = before if gan.simultaneous else state.players[DISCRIMINATOR]
    state, g_figures = repeat("g", partial(generator_update, opponent), gan.figures.of(GENERATOR), gan, state, controls)
    figures = d_figures | g_figures
    averaged = average(state.averaged, state.players[GENERATOR], controls)
    state = state._replace(averaged=averaged, step=state.step + 1)
    return state, tf.stack([figures[name] for name in gan.figures])


def discriminator_update(gan: Gan, state: TrainState, controls: Controls, index: tf.Tensor) -> Update:
    """One update of the discriminator on a batch of real and a batch of fake samples of the same classes."""
    real, labels = gan.real_batch(state.batches)
    latents = gan.latents(Stream.D_LATENTS, index)
    fake, _ = generate(gan, state.players[GENERATOR], latents, labels, gan.key(Stream.FAKE_GENERATOR_DROPOUT, index))
    real_noise, fake_noise = draw_noise(gan, real, controls, gan.key(Stream.D_NOISE, index))
    real, fake = as_seen(gan, real, real_noise), as_seen(gan, fake, fake_noise)
    player = state.players[DISCRIMINATOR]
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        real_logits, fake_logits, statistics = judge_both(gan, player, real, fake, labels, index)
        losses = chosen_losses(controls.objective_place(), real_logits, fake_logits, controls.smoothing())
        d_loss = gan.d_loss_scale * (losses.d_loss_real + losses.d_loss_fake)
    gradients = tape.gradient(d_loss, player.parameters)

    def penalised(parameters: Tree, points: tf.Tensor) -> tf.Tensor:
        asked = repeat_labels(labels, points.shape[0] // real.shape[0])
        key = gan.key(Stream.PENALTY_DROPOUT, index)
        return judge(gan, player._replace(parameters=parameters), points, asked, key)[0]

    seen = Seen(real, fake, gan.key(Stream.PENALTY_POINTS, index))
    gradients, penalty = add_penalties(
        gradients, controls, penalised, player.parameters, seen, together=gan.discriminator.per_sample
    )
    updated = descend(gan.d_optimizer, player, gradients, statistics, controls.d_learning_rate, controls)
    if controls.uses("weight_clip") is not False:
        updated = updated._replace(parameters=clip_weights(updated.parameters, controls.weight_clip))
    figures = {
        "d_loss": d_loss,
        "d_loss_real": losses.d_loss_real,
        "d_loss_fake": losses.d_loss_fake,
        "d_penalty": penalty,
        "real_score": tf.reduce_mean(tf.sigmoid(real_logits)),
        "fake_score": tf.reduce_mean(tf.sigmoid(fake_logits)),
        "d_accuracy": (share(real_logits > 0) + share(fake_logits < 0)) / 2,
        "real_sign": tf.reduce_mean(tf.sign(real_logits)),
        "d_gradient_norm": tf.linalg.global_norm(list(gradients.values())),
    }
    state = state.with_player(DISCRIMINATOR, updated)._replace(batches=state.batches + 1)
    return Update(state, figures, gradients)


def generator_update(opponent: Player, gan: Gan, state: TrainState, controls: Controls, index: tf.Tensor) -> Update:
    """One update of the generator on a batch of fresh latents, through the discriminator `opponent`.

    The classes that it is asked for are those of the last real batch, so that they are as frequent as in the data. A
    relative objective compares the fakes with that batch; for the others it is not judged at all.
    """
    real, labels = gan.real_batch(tf.maximum(state.batches - 1, 0))
    latents = gan.latents(Stream.G_LATENTS, index)
    player = state.players[GENERATOR]
    real_noise, fake_noise = draw_noise(gan, real, controls, gan.key(Stream.G_NOISE, index))
    real_key, fake_key = gan.key(Stream.G_REAL_DROPOUT, index), gan.key(Stream.G_FAKE_DROPOUT, index)
    real_logits = when(
        controls.compares(),
        lambda: judge(gan, opponent, as_seen(gan, real, real_noise), labels, real_key)[0],
        lambda: tf.zeros([real.shape[0] // gan.pack]),
    )
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        fake, statistics = generate(gan, player, latents, labels, gan.key(Stream.G_GENERATOR_DROPOUT, index))
        fake_logits, _ = judge(gan, opponent, as_seen(gan, fake, fake_noise), labels, fake_key)
        g_loss = chosen_losses(controls.objective_place(), real_logits, fake_logits, None).g_loss
    gradients = tape.gradient(g_loss, player.parameters)
    updated = descend(gan.g_optimizer, player, gradients, statistics, controls.g_learning_rate, controls)
    figures = {"g_loss": g_loss, "g_gradient_norm": tf.linalg.global_norm(list(gradients.values()))}
    return Update(state.with_player(GENERATOR, updated), figures, gradients)


def generate(
    gan: Gan, player: Player, latents: tf.Tensor, labels: tf.Tensor | None, key: tf.Tensor
) -> tuple[tf.Tensor, Tree]:
    """Fake samples G(z), normalised by the batch, and the statistics after it, which G's own updates alone keep."""
    return gan.generator.apply(player.parameters, player.statistics, latents, training=True, labels=labels, key=key)


def draw_noise(
    gan: Gan, samples: tf.Tensor, controls: Controls, key: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor] | tuple[None, None]:
    """Instance noise for a batch of real and one of fake samples, as the discriminator sees them; None if it is off."""
    on = controls.uses("instance_noise")
    if on is False:
        return None, None
    shape = (2, samples.shape[0] // gan.pack, *packed_shape(tuple(samples.shape[1:]), gan.pack))
    drawn = when(on, lambda: instance_noise(shape, controls.instance_noise, key), lambda: tf.zeros(shape))
    return drawn[0], drawn[1]


def as_seen(gan: Gan, samples: tf.Tensor, noise: tf.Tensor | None) -> tf.Tensor:
    """Samples as the discriminator is shown them: packed, and with noise."""
    packed = pack_samples(samples, gan.pack)
    return packed if noise is None else packed + noise


def judge(
    gan: Gan, player: Player, samples: tf.Tensor, labels: tf.Tensor | None, key: tf.Tensor
) -> tuple[tf.Tensor, Tree]:
    """The discriminator's logits, shape (batch / pack,), and its statistics after this batch."""
    return gan.discriminator.apply(player.parameters, player.statistics, samples, training=True, labels=labels, key=key)


def judge_both(
    gan: Gan, player: Player, real: tf.Tensor, fake: tf.Tensor, labels: tf.Tensor | None, index: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, Tree]:
    """The logits of a batch of real and of a batch of fake samples, and the discriminator's statistics after both.

    In one pass, which takes less time than two, unless the discriminator looks at its batch as a whole.
    """
    real_key, fake_key = gan.key(Stream.REAL_DROPOUT, index), gan.key(Stream.FAKE_DROPOUT, index)
    if gan.discriminator.per_sample:
        both = tf.concat([real, fake], axis=0)
        logits, statistics = judge(gan, player, both, repeat_labels(labels, 2), real_key)
        real_logits, fake_logits = tf.split(logits, 2)
        return real_logits, fake_logits, statistics
    real_logits, statistics = judge(gan, player, real, labels, real_key)
    fake_logits, statistics = judge(gan, player._replace(statistics=statistics), fake, labels, fake_key)
    return real_logits, fake_logits, statistics


def repeat_labels(labels: tf.Tensor | None, times: int) -> tf.Tensor | None:
    """The labels of so many batches of the same classes, one after the other."""
    return labels if labels is None or times == 1 else tf.tile(labels, [times])


def descend(
    optimizer: Optimizer,
    player: Player,
    gradients: Tree,
    statistics: Tree,
    learning_rate: tf.Tensor,
    controls: Controls,
) -> Player:
    """The player after one update of its parameters."""
    updates = player.updates + 1
    rates = controls.rates(learning_rate)
    parameters, moments = optimizer.update(player.parameters, gradients, player.moments, rates, updates)
    return Player(parameters, statistics, moments, updates)


def average(averaged: Weights, player: Player, controls: Controls) -> Weights:
    """The exponential moving average of a network's weights (Yaz et al. 2019, equation 3), unless its decay is 0."""
    decay = controls.ema_decay

    def mix(old: tf.Tensor, new: tf.Tensor) -> tf.Tensor:
        return decay * old + (1 - decay) * new

    current = Weights(player.parameters, player.statistics)
    return when(controls.uses("ema_decay"), lambda: tf.nest.map_structure(mix, averaged, current), lambda: averaged)


def share(condition: tf.Tensor) -> tf.Tensor:
    """The share of a batch for which `condition` holds."""
    return tf.reduce_mean(tf.cast(condition, tf.float32))


def repeat(
    network: str,
    update: Callable[[Gan, TrainState, Controls, tf.Tensor], Update],
    figure_names: tuple[str, ...],
    gan: Gan,
    state: TrainState,
    controls: Controls,
) -> tuple[TrainState, Found]:
    """Run `update` as often as the network is updated. A frozen one is updated once for its figures, and put back."""
    frozen = controls.frozen(network)

    def body(i: tf.Tensor, state: TrainState, figures: Found) -> tuple[tf.Tensor, TrainState, Found]:
        after, figures, _ = update(gan, state, controls, update_index(state, i))
        return i + 1, keep_players(frozen, state, after), figures

    empty = {name: tf.zeros([]) for name in figure_names}
    count = tf.maximum(controls.steps(network), 1)
    _, state, figures = tf.while_loop(lambda i, state, figures: i < count, body, (tf.constant(0), state, empty))
    return state, figures


def update_index(state: TrainState, i: tf.Tensor | int) -> tf.Tensor:
    """What update number `i` of either network in the next step, from 0, draws its random numbers by."""
    return state.step * UPDATES_PER_STEP + tf.cast(i, tf.int64)


def keep_players(frozen: bool | tf.Tensor, before: TrainState, after: TrainState) -> TrainState:
    """The state after an update, with both players as they were before it where `frozen` is true."""
    if frozen is False:
        return after

    def choose(old: tf.Tensor, new: tf.Tensor) -> tf.Tensor:
        return old if frozen is True or old is new else tf.where(frozen, old, new)

    return after._replace(players=tf.nest.map_structure(choose, before.players, after.players))
