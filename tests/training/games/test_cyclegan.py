"""CycleGAN: without its terms it is two GANs, its terms are those of the paper, and it trains what the config names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import optimizers
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import controls_of, uses_of
from gan_desktop.training.games.cyclegan import BACK, FORWARD, cyclegan
from gan_desktop.training.games.gan import gan
from gan_desktop.training.random_streams import key
from gan_desktop.training.train_step import Batch, Game, Player, Setup, TrainState, Weights, train_step
from gan_desktop.training.trainer import Trainer

BATCH = 6
RNG = np.random.default_rng(3)
SOURCE, TARGET = (RNG.normal(size=(BATCH, 1)).astype(np.float32) for _ in range(2))
# The makers are lines, x -> slope * x + shift; the judges have a weight and no shift.
STARTS = {
    "generator": (0.7, -0.2),
    "generator_back": (1.2, 0.4),
    "discriminator": (0.5,),
    "discriminator_back": (-0.8,),
}


class Line:
    """A maker or a judge with as many numbers as it was given."""

    jit_compile = False
    per_sample = True

    def apply(self, parameters: Any, statistics: Any, inputs: Any, **_: Any) -> tuple[Any, Any]:
        if "shift" in parameters:
            return parameters["slope"] * inputs + parameters["shift"], statistics
        return inputs[:, 0] * parameters["slope"], statistics


def stepped(
    game: Game, config: RunConfig, simultaneous: bool = False
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Every player's numbers after one step of SGD, and the step's figures."""
    sgd = optimizers["sgd"].value()
    setup = Setup(
        game=game,
        networks={turn.player: Line() for turn in game.turns},  # type: ignore[misc]
        optimizers={"d": sgd, "g": sgd},
        batches={
            "source": lambda number: Batch(tf.constant(SOURCE), None),
            "real": lambda number: Batch(tf.constant(TARGET), None),
        },
        latents=lambda stream, index: tf.constant(SOURCE),
        key=lambda stream, index: key(0, stream, index),
        simultaneous=simultaneous,
    )
    players = {}
    for turn in game.turns:
        numbers = dict(zip(("slope", "shift"), map(tf.constant, STARTS[turn.player]), strict=False))
        players[turn.player] = Player(numbers, {}, sgd.init(numbers), tf.constant(0, tf.int64))
    none = tf.constant(0, tf.int64)
    state = TrainState(players, Weights(players["generator"].parameters, {}), none, none, {})
    controls = controls_of(config)._replace(known=uses_of(config))
    after, figures = train_step(setup, state, controls)
    numbers_after = {
        name: [float(value) for value in player.parameters.values()] for name, player in after.players.items()
    }
    return numbers_after, dict(zip(game.figures, figures.numpy().tolist(), strict=True))


def config_of(**changes: Any) -> RunConfig:
    keys = {"optimizer.d_learning_rate": 0.1, "optimizer.g_learning_rate": 0.1, "objective.objective": "least_squares"}
    return replace_keys(RunConfig(), keys | {"game.name": "cyclegan"} | changes)


@pytest.mark.parametrize("simultaneous", [False, True])
def test_without_its_terms_it_is_two_gans(simultaneous: bool) -> None:
    """The forward pair is a GAN whose latents are the samples of the source."""
    alone, told = stepped(gan(), replace_keys(config_of(), {"game.name": "gan"}), simultaneous)
    both, figures = stepped(cyclegan(), config_of(), simultaneous)
    for player, numbers in alone.items():
        assert both[player] == numbers
    assert {name: figures[name] for name in told} == told
    # They are told all the same.
    assert figures["g_cycle"] > 0
    assert figures["g_identity"] > 0
    for player in ("generator_back", "discriminator_back"):
        assert both[player] != list(STARTS[player])


def made(player: tuple[float, ...], samples: np.ndarray) -> np.ndarray:
    return player[0] * samples.astype(np.float64) + player[1]


def cycle_error(there: tuple[float, ...], back: tuple[float, ...]) -> float:
    """Equation 2 of Zhu et al. 2017."""
    first = np.abs(made(back, made(there, SOURCE)) - SOURCE).mean()
    second = np.abs(made(there, made(back, TARGET)) - TARGET).mean()
    return float(first + second)


def test_its_terms_are_those_of_the_paper() -> None:
    weights = {"game.cycle_weight": 10.0, "game.identity_weight": 5.0}
    # Simultaneous: each maker meets the other from before the step.
    after, figures = stepped(cyclegan(), config_of(**weights), simultaneous=True)
    there, back = STARTS["generator"], STARTS["generator_back"]
    assert figures["g_cycle"] == pytest.approx(cycle_error(there, back), rel=1e-5)
    assert figures["g_back_cycle"] == pytest.approx(cycle_error(there, back), rel=1e-5)
    assert figures["g_identity"] == pytest.approx(np.abs(made(there, TARGET) - TARGET).mean(), rel=1e-5)
    assert figures["g_back_identity"] == pytest.approx(np.abs(made(back, SOURCE) - SOURCE).mean(), rel=1e-5)

    def loss(slope: float, shift: float) -> float:
        maker = (slope, shift)
        logits = STARTS["discriminator"][0] * made(maker, SOURCE)
        identity = np.abs(made(maker, TARGET) - TARGET).mean()
        return float(((logits - 1) ** 2 / 2).mean() + 10 * cycle_error(maker, back) + 5 * identity)

    small = 1e-5
    slope, shift = there
    expected = [
        slope - 0.1 * (loss(slope + small, shift) - loss(slope - small, shift)) / (2 * small),
        shift - 0.1 * (loss(slope, shift + small) - loss(slope, shift - small)) / (2 * small),
    ]
    assert after["generator"] == pytest.approx(expected, rel=1e-3)


def test_every_figure_has_a_name_of_its_own() -> None:
    game = cyclegan()
    assert len(game.figures) == 2 * 13
    assert {figure.player for figure in game.figures.values()} == {turn.player for turn in game.turns}
    for way in (FORWARD, BACK):
        assert f"d_{way.prefix}loss" in game.figures.of(way.judge)
        assert f"g_{way.prefix}cycle" in game.figures.of(way.maker)


TINY = {
    "game.name": "cyclegan",
    "game.cycle_weight": 10.0,
    "data.name": "two_domains",
    "data.samples": 96,
    "generator.widths": [8],
    "generator.output_activation": "linear",
    "generator.batch_norm": False,
    "discriminator.widths": [8],
    "training.batch_size": 8,
}


@pytest.mark.usefixtures("quick_compile")
def test_it_trains_and_repeats_and_shows_translations() -> None:
    trainer = Trainer(replace_keys(RunConfig(), TINY))
    inputs = trainer.latents(5)
    assert inputs.shape == (5, 2)
    np.testing.assert_array_equal(inputs, trainer.latents(5))
    source = trainer.data.source
    assert source is not None
    assert source.held_out is not None
    assert all((source.held_out == row).all(axis=1).any() for row in inputs)
    block = trainer.advance(20)
    assert np.isfinite(block.values).all()
    assert block.values.shape == (20, len(trainer.game.figures))
    digest, samples = trainer.weights_digest(), trainer.sample(inputs)
    assert samples.shape == (5, 2)
    # A batch of both domains for each update of the judges.
    assert trainer.epoch == pytest.approx(20 * 8 / 96)
    trainer.reset()
    trainer.advance(7)
    trainer.advance(13)
    assert trainer.weights_digest() == digest


@pytest.mark.usefixtures("quick_compile")
def test_pictures_are_of_the_players_now() -> None:
    trainer = Trainer(replace_keys(RunConfig(), TINY))
    trainer.advance(3)
    given = trainer.given(5)
    assert given is not None
    made = trainer.sample(trainer.latents(5))
    pictures = {picture.name: picture.values for picture in trainer.pictures(given, made)}
    assert list(pictures) == ["source", "made", "there_and_back", "target", "back", "back_and_there"]
    assert pictures["made"] is made
    np.testing.assert_array_equal(pictures["source"], given.source)
    np.testing.assert_array_equal(pictures["target"], given.target)
    # The maker of the way back takes what the maker makes, and the other way round.
    back = pictures["there_and_back"]
    assert back.shape == made.shape
    assert not np.array_equal(back, made)
    assert pictures["back_and_there"].shape == pictures["back"].shape == given.target.shape


def test_it_takes_data_of_two_domains() -> None:
    config = replace_keys(RunConfig(), TINY | {"data.name": "ring", "data.samples": 96})
    with pytest.raises(InputError, match=r"game.name = 'cyclegan': it takes data of two domains, and these have one"):
        Trainer(config)
