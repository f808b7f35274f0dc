"""Settings that make no sense together: refused at the start, and while a run is under way."""

from __future__ import annotations

from typing import Any

import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import check_control, current_controls
from gan_desktop.core.keys import replace_keys

SMOOTHING = "regularization.label_smoothing"
PACKING = "regularization.packing"


@pytest.mark.parametrize(
    ("changes", "key", "sentence"),
    [
        (
            {"objective.objective": "wasserstein", SMOOTHING: 0.1},
            SMOOTHING,
            "regularization.label_smoothing = 0.1: the objective 'wasserstein' has no targets to smooth; "
            "those that do: non_saturating, minimax, least_squares, hinge",
        ),
        ({PACKING: 3}, PACKING, "regularization.packing = 3: must divide training.batch_size = 64"),
        (
            {PACKING: 2, "data.conditional": True},
            PACKING,
            "regularization.packing = 2: cannot go with data.conditional: a pack would mix classes",
        ),
    ],
)
def test_a_combination_is_refused_in_one_sentence(changes: dict[str, Any], key: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        replace_keys(RunConfig(), changes)
    assert (str(refused.value), refused.value.key) == (sentence, key)


def test_a_live_change_into_one_is_refused_too() -> None:
    smoothed = replace_keys(RunConfig(), {SMOOTHING: 0.1})
    for objective in ("wasserstein", "relativistic"):
        with pytest.raises(InputError, match="no targets to smooth"):
            check_control(smoothed, "objective", objective)
    assert check_control(smoothed, "objective", "hinge")[0] == "objective"


@pytest.mark.parametrize("packing", [0, 1])
def test_a_pack_of_one_is_no_pack(packing: int) -> None:
    config = replace_keys(RunConfig(), {PACKING: packing, "data.conditional": True})
    assert config.regularization.pack == 1


def test_a_term_of_another_game_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        replace_keys(RunConfig(), {"game.cycle_weight": 10.0})
    assert str(refused.value) == ("game.cycle_weight = 10: the game 'gan' has no such term; those that do: cyclegan")
    played = replace_keys(RunConfig(), {"game.name": "cyclegan", "game.cycle_weight": 10.0})
    assert current_controls(played)["cycle_weight"] == 10


def test_a_game_that_translates_asks_for_no_class() -> None:
    with pytest.raises(InputError, match="the game 'cyclegan' translates, and asks for no class"):
        replace_keys(RunConfig(), {"game.name": "cyclegan", "data.conditional": True})
