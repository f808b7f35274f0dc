"""Stateless random numbers keyed by (seed, stream, index): a run does not depend on how its steps were cut into calls.

Salmon et al. 2011 (Philox). No generator has a state, so nothing needs saving, and pausing or drawing pictures cannot
shift what training draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from functools import cache
from typing import Any, Union

from gan_desktop.training.backend import tf


class Stream(IntEnum):
    """What the numbers are for. The values never change, since that would change what a seed gives."""

    GENERATOR_INIT = 0
    DISCRIMINATOR_INIT = 1
    DATA_ORDER = 2
    D_LATENTS = 3
    G_LATENTS = 4
    SHOWN_LATENTS = 5
    DATA_SET = 6
    METRIC_LATENTS = 7
    # For an update of D: noise on all samples, the penalties' points, and dropout in each pass.
    D_NOISE = 8
    PENALTY_POINTS = 9
    REAL_DROPOUT = 10
    FAKE_DROPOUT = 11
    PENALTY_DROPOUT = 12
    FAKE_GENERATOR_DROPOUT = 13
    # The same for an update of G.
    G_NOISE = 14
    G_REAL_DROPOUT = 15
    G_FAKE_DROPOUT = 16
    G_GENERATOR_DROPOUT = 17
    # For a pool of earlier fakes: which of them are swapped, and whether they are.
    POOL_PLACES = 18
    POOL_COINS = 19
    # For samples that are taken away.
    GENERATED = 20


STREAMS = 64
# How many streams each pair of players has.
PAIR_STREAMS = 32


Seed = Union[int, "tf.Tensor", "tf.Variable"]


def key(seed: Seed, stream: int, index: tf.Tensor | int) -> tf.Tensor:
    """The key of one draw, shape (2,) int64: distinct for every (seed, stream, index)."""
    return tf.stack([tf.cast(seed, tf.int64) * STREAMS + int(stream), tf.cast(index, tf.int64)])


def seed_variable(seed: int) -> tf.Variable:
    """The seed as a variable, for compiled functions: if it were a constant, another seed would compile them anew."""
    return tf.Variable(seed, trainable=False, dtype=tf.int64)


def normal(shape: tuple[int, ...], key_: tf.Tensor) -> tf.Tensor:
    return _draw(tf.random.stateless_normal, shape, key_)


def uniform(shape: tuple[int, ...], key_: tf.Tensor, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    return _draw(tf.random.stateless_uniform, shape, key_, low, high)


@contextmanager
def drawn_by_xla(wanted: bool = True) -> Iterator[None]:
    """A context in which eager code draws what a function that XLA compiled draws.

    From the same key, XLA makes other numbers than TensorFlow does.
    """
    token = _by_xla.set(wanted)
    try:
        yield
    finally:
        _by_xla.reset(token)


_by_xla: ContextVar[bool] = ContextVar("by_xla", default=False)


def _draw(distribution: Any, shape: tuple[int, ...], key_: tf.Tensor, *bounds: float) -> tf.Tensor:
    if _by_xla.get():
        return _xla_draw(distribution, shape, bounds)(key_)
    return distribution(shape, key_, *bounds, alg="philox")


@cache
def _xla_draw(distribution: Any, shape: tuple[int, ...], bounds: tuple[float, ...]) -> Any:
    """The function from a key to the draw. There is one for each shape, and compiling it takes XLA a moment."""

    @tf.function(autograph=False, jit_compile=True, input_signature=[tf.TensorSpec([2], tf.int64)])
    def draw(key_: tf.Tensor) -> tf.Tensor:
        return distribution(shape, key_, *bounds, alg="philox")

    return draw
