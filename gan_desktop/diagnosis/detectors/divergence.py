"""Divergence: a loss or a gradient grows without end, or is no longer a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import Evidence, Sentence, Suggestion
from gan_desktop.core.figures import FIGURE_NAMES
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import R1_WEIGHT, suggestion

GROWTH = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "how many times the usual size of this figure in this run"))
NO_LONGER_FINITE = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "1 where it is a number, 0 where it is none any more"))


@detectors.register("divergence", title="Divergence")
class Divergence(Detector):
    """A loss or the norm of a gradient is more than a hundred times what has been usual in this run, the median of all
    that is kept, and still growing; or something is no longer finite, and the run is over.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "stability"
    sees_the_end: ClassVar[bool] = True

    WATCHED: ClassVar[tuple[str, ...]] = ("d_loss", "g_loss", "d_gradient_norm", "g_gradient_norm")
    # Healthy runs stay within ten times their median but for the first steps.
    GREW: ClassVar[float] = 100.0
    GREW_KEPT: ClassVar[float] = 20.0
    # In a row: a single bad batch is no divergence.
    HELD: ClassVar[int] = 2
    # Bins whose median is what is usual, without those of the first moments, when everything grows.
    FEWEST: ClassVar[int] = 6
    USUAL: ClassVar[int] = 200
    # What is usual may be next to nothing, as a loss at its end is: a hundred times that is no divergence.
    LEAST: ClassVar[float] = 10.0

    def look(self, course: Course, standing: bool) -> Finding | None:
        if course.diverged:
            return self._ended_run(course)
        worst, name, value = self._growth(course, standing)
        limit = self.GREW_KEPT if standing else self.GREW
        if not worst > limit:
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Divergence: {figure} is {value:.3g}, {times:.0f} times what was usual in this run; soon it may not be "
                "a number any more.",
            ),
            {"figure": name, "value": value, "times": worst},
        )
        return Finding(message, (Evidence(name, worst, ">", limit, None, GROWTH),))

    def _growth(self, course: Course, standing: bool) -> tuple[float, str, float]:
        """By how much the figure that grew most has grown in all of the newest bins, its name and its value."""
        worst, worst_name, worst_value = 0.0, self.WATCHED[0], 0.0
        for name in self.WATCHED:
            means = np.abs(course.means(name, self.USUAL + self.HELD))
            if len(means) < self.FEWEST + self.HELD:
                continue
            newest = means[-self.HELD :]
            size = float(newest.max() if standing else newest.min())
            if not size > self.LEAST:
                continue
            growth = size / max(float(np.median(means[: -self.HELD])), 1e-12)
            if growth > worst:
                worst, worst_name, worst_value = growth, name, float(newest[-1])
        return worst, worst_name, worst_value

    def _ended_run(self, course: Course) -> Finding:
        last = {name: course.recent(name, 1) for name in FIGURE_NAMES}
        gone = next((name for name, values in last.items() if len(values) and not np.isfinite(values[-1])), "weights")
        template = QT_TRANSLATE_NOOP(
            "Diagnosis", "Divergence: {figure} is no longer finite at step {step:.0f}, so the run is over."
        )
        if gone == "weights":
            template = QT_TRANSLATE_NOOP(
                "Diagnosis", "Divergence: a weight is no longer finite at step {step:.0f}, so the run is over."
            )
        message = Sentence(template, {"figure": gone, "step": float(course.step - 1)})
        return Finding(message, (Evidence(f"{gone}_finite", 0.0, "<", 1.0, None, NO_LONGER_FINITE),))

    def ended(self, course: Course) -> Sentence:
        if course.diverged:
            return Sentence(QT_TRANSLATE_NOOP("Diagnosis", "What was growing is no longer a number."))
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "The figures are back where they were: D's loss is {loss:.3g}."),
            {"loss": course.mean("d_loss", BIN)},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        rates = course.config.optimizer
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "rates a tenth as high, so that no update overshoots"),
            d_learning_rate=rates.d_learning_rate / 10,
            g_learning_rate=rates.g_learning_rate / 10,
        )
        if course.objective in ("wasserstein", "least_squares"):
            yield suggestion(
                QT_TRANSLATE_NOOP("Diagnosis", "a loss whose gradient is bounded"), objective="non_saturating"
            )
        yield suggestion(QT_TRANSLATE_NOOP("Diagnosis", "R1 keeps D from growing steep"), r1_weight=R1_WEIGHT)
