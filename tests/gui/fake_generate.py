"""Generates no samples, but notes what was asked for: an answer at once, or one that waits until it is let go."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gan_desktop.core.errors import InputError
from gan_desktop.core.generating import Generated, Wish


@dataclass
class FakeGenerate:
    """Attributes:
    asked: the runs and wishes so far.
    refusal: what it says in place of an answer.
    waits: whether it goes on until it is broken off.
    """

    asked: list[tuple[Path, Wish]] = field(default_factory=list)
    refusal: str = ""
    waits: bool = False
    begun: threading.Event = field(default_factory=threading.Event)

    def __call__(self, run: Path, wish: Wish, report: Callable[[float], None]) -> Generated:
        self.asked.append((run, wish))
        self.begun.set()
        if self.refusal:
            raise InputError(self.refusal)
        while self.waits:
            report(0.5)
        report(1.0)
        wish.out.write_text("samples")
        return Generated(wish.step or 0, bool(wish.averaged), 1.0)
