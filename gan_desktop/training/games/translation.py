"""Paired translation (pix2pix, Isola et al. 2017): each sample y of the data belongs to a source x.

The maker G translates x, and the judge D sees x beside what it judges: it tells (x, y) from (x, G(x)).

    repeat d_steps times:  draw pairs (x, y), and descend the judge's loss on (x, y) and (x, G(x))
    repeat g_steps times:  descend the maker's adversarial loss + pixel_weight * E|y - G(x)|      equations 3 and 4

The paper's z is dropout in G, here only in training. Without it G is a function of x, which the paper found as good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gan_desktop.core.events import MADE
from gan_desktop.core.figures import Figure, Figures
from gan_desktop.core.registry import Options, degradations, games
from gan_desktop.core.sections import OneOf
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls
from gan_desktop.training.data.dataset import REAL, SOURCE
from gan_desktop.training.games.adversarial import judge_update, makers_loss, outputs
from gan_desktop.training.games.gan import DISCRIMINATOR, FIGURES, GENERATOR
from gan_desktop.training.games.terms import pixel
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.train_step import (
    Batch,
    Game,
    Picture,
    Player,
    Players,
    Setup,
    TrainState,
    Turn,
    Update,
    descend,
)

if TYPE_CHECKING:
    from gan_desktop.training.optimizers import Tree


# An option of every game that is played with pairs.
Source = Annotated[
    str,
    OneOf(degradations),
    Field(title="Source", description="What the generator is given of each image, and is to make it of."),
]


class TranslationOptions(Options):
    """Where the pairs come from."""

    source: Source = "outline"


def discriminator_update(
    setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of the discriminator, which sees sources beside their samples and beside their translations."""
    source, target = pairs(setup, state.batches)
    fake, _ = translate(setup, GENERATOR, opponents[GENERATOR], source, index)
    drawn = state._replace(batches=state.batches + 1)
    shown = target._replace(samples=beside(target.samples, source))
    return judge_update(setup, drawn, DISCRIMINATOR, shown, beside(fake, source), controls, index)


def generator_update(
    setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of the generator on the last batch of pairs: the judge should believe it, and it should meet y."""
    source, target = pairs(setup, tf.maximum(state.batches - 1, 0))
    player = state.players[GENERATOR]
    shown = target._replace(samples=beside(target.samples, source))
    adversarial = makers_loss(setup, opponents, DISCRIMINATOR, shown, controls, index)
    weight = controls.term_weight("pixel")
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        fake, statistics = translate(setup, GENERATOR, player, source, index)
        loss = g_loss = adversarial(beside(fake, source))
        error = pixel(target.samples, fake)
        if weight is not None:
            loss += weight * error
    gradients = tape.gradient(loss, player.parameters)
    updated = descend(setup, "g", player, gradients, statistics, controls)
    figures = {
        "g_loss": g_loss,
        "g_pixel": error,
        "g_gradient_norm": tf.linalg.global_norm(list(gradients.values())),
    }
    return Update(state.with_player(GENERATOR, updated), figures, gradients)


def pairs(setup: Setup, number: tf.Tensor) -> tuple[tf.Tensor, Batch]:
    """A batch of sources, and the samples that belong to them."""
    return setup.batches[SOURCE](number).samples, setup.batches[REAL](number)


def translate(setup: Setup, name: str, player: Player, samples: tf.Tensor, index: tf.Tensor) -> tuple[tf.Tensor, Tree]:
    """A maker's translations of samples of its source, and its statistics after that batch."""
    return outputs(setup, name, player, samples, None, setup.key(Stream.G_GENERATOR_DROPOUT, index))


def beside(samples: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """Samples with their sources as further channels, for a judge who sees what the samples were made from."""
    return tf.concat([samples, source], axis=-1)


_GAME = Game(
    turns=(
        Turn(DISCRIMINATOR, "d", discriminator_update, REAL, SOURCE),
        Turn(GENERATOR, "g", generator_update, REAL, SOURCE),
    ),
    maker=GENERATOR,
    judge=DISCRIMINATOR,
    figures=Figures(
        *FIGURES.values(),
        Figure("g_pixel", "mean absolute error of translations, without its weight", GENERATOR, "loss"),
    ),
    terms=("pixel",),
    pictures=(
        Picture("source", "Source", SOURCE),
        Picture(MADE, "Made", SOURCE, (GENERATOR,)),
        Picture("target", "Real", REAL),
    ),
    is_paired=True,
)


@games.register("translation", title="Paired translation", options=TranslationOptions)
def translation() -> Game:
    """A generator makes each image from its source, such as its outline; D sees both (pix2pix, Isola et al. 2017)."""
    return _GAME
