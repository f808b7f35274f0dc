"""The discriminator is far ahead: it recognises nearly every fake, and G, though pulled hard, does not catch up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from gan_desktop.core.diagnosis import Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import BIN, Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.detectors.discriminator_wins import (
    SHARE_OF_PEAK,
    DiscriminatorWins,
    gradient_share,
    without_zero,
)
from gan_desktop.diagnosis.suggestions import generator_set_free, rounded, suggestion, usual_noise, usual_r1


@detectors.register("discriminator_ahead", title="D far ahead")
class DiscriminatorAhead(Detector):
    """The discriminator has told more than 99 % of the samples right for a thousand steps, at less than a tenth of the
    loss of a guess, while the generator's gradient lives: G is pulled hard and does not get nearer. In balance D is
    right half of the time (Goodfellow et al. 2014, theorem 1). If G's gradient has vanished, D has won, which is
    another failure.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "balance"
    level: ClassVar[Level] = Level.WATCH

    # Among healthy presets, D has been right this often only with smoothed labels, at a fifth of the loss of a guess.
    ACCURACY: ClassVar[float] = 0.99
    ACCURACY_KEPT: ClassVar[float] = 0.98
    # How many times the loss that guessing gives.
    LOSS: ClassVar[float] = 0.1
    LOSS_KEPT: ClassVar[float] = 0.15
    # Shares of the gradient's peak. A share below the second belongs to the alert that D wins, which never stands
    # beside this one.
    ALIVE: ClassVar[float] = 0.05
    ALIVE_KEPT: ClassVar[float] = DiscriminatorWins.SHARE_KEPT
    HELD_STEPS: ClassVar[int] = 1000
    KEPT_STEPS: ClassVar[int] = DiscriminatorWins.HELD_STEPS
    # Many a run begins with a D that is far ahead.
    GRACE: ClassVar[int] = 300

    def unknown(self, course: Course) -> Sentence:
        return without_zero(course)

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        if course.age < self.GRACE + self.HELD_STEPS:
            return None
        if standing:
            return self._found(course, self.KEPT_STEPS, self.ACCURACY_KEPT, self.LOSS_KEPT, self.ALIVE_KEPT)
        # The newest steps have to show it too, or an alert would end as soon as it is raised.
        lately = self._found(course, self.KEPT_STEPS, self.ACCURACY, self.LOSS, self.ALIVE)
        return lately and self._found(course, self.HELD_STEPS, self.ACCURACY, self.LOSS, self.ALIVE)

    def _found(self, course: Course, steps: int, least: float, times: float, alive: float) -> Finding | None:
        """What speaks for it over `steps` steps; `times` is of a guess's loss, `alive` of the gradient's peak."""
        most = times * (course.balance.d_loss or float("nan"))
        accuracy, loss = course.mean("d_accuracy", steps), course.mean("d_loss", steps)
        # Over the steps that the alert of the vanished gradient looks at, so that only one of the two stands.
        share = gradient_share(course, DiscriminatorWins.HELD_STEPS)
        if not (accuracy > least and loss < most and share >= alive):
            return None
        evidence = (
            Evidence("d_accuracy", accuracy, ">", least),
            Evidence("d_loss", loss, "<", most),
            Evidence("g_gradient_share", share, ">=", alive, None, SHARE_OF_PEAK),
        )
        return Finding(self._message(course, accuracy, steps), evidence)

    @staticmethod
    def _message(course: Course, accuracy: float, steps: int) -> Sentence:
        values = {"accuracy": accuracy, "steps": float(steps), "loss": course.mean("d_loss", steps)}
        values["guess"] = course.balance.d_loss or 0.0
        balanced, g_loss = course.balance.g_loss, course.mean("g_loss", steps)
        if balanced is None or g_loss <= balanced:
            template = QT_TRANSLATE_NOOP(
                "Diagnosis",
                "D is far ahead: it has been right {accuracy:.1%} of the time over {steps:,.0f} steps, at a loss of "
                "{loss:.2g} where a guess has {guess:.3g}; G is still pulled, and does not catch up.",
            )
            return Sentence(template, values)
        template = QT_TRANSLATE_NOOP(
            "Diagnosis",
            "D is far ahead: it has been right {accuracy:.1%} of the time over {steps:,.0f} steps, and G's loss is "
            "{g_loss:.3g} where balance has {balanced:.2g}; G is still pulled, and does not catch up.",
        )
        return Sentence(template, values | {"g_loss": g_loss, "balanced": balanced})

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "D is no longer that far ahead, or G's gradient has gone: D is right {accuracy:.1%} of the time, and "
                "the norm of G's gradient is {norm:.3g}.",
            ),
            {"accuracy": course.mean("d_accuracy", BIN), "norm": course.mean("g_gradient_norm", BIN)},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        # Measured on `tutorial-minimal` with MNIST, for 2,500 steps from the alert on: with R1 the fakes come nearest
        # and spread out, with noise D loses its lead; see `docs/diagnosis.md`.
        training, rates = course.config.training, course.config.optimizer
        yield from generator_set_free(course)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 takes D's steepness away, so that its slope reaches the fakes"),
            r1_weight=usual_r1(course),
        )
        if training.d_steps > 1:
            reason = QT_TRANSLATE_NOOP("Diagnosis", "one update of D for each step, so that G can follow")
            yield suggestion(reason, d_steps=1)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees makes real and fake overlap again"),
            instance_noise=rounded(3 * usual_noise(course)),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "a quarter of D's rate, so that G can follow"),
            d_learning_rate=rounded(rates.d_learning_rate / 4),
        )
