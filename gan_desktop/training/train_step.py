"""One step of a game: its turns, one after the other. In each, one player takes as many updates as its role has.

Everything is a pure function of tensors: the state goes in and comes out, and what is random is keyed by the step. What
an update is, the game says: read `games/gan.py` next, which is algorithm 1 of Goodfellow et al. 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.figures import Figures
from gan_desktop.core.registry import Options
from gan_desktop.core.views import Role
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls, when
from gan_desktop.training.data.dataset import REAL
from gan_desktop.training.networks import Network
from gan_desktop.training.optimizers import Optimizer
from gan_desktop.training.random_streams import PAIR_STREAMS, Stream

if TYPE_CHECKING:
    from gan_desktop.training.optimizers import Moments, Tree

    Found = dict[str, tf.Tensor]

# The updates of a step draw from the keys step * UPDATES_PER_STEP + i. No config allows so many updates a step.
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


Players = Mapping[str, Player]


class TrainState(NamedTuple):
    """All that training changes. `step` counts steps, `batches` the batches of real samples drawn (both int64).

    `averaged` holds the shown maker's weights, averaged over steps; it stands still while `ema_decay` is 0. `kept` is
    whatever else a game keeps from step to step, by player.
    """

    players: dict[str, Player]
    averaged: Weights
    step: tf.Tensor
    batches: tf.Tensor
    kept: dict[str, Tree]

    def with_player(self, name: str, player: Player) -> TrainState:
        """The state with this player in place of the one of that name."""
        return self._replace(players=self.players | {name: player})


class Update(NamedTuple):
    """One update: the state after it, its figures, and the gradients that it followed."""

    state: TrainState
    figures: Found
    gradients: Tree


@dataclass(frozen=True)
class Turn:
    """The part of a step in which one player is updated.

    Attributes:
        player: whose turn it is.
        role: "d" for a judge, "g" for a maker; the player is updated with the steps, rate and optimizer of its role.
        update: (setup, state, opponents, controls, index) to one update. The opponents are the players whom it meets.
        target: the domain that a judge judges, and whose samples a maker makes.
        source: for a maker, the domain whose samples it translates, None if it makes samples from latents; for a judge,
            the domain whose samples it sees beside those that it judges, None if it sees nothing else.
        pair: the number of the pair that it belongs to, from 0; each pair has random numbers of its own.
    """

    player: str
    role: Role
    update: Callable[[Setup, TrainState, Players, Controls, tf.Tensor], Update]
    target: str = REAL
    source: str | None = None
    pair: int = 0


@dataclass(frozen=True)
class Picture:
    """A column of the sample grid, in a game that translates.

    Attributes:
        name: in events and files; the maker's own column is called `core.events.MADE`.
        title: for people.
        domain: the domain that its samples come from.
        path: the makers that translate them, one after the other; if there are none, the samples themselves are shown.
        enlarged: whether they are enlarged to the size of what the maker makes, without any network (bicubic).
        group: the columns of one group belong together; another group begins with samples of its own.
    """

    name: str
    title: str
    domain: str
    path: tuple[str, ...] = ()
    enlarged: bool = False
    group: int = 0


@dataclass(frozen=True)
class Game:
    """What a file in `games/` declares.

    Attributes:
        turns: the turns of a step, in order; each player has one.
        maker: the player whose samples are shown and measured, as samples of the domain `REAL`.
        judge: the player who judges them.
        figures: what each step reports.
        terms: the registered terms in its makers' losses.
        pictures: the columns of the sample grid, in order; none if samples are made from latents.
        is_paired: whether each sample has to belong to a sample of the source.
        kept: makes what the game keeps from step to step besides its players, as it is before the first step.
    """

    turns: tuple[Turn, ...]
    maker: str
    judge: str
    figures: Figures
    terms: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    is_paired: bool = False
    kept: Callable[[Setup], dict[str, Tree]] = lambda setup: {}

    def turn_of(self, player: str) -> Turn:
        """The player's turn."""
        return next(turn for turn in self.turns if turn.player == player)

    def name_of(self, turn: Turn) -> str:
        """The prefix that tells a player's layers from other players' in its role; empty if it is the only one."""
        return "" if [other.role for other in self.turns].count(turn.role) == 1 else f"{turn.player}/"

    def loss_of(self, turn: Turn) -> str:
        """The figure that says what the player of a turn minimises."""
        return next(name for name in self.figures.of(turn.player) if self.figures[name].kind == "loss")

    @property
    def translates(self) -> bool:
        """Whether the maker makes its samples from samples of another domain."""
        return self.turn_of(self.maker).source is not None

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains whose samples are drawn, each once."""
        named = (domain for turn in self.turns for domain in (turn.target, turn.source) if domain is not None)
        return tuple(dict.fromkeys(named))


class Batch(NamedTuple):
    """Real samples, shape (batch, *sample_shape), and their classes if the GAN is conditional, else None."""

    samples: tf.Tensor
    labels: tf.Tensor | None


@dataclass(frozen=True)
class Setup:
    """All that training does not change.

    Attributes:
        networks: each player's.
        optimizers: each role's.
        batches: for each domain, (number) to that batch of real samples, scaled to the generator's output range.
        latents: (stream, index) to a batch of latents, shape (batch, latent_dim).
        key: (stream, index) to the key of whatever else is random.
        d_loss_scale: 1 for a discriminator loss that is the sum of its halves, 1/2 for their mean.
        pack: how many samples the discriminator judges together.
        simultaneous: whether each player meets the others as they were before the step, instead of the updated ones.
        options: the game's own.
        shapes: the shape of one sample of each domain.
    """

    game: Game
    networks: Mapping[str, Network]
    optimizers: Mapping[Role, Optimizer]
    batches: Mapping[str, Callable[[tf.Tensor], Batch]]
    latents: Callable[[Stream, tf.Tensor], tf.Tensor]
    key: Callable[[int, tf.Tensor], tf.Tensor]
    d_loss_scale: float = 1.0
    pack: int = 1
    simultaneous: bool = False
    options: Options = field(default_factory=Options)
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def of_pair(self, number: int) -> Setup:
        """This setup with the random numbers of that pair of players."""
        if number == 0:
            return self
        return replace(self, key=lambda stream, index: self.key(stream + number * PAIR_STREAMS, index))


def train_step(setup: Setup, state: TrainState, controls: Controls) -> tuple[TrainState, tf.Tensor]:
    """Take all turns of the game.

    Returns:
        The new state, and the figures of the last update of each player, shape (len(setup.game.figures),). A player
        with 0 updates is measured all the same, and left as it is.
    """
    before = state.players
    figures: Found = {}
    for turn in setup.game.turns:
        opponents = before if setup.simultaneous else state.players
        state, found = repeat(turn, setup, state, opponents, controls)
        figures |= found
    averaged = average(state.averaged, state.players[setup.game.maker], controls)
    state = state._replace(averaged=averaged, step=state.step + 1)
    return state, tf.stack([figures[name] for name in setup.game.figures])


def repeat(
    turn: Turn, setup: Setup, state: TrainState, opponents: Players, controls: Controls
) -> tuple[TrainState, Found]:
    """Update the player as often as its role says. A frozen one is updated once, for its figures, and put back."""
    frozen = controls.frozen(turn.role)

    def body(i: tf.Tensor, state: TrainState, figures: Found) -> tuple[tf.Tensor, TrainState, Found]:
        after, figures, _ = turn.update(setup, state, opponents, controls, update_index(state, i))
        return i + 1, keep_players(frozen, state, after), figures

    empty = {name: tf.zeros([]) for name in setup.game.figures.of(turn.player)}
    count = tf.maximum(controls.steps(turn.role), 1)
    _, state, figures = tf.while_loop(lambda i, state, figures: i < count, body, (tf.constant(0), state, empty))
    return state, figures


def update_index(state: TrainState, i: tf.Tensor | int) -> tf.Tensor:
    """The index by which update number `i` (from 0) of any player in the next step draws its random numbers."""
    return state.step * UPDATES_PER_STEP + tf.cast(i, tf.int64)


def keep_players(frozen: bool | tf.Tensor, before: TrainState, after: TrainState) -> TrainState:
    """The state after an update; if `frozen`, with all players as they were before it."""
    if frozen is False:
        return after

    def choose(old: tf.Tensor, new: tf.Tensor) -> tf.Tensor:
        return old if frozen is True or old is new else tf.where(frozen, old, new)

    return after._replace(players=tf.nest.map_structure(choose, before.players, after.players))


def descend(setup: Setup, role: Role, player: Player, gradients: Tree, statistics: Tree, controls: Controls) -> Player:
    """The player after one update of its parameters, by the optimizer and the rate of its role."""
    updates = player.updates + 1
    optimizer, rates = setup.optimizers[role], controls.rates(role)
    parameters, moments = optimizer.update(player.parameters, gradients, player.moments, rates, updates)
    return Player(parameters, statistics, moments, updates)


def average(averaged: Weights, player: Player, controls: Controls) -> Weights:
    """The exponential moving average of a network's weights (Yaz et al. 2019, equation 3), unless its decay is 0."""
    decay = controls.ema_decay

    def mix(old: tf.Tensor, new: tf.Tensor) -> tf.Tensor:
        return decay * old + (1 - decay) * new

    current = Weights(player.parameters, player.statistics)
    return when(controls.uses("ema_decay"), lambda: tf.nest.map_structure(mix, averaged, current), lambda: averaged)
