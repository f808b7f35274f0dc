"""The generator wins: the discriminator is worse than a guess."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import suggestion, swapped_rates


@detectors.register("generator_wins", title="G wins")
class GeneratorWins(Detector):
    """The discriminator has been wrong more often than right for a thousand steps: fakes move faster than it can learn,
    and what it tells the generator is out of date. A perfect generator cannot do that: against it D is right half of
    the time, and its loss is that of a guess (Goodfellow et al. 2014, theorem 1). Where D's score has no zero, its loss
    is compared with the one that guessing gives.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "balance"
    level: ClassVar[Level] = Level.WATCH

    # Of healthy runs, the mean over a thousand steps has not been seen below 0.53.
    ACCURACY: ClassVar[float] = 0.47
    ACCURACY_KEPT: ClassVar[float] = 0.5
    # Times the loss that guessing gives.
    LOSS: ClassVar[float] = 1.05
    LOSS_KEPT: ClassVar[float] = 1.0
    HELD_STEPS: ClassVar[int] = 1000
    # The first steps belong to nobody: D starts with noise.
    GRACE: ClassVar[int] = 300

    def unknown(self, course: Course) -> Sentence:
        if course.decides_at_zero or course.balance.d_loss:
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Whether G wins cannot be known: the objective {objective} has no loss that guessing gives to compare "
                "with.",
            ),
            {"objective": course.objective},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if course.age < self.GRACE + self.HELD_STEPS:
            return None
        if not course.decides_at_zero:
            return self._by_loss(course, standing)
        accuracy = course.mean("d_accuracy", self.HELD_STEPS)
        limit = self.ACCURACY_KEPT if standing else self.ACCURACY
        if not accuracy < limit:
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "G wins: D has been right only {accuracy:.0%} of the time over {steps:,.0f} steps, worse than a guess; "
                "it cannot follow, so what it teaches G is out of date.",
            ),
            {"accuracy": accuracy, "steps": float(self.HELD_STEPS)},
        )
        return Finding(message, (Evidence("d_accuracy", accuracy, "<", limit),))

    def _by_loss(self, course: Course, standing: Alert | None) -> Finding | None:
        guess = course.balance.d_loss
        assert guess is not None
        loss = course.mean("d_loss", self.HELD_STEPS)
        limit = guess * (self.LOSS_KEPT if standing else self.LOSS)
        if not loss > limit:
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "G wins: D's loss has been {loss:.3g} over {steps:,.0f} steps, more than the {guess:.3g} of a guess; "
                "it cannot follow, so what it teaches G is out of date.",
            ),
            {"loss": loss, "guess": guess, "steps": float(self.HELD_STEPS)},
        )
        return Finding(message, (Evidence("d_loss", loss, ">", limit),))

    def ended(self, course: Course) -> Sentence:
        if course.decides_at_zero:
            return Sentence(
                QT_TRANSLATE_NOOP("Diagnosis", "D follows again: it is right {accuracy:.0%} of the time."),
                {"accuracy": course.mean("d_accuracy", BIN)},
            )
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "D follows again: its loss is {loss:.3g}."),
            {"loss": course.mean("d_loss", BIN)},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        training, rates = course.config.training, course.config.optimizer
        if training.d_steps == 0:
            yield suggestion(QT_TRANSLATE_NOOP("Diagnosis", "D is frozen: let it train"), d_steps=1)
        if rates.g_learning_rate > rates.d_learning_rate:
            yield swapped_rates(course, QT_TRANSLATE_NOOP("Diagnosis", "swap the rates: D quicker, G slower"))
        if training.g_steps > 1:
            yield suggestion(QT_TRANSLATE_NOOP("Diagnosis", "fewer updates of G for each of D"), g_steps=1)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "more updates of D for each of G"), d_steps=max(2, 2 * training.d_steps)
        )
