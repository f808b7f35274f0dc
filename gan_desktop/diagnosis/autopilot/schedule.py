"""Learning rates that fall from the first step to the last by a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import Options, rules
from gan_desktop.core.sections import LARGEST_STEP, Count
from gan_desktop.diagnosis.autopilot import LOOK, RATES, Rule, Situation

if TYPE_CHECKING:
    from gan_desktop.core.interventions import ControlValue

# Each change is recorded. A stair of a hundredth of the way is as good as a slope.
STAIRS = 100
SIGNS = {
    "linear": QT_TRANSLATE_NOOP("Config", "linear schedule"),
    "cosine": QT_TRANSLATE_NOOP("Config", "cosine schedule"),
}


class ScheduleOptions(Options):
    schedule: Literal["constant", "linear", "cosine"] = Field(
        "constant",
        title="Schedule",
        description="How both learning rates fall in the course of the run: not at all, in a straight line as in "
        "CycleGAN (Zhu et al. 2017), or along half a cosine (Loshchilov and Hutter 2017).",
    )
    schedule_after: Annotated[Count, Field(ge=0, le=LARGEST_STEP)] = Field(
        0, title="Begins at", description="The step from which the rates fall."
    )
    schedule_steps: Annotated[Count, Field(ge=0, le=LARGEST_STEP)] = Field(
        0, title="Ends at", description="The step at which the rates have fallen; 0 is the end of the run."
    )
    schedule_floor: Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)] = Field(
        0.01, title="Down to", description="The share of the rates that is left in the end."
    )


@rules.register("schedule", title="Schedule", options=ScheduleOptions)
class Schedule(Rule):
    """Both learning rates fall from the value that the run began with to a share of it, in a hundred small stairs:
    linearly, as in CycleGAN (Zhu et al. 2017, section 7.1), or along half a cosine (Loshchilov and Hutter 2017, SGDR,
    equation 5, without restarts).
    """

    controls: ClassVar[tuple[str, ...]] = RATES

    @property
    def is_on(self) -> bool:
        return bool(self.options.schedule != "constant")

    @property
    def end(self) -> int:
        """The step at which the rates have fallen."""
        return int(self.options.schedule_steps or self.config.training.steps or 0)

    @property
    def looks(self) -> tuple[int, ...]:
        """A hundred times on the way, where figures are looked at too: blocks end there, and need not end twice."""
        return (max(1, (self.end - self.options.schedule_after) // STAIRS // LOOK) * LOOK,)

    def factor(self, step: int) -> float:
        """The share of the first rates that is used from `step` on."""
        begin, floor = self.options.schedule_after, self.options.schedule_floor
        passed = min(1.0, max(0.0, (step - begin) / (self.end - begin)))
        left = 1 - passed if self.options.schedule == "linear" else (1 + cos(pi * passed)) / 2
        return float(floor + (1 - floor) * left)

    def changes(self, now: Situation) -> Iterator[tuple[str, ControlValue]]:
        for key in RATES:
            yield key, float(f"{getattr(self.config.optimizer, key) * self.factor(now.step):.4g}")

    def refusal(self) -> tuple[str, str] | None:
        if not self.end:
            return "schedule_steps", "must be given, since training.steps does not say when the run ends"
        if self.options.schedule_after >= self.end:
            return "schedule_after", f"must be before the step {self.end}, at which the schedule ends"
        return None

    def pinned(self) -> dict[str, int | float | str]:
        """The schedule ends where it was to end when the run began."""
        return {"schedule_steps": self.end}

    @property
    def sign(self) -> str:
        return SIGNS.get(self.options.schedule, "")
