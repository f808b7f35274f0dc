"""The controls that a compiled step is given are the live keys of the config, each with its value."""

from __future__ import annotations

import numpy as np

from gan_desktop.core.config import RunConfig, live_keys, weight_key
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import objectives, penalties, terms
from gan_desktop.training.controls import TENSORS, control_specs, controls_of, uses_of


def test_every_live_key_is_a_control() -> None:
    weights = {weight_key(name) for name in (*penalties, *terms)}
    assert set(TENSORS) - {"penalty_weights", "term_weights"} == set(live_keys()) - weights


def test_controls_carry_the_values_of_the_config() -> None:
    config = replace_keys(
        RunConfig(),
        {"objective.objective": "hinge", "regularization.r2_weight": 3.0, "optimizer.beta_1": 0.25},
    )
    controls = controls_of(config)
    assert list(objectives)[int(controls.objective)] == "hinge"
    assert dict(zip(penalties, controls.penalty_weights.numpy(), strict=True))["r2"] == 3.0
    assert float(controls.rates("g").beta_1) == 0.25
    for value, spec in zip(controls[: len(TENSORS)], control_specs(), strict=True):
        assert spec.is_compatible_with(value)
        assert np.isfinite(value.numpy()).all()


def test_what_is_used_is_what_is_not_off() -> None:
    """Values do not matter, so that moving a slider never leaves the block that is compiled for them."""
    plain = uses_of(RunConfig())
    assert not plain.penalties
    assert not plain.switches
    assert not plain.frozen
    for changes in ({"training.d_steps": 5}, {"optimizer.d_learning_rate": 1e-2}, {"optimizer.beta_1": 0.9}):
        assert uses_of(replace_keys(RunConfig(), changes)) == plain, changes
    changes = {"regularization.r1_weight": 2.0, "regularization.ema_decay": 0.9, "training.g_steps": 0}
    used = uses_of(replace_keys(RunConfig(), changes))
    assert [list(penalties)[place] for place in used.penalties] == ["r1"]
    assert used.switches == {"ema_decay"}
    assert used.frozen == {"g"}
