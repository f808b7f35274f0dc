"""Tiny configs and trainers, shared where a test does not change them: compiling is what costs time here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import families
from gan_desktop.training.trainer import Trainer
from tests.training.driving import Driver

TINY = {
    "data.name": "ring",
    "data.samples": 96,
    "generator.widths": (8,),
    "generator.batch_norm": True,
    "generator.output_activation": "linear",
    "discriminator.widths": (8,),
    "latent.latent_dim": 2,
    "training.batch_size": 8,
    "training.steps": 40,
}

_trainers: dict[str, Trainer] = {}


@pytest.fixture
def tiny_config() -> Callable[..., RunConfig]:
    """A function from `{"section.key": value}` to a tiny config with those replaced."""

    def make(changes: dict[str, Any] | None = None) -> RunConfig:
        return replace_keys(RunConfig(), TINY | (changes or {}))

    return make


@pytest.fixture
def tiny_trainer(tiny_config: Callable[..., RunConfig]) -> Callable[..., Trainer]:
    """A function from changes to a trainer at step 0, compiled once for each config in the whole suite."""

    def make(changes: dict[str, Any] | None = None) -> Trainer:
        config = tiny_config(changes)
        # XLA computes other last bits than a graph does: with `quick_compile` it is another trainer.
        name = f"{config.model_dump_json()} {families['mlp'].value.jit_compile}"
        if name in _trainers:
            _trainers[name].reset()
        else:
            _trainers[name] = Trainer(config)
        return _trainers[name]

    return make


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "data"))
    made = Driver()
    yield made
    if made.thread.is_alive():
        made.quit()
