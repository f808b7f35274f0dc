"""What was at earlier steps, for whoever looks back: views and lights, few enough, spread evenly over the run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import partial
from typing import Generic, Protocol, TypeVar

from gan_desktop.core.diagnosis import Diagnosed
from gan_desktop.core.past import SavedLights, SavedView
from gan_desktop.core.views import VIEW_OF, KeptView, View
from gan_desktop.recording.evenly import Evenly
from gan_desktop.recording.views_in_bytes import view_from_bytes, view_to_bytes

MOST_KEPT = 200
# Bytes of the views of one kind that are in memory.
MOST_BYTES = 16 * 2**20

T = TypeVar("T", covariant=True)
Kept = TypeVar("Kept")


class Saved(Protocol[T]):
    """What can be read of a step; reading may raise InputError."""

    @property
    def step(self) -> int: ...

    @property
    def load(self) -> Callable[[], T]: ...


class Earlier(Generic[Kept]):
    """Things of one kind, by ascending steps."""

    def __init__(self) -> None:
        self._evenly = Evenly()
        self._loads: dict[int, Callable[[], Kept]] = {}
        # What was asked for last: whoever steps through a run asks for the same again and again.
        self._near: tuple[int, Kept] | None = None

    @property
    def steps(self) -> list[int]:
        """The steps of what is kept."""
        return self._evenly.steps

    def load(self, saved: Iterable[Saved[Kept]]) -> None:
        """Take over what a kept run has; it stays where it is until it is looked at."""
        for each in saved:
            self._loads[each.step] = each.load
        steps = sorted(self._loads)
        stride = max(1, -(-len(steps) // MOST_KEPT))
        # The newest is among them, whatever the stride.
        self._evenly = Evenly(steps[::-stride][::-1])
        self._thin()

    def add(
        self, step: int, keep: Callable[[], Callable[[], Kept]], most: Callable[[], int] = lambda: MOST_KEPT
    ) -> None:
        """Offer what is of a step now. `keep` is called if it is kept, and gives what loads it; then `most` is."""
        steps = self._evenly.steps
        if steps and step <= steps[-1]:
            if step == steps[-1]:  # another one of the same step, which is newer
                self._loads[step], self._near = keep(), None
        elif self._evenly.is_next():
            self._loads[step] = keep()
            if self._evenly.add(step, most()):
                self._thin()

    def _thin(self) -> None:
        self._loads = {step: self._loads[step] for step in self._evenly.steps}

    def at(self, step: int) -> Kept | None:
        """What is of that step, or of the nearest one before it; the same object as long as that is the nearest.

        Raises:
            InputError: it cannot be read any more.
        """
        place = bisect_right(self._evenly.steps, step)
        if not place:
            return None
        found = self._evenly.steps[place - 1]
        if self._near is None or self._near[0] != found:
            self._near = found, self._loads[found]()
        return self._near[1]


class EarlierViews:
    """The views of a run, as the recorder keeps them."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._kinds: dict[View, Earlier[KeptView]] = {view: Earlier() for view in View}
        self._size = 1

    def load(self, saved: Iterable[SavedView]) -> None:
        """Take over what a kept run has."""
        every = list(saved)
        for view, earlier in self._kinds.items():
            earlier.load([each for each in every if each.kind is view])

    def add(self, view: KeptView) -> None:
        """Offer a view that was made now."""
        kind = VIEW_OF[type(view)]
        self._kinds[kind].add(view.step, partial(self._packed, kind, view), self._most)

    def _packed(self, kind: View, view: KeptView) -> Callable[[], KeptView]:
        content = view_to_bytes(view)
        self._size = len(content)
        return partial(view_from_bytes, kind, content)

    def _most(self) -> int:
        """How many of the size of the last one there is room for."""
        return min(MOST_KEPT, MOST_BYTES // self._size)

    def at(self, kind: View, step: int) -> KeptView | None:
        """The view of a step, or of the nearest one before it.

        Raises:
            InputError: it cannot be read any more.
        """
        return self._kinds[kind].at(step)


class EarlierLights:
    """The lights of a run."""

    def __init__(self) -> None:
        self._lights: Earlier[Diagnosed] = Earlier()

    def load(self, saved: Iterable[SavedLights]) -> None:
        """Take over what a kept run has."""
        self._lights.load(saved)

    def add(self, lights: Diagnosed) -> None:
        """Offer the lights of now."""
        self._lights.add(lights.step, lambda: lambda: lights)

    def at(self, step: int) -> Diagnosed | None:
        """The lights of a step, or of the nearest one before it.

        Raises:
            InputError: they cannot be read any more.
        """
        return self._lights.at(step)
