"""Divergence: a loss or a gradient grows without end, or is no longer a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from gan_desktop.core.diagnosis import Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, LASTING, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import rounded, suggestion, usual_r1
from gan_desktop.diagnosis.tail import Means

GROWTH = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "how many times the usual size of this figure in this run"))
OUTGROWN = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "the size of this figure, beside the largest that it had kept up for two steps")
)
NO_LONGER_FINITE = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "1 where it is a number, 0 where it is none any more"))

Flags = npt.NDArray[np.bool_]

LOSSES = ("d_loss", "g_loss")
NORMS = ("d_gradient_norm", "g_gradient_norm")


class Growth(NamedTuple):
    """How large a figure is now, how many times its median in the run so far that is, and whether the figure rises."""

    name: str
    size: float
    times: float
    rises: bool


@detectors.register("divergence", title="Divergence")
class Divergence(Detector):
    """The losses run away. Within two steps, a loss and the norm of a gradient grow beyond two and a half times the
    largest that they have been; or both are more than four times what has been usual in this run, the median so far,
    and have grown at every look for 300 steps; or one of them is a hundred times what has been usual; or something is
    no longer finite, and the run is over.
    """

    looks_at: ClassVar[LooksAt] = "steps"
    aspect: ClassVar[str] = "stability"
    sees_the_end: ClassVar[bool] = True

    # How many times the largest that has lasted for two steps. It has to be so at two steps, of which the second is
    # larger: a bad batch is large at once and then fades. In healthy runs, after the first steps, both have not been
    # seen above 1.7.
    OUTGREW: ClassVar[float] = 2.5
    # The mean of KEPT_STEPS steps has to be above all that was before.
    OUTGREW_KEPT: ClassVar[float] = 1.0
    KEPT_STEPS: ClassVar[int] = 10
    # The first steps, which do not count.
    GRACE: ClassVar[int] = 20
    # In healthy presets, a loss and a norm that rise together have not been seen above 2.
    RAN: ClassVar[float] = 4.0
    RAN_KEPT: ClassVar[float] = 2.0
    # Bins of 50 steps, each above the one before: trembling does not do that.
    RISING: ClassVar[int] = 6
    GREW: ClassVar[float] = 100.0
    GREW_KEPT: ClassVar[float] = 20.0
    # In a row: a single bad batch is no divergence.
    HELD: ClassVar[int] = 2
    # What is usual may be next to nothing, as a loss is in the end: a hundred times that is no divergence.
    LEAST: ClassVar[float] = 10.0
    # How many bins, at least and at most, the median of what is usual is taken of.
    FEWEST: ClassVar[int] = 6
    USUAL: ClassVar[int] = 200

    def worth_a_look(self, course: Course, steps: int) -> Sequence[int]:
        outgrown = self._outgrown(course, steps)
        if not outgrown.any():
            return ()
        both = np.logical_and(outgrown[:, : len(LOSSES)].any(axis=1), outgrown[:, len(LOSSES) :].any(axis=1))
        return [course.step - len(outgrown) + 1 + int(index) for index in np.flatnonzero(both)]

    def _outgrown(self, course: Course, steps: int) -> Flags:
        """Whether each loss and norm outgrows all that it has been, at the newest steps; shape (n, 4), n <= `steps`."""
        sizes, largest = course.sizes((*LOSSES, *NORMS), steps, self.GRACE)
        # The largest size never shrinks, so its first value nearly always settles the matter.
        if not (sizes[1:] > self.OUTGREW * largest[:1]).any():
            return np.zeros(largest.shape, np.bool_)
        before, now = sizes[:-1], sizes[1:]
        found = (before > self.OUTGREW * largest) & (now > before)
        found[:, : len(LOSSES)] &= now[:, : len(LOSSES)] > self.LEAST
        return found

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if course.diverged:
            return self._ended_run(course)
        if standing:
            return self._still_outgrown(course, standing) or self._grown(course, standing)
        return self._explosion(course) or self._grown(course, None)

    def _explosion(self, course: Course) -> Finding | None:
        """What the newest two steps say."""
        if self.worth_a_look(course, 1) != [course.step]:
            return None
        outgrown = self._outgrown(course, 1)[0]
        sizes, largest = course.sizes((*LOSSES, *NORMS), 1, self.GRACE)
        found = [
            Evidence(name, float(size), ">", float(self.OUTGREW * before), None, OUTGROWN)
            for name, size, before, is_outgrown in zip((*LOSSES, *NORMS), sizes[0], largest[0], outgrown, strict=True)
            if is_outgrown
        ]
        return self._outgrown_finding(found, float(course.step), self.OUTGREW)

    def _still_outgrown(self, course: Course, standing: Alert) -> Finding | None:
        """Whether the mean size of the newest steps since the alert is still above what there was before it."""
        steps = min(self.KEPT_STEPS, course.step - standing.step + LASTING)
        share = self.OUTGREW_KEPT / self.OUTGREW
        found = [
            Evidence(raised.name, size, ">", share * raised.limit, None, OUTGROWN)
            for raised in standing.evidence
            if raised.meaning == OUTGROWN
            and (size := float(np.abs(course.recent(raised.name, steps)).mean())) > share * raised.limit
        ]
        return self._outgrown_finding(found, float(standing.step), self.OUTGREW_KEPT) if found else None

    @staticmethod
    def _outgrown_finding(found: Sequence[Evidence], step: float, times: float) -> Finding:
        worst = max(found, key=lambda evidence: evidence.value / evidence.limit)
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Divergence: {figure} is {value:.3g}, {times:.3g} times the most that it had kept up before step "
                "{step:,.0f}; soon it may not be a number any more.",
            ),
            {"figure": worst.name, "value": worst.value, "times": times * worst.value / worst.limit, "step": step},
        )
        return Finding(message, tuple(found))

    def _grown(self, course: Course, standing: Alert | None) -> Finding | None:
        """What the means of 50 steps say."""
        if course.step % BIN or not (standing or self._may_have_grown(course)):
            return None
        losses = max((self.growth(course, name, standing) for name in LOSSES), key=lambda found: found.times)
        norms = max((self.growth(course, name, standing) for name in NORMS), key=lambda found: found.times)
        ran = self.RAN_KEPT if standing else self.RAN
        is_large = losses.size > abs(course.balance.d_loss or 0.0)  # a loss below that of a guess is harmless
        if is_large and min(losses.times, norms.times) > ran and (standing or (losses.rises and norms.rises)):
            return self._finding(losses, (losses, norms), ran)
        grew = self.GREW_KEPT if standing else self.GREW
        worst = max(losses, norms, key=lambda found: found.times)
        if worst.times > grew and worst.size > self.LEAST:
            return self._finding(worst, (worst,), grew)
        return None

    def _may_have_grown(self, course: Course) -> bool:
        """Check what has to hold for an alert and can be told without what is usual, which takes medians to know."""
        means = {name: np.abs(course.means(name, self.RISING + 1)) for name in (*LOSSES, *NORMS)}
        if any(len(found) and found[-self.HELD :].min() > self.LEAST for found in means.values()):
            return True
        return all(any(self._rises(means[name]) for name in names) for names in (LOSSES, NORMS))

    def _rises(self, means: Means) -> bool:
        """Whether each of the newest bins is above the one before."""
        newest = means[-self.RISING - 1 :]
        return len(newest) > self.RISING and bool((np.diff(newest) > 0).all())

    def growth(self, course: Course, name: str, standing: Alert | None = None) -> Growth:
        """How a figure has grown: to raise an alert the smallest of the newest bins counts, to keep it the newest."""
        means = np.abs(course.means(name, self.USUAL + self.HELD))
        if len(means) < self.FEWEST + self.HELD:
            return Growth(name, 0.0, 0.0, False)
        newest = means[-self.HELD :]
        size = float(newest[-1] if standing else newest.min())
        usual = float(np.median(means[: -self.HELD]))
        times = size / usual if usual > 0 else 0.0
        return Growth(name, size, times if times == times else 0.0, self._rises(means))

    @staticmethod
    def _finding(worst: Growth, grown: tuple[Growth, ...], limit: float) -> Finding:
        template = QT_TRANSLATE_NOOP(
            "Diagnosis", "Divergence: {figure} is {value:.3g}, {times:.0f} times what was usual in this run."
        )
        if worst.rises:
            template = QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Divergence: {figure} is {value:.3g}, {times:.0f} times what was usual in this run, and growing; soon "
                "it may not be a number any more.",
            )
        message = Sentence(template, {"figure": worst.name, "value": worst.size, "times": worst.times})
        evidence = [Evidence(f"{found.name}_growth", found.times, ">", limit, None, GROWTH) for found in grown]
        return Finding(message, tuple(evidence))

    def _ended_run(self, course: Course) -> Finding:
        last = {name: course.recent(name, 1) for name in course.figures}
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
            template = "The warning has come true: a figure is no longer a number, and the run is over."
            return Sentence(QT_TRANSLATE_NOOP("Diagnosis", template))
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "The figures are back where they were: D's loss is {loss:.3g}."),
            {"loss": course.mean("d_loss", BIN)},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        # Measured on `fail-divergence` at the moment of the alert, three seeds: each of them saves the run and finds
        # all modes, the first one evenly each time; with the second, one of the runs hopped.
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
