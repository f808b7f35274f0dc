"""What metrics compare fakes with: some thousands of real samples, and what is known of their modes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray, SampleKind
from gan_desktop.diagnosis.classifier import Classifier, fit_classifier

Labels = npt.NDArray[np.int64]

# Each of the two halves holds at most so many samples: enough for several draws that do not overlap, of points.
LARGEST_HALF = {"points": 25_000, "images": 4_000}
# And no more than fit in so many bytes: large images.
LARGEST_BYTES = 2**26


class Samples(Protocol):
    """Real samples that are read when they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def take(self, indices: Labels) -> FloatArray:
        """Some rows, shape (len(indices), *shape[1:])."""
        ...


def _rows(samples: FloatArray | Samples, indices: Labels) -> FloatArray:
    return samples[indices] if isinstance(samples, np.ndarray) else samples.take(indices)


@dataclass(frozen=True)
class Reference:
    """Real samples in two halves that share no sample, and what is known of them. Nothing is fitted before it is used.

    Attributes:
        kind: images, shape (n, height, width, channels) in 0..1, or points, shape (n, 2).
        samples: the half that fakes are compared with and a classifier is fitted to.
        held_out: the half that takes the fakes' place where floors are measured.
        labels, held_out_labels: shape (n,), from 0 to classes - 1; None without labels.
        centres: the modes of a mixture, shape (modes, 2); `sigma` is each mode's standard deviation.
        channel_classes: where it is not 0, each channel is an image of one of so many classes, chosen whatever the
            others are, and the label is the channels' classes as digits in that base, the first channel's the highest.
        class_names: of each label, where they have names.
    """

    kind: SampleKind
    samples: FloatArray
    held_out: FloatArray
    labels: Labels | None = None
    held_out_labels: Labels | None = None
    centres: FloatArray | None = None
    sigma: float | None = None
    channel_classes: int = 0
    class_names: tuple[str, ...] = ()
    _memory: dict[str, tuple[FloatArray, Any]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        kind: SampleKind,
        samples: FloatArray | Samples,
        labels: Labels | None = None,
        centres: FloatArray | None = None,
        sigma: float | None = None,
        channel_classes: int = 0,
        class_names: tuple[str, ...] = (),
    ) -> Reference:
        """Divide a data set at random, and the same way every time. Of a single sample, nothing is held out.

        Args:
            samples: an array, or anything that hands out rows: of data larger than memory only these are read.
        """
        count, sample_bytes = len(samples), 4 * prod(samples.shape[1:])
        half = max(1, min(LARGEST_HALF[kind], count // 2, LARGEST_BYTES // sample_bytes))
        chosen = np.random.default_rng(0).choice(count, min(2 * half, count), replace=False)
        first, second = chosen[:half], chosen[half:]
        numbers = None
        if labels is not None:
            # Labels may be any numbers: classes are counted from 0. Those of stacked images mean something.
            numbers = labels if channel_classes else np.unique(labels, return_inverse=True)[1].reshape(-1)
        return cls(
            kind=kind,
            samples=_rows(samples, first),
            held_out=_rows(samples, second),
            labels=None if numbers is None else numbers[first],
            held_out_labels=None if numbers is None else numbers[second],
            centres=centres,
            sigma=sigma,
            channel_classes=channel_classes,
            class_names=class_names,
        )

    @property
    def classes(self) -> int:
        """How many classes the labels have; 0 without labels."""
        if self.labels is None or self.held_out_labels is None:
            return 0
        if self.channel_classes:
            return int(self.channel_classes ** self.samples.shape[-1])
        return int(np.concatenate([self.labels, self.held_out_labels]).max()) + 1

    @property
    def modes(self) -> int:
        """How many modes there are: means of a mixture, or classes of images; 0 where they are not known."""
        if self.kind == "images":
            return self.classes
        return 0 if self.centres is None else len(self.centres)

    @cached_property
    def classifier(self) -> Classifier | None:
        """Fitted to `samples` and tried on `held_out`; None where there are no labels or too few of a class."""
        if self.kind != "images" or self.labels is None or self.held_out_labels is None:
            return None
        return fit_classifier(
            self.samples, self.labels, self.held_out, self.held_out_labels, self.classes, self.channel_classes
        )

    def draw(self, count: int, number: int, draws: int) -> FloatArray:
        """Held-out real samples in place of fakes, the `number`-th of `draws` times, shape (count, *sample_shape).

        Other ones each time while there are enough, else drawn with replacement. Stacked channels are drawn each for
        itself, as the data are made: no set of samples is large enough to hold every combination.
        """
        held_out = self.held_out
        if len(held_out) >= draws * count:
            return held_out[number * count : (number + 1) * count]
        channels = held_out.shape[-1] if self.channel_classes else 1
        chosen = np.random.default_rng(number).integers(len(held_out), size=(count, channels))
        if channels == 1:
            return held_out[chosen[:, 0]]
        return np.stack([held_out[chosen[:, channel], ..., channel] for channel in range(channels)], axis=-1)

    def remembered(self, name: str, samples: FloatArray, compute: Callable[[], Any]) -> Any:
        """`compute()`, kept for the next call with the very same array: several metrics rest on one computation.

        Only of an array that cannot be written to: any other may hold something else by then.
        """
        kept = self._memory.get(name)
        if kept is not None and kept[0] is samples:
            return kept[1]
        result = compute()
        if not samples.flags.writeable:
            self._memory[name] = (samples, result)
        return result
