"""The one seam between the window and training: a function that runs until it is told to quit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gan_desktop.core.commands import CommandQueue
from gan_desktop.core.events import Event

Emit = Callable[[Event], None]


class Engine(Protocol):
    """Takes commands from `commands` and gives `emit` what happens, on the calling thread, until `Quit`."""

    def __call__(self, commands: CommandQueue, emit: Emit, /) -> None: ...
