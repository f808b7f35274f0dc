"""No updates for a discriminator that is too far ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from gan_desktop.core.registry import Options, rules
from gan_desktop.diagnosis.autopilot import LOOK, Rule, Situation

if TYPE_CHECKING:
    from gan_desktop.core.interventions import ControlValue

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]


class SkipDOptions(Options):
    skip_d_above: Share = Field(
        0.0,
        title="Skip D above",
        description="D takes no updates while it tells more than this share of samples right, in the mean of the last "
        "50 steps (3D-GAN, Wu et al. 2016: 0.8); 0 is off.",
    )


@rules.register("skip_d", title="Skip D", options=SkipDOptions)
class SkipD(Rule):
    """The discriminator takes no updates while its accuracy is above a limit, so that the generator can follow
    (3D-GAN, Wu et al. 2016, section 3.2, with a limit of 0.8). Its accuracy is the mean of the last 50 steps.
    """

    controls: ClassVar[tuple[str, ...]] = ("d_steps",)

    @property
    def is_on(self) -> bool:
        return bool(self.options.skip_d_above > 0)

    def changes(self, now: Situation) -> Iterator[tuple[str, ControlValue]]:
        accuracy = self._accuracy(now)
        steps, last = now.controls["d_steps"], now.last_own("d_steps")
        is_skipping = last is not None and last.value == 0 and steps == 0
        if accuracy > self.options.skip_d_above and steps != 0:
            yield "d_steps", 0
        elif not accuracy > self.options.skip_d_above and is_skipping and last is not None:
            yield "d_steps", last.previous or 1

    @staticmethod
    def _accuracy(now: Situation) -> float:
        """The mean of all judges' accuracies; NaN under an objective whose D does not decide at 0."""
        course = now.course
        names = [name for name in course.figures if name.startswith("d_") and name.endswith("accuracy")]
        if not names or not course.decides_at_zero:
            return float("nan")
        return sum(course.mean(name, LOOK) for name in names) / len(names)
