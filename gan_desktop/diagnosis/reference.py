"""What metrics compare fakes with: some thousands of real samples, and what is known about their modes."""

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
from gan_desktop.diagnosis.features import FeatureSpace, fit_features

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# How many samples each of the two halves holds at most. For points, several draws from them need not overlap.
LARGEST_HALF = {"points": 25_000, "images": 4_000}
# How many bytes they take at most, which matters for large images.
LARGEST_BYTES = 2**26
# Real samples that are held out take the fakes' place in floors. If they are few, each draw takes this share of them
# once, so that draws differ, and none of the samples that are compared is there twice.
DRAWN_SHARE = 0.4


class Samples(Protocol):
    """Real samples that are read when they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def take(self, indices: Labels) -> FloatArray:
        """Some rows, shape (len(indices), *shape[1:])."""
        ...


def _rows(samples: FloatArray | Samples, indices: Labels) -> FloatArray:
    """A copy of these rows that cannot be written to."""
    rows = samples[indices] if isinstance(samples, np.ndarray) else samples.take(indices)
    rows.flags.writeable = False
    return rows


def _largest_half(kind: SampleKind, samples: FloatArray | Samples) -> int:
    return max(1, min(LARGEST_HALF[kind], LARGEST_BYTES // (4 * prod(samples.shape[1:]))))


def _some(count: int, wanted: int) -> Labels:
    """The indices of `wanted` of `count` samples, or of all if there are fewer: random, but the same every time."""
    return np.random.default_rng(0).choice(count, min(wanted, count), replace=False)


def _drawn(number: int, count: int, rng: np.random.Generator) -> Labels:
    """`count` indices below `number`, shape (count,), of which the first `DRAWN_SHARE * number` differ."""
    first = rng.permutation(number)[: min(count, max(1, int(DRAWN_SHARE * number)))]
    return np.concatenate([first, rng.integers(number, size=count - len(first))])


@dataclass(frozen=True)
class Sources:
    """The samples of which the measured fakes are translations, one for each fake, in the fakes' order.

    Attributes:
        labels: the class of each, shape (n,), counted as the reference's; None if they are not known.
        target: the true sample for each, shape (n, *sample_shape); None if that is not known.
        enlarged: the sources, enlarged to the size of the target without a network; None if they have that size.
    """

    labels: Labels | None = None
    target: FloatArray | None = None
    enlarged: FloatArray | None = None


@dataclass(frozen=True)
class Reference:
    """Real samples in two halves that share no sample, and what is known about them. Nothing is fitted before its use.

    Attributes:
        kind: images, shape (n, height, width, channels) in 0..1, or points, shape (n, 2) or (n, 1).
        samples: the half that fakes are compared with and a classifier is fitted to.
        held_out: the half that takes the fakes' place when floors are measured.
        labels, held_out_labels: shape (n,), from 0 to classes - 1; None without labels.
        centres: the modes of a mixture, shape (modes, 2); `sigma` is each mode's standard deviation.
        channel_classes: if it is not 0, each channel is an image of one of this many classes, chosen independently of
            the others. The label has the channels' classes as digits in this base, the first channel's the highest.
        class_names: the name of each label, if they have names.
        trained_on: samples that the GAN is trained on, if neither half consists of them; None if both do.
        trained_count: how many samples the GAN is trained on in all.
        weights: the share of each mode, if the shares are known and not equal; shape (modes,).
        conditional: whether the GAN is asked for a class.
        sources: the samples that fakes are translations of; None in a game that makes them from latents.
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
    trained_on: FloatArray | None = None
    trained_count: int = 0
    weights: Floats | None = None
    conditional: bool = False
    sources: Sources | None = None
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
        fresh: FloatArray | None = None,
        fresh_labels: Labels | None = None,
        weights: Floats | None = None,
        conditional: bool = False,
    ) -> Reference:
        """Divide a data set at random, and the same way every time. If there is only one sample, nothing is held out.

        Args:
            samples: an array, or anything that hands out rows: only these rows are read of data larger than memory.
            fresh: real samples that the GAN is not trained on, if there are any. Both halves are then made of these,
                so that a few training samples, which may be learnt by heart, do not stand for the distribution that
                they were drawn from.
        """
        pool: FloatArray | Samples = samples if fresh is None else fresh
        half = max(1, min(_largest_half(kind, samples), len(pool) // 2))
        chosen = _some(len(pool), 2 * half)
        first, second = chosen[:half], chosen[half:]
        numbers = labels if fresh is None else fresh_labels
        if numbers is not None and not channel_classes:
            # Labels may be any numbers: classes are counted from 0. The labels of stacked images have digits, and stay.
            known = np.unique(numbers if labels is None else np.concatenate([labels, numbers]))
            numbers = np.searchsorted(known, numbers)
        trained_on = None
        if fresh is not None:
            trained_on = _rows(samples, _some(len(samples), 2 * _largest_half(kind, samples)))
        return cls(
            kind=kind,
            samples=_rows(pool, first),
            held_out=_rows(pool, second),
            labels=None if numbers is None else numbers[first],
            held_out_labels=None if numbers is None else numbers[second],
            centres=centres,
            sigma=sigma,
            channel_classes=channel_classes,
            class_names=class_names,
            trained_on=trained_on,
            trained_count=len(samples),
            weights=weights,
            conditional=conditional,
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
        """How many modes there are: means of a mixture, or classes of images; 0 if they are not known."""
        if self.kind == "images":
            return self.classes
        return 0 if self.centres is None else len(self.centres)

    @cached_property
    def class_shares(self) -> Floats:
        """The share of each class among the real samples, shape (classes,); empty without labels."""
        if self.labels is None or self.held_out_labels is None:
            return np.empty(0)
        counts = np.bincount(np.concatenate([self.labels, self.held_out_labels]), minlength=self.classes)
        shares: Floats = counts / counts.sum()
        return shares

    @cached_property
    def mode_weights(self) -> Floats:
        """The share that each mode is due, shape (modes,): the known one, or how frequent its class is."""
        if self.weights is not None:
            return self.weights
        # Stacked images have more classes than samples; the classes of each channel are about equally frequent.
        if self.kind == "points" or self.channel_classes:
            return np.full(self.modes, 1 / max(1, self.modes))
        return self.class_shares

    @cached_property
    def feature_space(self) -> FeatureSpace:
        """The feature space of images, fitted to `samples`."""
        return fit_features(self.samples, per_channel=self.channel_classes > 0)

    def features_of(self, samples: FloatArray) -> FloatArray:
        """What samples are compared by, shape (n, features): points as they are, images by principal components.

        Rows that are not finite stay so.
        """
        if self.kind == "points":
            return samples
        features: FloatArray = self.remembered("features", samples, lambda: self.feature_space.of(samples))
        return features

    @cached_property
    def features(self) -> FloatArray:
        """The features of `samples`."""
        return self.samples if self.kind == "points" else self.feature_space.of(self.samples)

    def class_features(self, number: int) -> FloatArray:
        """The features of the `samples` of one class."""
        assert self.labels is not None
        is_of_class = self.labels == number
        found: FloatArray = self.remembered(f"class {number}", self.samples, lambda: self.features[is_of_class])
        return found

    @property
    def trained_seen(self) -> int:
        """How many training samples are looked at."""
        return len(self.samples) + len(self.held_out) if self.trained_on is None else len(self.trained_on)

    @cached_property
    def trained_features(self) -> FloatArray:
        """The features of the training samples that are looked at: `trained_on`, or both halves."""
        looked_at = (self.samples, self.held_out) if self.trained_on is None else (self.trained_on,)
        if self.kind == "points":
            return np.concatenate(looked_at)
        return np.concatenate([self.feature_space.of(images) for images in looked_at if len(images)])

    @cached_property
    def classifier(self) -> Classifier | None:
        """A classifier fitted to `samples` and tried on `held_out`; None without labels, or with too few of a class."""
        if self.kind != "images" or self.labels is None or self.held_out_labels is None or not len(self.held_out):
            return None
        known = self.labels, self.held_out, self.held_out_labels
        return fit_classifier(self.feature_space, self.features, *known, self.classes, self.channel_classes)

    def draw(self, count: int, number: int, draws: int) -> tuple[FloatArray, Labels | None]:
        """Held-out real samples in place of fakes, the `number`-th of `draws` times, and their labels.

        If there are enough, every draw has other samples. Else the first ones of a draw, which metrics compare, are a
        `DRAWN_SHARE` of the held-out samples without repetition, and the rest are any of them, with repetition. Stacked
        channels are drawn independently, as the data are made: no set of samples is large enough to hold every
        combination.

        Returns:
            Shapes (count, *sample_shape) and (count,).
        """
        held_out, labels = self.held_out, self.held_out_labels
        rng = np.random.default_rng(number)
        if self.channel_classes:
            chosen = [_drawn(len(held_out), count, rng) for _ in range(held_out.shape[-1])]
            return np.stack([held_out[rows, ..., channel] for channel, rows in enumerate(chosen)], axis=-1), None
        if len(held_out) >= draws * count:
            rows = np.arange(number * count, (number + 1) * count)
        else:
            rows = _drawn(len(held_out), count, rng)
        return held_out[rows], None if labels is None else labels[rows]

    def remembered(self, name: str, samples: FloatArray, compute: Callable[[], Any]) -> Any:
        """`compute()`, kept for the next call with the very same array: several metrics rest on one computation.

        The result is kept only for an array that cannot be written to: any other may hold something else by then.
        """
        kept = self._memory.get(name)
        if kept is not None and kept[0] is samples:
            return kept[1]
        result = compute()
        if not samples.flags.writeable:
            self._memory[name] = (samples, result)
        return result
