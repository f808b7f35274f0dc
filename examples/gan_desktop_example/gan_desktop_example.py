"""An example of a plug-in: a loss, a data set and a detector, each registered as the program registers its own.

`pip install` this folder beside GAN Desktop: the window, the command line and config files then know all three.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.objective import Objective
from gan_desktop.core.registry import DataOptions, datasets, detectors, objectives
from gan_desktop.core.sections import Count
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.training.backend import tf
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path, random_numbers
from gan_desktop.training.games.objectives import Losses


@objectives.register(
    "pearson_least_squares",
    title="Least squares (Pearson)",
    facts=Objective(
        formula="D: (D(x) - 1)^2 / 2 + (D(G(z)) + 1)^2 / 2   G: D(G(z))^2 / 2", has_targets=True, decides_at_zero=True
    ),
)
def pearson_least_squares(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The discriminator's output is pulled to 1 on real and to -1 on fake samples; the generator pulls it to 0.

    Mao et al. 2017, equation 8 (a = -1, b = 1, c = 0): the generator minimises a Pearson chi-squared divergence.
    """
    return Losses(
        d_loss_real=tf.square(real_logits - 1) / 2,
        d_loss_fake=tf.square(fake_logits + 1) / 2,
        g_loss=tf.square(fake_logits) / 2,
    )


class TwoCirclesOptions(DataOptions):
    """Keys of the section `data`: each is a field of the form as well, with its description as the tooltip."""

    inner_radius: Annotated[float, Field(strict=True, gt=0, lt=1)] = Field(
        0.5, description="Radius of the inner circle; that of the outer one is 1."
    )
    noise: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        0.05, description="Standard deviation of the Gaussian noise around the circles."
    )
    samples: Annotated[Count, Field(ge=1, le=1_000_000)] = Field(50_000, description="How many points are trained on.")


@datasets.register("two_circles", title="Two circles", options=TwoCirclesOptions)
def two_circles(request: DataRequest) -> DataSet:
    """Two circles around one centre, with half of the points on each; the labels are the circles."""
    options: Any = request.options
    no_path("two_circles", request.path)
    rng = random_numbers(request.seed)
    labels = rng.integers(2, size=options.samples)
    angles = rng.uniform(0, 2 * np.pi, options.samples)
    radii = np.where(labels == 0, options.inner_radius, 1.0)
    circles = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = circles + rng.normal(0, options.noise, circles.shape)
    return DataSet("Two circles", "points", points.astype(np.float32), labels)


@detectors.register("unequal_gradients", title="Unequal gradients")
class UnequalGradients(Detector):
    """The discriminator's gradient has been a hundred times as large as the generator's for 500 steps, so that one of
    the two networks hardly learns.
    """

    looks_at: ClassVar[LooksAt] = "figures"
    aspect: ClassVar[str] = "gradients"
    level: ClassVar[Level] = Level.WATCH

    # An example, not measured: of a detector that is meant to be trusted, say where its thresholds come from.
    TIMES: ClassVar[float] = 100.0
    TIMES_KEPT: ClassVar[float] = 50.0
    HELD_STEPS: ClassVar[int] = 500
    NORMS: ClassVar[tuple[str, str]] = ("d_gradient_norm", "g_gradient_norm")

    def unknown(self, course: Course) -> Sentence:
        for name in self.NORMS:
            if name not in course.figures:
                return Sentence(
                    "Whether gradients are unequal cannot be known: this game has no {name}.", {"name": name}
                )
        return NOTHING

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        d_norm, g_norm = (course.mean(name, self.HELD_STEPS) for name in self.NORMS)
        limit = g_norm * (self.TIMES_KEPT if standing else self.TIMES)
        if not d_norm > limit:  # so it is with NaN, before there are so many steps
            return None
        values = {"d_norm": d_norm, "g_norm": g_norm, "steps": float(self.HELD_STEPS)}
        message = "D's gradient is {d_norm:.3g} over {steps:.0f} steps, and G's {g_norm:.3g}: G hardly learns."
        return Finding(Sentence(message, values), (Evidence("d_gradient_norm", d_norm, ">", limit),))

    def ended(self, course: Course) -> Sentence:
        return Sentence("The gradients are of similar size again.")

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        rate = course.config.optimizer.d_learning_rate
        yield Suggestion((("d_learning_rate", rate / 2),), Sentence("halve D's learning rate"))
