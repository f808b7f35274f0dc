"""CycleGAN (Zhu et al. 2017): two domains, X and Y, of which no sample of one belongs to a sample of the other.

Two makers translate, G: X -> Y and F: Y -> X, and each has a judge: D_Y tells G(x) from y, D_X tells F(y) from x.

    repeat d_steps times:  draw x and y, and descend each judge's loss, D_Y's on y and G(x), D_X's on x and F(y)
    repeat g_steps times:  descend each maker's adversarial loss and, equation 3,
                           cycle_weight    * (E|F(G(x)) - x| + E|G(F(y)) - y|)       equation 2
                           identity_weight *  E|G(y) - y|,  for F  E|F(x) - x|       section 5.2

G and D_Y are the forward pair; the figures without `back` are theirs. With both weights 0 the pairs have nothing to do
with each other: they are two GANs whose latents are samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gan_desktop.core.events import MADE
from gan_desktop.core.figures import Figure, FigureKind, Figures
from gan_desktop.core.registry import Options, games
from gan_desktop.core.sections import Count
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls
from gan_desktop.training.data.dataset import REAL, SOURCE
from gan_desktop.training.games.adversarial import judge_update, makers_loss
from gan_desktop.training.games.pool import empty_pool, through_pool
from gan_desktop.training.games.terms import cycle, identity
from gan_desktop.training.games.translation import translate
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.train_step import (
    Game,
    Picture,
    Players,
    Setup,
    TrainState,
    Turn,
    Update,
    descend,
    update_index,
)

if TYPE_CHECKING:
    from gan_desktop.training.optimizers import Tree

X, Y = SOURCE, REAL


class CycleGanOptions(Options):
    """What the judges remember."""

    pool: Annotated[Count, Field(ge=0, le=10_000)] = Field(
        50,
        title="Pool of fakes",
        description="How many earlier fakes are kept for each judge, which sees one of them instead of a new fake half "
        "of the time (Shrivastava et al. 2017); 0 is off.",
    )


@dataclass(frozen=True)
class Direction:
    """One way between the domains.

    Attributes:
        maker: translates from `source` to `target`; `inverse` is the maker of the way back.
        judge: tells its translations from the samples of `target`.
        prefix: stands in the names of its figures, after d_ or g_.
        title: the target's name for people.
        pair: the number of its pair, which gives it random numbers of its own.
    """

    maker: str
    inverse: str
    judge: str
    source: str
    target: str
    prefix: str
    title: str
    pair: int


FORWARD = Direction("generator", "generator_back", "discriminator", X, Y, "", "the target domain", 0)
BACK = Direction("generator_back", "generator", "discriminator_back", Y, X, "back_", "the source domain", 1)
WAYS = (FORWARD, BACK)


def judges_update(
    way: Direction, setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of a judge, on a batch of its domain and on the translation of a batch of the other domain."""
    setup = setup.of_pair(way.pair)
    # Both judges see the same batches of a step; the turn of the second one counts them.
    number = state.batches if way is BACK else state.batches + index - update_index(state, 0)
    batch = setup.batches[way.target](number)
    fake, _ = translate(setup, way.maker, opponents[way.maker], setup.batches[way.source](number).samples, index)
    if way.judge in state.kept:
        keys = setup.key(Stream.POOL_PLACES, index), setup.key(Stream.POOL_COINS, index)
        fake, pool = through_pool(state.kept[way.judge], fake, *keys)
        state = state._replace(kept=state.kept | {way.judge: pool})
    drawn = state._replace(batches=state.batches + 1) if way is BACK else state
    return judge_update(setup, drawn, way.judge, batch, fake, controls, index, way.prefix)


def makers_update(
    way: Direction, setup: Setup, state: TrainState, opponents: Players, controls: Controls, index: tf.Tensor
) -> Update:
    """One update of a maker: its judge should take its translations for real, and the way back should undo them."""
    setup = setup.of_pair(way.pair)
    number = tf.maximum(state.batches - 1, 0)
    source, target = setup.batches[way.source](number).samples, setup.batches[way.target](number)
    player, inverse = state.players[way.maker], opponents[way.inverse]
    adversarial = makers_loss(setup, opponents, way.judge, target, controls, index)
    cycle_weight, identity_weight = controls.term_weight("cycle"), controls.term_weight("identity")
    with tf.GradientTape() as tape:
        tape.watch(player.parameters)
        fake, statistics = translate(setup, way.maker, player, source, index)
        loss = g_loss = adversarial(fake)
        # Both errors are reported even if their weights are 0, for that is when they grow.
        there_and_back, _ = translate(setup, way.inverse, inverse, fake, index)
        other, _ = translate(setup, way.inverse, inverse, target.samples, index)
        back_and_there, _ = translate(setup, way.maker, player, other, index)
        cycle_error = cycle(source, there_and_back) + cycle(target.samples, back_and_there)
        identity_error = identity(target.samples, translate(setup, way.maker, player, target.samples, index)[0])
        if cycle_weight is not None:
            loss += cycle_weight * cycle_error
        if identity_weight is not None:
            loss += identity_weight * identity_error
    gradients = tape.gradient(loss, player.parameters)
    updated = descend(setup, "g", player, gradients, statistics, controls)
    figures = {
        f"g_{way.prefix}loss": g_loss,
        f"g_{way.prefix}cycle": cycle_error,
        f"g_{way.prefix}identity": identity_error,
        f"g_{way.prefix}gradient_norm": tf.linalg.global_norm(list(gradients.values())),
    }
    return Update(state.with_player(way.maker, updated), figures, gradients)


def pools(setup: Setup) -> dict[str, Tree]:
    """An empty pool of earlier fakes for each judge; no pools if the game's option `pool` is 0."""
    size = setup.options.pool if isinstance(setup.options, CycleGanOptions) else 0
    return {way.judge: empty_pool(size, setup.shapes[way.target]) for way in WAYS if size}


# The figures of an update by their names: meaning and kind.
Told = dict[str, tuple[str, FigureKind]]
JUDGES: Told = {
    "d_{prefix}loss": ("loss of the judge of {domain}", "loss"),
    "d_{prefix}loss_real": ("loss of the judge of {domain} on real samples", "loss"),
    "d_{prefix}loss_fake": ("loss of the judge of {domain} on translations", "loss"),
    "d_{prefix}penalty": ("slope penalties of the judge of {domain}, not counted in its loss", "loss"),
    "{prefix}real_score": ("mean sigmoid(logit) of the judge of {domain} over real samples", "score"),
    "{prefix}fake_score": ("mean sigmoid(logit) of the judge of {domain} over translations", "score"),
    "d_{prefix}accuracy": ("share of samples that the judge of {domain} tells right", "score"),
    "{prefix}real_sign": ("mean sign of the logit of the judge of {domain} over real samples", "score"),
    "d_{prefix}gradient_norm": ("global L2 norm of the gradient of the judge of {domain}", "norm"),
}
MAKERS: Told = {
    "g_{prefix}loss": ("adversarial loss of the maker of {domain}", "loss"),
    "g_{prefix}cycle": ("cycle error of the maker of {domain}, both ways, without its weight", "loss"),
    "g_{prefix}identity": ("identity error of the maker of {domain}, without its weight", "loss"),
    "g_{prefix}gradient_norm": ("global L2 norm of the gradient of the maker of {domain}", "norm"),
}


def figures_of(way: Direction) -> list[Figure]:
    """The figures of one direction as they are declared."""
    told = {way.judge: JUDGES, way.maker: MAKERS}
    return [
        Figure(name.format(prefix=way.prefix), meaning.format(domain=way.title), player, kind)
        for player, names in told.items()
        for name, (meaning, kind) in names.items()
    ]


_GAME = Game(
    turns=(
        *(Turn(way.judge, "d", partial(judges_update, way), way.target, pair=way.pair) for way in WAYS),
        *(Turn(way.maker, "g", partial(makers_update, way), way.target, way.source, way.pair) for way in WAYS),
    ),
    maker=FORWARD.maker,
    judge=FORWARD.judge,
    figures=Figures(*figures_of(FORWARD), *figures_of(BACK)),
    terms=("cycle", "identity"),
    pictures=(
        Picture("source", "x", X),
        Picture(MADE, "G(x)", X, (FORWARD.maker,)),
        Picture("there_and_back", "F(G(x))", X, (FORWARD.maker, BACK.maker)),
        Picture("target", "y", Y, group=1),
        Picture("back", "F(y)", Y, (BACK.maker,), group=1),
        Picture("back_and_there", "G(F(y))", Y, (BACK.maker, FORWARD.maker), group=1),
    ),
    kept=pools,
)


@games.register("cyclegan", title="CycleGAN", options=CycleGanOptions)
def cyclegan() -> Game:
    """Two makers translate between two domains, each way undoing the other; no pairs are needed (Zhu et al. 2017)."""
    return _GAME
