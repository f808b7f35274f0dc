"""The discriminator is flat: what is meant to steady it keeps it from saying what it sees."""

from __future__ import annotations

from collections.abc import Iterable
from math import log
from typing import ClassVar

import numpy as np

from gan_desktop.core.config import weight_key
from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors, penalties
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import rounded, suggestion

CONFIDENCE = Sentence(
    QT_TRANSLATE_NOOP(
        "Diagnosis",
        "how far D's loss is below that of a guess, as a share of how far it could be if D said what it knows",
    )
)
WEIGHT = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "what holds D's score down; 0 is off"))


def confidence(accuracy: float, share: float) -> float:
    """How much of what a discriminator knows shows in its loss.

    A discriminator that is right with probability a, and says so each time with the log-odds of a, has the entropy of
    a as its loss: ln 2 if it guesses. One that is surer about some samples, and says so, comes above 1.

    Args:
        accuracy: a, between 0 and 1.
        share: its loss, as a share of the loss of a guess.
    """
    if not 0.5 < accuracy < 1:
        return float("nan")
    entropy = -accuracy * log(accuracy) - (1 - accuracy) * log(1 - accuracy)
    return (1 - share) / (1 - entropy / log(2))


@detectors.register("discriminator_flat", title="D is flat")
class DiscriminatorFlat(Detector):
    """A penalty on D's slope, or noise on its input, is on. D is right about more than half of the samples, and yet its
    loss has stayed within 1 % of the loss of a guess for a thousand steps, less than a third of the way down to what
    its accuracy allows; and the fakes are far from real ones. D sees the difference and may not say it, so G is told
    little. A perfect generator also leaves D guessing, but then D is right half of the time.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "balance"
    weakens: ClassVar[bool] = True
    level: ClassVar[Level] = Level.WATCH

    # How many times the loss that guessing gives.
    LOSS: ClassVar[float] = 0.99
    LOSS_KEPT: ClassVar[float] = 0.98
    ACCURACY: ClassVar[float] = 0.53
    ACCURACY_KEPT: ClassVar[float] = 0.52
    # Healthy presets with a penalty have 0.45 and more; R1 of 1 on a ring of radius 1 has 0.15.
    CONFIDENCE: ClassVar[float] = 0.3
    CONFIDENCE_KEPT: ClassVar[float] = 0.4
    # How many times what real samples give.
    QUALITY: ClassVar[float] = 0.4
    QUALITY_KEPT: ClassVar[float] = 0.5
    # The quality is the first of these that is known.
    METRICS: ClassVar[tuple[str, ...]] = ("high_quality_share", "precision")
    HELD_STEPS: ClassVar[int] = 1000
    KEPT_STEPS: ClassVar[int] = 500
    # Many runs begin with a flat D.
    GRACE: ClassVar[int] = 500

    def unknown(self, course: Course) -> Sentence:
        if course.balance.logit != 0:
            return Sentence(
                QT_TRANSLATE_NOOP(
                    "Diagnosis",
                    "Whether D is flat cannot be known: under the objective {objective}, or with smoothed labels, its "
                    "loss does not say how sure it is.",
                ),
                {"objective": course.objective},
            )
        if course.latest is None or any(name in course.latest.values for name in self.METRICS):
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether D is flat cannot be known: {reason}."),
            {"reason": course.unknown("precision")},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if course.age < self.GRACE + self.HELD_STEPS:
            return None
        if standing:
            kept = (self.LOSS_KEPT, self.ACCURACY_KEPT, self.CONFIDENCE_KEPT, self.QUALITY_KEPT)
            return self._found(course, self.KEPT_STEPS, kept)
        limits = (self.LOSS, self.ACCURACY, self.CONFIDENCE, self.QUALITY)
        # The newest steps have to show it too, or an alert would end as soon as it is raised.
        return self._found(course, self.KEPT_STEPS, limits) and self._found(course, self.HELD_STEPS, limits)

    def _found(self, course: Course, steps: int, limits: tuple[float, float, float, float]) -> Finding | None:
        """What speaks for it over `steps` steps: loss, accuracy, confidence and quality, each within its limit."""
        weights, guess = self._weights(course), course.balance.d_loss
        metric = next((name for name in self.METRICS if course.knows(name)), None)
        if not weights or not guess or metric is None:
            return None
        found = [measured.values.get(metric, float("nan")) for measured in course.measured_for(steps)]
        quality = float(np.mean(found)) if found else float("nan")
        loss, accuracy = course.mean("d_loss", steps), course.mean("d_accuracy", steps)
        floor = course.floor(metric).mean
        key, weight = next(iter(weights.items()))
        evidence = (
            Evidence("d_loss", loss, ">", limits[0] * guess),
            Evidence("d_accuracy", accuracy, ">", limits[1]),
            Evidence("d_confidence", confidence(accuracy, loss / guess), "<", limits[2], None, CONFIDENCE),
            Evidence(metric, quality, "<", limits[3] * floor, floor),
            Evidence(key, weight, ">", 0.0, None, WEIGHT),
        )
        if not all(one.value > one.limit if one.sign == ">" else one.value < one.limit for one in evidence):
            return None
        values: dict[str, float | str] = {
            "key": key,
            "weight": weight,
            "loss": loss,
            "guess": guess,
            "accuracy": accuracy,
            "metric": metric,
        }
        return Finding(Sentence(self._template(), values | {"quality": quality, "floor": floor}), evidence)

    @staticmethod
    def _template() -> str:
        return QT_TRANSLATE_NOOP(
            "Diagnosis",
            "D is flat: it is right {accuracy:.0%} of the time, but {key} = {weight:.3g} holds its loss at that of a "
            "guess ({loss:.4g} of {guess:.4g}), so G is told little; the fakes' {metric} is {quality:.2f}, that of "
            "real samples {floor:.2f}.",
        )

    @staticmethod
    def _weights(course: Course) -> dict[str, float]:
        """The weights of what is on and holds D's score down, by the keys of the controls."""
        controls = current_controls(course.config)
        keys = (*map(weight_key, penalties), "instance_noise")
        return {key: float(controls[key]) for key in keys if float(controls[key]) > 0}

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "D is no longer flat, or not needed: it is right {accuracy:.0%} of the time at a loss of {loss:.4g}.",
            ),
            {"accuracy": course.mean("d_accuracy", BIN), "loss": course.mean("d_loss", BIN)},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        # Measured on `ring` with R1 of 1, for 2,000 steps from step 2,000 on: both together bring .52 of the fakes into
        # a mode, the slower G alone .48; a tenth of the weight alone, or more updates of D, leave it at .2 as before.
        rates = course.config.optimizer
        slower = rounded(min(rates.d_learning_rate / 10, rates.g_learning_rate / 3))
        lighter = {key: rounded(weight / 10) for key, weight in self._weights(course).items()}
        if lighter:
            yield suggestion(
                QT_TRANSLATE_NOOP(
                    "Diagnosis", "a tenth of it leaves D its slopes, and a slower G does not run past them"
                ),
                **lighter,
                g_learning_rate=slower,
            )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "a slower G does not run past what little it is told"),
            g_learning_rate=slower,
        )
