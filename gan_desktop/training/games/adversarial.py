"""One adversarial pair: a judge who tells real samples from fakes, and a maker who follows the judge's gradient.

Everything that such pairs share is here: noise on what the judge sees, packing, the objective, penalties and
clipping. A game says which pairs there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls, when
from gan_desktop.training.games.objectives import chosen_losses
from gan_desktop.training.games.penalties import Seen, add_penalties
from gan_desktop.training.games.regularization import clip_weights, instance_noise, pack_samples, packed_shape
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.train_step import Batch, Player, Players, Setup, TrainState, Update, descend

if TYPE_CHECKING:
    from gan_desktop.training.optimizers import Tree


def judge_update(
    setup: Setup,
    state: TrainState,
    name: str,
    batch: Batch,
    fake: tf.Tensor,
    controls: Controls,
    index: tf.Tensor,
    prefix: str = "",
) -> Update:
    """One update of a judge on a batch of real and a batch of fake samples of the same classes.

    Args:
        prefix: what tells the judge's figures from the figures of another judge in the game.
    """
    real, labels = batch
    real_noise, fake_noise = draw_noise(setup, real, controls, setup.key(Stream.D_NOISE, index))
    real, fake = as_seen(setup, real, real_noise), as_seen(setup, fake, fake_noise)
    player = state.players[name]
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        real_logits, fake_logits, statistics = judge_both(setup, name, player, real, fake, labels, index)
        losses = chosen_losses(controls.objective_place(), real_logits, fake_logits, controls.smoothing())
        loss = setup.d_loss_scale * (losses.d_loss_real + losses.d_loss_fake)
    gradients = tape.gradient(loss, player.parameters)

    def penalised(parameters: Tree, points: tf.Tensor) -> tf.Tensor:
        asked = repeat_labels(labels, points.shape[0] // real.shape[0])
        key = setup.key(Stream.PENALTY_DROPOUT, index)
        return judge(setup, name, player._replace(parameters=parameters), points, asked, key)[0]

    seen = Seen(real, fake, setup.key(Stream.PENALTY_POINTS, index))
    together = setup.networks[name].per_sample
    gradients, penalty = add_penalties(gradients, controls, penalised, player.parameters, seen, together=together)
    updated = descend(setup, "d", player, gradients, statistics, controls)
    if controls.uses("weight_clip") is not False:
        updated = updated._replace(parameters=clip_weights(updated.parameters, controls.weight_clip))
    figures = {
        f"d_{prefix}loss": loss,
        f"d_{prefix}loss_real": losses.d_loss_real,
        f"d_{prefix}loss_fake": losses.d_loss_fake,
        f"d_{prefix}penalty": penalty,
        f"{prefix}real_score": tf.reduce_mean(tf.sigmoid(real_logits)),
        f"{prefix}fake_score": tf.reduce_mean(tf.sigmoid(fake_logits)),
        f"d_{prefix}accuracy": (share(real_logits > 0) + share(fake_logits < 0)) / 2,
        f"{prefix}real_sign": tf.reduce_mean(tf.sign(real_logits)),
        f"d_{prefix}gradient_norm": tf.linalg.global_norm(list(gradients.values())),
    }
    return Update(state.with_player(name, updated), figures, gradients)


def makers_loss(
    setup: Setup, opponents: Players, name: str, batch: Batch, controls: Controls, index: tf.Tensor
) -> Callable[[tf.Tensor], tf.Tensor]:
    """The function from a batch of fakes to the maker's loss, as the judge `name` sees them.

    Args:
        batch: real samples of the same classes as the fakes. A relative objective compares the fakes with them; other
            objectives do not judge them at all.
    """
    real, labels = batch
    opponent = opponents[name]
    real_noise, fake_noise = draw_noise(setup, real, controls, setup.key(Stream.G_NOISE, index))
    real_key, fake_key = setup.key(Stream.G_REAL_DROPOUT, index), setup.key(Stream.G_FAKE_DROPOUT, index)

    def loss(fake: tf.Tensor) -> tf.Tensor:
        fake_logits, _ = judge(setup, name, opponent, as_seen(setup, fake, fake_noise), labels, fake_key)
        real_logits = when(
            controls.compares(),
            lambda: judge(setup, name, opponent, as_seen(setup, real, real_noise), labels, real_key)[0],
            lambda: tf.zeros_like(fake_logits),
        )
        return chosen_losses(controls.objective_place(), real_logits, fake_logits, None).g_loss

    return loss


def draw_noise(
    setup: Setup, samples: tf.Tensor, controls: Controls, key: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor] | tuple[None, None]:
    """Instance noise for a batch of real and one of fake samples, as the judge sees them; None if it is off."""
    on = controls.uses("instance_noise")
    if on is False:
        return None, None
    shape = (2, samples.shape[0] // setup.pack, *packed_shape(tuple(samples.shape[1:]), setup.pack))
    drawn = when(on, lambda: instance_noise(shape, controls.instance_noise, key), lambda: tf.zeros(shape))
    return drawn[0], drawn[1]


def as_seen(setup: Setup, samples: tf.Tensor, noise: tf.Tensor | None) -> tf.Tensor:
    """Samples as the judge is shown them: packed, and with noise."""
    packed = pack_samples(samples, setup.pack)
    return packed if noise is None else packed + noise


def judge(
    setup: Setup, name: str, player: Player, samples: tf.Tensor, labels: tf.Tensor | None, key: tf.Tensor
) -> tuple[tf.Tensor, Tree]:
    """The judge's logits, shape (batch / pack,) or a map for each, and its statistics after this batch."""
    return outputs(setup, name, player, samples, labels, key)


def outputs(
    setup: Setup, name: str, player: Player, inputs: tf.Tensor, labels: tf.Tensor | None, key: tf.Tensor
) -> tuple[tf.Tensor, Tree]:
    """A player's outputs for a batch in training, normalised by that batch, and its statistics after it."""
    network = setup.networks[name]
    return network.apply(player.parameters, player.statistics, inputs, training=True, labels=labels, key=key)


def judge_both(
    setup: Setup,
    name: str,
    player: Player,
    real: tf.Tensor,
    fake: tf.Tensor,
    labels: tf.Tensor | None,
    index: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor, Tree]:
    """The logits of a batch of real and of a batch of fake samples, and the judge's statistics after both.

    It takes one pass, which is quicker than two, unless the judge looks at its batch as a whole.
    """
    real_key, fake_key = setup.key(Stream.REAL_DROPOUT, index), setup.key(Stream.FAKE_DROPOUT, index)
    if setup.networks[name].per_sample:
        both = tf.concat([real, fake], axis=0)
        logits, statistics = judge(setup, name, player, both, repeat_labels(labels, 2), real_key)
        real_logits, fake_logits = tf.split(logits, 2)
        return real_logits, fake_logits, statistics
    real_logits, statistics = judge(setup, name, player, real, labels, real_key)
    fake_logits, statistics = judge(setup, name, player._replace(statistics=statistics), fake, labels, fake_key)
    return real_logits, fake_logits, statistics


def repeat_labels(labels: tf.Tensor | None, times: int) -> tf.Tensor | None:
    """The labels repeated for `times` batches of the same classes, one after the other."""
    return labels if labels is None or times == 1 else tf.tile(labels, [times])


def share(condition: tf.Tensor) -> tf.Tensor:
    """The share of a batch for which `condition` holds."""
    return tf.reduce_mean(tf.cast(condition, tf.float32))
