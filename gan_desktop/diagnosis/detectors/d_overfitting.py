"""Overfitting of the discriminator: it knows the training samples by heart, which makes the fakes worse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import rounded, strong_r1, suggestion, usual_noise, usual_r1

EPOCHS = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "how often D has seen each training sample"))
WORSENED = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "the Fréchet distance now, as a median, over the best that it has been in this run")
)


@detectors.register("d_overfitting", title="D overfits")
class DOverfitting(Detector):
    """D has seen each of at most 20,000 samples fifty times, and the mean sign of its logits on the training samples,
    r_t, stays above 0.6, where StyleGAN2-ADA begins to augment the data (Karras et al. 2020), while the fakes have
    become worse than they were: D tells which samples it knows, not what is real. A strong D alone is no overfitting:
    many runs begin with one.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "balance"
    level: ClassVar[Level] = Level.WATCH

    REAL_SIGN: ClassVar[float] = 0.6
    REAL_SIGN_KEPT: ClassVar[float] = 0.5
    EPOCHS: ClassVar[float] = 50.0
    # No small network knows each of more samples by heart; a D that is far ahead looks the same there.
    MOST_SAMPLES: ClassVar[int] = 20_000
    # In healthy presets the distance wanders, for images by less than a quarter.
    WORSENED: ClassVar[float] = 1.5
    WORSENED_KEPT: ClassVar[float] = 1.25
    HELD_STEPS: ClassVar[int] = 1000
    KEPT_STEPS: ClassVar[int] = 500
    # The best is looked for in this many earlier measurements.
    LOOKED_BACK: ClassVar[int] = 1000

    def unknown(self, course: Course) -> Sentence:
        if not course.decides_at_zero:
            return Sentence(
                QT_TRANSLATE_NOOP(
                    "Diagnosis",
                    "Whether D overfits cannot be known: the objective {objective} gives its score no zero, so the "
                    "sign says nothing.",
                ),
                {"objective": course.objective},
            )
        if course.latest is None or "frechet_distance" in course.latest.values:
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether D overfits cannot be known: {reason}."),
            {"reason": course.unknown("frechet_distance")},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if course.epochs < self.EPOCHS or course.count > self.MOST_SAMPLES:
            return None
        if standing:
            return self._found(course, self.KEPT_STEPS, self.REAL_SIGN_KEPT, self.WORSENED_KEPT)
        # The newest steps have to show it too, or an alert would end as soon as it is raised.
        lately = self._found(course, self.KEPT_STEPS, self.REAL_SIGN, self.WORSENED)
        return lately and self._found(course, self.HELD_STEPS, self.REAL_SIGN, self.WORSENED)

    def _found(self, course: Course, steps: int, least: float, most: float) -> Finding | None:
        """What speaks for it over `steps` steps: a sign above `least`, and fakes that are worse by more than `most`."""
        sign, worsened = course.mean("real_sign", steps), self._worsened(course, steps)
        if not (sign > least and worsened > most):
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "D overfits: it has seen each of {count:,.0f} samples {epochs:,.0f} times and knows them (r_t "
                "{sign:.2f}), while the fakes are {worsened:.1f} times as far from real ones as they were at best.",
            ),
            {"count": float(course.count), "epochs": course.epochs, "sign": sign, "worsened": worsened},
        )
        evidence = (
            Evidence("real_sign", sign, ">", least),
            Evidence("epochs", course.epochs, ">=", self.EPOCHS, None, EPOCHS),
            Evidence("frechet_worsened", worsened, ">", most, None, WORSENED),
        )
        return Finding(message, evidence)

    def _worsened(self, course: Course, steps: int) -> float:
        """The median Fréchet distance of `steps` steps over the best before; NaN if it is not known for that long."""
        late = course.measured_for(steps)
        before = [found for found in course.measurements(self.LOOKED_BACK) if not late or found.step < late[0].step]
        recent = np.array([found.values.get("frechet_distance", np.nan) for found in late])
        earlier = np.array([found.values.get("frechet_distance", np.nan) for found in before])
        if len(recent) < 2 or not len(earlier) or not np.isfinite(recent).all() or not np.isfinite(earlier).any():
            return float("nan")
        # Near the floor, nothing is better than anything else.
        best = max(float(np.nanmin(earlier)), 2 * course.floor("frechet_distance").mean)
        return float(np.median(recent)) / best if best > 0 else float("nan")

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "D's r_t is {sign:.2f}, and the Fréchet distance {distance:.3g}."),
            {"sign": course.mean("real_sign", 500), "distance": course.value("frechet_distance")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 keeps D from growing steep around each sample"),
            r1_weight=usual_r1(course),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees makes samples harder to know"),
            instance_noise=rounded(2 * usual_noise(course)),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 ten times as strong, for very few samples"),
            r1_weight=strong_r1(course),
        )
