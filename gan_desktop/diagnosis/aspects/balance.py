"""Balance: whether one network is winning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import EARLY_STEPS, AspectOfRun, Past, Reading, over, too_early
from gan_desktop.diagnosis.course import Course

FAR_AHEAD = QT_TRANSLATE_NOOP("Diagnosis", "D is right {accuracy:.0%} of the time: it is far ahead of G.")
AHEAD = QT_TRANSLATE_NOOP("Diagnosis", "D is right {accuracy:.0%} of the time: it leads, and G still learns from it.")
EVEN = QT_TRANSLATE_NOOP("Diagnosis", "D is right {accuracy:.0%} of the time. Neither network is winning.")
GUESSES = QT_TRANSLATE_NOOP("Diagnosis", "D is right {accuracy:.0%} of the time: it can only guess.")
FOOLED = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "D is right {accuracy:.0%} of the time, at a loss above that of a guess: G fools it more often than not.",
)
SILENT = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "D is right {accuracy:.0%} of the time, at a loss of {loss:.3f} where a guess has {equilibrium:.3f}: its score "
    "says little.",
)
WHY_ACCURACY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "D is right where it scores a real sample above 0.5 or a fake below; real samples score {real:.2f} on average now, "
    "fakes {fake:.2f}. If nobody could tell them apart, D would be right 50 % of the time and its loss would be "
    "{equilibrium:.3f}. It is {loss:.3f}: the lower below that, the better D tells them apart; clearly above it, D is "
    "worse than a guess. G's loss is {g_loss:.3f}. Losses of a healthy run do not fall to zero, they hover.",
)
BY_LOSS = QT_TRANSLATE_NOOP(
    "Diagnosis", "D's loss is {loss:.3f}, and guessing would give {equilibrium:.3f}: it tells fakes, and G follows."
)
BY_LOSS_EVEN = QT_TRANSLATE_NOOP(
    "Diagnosis", "D's loss is {loss:.3f}, and guessing would give {equilibrium:.3f}: it can hardly tell fakes."
)
BY_LOSS_FAR = QT_TRANSLATE_NOOP(
    "Diagnosis", "D's loss is {loss:.3f}, and guessing would give {equilibrium:.3f}: it tells nearly every fake."
)
BY_LOSS_FOOLED = QT_TRANSLATE_NOOP(
    "Diagnosis", "D's loss is {loss:.3f}, and guessing would give {equilibrium:.3f}: it is worse than a guess."
)
WHY_LOSS = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "Under the objective {objective} a score of 0 does not divide real from fake, so how often D is right cannot be "
    "known. Its loss can be compared: {equilibrium:.3f} is what the best D reaches against a perfect generator, and it "
    "is {loss:.3f} now.",
)
DISTANCE = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "The critic measures a distance of {distance:.3g}. Who is ahead cannot be known: a distance has no winner.",
)
WHY_DISTANCE = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "A Wasserstein critic gives scores without a zero, so it is never right or wrong. Minus its loss, {distance:.3g} "
    "now, is the distance between real and fake that it sees, in units of its slope; it is 0 where they cannot be told "
    "apart. What counts is whether it falls while the slope is held.",
)
UNKNOWN = QT_TRANSLATE_NOOP("Diagnosis", "Where the objective {objective} is in balance is not known.")


@aspects.register("balance", title="Balance")
class Balance(AspectOfRun):
    """Whether one network is winning: how often D is right about real and fake samples or, if its score has no zero,
    its loss beside what guessing gives.
    """

    # Healthy presets have 0.5 to 0.85 after the first steps, and 0.98 for a moment. Above the first limit, D's loss is
    # less than a third of the loss of a guess.
    FAR_AHEAD: ClassVar[float] = 0.9
    AHEAD: ClassVar[float] = 0.8
    GUESSING: ClassVar[float] = 0.52
    FOOLED: ClassVar[float] = 0.45
    # The same, as shares of the loss that guessing gives.
    LITTLE_LOSS: ClassVar[float] = 0.3
    GUESSING_LOSS: ClassVar[float] = 0.98
    FOOLED_LOSS: ClassVar[float] = 1.05

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        early = over(course, "d_loss", "d_accuracy") or too_early(course)
        if early is not None:
            return early
        if course.decides_at_zero:
            return self._by_accuracy(course)
        return self._by_loss(course)

    def _by_accuracy(self, course: Course) -> Reading:
        accuracy = course.mean("d_accuracy", EARLY_STEPS)
        balanced = course.balance.d_loss
        values = {
            "accuracy": accuracy,
            "real": course.mean("real_score", EARLY_STEPS),
            "fake": course.mean("fake_score", EARLY_STEPS),
            "loss": course.mean("d_loss", EARLY_STEPS),
            "g_loss": course.mean("g_loss", EARLY_STEPS),
            "equilibrium": balanced if balanced is not None else float("nan"),
        }
        if accuracy > self.FAR_AHEAD:
            level, template, sign, limit = Level.WATCH, FAR_AHEAD, ">", self.FAR_AHEAD
        elif accuracy < self.FOOLED:
            fooled = balanced is None or values["loss"] > self.FOOLED_LOSS * balanced
            level, template, sign, limit = Level.WATCH, FOOLED if fooled else SILENT, "<", self.FOOLED
        elif accuracy < self.GUESSING:
            level, template, sign, limit = Level.GOOD, GUESSES, "<", self.GUESSING
        elif accuracy > self.AHEAD:
            level, template, sign, limit = Level.GOOD, AHEAD, ">", self.AHEAD
        else:
            level, template, sign, limit = Level.GOOD, EVEN, "<=", self.AHEAD
        rests_on = (Evidence("d_accuracy", accuracy, sign, limit),)
        return Reading(level, Sentence(template, values), accuracy, rests_on, Sentence(WHY_ACCURACY, values))

    def _by_loss(self, course: Course) -> Reading:
        balanced = course.balance.d_loss
        loss = course.mean("d_loss", EARLY_STEPS)
        values: dict[str, float | str] = {"objective": course.objective, "loss": loss, "distance": -loss}
        if balanced is None:
            return Reading(Level.UNKNOWN, Sentence(UNKNOWN, values))
        values["equilibrium"] = balanced
        if balanced == 0:
            rests_on = (Evidence("d_loss", loss, "<", 0.0),)
            return Reading(Level.UNKNOWN, Sentence(DISTANCE, values), -loss, rests_on, Sentence(WHY_DISTANCE, values))
        share = loss / balanced
        if share > self.FOOLED_LOSS:
            level, template, sign, limit = Level.WATCH, BY_LOSS_FOOLED, ">", self.FOOLED_LOSS
        elif share > self.GUESSING_LOSS:
            level, template, sign, limit = Level.GOOD, BY_LOSS_EVEN, ">", self.GUESSING_LOSS
        elif share < self.LITTLE_LOSS:
            level, template, sign, limit = Level.WATCH, BY_LOSS_FAR, "<", self.LITTLE_LOSS
        else:
            level, template, sign, limit = Level.GOOD, BY_LOSS, "<=", self.GUESSING_LOSS
        rests_on = (Evidence("d_loss", loss, sign, limit * balanced),)
        return Reading(level, Sentence(template, values), loss, rests_on, Sentence(WHY_LOSS, values))
