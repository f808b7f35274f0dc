"""Small networks of every family, for the tests that go through the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gan_desktop.core.registry import Options, families
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import Network

TINY = {"widths": (6,), "channels": 2}
LATENT = (5,)

Make = Callable[..., Network]


def tiny_options(family: str, **changes: Any) -> Options:
    """The family's options, small; of `changes` those that it has."""
    model = families[family].options
    if "normalisation" in model.model_fields and "batch_norm" in changes:
        changes["normalisation"] = "batch" if changes["batch_norm"] else "none"
    return model(**{name: value for name, value in (TINY | changes).items() if name in model.model_fields})


@pytest.fixture
def generator() -> Make:
    """(family, sample shape, classes, options) to a small generator with a tanh output."""

    def make(family: str, shape: tuple[int, ...] = (8, 8, 1), classes: int = 0, **options: Any) -> Network:
        return families[family].value(tiny_options(family, **options), LATENT, shape, "tanh", classes)

    return make


@pytest.fixture
def discriminator() -> Make:
    """(family, sample shape, classes, options) to a small discriminator."""

    def make(family: str, shape: tuple[int, ...] = (8, 8, 1), classes: int = 0, **options: Any) -> Network:
        return families[family].value(tiny_options(family, **options), shape, (), "linear", classes)

    return make


@pytest.fixture
def batch() -> Callable[..., tf.Tensor]:
    """(shape, seed) to a batch of normal numbers."""
    return lambda *shape, seed=0: tf.random.stateless_normal(shape, [seed, 0])
