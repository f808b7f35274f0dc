"""Which of the many things that come while a run goes on are kept: few enough, and spread evenly over its steps."""

from __future__ import annotations

from collections.abc import Sequence


class Evenly:
    """Takes every thing at first. When there are too many, every second one goes, and every second one is taken.

    Args:
        steps: the steps of what is kept already, ascending.

    Attributes:
        steps: the steps of what is kept, ascending.
    """

    def __init__(self, steps: Sequence[int] = ()) -> None:
        self.steps = list(steps)
        self._stride = 1
        self._offered = 0

    def is_next(self) -> bool:
        """Count one more thing that has come, and answer whether its turn to be kept has come too."""
        self._offered += 1
        return (self._offered - 1) % self._stride == 0

    def add(self, step: int, most: int) -> list[int]:
        """Keep a thing of a step after all others; at most `most` are kept.

        Returns:
            The steps of what goes: each is the one after the step at the same place in `steps`.
        """
        self.steps.append(step)
        if len(self.steps) <= max(2, most):
            return []
        gone, self.steps = self.steps[1::2], self.steps[::2]
        self._stride *= 2
        return gone

    def forget_after(self, step: int) -> None:
        """Forget what was of later steps."""
        self.steps = [kept for kept in self.steps if kept <= step]
