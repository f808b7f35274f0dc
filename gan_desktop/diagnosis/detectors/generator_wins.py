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
    """The discriminator has been wrong more often than right for a thousand steps, and its loss has been clearly above
    the loss of a guess: fakes move faster than it can learn, and what it tells the generator is out of date. A perfect
    generator cannot do that: against it D is right half of the time, at the loss of a guess (Goodfellow et al. 2014,
    theorem 1). If D's score has no zero, its loss alone is compared.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "balance"
    level: ClassVar[Level] = Level.WATCH

    # In healthy runs, the mean over a thousand steps has not been seen below 0.5.
    ACCURACY: ClassVar[float] = 0.47
    ACCURACY_KEPT: ClassVar[float] = 0.5
    # How many times the loss that guessing gives. A D whose score is next to nothing may be wrong most of the time at
    # the loss of a guess: it has not been fooled, it says nothing.
    LOSS: ClassVar[float] = 1.05
    LOSS_KEPT: ClassVar[float] = 1.02
    HELD_STEPS: ClassVar[int] = 1000
    KEPT_STEPS: ClassVar[int] = 250
    # The first steps do not count: D starts with noise.
    GRACE: ClassVar[int] = 300

    def unknown(self, course: Course) -> Sentence:
        if course.balance.d_loss:
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
        if standing:
            return self._found(course, self.KEPT_STEPS, self.LOSS_KEPT, self.ACCURACY_KEPT)
        # The newest steps have to show it too, or an alert would end as soon as it is raised.
        lately = self._found(course, self.KEPT_STEPS, self.LOSS, self.ACCURACY)
        return lately and self._found(course, self.HELD_STEPS, self.LOSS, self.ACCURACY)

    @staticmethod
    def _found(course: Course, steps: int, times: float, least: float) -> Finding | None:
        """What speaks for it over `steps` steps: a loss above `times` that of a guess, an accuracy below `least`."""
        guess = course.balance.d_loss or float("nan")
        loss, accuracy = course.mean("d_loss", steps), course.mean("d_accuracy", steps)
        most = guess * times
        if not loss > most or (course.decides_at_zero and not accuracy < least):
            return None
        values = {"accuracy": accuracy, "loss": loss, "guess": guess, "steps": float(steps)}
        evidence = [Evidence("d_loss", loss, ">", most)]
        template = QT_TRANSLATE_NOOP(
            "Diagnosis",
            "G wins: D's loss has been {loss:.3g} over {steps:,.0f} steps, more than the {guess:.3g} of a guess; it "
            "cannot follow, so what it teaches G is out of date.",
        )
        if course.decides_at_zero:
            template = QT_TRANSLATE_NOOP(
                "Diagnosis",
                "G wins: D has been right only {accuracy:.0%} of the time over {steps:,.0f} steps, and its loss is "
                "{loss:.3g}, more than the {guess:.3g} of a guess; it cannot follow, so what it teaches G is out of "
                "date.",
            )
            evidence.insert(0, Evidence("d_accuracy", accuracy, "<", least))
        return Finding(Sentence(template, values), tuple(evidence))

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
