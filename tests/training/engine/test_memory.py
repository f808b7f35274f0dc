"""What ended runs leave: nothing but what the next one takes up."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training.engine import memory
from gan_desktop.training.engine.reuse import trains_alike
from gan_desktop.training.engine.run import Run
from gan_desktop.training.trainer import Trainer
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_compile")
Tiny = Callable[..., RunConfig]
KINDS = (Trainer, Run, Reference)


def noting(init: Any, found: list[weakref.ref[Any]]) -> Any:
    def noted(self: Any, *arguments: Any, **named: Any) -> None:
        found.append(weakref.ref(self))
        init(self, *arguments, **named)

    return noted


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[type, list[weakref.ref[Any]]]:
    """Every trainer, run and reference that is made from here on, in order, without holding it."""
    found: dict[type, list[weakref.ref[Any]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        monkeypatch.setattr(kind, "__init__", noting(kind.__init__, found[kind]))
    return found


def alive(references: list[weakref.ref[Any]]) -> list[int]:
    """The numbers of those that are."""
    return [number for number, reference in enumerate(references) if reference() is not None]


def compiled() -> int:
    """How many traced functions there are."""
    return sum(type(thing).__name__ == "ConcreteFunction" for thing in gc.get_objects())


def test_an_ended_run_is_forgotten_when_another_is_started(
    driver: Driver, tiny_config: Tiny, made: dict[type, list[weakref.ref[Any]]]
) -> None:
    counts = []
    for width in (8, 9, 10):
        driver.send(commands.Start(tiny_config({"generator.widths": [width]})))
        driver.wait_status(Status.FINISHED)
        gc.collect()
        counts.append(compiled())
    assert counts[2] == counts[1] <= counts[0]
    assert alive(made[Trainer]) == [2]
    assert alive(made[Run]) == [2]
    assert alive(made[Reference]) == [len(made[Reference]) - 1]


def test_what_trained_a_run_trains_the_next_one_of_its_kind(
    driver: Driver, tiny_config: Tiny, made: dict[type, list[weakref.ref[Any]]]
) -> None:
    """With the digest that a trainer of its own gives."""
    other = {
        "optimizer.g_learning_rate": 1e-3,
        "training.d_steps": 2,
        "training.steps": 25,
        "training.measure_every": 10,
        "regularization.r1_weight": 1.0,
    }
    for config in (tiny_config(), tiny_config(other), tiny_config()):
        driver.send(commands.Start(config))
        driver.wait_status(Status.FINISHED)
    assert len(made[Trainer]) == len(made[Reference]) == 1
    first, second, third = driver.of(events.RunEnded)
    assert [event.config for event in driver.of(events.RunStarted)] == [
        tiny_config(),
        tiny_config(other),
        tiny_config(),
    ]
    assert first.weights_digest == third.weights_digest
    assert (second.step, first.step) == (25, 40)
    alone = Trainer(tiny_config(other))
    alone.advance(25)
    assert second.weights_digest == alone.weights_digest()


def test_a_condition_that_cannot_be_known_is_refused_of_a_trainer_that_is_there(
    driver: Driver, tiny_config: Tiny
) -> None:
    data = {"data.name": "two_moons"}
    driver.send(commands.Start(tiny_config(data)))
    driver.wait_status(Status.FINISHED)
    driver.send(commands.Start(tiny_config(data | {"training.stop_when": "modes_covered >= 1"})))
    assert driver.wait(events.CommandRefused).key == "training.stop_when"
    driver.wait_status(Status.READY)


@pytest.mark.parametrize(
    ("key", "value", "alike"),
    [
        ("optimizer.d_learning_rate", 1e-3, True),
        ("objective.objective", "hinge", True),
        ("training.steps", 7, True),
        ("training.stop_when", "d_loss < 1", True),
        ("training.seed", 5, False),
        ("training.batch_size", 16, False),
        ("generator.widths", [9], False),
        ("optimizer.d_optimizer", "sgd", False),
        ("regularization.packing", 2, False),
        ("data.modes", 5, False),
    ],
)
def test_what_one_trainer_can_train(tiny_config: Tiny, key: str, value: object, alike: bool) -> None:
    config = tiny_config()
    assert trains_alike(config, replace_keys(config, {key: value})) is alike


def test_room_is_given_back_where_the_c_library_can(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(memory, "_malloc_trim", lambda: asked.append)
    memory.give_back()
    assert asked == [0]
    monkeypatch.setattr(memory, "_malloc_trim", lambda: None)
    memory.give_back()
    assert asked == [0]


def test_it_is_given_back_before_and_after_compiling(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr("gan_desktop.training.engine.preparation.give_back", lambda: seen.append(True))
    for _ in range(2):
        driver.send(commands.Start(tiny_config()))
        driver.wait_status(Status.FINISHED)
    assert len(seen) == 2


def test_what_is_there_when_tensorflow_is_loaded_is_set_aside_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Again and again, garbage of ended runs would be set aside too, and never be collected."""
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    memory.settle_imports.cache_clear()
    memory.settle_imports()
    memory.settle_imports()
    assert frozen == [True]
