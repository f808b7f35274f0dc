"""Rules of the autopilot, one file each: classes registered with `rules.register`, which change live controls.

A rule is a pure function of the config that the run began with, of the figures so far and of the interventions so far.
It keeps no state: what was set before it acted, and what a person has taken from it, is in the record of interventions.
So a run that goes on from any step has the rules go on as if it had never stopped. The options of a rule are keys of
the config's section `[autopilot]`, so these modules must not import anything that needs the config.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from gan_desktop.core.config import RunConfig
    from gan_desktop.core.diagnosis import Alert, Suggestion
    from gan_desktop.core.interventions import ControlValue, Intervention
    from gan_desktop.diagnosis.course import Course

# Steps between two looks at the figures: their means are over as many steps.
LOOK = 50
RATES = ("d_learning_rate", "g_learning_rate")


@dataclass(frozen=True)
class Situation:
    """A run at a step, before the rule that is asked has changed anything there.

    Attributes:
        step: how many steps have been taken.
        course: the run so far, under the config of now; measurements are seen only by rules that `take_alerts`.
        controls: the live controls as they are now.
        made: the interventions so far, in order.
        author: the author of the rule's own interventions.
        left: the controls that are no longer the rule's to set.
        alerts: the alerts that stand, as they were raised; none for a rule that does not `take_alerts`.
        possible: reduces suggestions to what can be done now.
    """

    step: int
    course: Course
    controls: Mapping[str, ControlValue]
    made: Sequence[Intervention]
    author: str
    left: frozenset[str]
    alerts: Sequence[Alert]
    possible: Callable[[Iterable[Suggestion]], Sequence[Suggestion]]

    def last_own(self, key: str) -> Intervention | None:
        """The rule's last intervention at a control."""
        return next((made for made in reversed(self.made) if made.key == key and made.author == self.author), None)


class Rule(ABC):
    """Changes live controls while a run goes on.

    Args:
        options: the rule's options, an instance of the class that it is registered with.
        config: the config that the run began with.

    Attributes:
        controls: the controls that it sets again and again, so that no other rule may; empty for one that sets any.
        takes_alerts: whether it looks at alerts. Measurements are then made at once, and not beside training.
        yields_to_rules: whether a control is no longer the rule's when another rule has changed it. When a person has,
            it never is.
    """

    controls: ClassVar[tuple[str, ...]] = ()
    takes_alerts: ClassVar[bool] = False
    yields_to_rules: ClassVar[bool] = True

    def __init__(self, options: Any, config: RunConfig) -> None:
        self.options = options
        self.config = config

    @property
    @abstractmethod
    def is_on(self) -> bool:
        """Whether the options turn it on. If not, it costs nothing."""

    @property
    def looks(self) -> tuple[int, ...]:
        """It is asked at every multiple of each of these steps, but not before the first step."""
        return (LOOK,)

    @abstractmethod
    def changes(self, now: Situation) -> Iterable[tuple[str, ControlValue]]:
        """The controls to set before the next step, with their values; those that have them already are left out.

        A change that is not allowed is not made.
        """

    def refusal(self) -> tuple[str, str] | None:
        """The option and a sentence, if the rule cannot be on in a run with this config."""
        return None

    def pinned(self) -> dict[str, int | float | str]:
        """Options that are to be given when a run goes on with another length, so that the rule does what it did."""
        return {}

    @property
    def sign(self) -> str:
        """What it does, in two or three words, to stand beside a control; empty for its title."""
        return ""

    def last_look(self, step: int) -> int:
        """The step of the look before the one at `step`."""
        return max((step - 1) // every * every for every in self.looks)
