"""Sides from one state: equal where nothing differs, and parted exactly after the step at which something does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.commands import Start
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.lockstep import Order, Side
from gan_desktop.core.status import Status
from gan_desktop.training import generating
from gan_desktop.training import lockstep as lockstep_module
from gan_desktop.training.lockstep import Lockstep, make_lockstep
from tests.tiny import DIVERGES
from tests.trainer_pool import lend_trainer, take_back
from tests.training.driving import Driver

Make = Callable[..., RunConfig]
MakeSides = Callable[..., Lockstep]


@pytest.fixture(autouse=True)
def _quick(quick_starts: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the trainers of earlier tests: tracing is what takes time."""
    for module in (lockstep_module, generating):
        monkeypatch.setattr(module, "Trainer", lend_trainer)
    yield
    take_back()


@pytest.fixture
def sides(tiny_config: Make) -> Iterator[MakeSides]:
    """A function from the sides, and changes of the config, to a lockstep at step 0."""
    made: list[Lockstep] = []

    def make(*sides: Side, changes: dict[str, Any] | None = None) -> Lockstep:
        made.append(make_lockstep(Order(tiny_config(changes), None, sides)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def advance_to(lockstep: Lockstep, step: int, most: int = 64) -> None:
    while lockstep.step < step and not lockstep.is_over:
        lockstep.advance(min(most, step - lockstep.step))


def digests(lockstep: Lockstep) -> list[str]:
    return [state.digest for state in lockstep.states()]


def test_a_config_stays_equal_to_itself_for_a_thousand_steps(sides: MakeSides, tiny_config: Make) -> None:
    lockstep = sides(Side({"optimizer.d_learning_rate": tiny_config().optimizer.d_learning_rate}))
    for step in range(100, 1001, 100):
        advance_to(lockstep, step, most=37)
        assert len(set(digests(lockstep))) == 1
    assert lockstep.parted == [None, None]
    one, other = lockstep.samples()
    np.testing.assert_array_equal(other.values, one.values)


@pytest.mark.parametrize("step", [0, 1, 13])
@pytest.mark.parametrize(
    ("key", "value"),
    [("d_learning_rate", 1e-3), ("g_learning_rate", 1e-3), ("d_steps", 2), ("r1_weight", 1.0), ("objective", "hinge")],
)
def test_sides_part_exactly_after_the_step_at_which_one_is_changed(
    sides: MakeSides, key: str, value: Any, step: int
) -> None:
    lockstep = sides(Side(later=(Intervention(step, key, value),)))
    advance_to(lockstep, step)
    assert len(set(digests(lockstep))) == 1
    advance_to(lockstep, step + 1)
    assert len(set(digests(lockstep))) == 2
    again = sides(Side(later=(Intervention(step, key, value),)))
    advance_to(again, 40)
    assert again.parted == [None, step + 1]
    assert again.step == 40


@pytest.mark.parametrize("step", [0, 29, 49])
def test_the_step_is_found_within_a_block(sides: MakeSides, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """The weights of a side are disturbed behind its back, where no control is changed and no block ends."""
    lockstep = sides(Side())
    second = lockstep.trainers[1]
    honest = second.advance

    def disturbed(steps: int) -> MetricsBlock:
        end = second.step + steps
        if second.step <= step < end:
            if second.step < step:
                honest(step - second.step)
            weight = next(iter(second.state.players["generator"].parameters.values()))
            weight.assign(weight + 1e-3)
        return honest(end - second.step)

    monkeypatch.setattr(second, "advance", disturbed)
    advance_to(lockstep, 50)
    assert lockstep.parted == [None, step + 1]
    assert [trainer.step for trainer in lockstep.trainers] == [50, 50]


@pytest.mark.parametrize(
    "values",
    [
        {"training.seed": 1},
        {"training.batch_size": 16},
        {"training.updates": "simultaneous"},
        {"objective.d_loss_halves": "mean"},
        {"latent.latent_distribution": "uniform"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_other_keys_part_at_the_first_step_from_the_same_weights(sides: MakeSides, values: dict[str, Any]) -> None:
    lockstep = sides(Side(values))
    assert len(set(digests(lockstep))) == 1
    advance_to(lockstep, 20)
    assert lockstep.parted == [None, 1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"generator.widths": [16]}, "'generator.widths' cannot differ in lockstep"),
        ({"data.name": "grid"}, "'data.name' cannot differ in lockstep"),
        ({"optimizer.d_optimizer": "sgd"}, "'optimizer.d_optimizer' cannot differ in lockstep"),
        ({"training.batch_size": 97}, "training.batch_size = 97: larger than the data"),
        ({"optimizer.d_learning_rate": -1.0}, "optimizer.d_learning_rate = -1.0: must be"),
    ],
)
def test_what_cannot_begin_at_the_same_state_is_refused(sides: MakeSides, values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match="^" + said.replace(".", r"\.")):
        sides(Side(values))


def test_a_side_that_diverges_stands_still_and_the_others_go_on(sides: MakeSides) -> None:
    start = {"optimizer.d_optimizer": "sgd", "optimizer.d_learning_rate": 1e-3}
    wild = {key: value for key, value in DIVERGES.items() if key != "optimizer.d_optimizer"}
    lockstep = sides(Side(wild), Side(), changes=start)
    advance_to(lockstep, 400)
    _, second, third = lockstep.states()
    assert second.diverged
    assert not third.diverged
    assert lockstep.parted[1] == 1
    assert lockstep.trainers[1].step < lockstep.step == 400
    assert lockstep.advance(5)[1] is None


def test_a_live_control_of_one_side_is_changed_on_the_way(sides: MakeSides) -> None:
    lockstep = sides(Side())
    advance_to(lockstep, 10)
    lockstep.set(1, "g_learning_rate", 1e-3)
    advance_to(lockstep, 20)
    assert lockstep.parted == [None, 11]
    states = lockstep.states()
    assert states[1].changes == (Intervention(10, "g_learning_rate", 1e-3, 2e-4),)
    assert (states[0].config.optimizer.g_learning_rate, states[1].config.optimizer.g_learning_rate) == (2e-4, 1e-3)
    with pytest.raises(InputError, match="cannot change while a run is under way"):
        lockstep.set(1, "training.seed", 1)


def test_from_any_step_of_a_kept_run(driver: Driver, tiny_config: Make, tmp_path: Path) -> None:
    """A is the run itself; a side with another seed has other batches from there on."""
    change = Intervention(20, "g_learning_rate", 5e-3)
    driver.send(Start(tiny_config(), out=tmp_path / "kept", schedule=(change,)))
    driver.wait_status(Status.FINISHED)
    side = Side({"optimizer.d_learning_rate": 1e-3})
    lockstep = make_lockstep(Order(tmp_path / "kept", 15, [Side(), side, Side({"training.seed": 9})]))
    advance_to(lockstep, 30)
    assert (lockstep.begin, lockstep.parted) == (15, [None, None, 16, 16])
    branch = lend_trainer(tiny_config())
    branch.advance(15)
    branch.set("d_learning_rate", 1e-3)
    branch.advance(15)
    assert digests(lockstep)[2] == branch.weights_digest()
    with pytest.raises(InputError, match="all sides begin at step 15"):
        make_lockstep(Order(tmp_path / "kept", 15, [Side(later=(Intervention(3, "d_steps", 2),))]))
    with pytest.raises(InputError, match="has steps 0 to 40"):
        make_lockstep(Order(tmp_path / "kept", 41, [Side()]))
    lockstep.close()
