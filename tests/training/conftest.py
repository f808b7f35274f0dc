"""Tiny configs and trainers, shared where a test does not change them: compiling is what costs time here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.trainer import Trainer
from tests.trainer_pool import lend_trainer, take_back
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


@pytest.fixture
def tiny_config() -> Callable[..., RunConfig]:
    """A function from `{"section.key": value}` to a tiny config with those replaced."""

    def make(changes: dict[str, Any] | None = None) -> RunConfig:
        return replace_keys(RunConfig(), TINY | (changes or {}))

    return make


@pytest.fixture
def tiny_trainer(tiny_config: Callable[..., RunConfig]) -> Iterator[Callable[..., Trainer]]:
    """A function from changes to a trainer at step 0, the same one for the same changes; what it compiled is kept."""
    made: dict[str, Trainer] = {}

    def make(changes: dict[str, Any] | None = None) -> Trainer:
        config = tiny_config(changes)
        name = config.model_dump_json()
        if name in made:
            made[name].reset()
        else:
            made[name] = lend_trainer(config)
        return made[name]

    yield make
    take_back()


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "data"))
    made = Driver()
    yield made
    if made.thread.is_alive():
        made.quit()
