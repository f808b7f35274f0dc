"""The figures of every step so far: what plots are drawn from and warnings rest on.

The newest million steps are held one by one. What is longer ago is held in bins (`core/bins.py`), and its single steps
are read from the run's database when somebody looks closer. So ten million steps take 80 MB, and opening a run does
not wait for its steps to be read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.bins import BIN, Bins, GrowingBins, bins_of, no_bins
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures
from gan_desktop.core.newest import NewestRows

Floats = npt.NDArray[np.float32]

# A run of up to so many steps is held as a whole: 36 MB of nine figures.
KEPT_STEPS = 2**20
# Older steps are read in chunks of this many, of one figure each, and the newest-read chunks are kept: at most 4 MB.
CHUNK = 4096
KEPT_CHUNKS = 256


class StepsNotHeldError(LookupError):
    """Single steps were asked for that are not held, and that cannot be read either."""


class ReadSteps(Protocol):
    """Reads single steps from where they are kept (`recording.figure_history.read_steps`)."""

    def __call__(self, names: Sequence[str], first_step: int, last_step: int) -> Floats:
        """The figures `names` of the steps from `first_step` to before `last_step`, shape (steps, len(names)).

        Raises:
            StepsNotHeldError: not all of them can be read.
        """
        ...


class History:
    """Every step's figures as float32. Positions count from 0, which is the step `first_step`.

    Attributes:
        figures: the figures that are held for each step; none before the first block.
        bins: all whole bins.
        version: another number whenever steps are forgotten, so that whoever follows the history begins anew.
        read_steps: reads the single steps that are not held; None if nothing can.
    """

    def __init__(self, read_steps: ReadSteps | None = None) -> None:
        self.read_steps = read_steps
        self.version = 0
        self.clear()

    def clear(self) -> None:
        self._begin(0, Figures(), 0)

    def _begin(self, first_step: int, figures: Figures, exact_first: int) -> None:
        self.version += 1
        self.first_step, self.figures = first_step, figures
        self.bins = GrowingBins(no_bins(len(figures)))
        self._newest = NewestRows(len(figures), KEPT_STEPS, exact_first)
        self._read: OrderedDict[tuple[str, int], Floats] = OrderedDict()

    def __len__(self) -> int:
        """How many steps there are."""
        return self._newest.end

    @property
    def exact_first(self) -> int:
        """The position from which on single steps are held; a multiple of CHUNK."""
        return self._newest.first

    def load(self, first_step: int, figures: Figures, bins: Bins) -> None:
        """Begin with a past that is known by its bins alone, a whole number of chunks of them."""
        self._begin(first_step, figures, bins.low.shape[1] * BIN)
        self.bins = GrowingBins(bins)

    def append(self, block: MetricsBlock) -> None:
        """Add a block.

        Raises:
            ValueError: the block does not follow what is held.
        """
        if len(self) == 0:
            self._begin(block.first_step, block.figures, 0)
        elif block.first_step != self.first_step + len(self):
            raise ValueError(f"block starts at step {block.first_step}, expected {self.first_step + len(self)}")
        # In pieces: a step must be in its bin before it is forgotten.
        for start in range(0, len(block), CHUNK):
            self._newest.append(block.values[start : start + CHUNK])
            self._close_bins()

    def _close_bins(self) -> None:
        done, whole = len(self.bins), len(self) // BIN
        if whole > done:
            columns = range(len(self.figures))
            self.bins.extend(bins_of(self._newest.between(done * BIN, whole * BIN, columns)))

    def cut(self, length: int) -> None:
        """Forget the steps from position `length` on, since the run goes on from there.

        Raises:
            StepsNotHeldError: the steps of the bin that this cuts are not held and cannot be read.
        """
        if length >= len(self):
            return
        if length <= self.exact_first:
            begin = length // CHUNK * CHUNK
            kept = self.values(self.figures.names, begin, length)
            self._newest = NewestRows(len(self.figures), KEPT_STEPS, begin)
            self._newest.append(kept)
        self.version += 1
        self._newest.cut(length)
        self.bins.cut(length // BIN)
        self._read.clear()

    def block(self, first: int, last: int) -> MetricsBlock:
        """Steps number `first` to `last - 1`; a copy. Old ones of a long run are read.

        Raises:
            StepsNotHeldError: some of them are not held and cannot be read.
        """
        rows = self.values(self.figures.names, first - self.first_step, last - self.first_step)
        return MetricsBlock(first, rows, self.figures)

    def column(self, figure: str) -> Floats:
        """One figure over all steps, shape (len(self),); a copy. Of a long run, most of it may have to be read.

        Raises:
            KeyError: steps are held that do not report it.
            StepsNotHeldError: not all steps are held, and the others cannot be read.
        """
        if len(self) == 0:
            return np.empty(0, np.float32)
        return self.values((figure,), 0, len(self))[:, 0]

    def values(self, names: Sequence[str], first: int, last: int) -> Floats:
        """Some figures of the steps at positions `first` to before `last`, shape (last - first, len(names)); a copy.

        Raises:
            KeyError: steps are held that do not report one of them.
            StepsNotHeldError: not all of them are held, and the others cannot be read.
        """
        first, last = max(first, 0), min(last, len(self))
        columns = [self.figures.column(name) for name in names] if len(self) else []
        if last <= first:
            return np.empty((0, len(names)), np.float32)
        parts = []
        for chunk in range(first // CHUNK, -(-min(last, self.exact_first) // CHUNK)):
            rows = self._chunk(names, chunk)
            parts.append(rows[max(first - chunk * CHUNK, 0) : last - chunk * CHUNK])
        if last > self.exact_first:
            parts.append(self._newest.between(max(first, self.exact_first), last, columns))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _chunk(self, names: Sequence[str], chunk: int) -> Floats:
        """Some figures of a whole chunk of older steps, shape (CHUNK, len(names))."""
        missing = [name for name in names if (name, chunk) not in self._read]
        if missing:
            if self.read_steps is None:
                raise StepsNotHeldError(f"step {self.first_step + chunk * CHUNK} is not held")
            first_step = self.first_step + chunk * CHUNK
            rows = self.read_steps(missing, first_step, first_step + CHUNK)
            for name, column in zip(missing, rows.T, strict=True):
                self._read[name, chunk] = np.ascontiguousarray(column)
        for name in names:
            self._read.move_to_end((name, chunk))
        found = np.stack([self._read[name, chunk] for name in names], axis=1)
        while len(self._read) > KEPT_CHUNKS:
            self._read.popitem(last=False)
        return found

    def at(self, position: int) -> dict[str, float]:
        """All figures of the step at a position, by name.

        Raises:
            StepsNotHeldError: it is not held and cannot be read.
        """
        if position >= self.exact_first or self.read_steps is None:
            row = self.values(self.figures.names, position, position + 1)[0]
        else:
            step = self.first_step + position
            row = self.read_steps(self.figures.names, step, step + 1)[0]
        return dict(zip(self.figures, row.tolist(), strict=True))

    def frozen(self) -> History:
        """The single steps as they are now, for another thread to read; it has no bins."""
        copy = History(self.read_steps)
        copy.first_step, copy.figures, copy._newest = self.first_step, self.figures, self._newest.frozen()
        return copy

    def steps(self) -> npt.NDArray[np.int64]:
        """The step numbers, shape (len(self),)."""
        return np.arange(self.first_step, self.first_step + len(self))
