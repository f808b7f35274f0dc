"""The controls that a compiled step is given are the live keys of the config, each with its value."""

from __future__ import annotations

import numpy as np

from gan_desktop.core.config import RunConfig, live_keys, penalty_key
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import objectives, penalties
from gan_desktop.training.controls import Controls, control_specs, controls_of


def test_every_live_key_is_a_control() -> None:
    weights = {penalty_key(name) for name in penalties}
    assert set(Controls._fields) - {"penalty_weights"} == set(live_keys()) - weights


def test_controls_carry_the_values_of_the_config() -> None:
    config = replace_keys(
        RunConfig(),
        {"objective.objective": "hinge", "regularization.r2_weight": 3.0, "optimizer.beta_1": 0.25},
    )
    controls = controls_of(config)
    assert list(objectives)[int(controls.objective)] == "hinge"
    assert dict(zip(penalties, controls.penalty_weights.numpy(), strict=True))["r2"] == 3.0
    assert float(controls.rates(controls.g_learning_rate).beta_1) == 0.25
    for value, spec in zip(controls, control_specs(), strict=True):
        assert spec.is_compatible_with(value)
        assert np.isfinite(value.numpy()).all()
