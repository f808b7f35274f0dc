"""Paired translation and super-resolution: their losses are the papers', and what they need of the data."""

from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import parse_assignments, replace_keys
from gan_desktop.training.data.dataset import REAL, SOURCE
from gan_desktop.training.trainer import Trainer

TINY = {
    "data.samples": 40,
    "generator.widths": [8],
    "generator.batch_norm": False,
    "discriminator.widths": [8],
    "training.batch_size": 8,
}
TERMS = {"translation": "pixel", "super_resolution": "content"}


def trainer_of(game: str, **changes: Any) -> Trainer:
    return Trainer(replace_keys(RunConfig(), TINY | {"game.name": game} | changes))


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize(("game", "term"), TERMS.items())
def test_its_term_is_that_of_the_paper(game: str, term: str) -> None:
    """With a rate so small that nothing moves, the figure is the error of the translations of the batch."""
    rates = {"optimizer.d_learning_rate": 1e-12, "optimizer.g_learning_rate": 1e-12}
    trainer = trainer_of(game, **rates, **{"training.batch_size": 40, f"game.{term}_weight": 7.0})
    data = trainer.data
    assert data.source is not None
    assert data.paired
    everything = np.arange(40)
    sources = trainer.scaling.to_network(data.source.take(everything))
    made = trainer.scaling.to_network(trainer.sample(sources))
    off = made.astype(np.float64) - trainer.scaling.to_network(data.take(everything))
    wanted = np.abs(off).mean() if term == "pixel" else (off**2).mean()
    # All of the data are in every batch.
    assert trainer.advance(1).last()[f"g_{term}"] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize("game", TERMS)
def test_pairs_stay_together_in_batches(game: str) -> None:
    trainer = trainer_of(game)
    probe = trainer.probe(with_batches=True)
    for number in range(7):
        source, target = (probe.setup.batches[name](np.int64(number)).samples.numpy() for name in (SOURCE, REAL))
        if game == "super_resolution":
            np.testing.assert_allclose(source, target.reshape(-1, 4, 2, 4, 2, 1).mean((2, 4)), atol=1e-6)
        else:
            # An outline is dark where its image is brightest.
            assert (source[target >= target.max((1, 2, 3), keepdims=True)] == -1).all()


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize(("game", "term"), TERMS.items())
def test_the_term_is_followed_by_its_weight(game: str, term: str) -> None:
    errors = []
    for weight in (0.0, 1000.0):
        trainer = trainer_of(game, **{f"game.{term}_weight": weight, "optimizer.g_learning_rate": 3e-3})
        errors.append(float(trainer.advance(150).column(f"g_{term}")[-30:].mean()))
    assert errors[1] < 0.8 * errors[0]


@pytest.mark.usefixtures("quick_compile")
def test_the_judge_sees_the_source_beside_its_sample() -> None:
    trainer = trainer_of("translation")
    given = trainer.given(6)
    assert given is not None
    probe = trainer.probe()
    told = probe.logits(given.target, None, given.source)
    assert told.shape == (6,)
    assert not np.allclose(told, probe.logits(given.target, None, given.source[::-1]))


@pytest.mark.usefixtures("quick_compile")
def test_super_resolution_shows_what_is_enlarged_without_a_network() -> None:
    trainer = trainer_of("super_resolution", **{"game.source": "quarter_size"})
    given = trainer.given(3)
    assert given is not None
    pictures = trainer.pictures(given, trainer.sample(trainer.latents(3)))
    large = (3, 8, 8, 1)
    # Side by side in this order: what is given, what no network makes of it, what ours does, and what was to be made.
    assert [(picture.name, picture.values.shape) for picture in pictures] == [
        ("source", (3, 2, 2, 1)),
        ("bicubic", large),
        ("made", large),
        ("target", large),
    ]


def test_another_game_drops_the_weights_that_it_does_not_have() -> None:
    config = replace_keys(
        RunConfig(), {"game.name": "cyclegan", "game.cycle_weight": 10.0, "game.identity_weight": 5.0}
    )
    assert set(replace_keys(config, {"game.name": "gan"}).game.term_weights) == {0.0}
    # One that is asked for is refused all the same.
    with pytest.raises(InputError, match=r"game.cycle_weight = 3: the game 'translation' has no such term"):
        replace_keys(config, {"game.name": "translation", "game.cycle_weight": 3.0})
    changed = parse_assignments(["cycle_weight=0", "game.name=gan"], config)
    assert replace_keys(config, changed).game.name == "gan"


@pytest.mark.parametrize("family", ["dcgan", "residual"])
def test_families_that_make_images_of_latents_are_refused(family: str) -> None:
    changes = TINY | {"game.name": "super_resolution"}
    changes.pop("generator.widths")
    config = replace_keys(
        RunConfig(), {"generator.family": family} | {k: v for k, v in changes.items() if k != "generator.batch_norm"}
    )
    with pytest.raises(
        InputError, match=f"generator.family = '{family}': makes images of latents, .*; allowed: mlp, translator"
    ):
        Trainer(config)


REFUSED = {
    "of two sizes": ({"game.name": "translation", "game.source": "half_size"}, "its judge sees each source beside"),
    "of points": ({"game.name": "translation", "data.name": "ring"}, "game.source = 'outline'"),
    "no pairs": ({"game.name": "translation", "game.source": "given", "data.name": "two_domains"}, "it takes pairs"),
    "no source": ({"game.name": "super_resolution", "game.source": "given"}, "the data have no source of their own"),
    "no such source": ({"game.name": "translation", "game.source": "outlines"}, "did you mean 'outline'"),
    "another game": ({"game.name": "gan", "game.source": "outline"}, "source"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses(case: str) -> None:
    changes, message = REFUSED[case]
    with pytest.raises(InputError, match=message):
        Trainer(replace_keys(RunConfig(), TINY | changes))
