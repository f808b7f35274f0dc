"""The discriminator wins: it recognises every fake, and the generator's gradient has vanished."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import generator_set_free, rounded, suggestion, usual_noise, usual_r1

SHARE_OF_PEAK = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "the generator's gradient norm over the largest it has had in this run")
)


def gradient_share(course: Course, steps: int) -> float:
    """The norm of G's gradient over the newest `steps` steps, as a share of its peak; NaN if there is none."""
    peak = course.peak("g_gradient_norm")
    return course.mean("g_gradient_norm", steps) / peak if peak > 0 else float("nan")


def without_zero(course: Course) -> Sentence:
    """Why it cannot be known how often D is right; nothing if it can."""
    if course.decides_at_zero:
        return NOTHING
    return Sentence(
        QT_TRANSLATE_NOOP(
            "Diagnosis",
            "How often D is right cannot be known: the objective {objective} gives its score no zero that divides "
            "real from fake.",
        ),
        {"objective": course.objective},
    )


@detectors.register("discriminator_wins", title="D wins")
class DiscriminatorWins(Detector):
    """The discriminator tells more than 95 % of the samples right while the norm of the generator's gradient is below
    1 % of the largest that it has had: the vanishing gradient of Arjovsky and Bottou 2017. As long as the generator's
    gradient lives, D has not won.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "gradients"

    ACCURACY: ClassVar[float] = 0.95
    ACCURACY_KEPT: ClassVar[float] = 0.9
    SHARE: ClassVar[float] = 0.01
    SHARE_KEPT: ClassVar[float] = 0.03
    # Several times the moment for which D is ahead at the start of a healthy run.
    HELD_STEPS: ClassVar[int] = 250

    def unknown(self, course: Course) -> Sentence:
        return without_zero(course)

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        accuracy, share = course.mean("d_accuracy", self.HELD_STEPS), gradient_share(course, self.HELD_STEPS)
        if standing:
            limits = self.ACCURACY_KEPT, self.SHARE_KEPT
            holds = accuracy > limits[0] and share < limits[1]
        else:
            limits = self.ACCURACY, self.SHARE
            bins = self.HELD_STEPS // BIN
            accuracies, norms = course.means("d_accuracy", bins), course.means("g_gradient_norm", bins)
            most = limits[1] * course.peak("g_gradient_norm")
            holds = len(norms) == bins and bool(accuracies.min() > limits[0] and norms.max() < most)
        if not holds:
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "D wins: it is right {accuracy:.0%} of the time, and G's gradient is down to {share:.2%} of its peak, "
                "so G learns nothing any more.",
            ),
            {"accuracy": accuracy, "share": share},
        )
        evidence = (
            Evidence("d_accuracy", accuracy, ">", limits[0]),
            Evidence("g_gradient_share", share, "<", limits[1], None, SHARE_OF_PEAK),
        )
        return Finding(message, evidence)

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis", "G's gradient is back: its norm is {norm:.3g}, and D is right {accuracy:.0%} of the time."
            ),
            {"norm": course.mean("g_gradient_norm", BIN), "accuracy": course.mean("d_accuracy", BIN)},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        yield from generator_set_free(course)
        # Measured on `fail-vanishing`: these bring the gradient back; fewer D updates alone or other rates do not.
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 takes D's steepness away, so that its slope reaches the fakes"),
            r1_weight=usual_r1(course),
        )
        if course.config.training.d_steps > 1:
            yield suggestion(
                QT_TRANSLATE_NOOP("Diagnosis", "R1, and a D with fewer updates, which is less far ahead"),
                r1_weight=usual_r1(course),
                d_steps=1,
            )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "much noise on all that D sees makes real and fake overlap again"),
            instance_noise=rounded(5 * usual_noise(course)),
        )
