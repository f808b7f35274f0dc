"""Optimizers that have a rate and nothing else: what a recorder knows of Keras'."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest


@dataclass
class Variable:
    """A number that can be set, and counts how often it was."""

    value: float
    times: int = 0

    def assign(self, value: float) -> None:
        self.value, self.times = value, self.times + 1

    def numpy(self) -> float:
        return self.value


@dataclass
class Optimizer:
    learning_rate: Variable = field(default_factory=lambda: Variable(1e-3))


@pytest.fixture
def optimizers() -> dict[str, Optimizer]:
    return {"d": Optimizer(), "g": Optimizer()}
