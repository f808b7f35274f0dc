"""The game of Goodfellow et al. 2014, algorithm 1, with either number of updates adjustable:

repeat d_steps times:  draw real x and latents z, and descend the discriminator's loss on D(x) and D(G(z))
repeat g_steps times:  draw latents z, and descend the generator's loss on D(G(z))
"""

from __future__ import annotations

from gan_desktop.core.figures import Figure, Figures
from gan_desktop.core.registry import games
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls
from gan_desktop.training.data.dataset import REAL
from gan_desktop.training.games.adversarial import judge_update, makers_loss, outputs
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.train_step import Game, Players, Setup, TrainState, Turn, Update, descend

DISCRIMINATOR, GENERATOR = "discriminator", "generator"


def discriminator_update(
    setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of the discriminator on a batch of real and a batch of fake samples of the same classes."""
    batch = setup.batches[REAL](state.batches)
    latents = setup.latents(Stream.D_LATENTS, index)
    key = setup.key(Stream.FAKE_GENERATOR_DROPOUT, index)
    fake, _ = outputs(setup, GENERATOR, opponents[GENERATOR], latents, batch.labels, key)
    drawn = state._replace(batches=state.batches + 1)
    return judge_update(setup, drawn, DISCRIMINATOR, batch, fake, controls, index)


def generator_update(
    setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of the generator on a batch of fresh latents, through the discriminator.

    It is asked for the classes of the last real batch, so that they are as frequent as in the data.
    """
    batch = setup.batches[REAL](tf.maximum(state.batches - 1, 0))
    latents = setup.latents(Stream.G_LATENTS, index)
    player = state.players[GENERATOR]
    loss_of = makers_loss(setup, opponents, DISCRIMINATOR, batch, controls, index)
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        key = setup.key(Stream.G_GENERATOR_DROPOUT, index)
        fake, statistics = outputs(setup, GENERATOR, player, latents, batch.labels, key)
        g_loss = loss_of(fake)
    gradients = tape.gradient(g_loss, player.parameters)
    updated = descend(setup, "g", player, gradients, statistics, controls)
    figures = {"g_loss": g_loss, "g_gradient_norm": tf.linalg.global_norm(list(gradients.values()))}
    return Update(state.with_player(GENERATOR, updated), figures, gradients)


FIGURES = Figures(
    Figure("d_loss", "discriminator loss", DISCRIMINATOR, "loss"),
    Figure("d_loss_real", "discriminator loss on real samples", DISCRIMINATOR, "loss"),
    Figure("d_loss_fake", "discriminator loss on fake samples", DISCRIMINATOR, "loss"),
    Figure("d_penalty", "penalties on the discriminator's slope, not counted in its loss", DISCRIMINATOR, "loss"),
    Figure("g_loss", "generator loss", GENERATOR, "loss"),
    Figure("real_score", "mean sigmoid(D(x)) over real samples", DISCRIMINATOR, "score"),
    Figure("fake_score", "mean sigmoid(D(G(z))) over fake samples", DISCRIMINATOR, "score"),
    Figure("d_accuracy", "share of real and fake samples that the discriminator tells right", DISCRIMINATOR, "score"),
    Figure("real_sign", "mean sign of D(x) over real samples, r_t of StyleGAN2-ADA", DISCRIMINATOR, "score"),
    Figure("d_gradient_norm", "global L2 norm of the discriminator's gradient", DISCRIMINATOR, "norm"),
    Figure("g_gradient_norm", "global L2 norm of the generator's gradient", GENERATOR, "norm"),
)

_GAME = Game(
    turns=(Turn(DISCRIMINATOR, "d", discriminator_update), Turn(GENERATOR, "g", generator_update)),
    maker=GENERATOR,
    judge=DISCRIMINATOR,
    figures=FIGURES,
)


@games.register("gan", title="GAN")
def gan() -> Game:
    """A generator makes samples from latents, a discriminator tells them from real ones (Goodfellow et al. 2014)."""
    return _GAME
