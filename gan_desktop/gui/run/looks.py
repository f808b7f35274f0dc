"""What can be asked of a run's networks without touching the training."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gan_desktop.core import commands
from gan_desktop.core.views import FloatArray, View


class Looks:
    """The part of a `RunModel` by which the networks are looked at. Answers come as views and samples of the record."""

    def __init__(self, send: Callable[[commands.Command], None]) -> None:
        self._send = send
        # What each panel wants to look at, and what the engine was told of it.
        self._wants: dict[str, commands.Watch] = {}
        self._watched = commands.Watch(frozenset())

    def want(self, who: str, views: Iterable[View], scores: bool = False) -> None:
        """Have pictures of the networks' insides made for one panel. The engine makes what any panel wants."""
        self._wants[who] = commands.Watch(frozenset(views), scores)
        every = self._wants.values()
        wanted = commands.Watch(frozenset().union(*(want.views for want in every)), any(want.scores for want in every))
        if wanted != self._watched:
            self._watched = wanted
            self._send(wanted)

    def new_latents(self) -> None:
        """Have samples of other latents shown."""
        self._send(commands.NewLatents())

    def show_class(self, label: int | None) -> None:
        """Show samples of one class, or of every class where it is None."""
        self._send(commands.ShowClass(label))

    def inspect(self, index: int) -> None:
        """Have the real samples found that are nearest to a shown sample."""
        self._send(commands.Inspect(index))

    def walk(self, latents: FloatArray | None, labels: tuple[int, ...] | None = None) -> None:
        """Have the engine show what becomes of these latents; None ends it."""
        self._send(commands.Walk(latents, labels))
