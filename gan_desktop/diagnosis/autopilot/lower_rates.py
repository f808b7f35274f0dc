"""Lower learning rates every so many steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from gan_desktop.core.registry import Options, rules
from gan_desktop.core.sections import LARGEST_STEP, Count
from gan_desktop.diagnosis.autopilot import RATES, Rule, Situation

if TYPE_CHECKING:
    from gan_desktop.core.interventions import ControlValue


class LowerRatesOptions(Options):
    lower_rates_every: Annotated[Count, Field(ge=0, le=LARGEST_STEP)] = Field(
        0, title="Lower rates every", description="Steps after which both learning rates are lowered; 0 is off."
    )
    lower_rates_by: Annotated[float, Field(strict=True, gt=0, lt=1, allow_inf_nan=False)] = Field(
        0.5, title="Times", description="What both rates are multiplied by each time."
    )


@rules.register("lower_rates", title="Lower rates", options=LowerRatesOptions)
class LowerRates(Rule):
    """Both learning rates are multiplied by a factor every so many steps."""

    controls: ClassVar[tuple[str, ...]] = RATES

    @property
    def is_on(self) -> bool:
        return bool(self.options.lower_rates_every > 0)

    @property
    def looks(self) -> tuple[int, ...]:
        return (self.options.lower_rates_every,)

    def changes(self, now: Situation) -> Iterator[tuple[str, ControlValue]]:
        for key in RATES:
            yield key, float(f"{float(now.controls[key]) * self.options.lower_rates_by:.4g}")
