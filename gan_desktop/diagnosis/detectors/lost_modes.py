"""Modes left out: most kinds of samples are made, and some are not, for a long time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.detectors.mode_collapse import ModeCollapse
from gan_desktop.diagnosis.shares import LOST, ModeShares
from gan_desktop.diagnosis.suggestions import (
    fakes_paired_with_real,
    slower_generator,
    suggestion,
    usual_noise,
    usual_r1,
)

OF_DUE = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "what the mode that gets least has of its due, which is its share of the real data")
)


@detectors.register("lost_modes", title="Modes left out")
class LostModes(Detector):
    """Some modes or classes get less than a tenth of the fakes that they are due, at every measurement for 1,500 steps;
    if the data are points, few fakes are nearest to them either. What a mode is due is its share of the real data, so a
    rare class that is lost is found as well as a frequent one. If half of them are lost, that is a mode collapse.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "diversity"
    level: ClassVar[Level] = Level.WATCH

    # Healthy runs lose a mode for some hundred steps, and find it again.
    HELD_STEPS: ClassVar[int] = 1500
    # A mode is found again when it has this share of its due.
    FOUND: ClassVar[float] = 0.2
    # Before this step, no generator has had the time to find all modes.
    GRACE: ClassVar[int] = 500

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or course.latest.shares:
            return NOTHING
        reason = course.unknown("modes_covered") or "there are too many modes to look at each"
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether a mode is left out cannot be known: {reason}."), {"reason": reason}
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = [ModeShares(measured) for measured in course.measured_for(self.HELD_STEPS)]
        if not found or found[0].measured.step < self.GRACE or not all(shares.is_known for shares in found):
            return None
        now = found[-1]
        most = len(now.due)
        limit = self.FOUND if standing else LOST
        looked_at = found[-1:] if standing else found
        lost = np.logical_and.reduce([shares.has_less(limit) for shares in looked_at])
        count = int(np.count_nonzero(lost))
        if not count or now.held <= ModeCollapse.MODES * most:
            return None
        least = float(now.of_due[lost].min())
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Modes left out: {count:.0f} of {most:.0f} ({names}) get hardly a fake, where real samples have "
                "{due:.1%}; G does without them, since others pass.",
            ),
            {"names": now.names(lost), "count": float(count), "most": float(most), "due": float(now.due[lost].sum())},
        )
        return Finding(message, (Evidence("least_of_due", max(0.0, least), "<", limit, 1.0, OF_DUE),))

    def ended(self, course: Course) -> Sentence:
        held = ModeShares(course.latest).held if course.latest else float("nan")
        return Sentence(QT_TRANSLATE_NOOP("Diagnosis", "G makes {held:.0f} modes now."), {"held": held})

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        quick = slower_generator(course)
        if quick:
            yield from quick
            return
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 flattens D around the real samples, so that none is too steep to reach"),
            r1_weight=usual_r1(course),
        )
        yield fakes_paired_with_real(course)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees smooths the slopes that keep fakes from a mode"),
            instance_noise=usual_noise(course),
        )
