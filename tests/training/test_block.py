"""The two blocks of a run: the one for what its config turns on does what the one for anything does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.training.backend import tf
from gan_desktop.training.block import CompiledBlock
from gan_desktop.training.controls import controls_of, uses_of
from gan_desktop.training.trainer import Trainer
from tests.gan import FIGURES

Make = Callable[..., Trainer]

CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "two penalties": {"regularization.r1_weight": 0.5, "regularization.r2_weight": 0.5, "training.d_steps": 2},
    "batch norm in D": {"discriminator.batch_norm": True, "regularization.gradient_penalty_weight": 2.0},
    "relative": {"objective.objective": "relativistic", "regularization.dragan_weight": 1.0},
    "switches": {
        "regularization.instance_noise": 0.1,
        "regularization.label_smoothing": 0.1,
        "regularization.ema_decay": 0.9,
    },
    "clipped": {"objective.objective": "wasserstein", "regularization.weight_clip": 0.05},
    "packed": {"regularization.packing": 2},
    "frozen": {"training.d_steps": 0},
    "conditional": {"data.conditional": True, "regularization.r1_weight": 0.5},
}


def block_for_anything(trainer: Trainer) -> CompiledBlock:
    """The other block of a trainer, whose first is in use."""
    return trainer._blocks(uses_of(trainer.config)._replace(objective=-1))


# Each of these needs a block for anything of its own, which takes longest to trace.
OF_THEIR_OWN = ("packed", "conditional")


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in OF_THEIR_OWN else name for name in CASES]
)
def test_both_blocks_take_the_same_steps(name: str, tiny_trainer: Make) -> None:
    trainer = tiny_trainer(CASES[name])
    figures = trainer.advance(3).values
    expected = trainer.state_arrays()
    trainer.reset()
    block = block_for_anything(trainer)(trainer.state, controls_of(trainer.config), tf.constant(3))
    np.testing.assert_allclose(block.figures.numpy()[:3], figures, rtol=1e-4, atol=1e-5)
    for path, value in trainer.state_arrays().items():
        np.testing.assert_allclose(value, expected[path], rtol=1e-3, atol=1e-5, err_msg=path)


@pytest.mark.usefixtures("quick_compile")
def test_a_live_change_of_a_number_stays_in_the_block_and_a_cure_leaves_it(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"regularization.r1_weight": 0.5, "latent.latent_dim": 4})  # nothing of it is compiled yet
    start = trainer._blocks(uses_of(trainer.config))
    for key, value in (("d_learning_rate", 1e-4), ("d_steps", 3), ("r1_weight", 2.0)):
        trainer.set(key, value)
        assert trainer._blocks(uses_of(trainer.config)) is start, key
    trainer.advance(1)
    assert trainer.is_compiled
    trainer.set("r1_weight", 0.0)
    assert trainer._blocks(uses_of(trainer.config)) is not start
    assert not trainer.is_compiled
    trainer.compile_any()
    assert trainer.is_compiled
    trainer.set("r1_weight", 1.0)
    assert trainer._blocks(uses_of(trainer.config)) is start


@pytest.mark.usefixtures("quick_compile")
def test_compiling_ahead_beside_training_does_not_touch_the_run(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"latent.latent_dim": 5})  # nothing of it is compiled yet
    trainer.advance(40)
    expected = trainer.weights_digest()
    trainer.reset()
    ahead = threading.Thread(target=trainer.compile_any)
    ahead.start()
    for _ in range(40):
        trainer.advance(1)
    ahead.join()
    assert trainer.weights_digest() == expected


@pytest.mark.usefixtures("quick_compile")
def test_a_step_for_nothing_special_draws_and_branches_for_nothing(tiny_trainer: Make) -> None:
    """What is off leaves no operation behind: no branch, and no more random draws than latents and the data's order."""
    trainer = tiny_trainer()
    trainer.advance(1)
    operations = _operations(trainer._blocks(uses_of(trainer.config)))
    assert not {name for name in operations if "If" in name or "Case" in name}
    assert sum("StatelessRandomNormal" in name for name in operations) == 2
    block_for_anything(trainer)(trainer.state, controls_of(trainer.config), tf.constant(0))
    assert {name for name in _operations(block_for_anything(trainer)) if "If" in name}


def _operations(block: CompiledBlock) -> list[str]:
    """The types of all operations in a block, in its loops as well."""
    graph = block._traced.graph.as_graph_def()
    functions = [node.op for function in graph.library.function for node in function.node_def]
    return [node.op for node in graph.node] + functions


def test_figures_have_a_name_each(tiny_trainer: Make) -> None:
    assert tiny_trainer().advance(1).values.shape == (1, len(FIGURES))
