"""Compiling ahead: once for each trainer, after a while, and over when the session is."""

from __future__ import annotations

from typing import cast

from gan_desktop.training.engine.ahead import AFTER_SECONDS, CompilingAhead
from gan_desktop.training.trainer import Trainer


class Compiles:
    """A trainer that counts."""

    def __init__(self) -> None:
        self.count = 0

    def compile_any(self) -> None:
        self.count += 1


def test_each_trainer_is_compiled_once_and_not_at_once() -> None:
    ahead = CompilingAhead()
    first, second = Compiles(), Compiles()
    ahead.after(cast(Trainer, first), AFTER_SECONDS / 2)
    ahead.finish()
    assert first.count == 0
    for trainer in (first, first, second, second):
        ahead.after(cast(Trainer, trainer), AFTER_SECONDS)
    ahead.finish()
    assert (first.count, second.count) == (1, 1)


class Breaks:
    def compile_any(self) -> None:
        raise MemoryError


def test_a_failure_is_left_to_the_run_that_needs_it() -> None:
    ahead = CompilingAhead()
    ahead.after(cast(Trainer, Breaks()), AFTER_SECONDS)
    ahead.finish()
