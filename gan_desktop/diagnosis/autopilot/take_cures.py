"""The cure that an alert suggests, taken at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from gan_desktop.core.registry import Options, rules
from gan_desktop.core.sections import Flag
from gan_desktop.diagnosis.autopilot import LOOK, Rule, Situation

if TYPE_CHECKING:
    from gan_desktop.core.interventions import ControlValue


class TakeCuresOptions(Options):
    take_cures: Flag = Field(
        False,
        title="Take cures",
        description="When an alert is raised, its first suggestion is taken at once. All is measured at its step then, "
        "and not beside training, which costs some time.",
    )


@rules.register("take_cures", title="Take cures", options=TakeCuresOptions)
class TakeCures(Rule):
    """The first suggestion of each alert is taken when the alert is raised, once.

    A cure that would move a control which a person has taken in hand is not taken: the next suggestion is.
    """

    takes_alerts: ClassVar[bool] = True
    # What another rule sets at a control is part of what the cure is for.
    yields_to_rules: ClassVar[bool] = False

    @property
    def is_on(self) -> bool:
        return bool(self.options.take_cures)

    @property
    def looks(self) -> tuple[int, ...]:
        """Figures are diagnosed every 50 steps, metrics where they are measured."""
        return (LOOK, self.config.training.measure_every)

    def changes(self, now: Situation) -> Iterator[tuple[str, ControlValue]]:
        taken: dict[str, ControlValue] = {}
        for alert in now.alerts:
            if alert.step <= self.last_look(now.step):
                continue
            free = [cure for cure in alert.suggestions if not now.left.intersection(key for key, _ in cure.changes)]
            for cure in now.possible(free)[:1]:
                # Of two alerts raised together, the first one decides about a control.
                taken = dict(cure.changes) | taken
        yield from taken.items()
