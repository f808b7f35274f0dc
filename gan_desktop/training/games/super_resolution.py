"""Super-resolution (SRGAN, Ledig et al. 2017): the maker G enlarges a small image x, the judge D tells G(x) from y.

    repeat d_steps times:  draw pairs (x, y), and descend the judge's loss on y and G(x)
    repeat g_steps times:  descend the maker's adversarial loss + content_weight * E(y - G(x))^2      equations 3 and 4

By the content error alone, the best answer is the mean of all images that x may come from, which is blurred. The judge
knows that no real image looks so. The more the content error weighs, the nearer G's images are to the true pixels, and
the smoother they are.
"""

from __future__ import annotations

from gan_desktop.core.events import MADE
from gan_desktop.core.figures import Figure, Figures
from gan_desktop.core.registry import Options, games
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls
from gan_desktop.training.data.dataset import REAL, SOURCE
from gan_desktop.training.games.adversarial import judge_update, makers_loss
from gan_desktop.training.games.gan import DISCRIMINATOR, FIGURES, GENERATOR
from gan_desktop.training.games.terms import content
from gan_desktop.training.games.translation import Source, pairs, translate
from gan_desktop.training.train_step import Game, Picture, Players, Setup, TrainState, Turn, Update, descend


class SuperResolutionOptions(Options):
    """Where the small images come from."""

    source: Source = "half_size"


def discriminator_update(
    setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of the discriminator on a batch of real images and on enlargements of the small ones."""
    source, target = pairs(setup, state.batches)
    fake, _ = translate(setup, GENERATOR, opponents[GENERATOR], source, index)
    drawn = state._replace(batches=state.batches + 1)
    return judge_update(setup, drawn, DISCRIMINATOR, target, fake, controls, index)


def generator_update(
    setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of the generator on the last batch: the judge should believe it, its pixels should be true."""
    source, target = pairs(setup, tf.maximum(state.batches - 1, 0))
    player = state.players[GENERATOR]
    adversarial = makers_loss(setup, opponents, DISCRIMINATOR, target, controls, index)
    weight = controls.term_weight("content")
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        fake, statistics = translate(setup, GENERATOR, player, source, index)
        loss = g_loss = adversarial(fake)
        error = content(target.samples, fake)
        if weight is not None:
            loss += weight * error
    gradients = tape.gradient(loss, player.parameters)
    updated = descend(setup, "g", player, gradients, statistics, controls)
    figures = {
        "g_loss": g_loss,
        "g_content": error,
        "g_gradient_norm": tf.linalg.global_norm(list(gradients.values())),
    }
    return Update(state.with_player(GENERATOR, updated), figures, gradients)


_GAME = Game(
    turns=(
        Turn(DISCRIMINATOR, "d", discriminator_update),
        Turn(GENERATOR, "g", generator_update, REAL, SOURCE),
    ),
    maker=GENERATOR,
    judge=DISCRIMINATOR,
    figures=Figures(
        *FIGURES.values(),
        Figure("g_content", "mean squared error of enlarged images, without its weight", GENERATOR, "loss"),
    ),
    terms=("content",),
    pictures=(
        Picture("source", "Low", SOURCE),
        Picture("bicubic", "Bicubic", SOURCE, enlarged=True),
        Picture(MADE, "Made", SOURCE, (GENERATOR,)),
        Picture("target", "Real", REAL),
    ),
    is_paired=True,
)


@games.register("super_resolution", title="Super-resolution", options=SuperResolutionOptions)
def super_resolution() -> Game:
    """A generator enlarges small images; a discriminator tells them from real ones (SRGAN, Ledig et al. 2017)."""
    return _GAME
