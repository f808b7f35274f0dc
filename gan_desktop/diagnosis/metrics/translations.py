"""What a game that translates makes of each sample of its source: the true one, if that is known, or one of its class.

Their floors are no draws of real samples, which belong to no source. They are what the simplest way gives, enlarging
without a network, or how often the classes of real samples are found.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis import pairs
from gan_desktop.diagnosis.distances import tree_of
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.modes import NONE, mode_note, mode_of, modes_unknown
from gan_desktop.diagnosis.reference import Labels, Reference

NO_TRANSLATION = "the generator makes its samples of latents, and translates nothing"


class _Translated(Metric):
    """A metric of translations alone."""

    of_translations: ClassVar[bool] = True


@metrics.register("class_kept", title="Class kept")
class ClassKept(_Translated):
    """The share of the translations that have the class of what was translated: a letter is to stay that letter. A
    classifier of the target's real images tells the classes; for points, the nearest real point does. A game that
    learns without pairs is not given the classes, so it may keep none and still be right: moons can be mapped either
    way round.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "share"
    order: ClassVar[int] = 1
    headline: ClassVar[bool] = True

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        assert reference.sources is not None
        assert reference.sources.labels is not None
        return float((class_of(fakes, reference) == reference.sources.labels).mean())

    def measure_real(self, real: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        assert reference.held_out_labels is not None
        return float((class_of(reference.held_out, reference) == reference.held_out_labels).mean())

    def unknown(self, reference: Reference, count: int) -> str:
        if reference.sources is None:
            return NO_TRANSLATION
        if reference.sources.labels is None or reference.labels is None:
            return "the classes of both domains are not known"
        return modes_unknown(reference) if reference.kind == "images" else ""

    def note(self, reference: Reference, count: int) -> str:
        return mode_note(reference) if reference.kind == "images" else ""


def class_of(samples: FloatArray, reference: Reference) -> Labels:
    """The class of each sample, shape (n,): of an image by the classifier, of a point by the nearest real point."""
    if reference.kind == "images":
        return mode_of(samples, reference)
    assert reference.labels is not None
    tree = reference.remembered("tree of samples", reference.samples, lambda: tree_of(reference.samples))
    finite = np.isfinite(samples).all(axis=1)
    told = np.full(len(samples), NONE, np.int64)
    told[finite] = reference.labels[tree.query(samples[finite].astype(np.float64))[1]]
    return told


class _Pairwise(_Translated):
    """A metric that compares each translation with the true image. Its floor is that of enlarging without a network."""

    undefined: ClassVar[str] = "a translation is not finite"
    floor_is: ClassVar[str] = QT_TRANSLATE_NOOP("Quality", "bicubic")

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        assert reference.sources is not None
        assert reference.sources.target is not None
        return self.compare(fakes, reference.sources.target)

    @abstractmethod
    def compare(self, made: FloatArray, true: FloatArray) -> float:
        """The metric of images that were made and the true ones, both of shape (n, height, width, channels)."""

    def measure_real(self, real: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        assert reference.sources is not None
        assert reference.sources.target is not None
        enlarged = reference.sources.enlarged
        return float("nan") if enlarged is None else self.compare(enlarged, reference.sources.target)

    def unknown(self, reference: Reference, count: int) -> str:
        if reference.sources is None:
            return NO_TRANSLATION
        if reference.kind == "points":
            return "it compares images, and the data are points"
        return "" if reference.sources.target is not None else "which image belongs to which source is not known"

    def note(self, reference: Reference, count: int) -> str:
        if reference.sources is None or reference.sources.enlarged is None:
            return ""
        return "bicubic is what enlarging gives without a network"


@metrics.register("psnr", title="PSNR in dB")
class Psnr(_Pairwise):
    """The peak signal-to-noise ratio of translations, in decibels: 10 log10(1 / mean squared error), where the mean is
    over all images and pixels. An image that is blurred wherever the details cannot be known has a higher ratio than a
    sharp image that guesses them.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 2
    headline: ClassVar[bool] = True

    def compare(self, made: FloatArray, true: FloatArray) -> float:
        return pairs.psnr(made, true)


@metrics.register("ssim", title="SSIM")
class Ssim(_Pairwise):
    """The structural similarity of translations and the true images, 1 where they are equal (Wang et al. 2004)."""

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 3

    def compare(self, made: FloatArray, true: FloatArray) -> float:
        return pairs.ssim(made, true)


@metrics.register("pixel_error", title="Pixel error")
class PixelError(_Pairwise):
    """The mean absolute difference of translations and the true images, whose pixels are between 0 and 1."""

    higher_is_better: ClassVar[bool] = False
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 4

    def compare(self, made: FloatArray, true: FloatArray) -> float:
        return pairs.mean_absolute_error(made, true)


@metrics.register("sharpness", title="Sharpness")
class Sharpness(_Pairwise):
    """The gradient energy of translations over that of the true images: the mean squared difference of neighbouring
    pixels. It is 1 if they are as sharp, less if they are blurred, more if they are noisy.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 5
    headline: ClassVar[bool] = True

    def compare(self, made: FloatArray, true: FloatArray) -> float:
        return pairs.gradient_energy_ratio(made, true)
