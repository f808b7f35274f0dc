"""Divergence: a loss or a gradient grows without end, or is no longer a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

import numpy as np

from gan_desktop.core.diagnosis import Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.figures import FIGURE_NAMES
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import rounded, suggestion, usual_r1

GROWTH = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "how many times the usual size of this figure in this run"))
NO_LONGER_FINITE = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "1 where it is a number, 0 where it is none any more"))


class Growth(NamedTuple):
    """How a figure stands beside its median in the run so far: its size now, how many times that, whether it rises."""

    name: str
    size: float
    times: float
    rises: bool


@detectors.register("divergence", title="Divergence")
class Divergence(Detector):
    """The losses run away: a loss and the norm of a gradient are both more than eight times what has been usual in this
    run, the median so far, and have grown at every look for 300 steps; or one of them is a hundred times that; or
    something is no longer finite, and the run is over.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "stability"
    sees_the_end: ClassVar[bool] = True

    LOSSES: ClassVar[tuple[str, ...]] = ("d_loss", "g_loss")
    NORMS: ClassVar[tuple[str, ...]] = ("d_gradient_norm", "g_gradient_norm")
    # In healthy presets a norm has been 9 times its median in the first steps, but not with a loss.
    RAN: ClassVar[float] = 8.0
    RAN_KEPT: ClassVar[float] = 4.0
    # Bins of 50 steps, each above the one before: trembling does not do that.
    RISING: ClassVar[int] = 6
    GREW: ClassVar[float] = 100.0
    GREW_KEPT: ClassVar[float] = 20.0
    # In a row: a single bad batch is no divergence.
    HELD: ClassVar[int] = 2
    # What is usual may be next to nothing, as a loss at its end is: a hundred times that is no divergence.
    LEAST: ClassVar[float] = 10.0
    # Bins whose median is what is usual.
    FEWEST: ClassVar[int] = 6
    USUAL: ClassVar[int] = 200

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if course.diverged:
            return self._ended_run(course)
        losses = max((self._growth(course, name, standing) for name in self.LOSSES), key=lambda found: found.times)
        norms = max((self._growth(course, name, standing) for name in self.NORMS), key=lambda found: found.times)
        ran = self.RAN_KEPT if standing else self.RAN
        is_large = losses.size > abs(course.balance.d_loss or 0.0)  # a loss of less than a guess is none to fear
        if is_large and min(losses.times, norms.times) > ran and (standing or (losses.rises and norms.rises)):
            return self._finding(losses, (losses, norms), ran)
        grew = self.GREW_KEPT if standing else self.GREW
        worst = max(losses, norms, key=lambda found: found.times)
        if worst.times > grew and worst.size > self.LEAST:
            return self._finding(worst, (worst,), grew)
        return None

    def _growth(self, course: Course, name: str, standing: Alert | None) -> Growth:
        """By the weakest of the newest bins to raise an alert, by the strongest to keep it."""
        means = np.abs(course.means(name, self.USUAL + self.HELD))
        if len(means) < self.FEWEST + self.HELD:
            return Growth(name, 0.0, 0.0, False)
        newest = means[-self.HELD :]
        size = float(newest.max() if standing else newest.min())
        usual = float(np.median(means[: -self.HELD]))
        rises = len(means) > self.RISING and bool((np.diff(means[-self.RISING - 1 :]) > 0).all())
        times = size / usual if usual > 0 else 0.0
        return Growth(name, size, times if times == times else 0.0, rises)

    @staticmethod
    def _finding(worst: Growth, grown: tuple[Growth, ...], limit: float) -> Finding:
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Divergence: {figure} is {value:.3g}, {times:.0f} times what was usual in this run, and growing; soon "
                "it may not be a number any more.",
            ),
            {"figure": worst.name, "value": worst.size, "times": worst.times},
        )
        evidence = [Evidence(f"{found.name}_growth", found.times, ">", limit, None, GROWTH) for found in grown]
        return Finding(message, tuple(evidence))

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
        # Measured on `fail-divergence` at the moment of the alert: R1 of 1 comes too late for the rate by itself, and
        # low rates alone keep the run from its end, but do not bring it back. From the start, the usual weight with a
        # third of the rates held all modes; without, it takes about twice as much, and a tenth of it does nothing.
        rates = course.config.optimizer
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 keeps D from growing steep, and a third of the rates from overshooting"),
            r1_weight=usual_r1(course),
            d_learning_rate=rounded(rates.d_learning_rate / 3),
            g_learning_rate=rounded(rates.g_learning_rate / 3),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "a little of R1 keeps D from growing steep"),
            r1_weight=rounded(2.5 * usual_r1(course)),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "rates a tenth as high, so that no update overshoots"),
            d_learning_rate=rounded(rates.d_learning_rate / 10),
            g_learning_rate=rounded(rates.g_learning_rate / 10),
        )
