"""Oscillation: both losses swing around their mean instead of coming to rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

import numpy as np

from gan_desktop.core.diagnosis import Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import strong_r1, suggestion, usual_noise
from gan_desktop.diagnosis.tail import Means

PEAK_SHARE = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "the share of one frequency in all that this loss varies, its drift taken out")
)
SWING = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "the deviation of D's loss, its drift taken out, as a share of its usual size")
)

# How many steps a spectrum is taken of, and how many are first averaged into one value: swings of 10 to 250 steps are
# seen.
WINDOW = 1024
TOGETHER = 4
# Swings that are longer than a quarter of the window cannot be told from a drift.
LONGEST = 4


class Swing(NamedTuple):
    """What one loss does in a window: its strongest frequency's share, period in steps, and deviation."""

    share: float
    period: float
    deviation: float


def swing(losses: Means) -> Swing:
    """The spectral peak's share of the power of the detrended losses, shape (WINDOW,), with its two neighbours.

    A Hann window keeps swings that do not fit in a whole number of times from leaking over the spectrum.
    """
    values = losses.reshape(-1, TOGETHER).mean(axis=1)
    time = np.linspace(-1, 1, len(values))
    values = values - values.mean()
    values = values - time * (values @ time) / (time @ time)
    power = np.abs(np.fft.rfft(values * np.hanning(len(values)))) ** 2
    total = float(power.sum())
    if not total > 0:  # nothing varies, or it is not a number
        return Swing(0.0, float("nan"), 0.0)
    peaks = power[LONGEST - 1 : -2] + power[LONGEST:-1] + power[LONGEST + 1 :]
    strongest = int(np.argmax(peaks))
    return Swing(float(peaks[strongest]) / total, len(losses) / (strongest + LONGEST), float(values.std()))


def usual_size(course: Course, figure: str) -> float:
    """What a change of a loss is to be compared with: its size in balance, or now, whichever is larger.

    If balance is at 0 or settles nothing, the largest mean of 50 steps in this run takes its place: the current mean
    may be next to nothing, and then says nothing.
    """
    balance = course.balance.d_loss if figure == "d_loss" else course.balance.g_loss
    return max(abs(balance) if balance else course.peak(figure), abs(course.mean(figure, BIN)))


@detectors.register("oscillation", title="Oscillation")
class Oscillation(Detector):
    """Both losses swing with one period: the strongest frequency has a large share of the power of each one's detrended
    spectrum. That is how networks look that chase each other in circles, as the unregularised Dirac-GAN does (Mescheder
    et al. 2018).
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "stability"
    level: ClassVar[Level] = Level.WATCH

    # Healthy runs reach 0.38 in the transient of their first steps and stay below 0.2 later.
    SHARE: ClassVar[float] = 0.4
    SHARE_KEPT: ClassVar[float] = 0.25
    # A share of the usual size. Nobody sees less than that, and nothing comes of it.
    DEVIATION: ClassVar[float] = 0.02
    # How many windows, half a window apart, must agree.
    HELD: ClassVar[int] = 2
    # Steps between two looks: windows that share all but these have the same spectra.
    EVERY: ClassVar[int] = 250
    GRACE: ClassVar[int] = 500

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if not standing and course.step % self.EVERY:
            return None
        needed = WINDOW + (self.HELD - 1) * WINDOW // 2
        if course.age < self.GRACE + needed:
            return None
        losses = {name: course.recent(name, needed) for name in ("d_loss", "g_loss")}
        if any(len(values) < needed or not np.isfinite(values).all() for values in losses.values()):
            return None
        swings = {name: self._swing(values, standing) for name, values in losses.items()}
        limit = self.SHARE_KEPT if standing else self.SHARE
        usual = usual_size(course, "d_loss")
        deviation = swings["d_loss"].deviation / usual if usual > 0 else 0.0
        least = self.DEVIATION / 2 if standing else self.DEVIATION
        if not (min(found.share for found in swings.values()) > limit and deviation > least):
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Oscillation: the losses swing together, once in {period:.0f} steps; D and G chase each other in "
                "circles instead of learning.",
            ),
            {"period": swings["d_loss"].period},
        )
        evidence = [
            Evidence(f"{name}_peak_share", found.share, ">", limit, None, PEAK_SHARE) for name, found in swings.items()
        ]
        return Finding(message, (*evidence, Evidence("d_loss_swing", deviation, ">", least, None, SWING)))

    def _swing(self, values: Means, standing: Alert | None) -> Swing:
        """The swing that counts: of the window that swings least to raise an alert, of the newest to keep it."""
        starts = range(0, self.HELD * WINDOW // 2, WINDOW // 2)
        windows = [swing(values[start : start + WINDOW]) for start in starts]
        return windows[-1] if standing else min(windows, key=lambda found: found.share)

    def ended(self, course: Course) -> Sentence:
        return Sentence(QT_TRANSLATE_NOOP("Diagnosis", "The losses no longer swing with one period."))

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        rates = course.config.optimizer
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 damps the rotation: it makes the equilibrium attract"),
            r1_weight=strong_r1(course),
        )
        if rates.beta_1 > 0:
            yield suggestion(QT_TRANSLATE_NOOP("Diagnosis", "no momentum, which drives a swing on"), beta_1=0.0)
        if rates.momentum > 0:
            yield suggestion(QT_TRANSLATE_NOOP("Diagnosis", "no momentum, which drives a swing on"), momentum=0.0)
        # Noise damps too, but only at a strength that hides the modes from D.
        if current_controls(course.config)["r1_weight"]:
            yield suggestion(
                QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees damps the rotation too"),
                instance_noise=usual_noise(course),
            )
