"""Metrics of generated samples, one file for each or for a family of them: classes registered with `metrics.register`.

The first paragraph of a class's docstring is its definition with its source; the window shows it. Metrics are shown in
the order of `order`: first what is counted in modes, then where fakes lie, then what they are as a whole.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar, Literal

from gan_desktop.core.events import FloatArray
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import Entry, metrics
from gan_desktop.diagnosis.reference import Labels, Reference

# What deviates by less than this share of its mean was computed of the same samples each time.
ROUNDING = 1e-6
# Floors are what real samples give in place of fakes.
PERFECT = QT_TRANSLATE_NOOP("Quality", "perfect")


class Metric(ABC):
    """A number that says how good fakes are: a pure function of them and of what is known about the real samples.

    Attributes:
        higher_is_better: which way improvement lies.
        form: how a value is written: a count, a share of 1 as percents, or a plain number.
        undefined: one sentence on why `measure` gave NaN.
        order: its place among the metrics, low first.
        headline: whether it is shown where there is only room for a few metrics.
        counts: what it counts in a few words, if its name promises more than that.
        of_translations: whether it is about translations alone. If nothing is translated, nobody asks for it, so it is
            not called unknown either.
        floor_is: the words before its floor.
    """

    higher_is_better: ClassVar[bool]
    form: ClassVar[Literal["count", "share", "number"]]
    undefined: ClassVar[str] = "these samples leave it undefined"
    order: ClassVar[int]
    headline: ClassVar[bool] = False
    counts: ClassVar[str] = ""
    of_translations: ClassVar[bool] = False
    floor_is: ClassVar[str] = PERFECT

    @abstractmethod
    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        """The metric of `fakes`, shape (n, *sample_shape) in data units; rows that are not finite are no failure.

        It is called only if `unknown` is empty. NaN if these very fakes leave it undefined.

        Args:
            asked: the class that each fake was asked for, shape (n,); None if the GAN is not conditional.
        """

    def measure_real(self, real: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        """The metric of `real` samples in place of fakes, for its noise floor (`Reference.draw`).

        Args:
            asked: the class of each.
        """
        return self.measure(real, reference, asked)

    def unknown(self, reference: Reference, count: int) -> str:
        """One sentence on why it cannot be known for `count` fakes; empty if it can."""
        return ""

    def note(self, reference: Reference, count: int) -> str:
        """One sentence that belongs beside the value of `count` fakes; empty if there is nothing to say."""
        return ""

    def most(self, reference: Reference) -> float | None:
        """The largest value that it can have, if that is worth showing beside the value."""
        return None

    @classmethod
    def text(cls, value: float) -> str:
        """The value as people read it: `8`, `98.9 %`, `0.0014`."""
        if value != value:
            return "–"
        if cls.form == "count":
            return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
        if cls.form == "share":
            return f"{100 * value:.1f} %"
        if abs(value) >= 1e5:
            return f"{value:.1e}"
        return f"{value:.2g}" if abs(value) < 0.1 else f"{value:,.2f}"

    @classmethod
    def floor_text(cls, mean: float, deviation: float) -> str:
        """A floor as people read it: `98.9 ± 0.2 %`, and without the deviation if there is none."""
        if deviation <= ROUNDING * abs(mean) or mean != mean:
            return cls.text(mean)
        if cls.form == "share":
            return f"{100 * mean:.1f} ± {100 * deviation:.1f} %"
        # As many decimals as the deviation has.
        decimals = min(6, max(0, -math.floor(math.log10(deviation))))
        return f"{mean:,.{decimals}f} ± {deviation:.{decimals}f}"


def in_order() -> dict[str, Entry[type[Metric]]]:
    """All registered metrics by name, in the order in which people read them."""
    return dict(sorted(metrics.items(), key=lambda item: item[1].value.order))
