"""The live controls as tensors, so that a new value compiles nothing anew; and which of them a step has to heed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.registry import objectives, penalties, terms
from gan_desktop.core.views import Role
from gan_desktop.training.backend import tf
from gan_desktop.training.games.objectives import is_relative
from gan_desktop.training.optimizers import Rates

if TYPE_CHECKING:
    Specs = list[tf.TensorSpec]

# The controls that are whole numbers; `objective` is its place in the registry.
COUNTS = ("d_steps", "g_steps", "objective")


# The controls whose 0 is "off": a step that is compiled without one pays nothing for it.
SWITCHES = ("weight_clip", "instance_noise", "label_smoothing", "ema_decay")


class Uses(NamedTuple):
    """What a config's controls turn on. A step can be compiled for just that.

    Attributes:
        objective: its place in the registry.
        penalties: the places of those whose weight is not 0; `terms` likewise.
        switches: those of `SWITCHES` that are not 0.
        frozen: the networks, "d" or "g", that take no updates.
    """

    objective: int
    penalties: tuple[int, ...]
    terms: tuple[int, ...]
    switches: frozenset[str]
    frozen: frozenset[str]


class Controls(NamedTuple):
    """What may change while a run is under way: scalars, a vector of the penalties' weights, and one of the terms'.

    `known` is what is certain when a step is compiled; if it is None, the step works with any values.
    """

    d_learning_rate: tf.Tensor
    g_learning_rate: tf.Tensor
    beta_1: tf.Tensor
    beta_2: tf.Tensor
    momentum: tf.Tensor
    d_steps: tf.Tensor
    g_steps: tf.Tensor
    objective: tf.Tensor
    weight_clip: tf.Tensor
    instance_noise: tf.Tensor
    label_smoothing: tf.Tensor
    ema_decay: tf.Tensor
    penalty_weights: tf.Tensor
    term_weights: tf.Tensor
    known: Uses | None = None

    def uses(self, switch: str) -> bool | tf.Tensor:
        """Whether one of `SWITCHES` is on: a tensor if only the running step can tell."""
        return getattr(self, switch) > 0 if self.known is None else switch in self.known.switches

    def frozen(self, role: Role) -> bool | tf.Tensor:
        """Whether the players of a role take no updates."""
        return self.steps(role) == 0 if self.known is None else role in self.known.frozen

    def steps(self, role: Role) -> tf.Tensor:
        """How many updates each player of a role takes in a step."""
        return self.d_steps if role == "d" else self.g_steps

    def term_weight(self, name: str) -> tf.Tensor | None:
        """The weight of a term; None if it is certainly 0."""
        place = list(terms).index(name)
        return self.term_weights[place] if self.known is None or place in self.known.terms else None

    def objective_place(self) -> int | tf.Tensor:
        """The objective's place in the registry."""
        return self.objective if self.known is None else self.known.objective

    def compares(self) -> bool | tf.Tensor:
        """Whether the objective compares fakes with reals in the generator's loss too."""
        return is_relative(self.objective_place())

    def smoothing(self) -> tf.Tensor | None:
        """The label smoothing; None if there is certainly none."""
        return None if self.uses("label_smoothing") is False else self.label_smoothing

    def rates(self, role: Role) -> Rates:
        """The rates that the optimizer of one role gets."""
        learning_rate = self.d_learning_rate if role == "d" else self.g_learning_rate
        return Rates(learning_rate, self.beta_1, self.beta_2, self.momentum)


TENSORS = tuple(name for name in Controls._fields if name != "known")


def controls_of(config: RunConfig) -> Controls:
    """The config's live controls as tensors."""
    values: dict[str, object] = dict(current_controls(config))
    values["objective"] = list(objectives).index(config.objective.objective)
    values["penalty_weights"] = config.regularization.penalty_weights
    values["term_weights"] = config.game.term_weights
    return Controls(**{name: tf.constant(values[name], _dtype(name)) for name in TENSORS})


def uses_of(config: RunConfig) -> Uses:
    """What the config's live controls turn on."""
    values = current_controls(config)
    counts = {"d": config.training.d_steps, "g": config.training.g_steps}
    return Uses(
        objective=list(objectives).index(config.objective.objective),
        penalties=tuple(place for place, weight in enumerate(config.regularization.penalty_weights) if weight > 0),
        terms=tuple(place for place, weight in enumerate(config.game.term_weights) if weight > 0),
        switches=frozenset(name for name in SWITCHES if values[name]),
        frozen=frozenset(network for network, count in counts.items() if count == 0),
    )


def control_specs() -> Specs:
    """The shape and type of each of `TENSORS`, as a compiled function's signature has them."""
    lengths = {"penalty_weights": len(penalties), "term_weights": len(terms)}
    return [tf.TensorSpec([lengths[name]] if name in lengths else [], _dtype(name)) for name in TENSORS]


def when(asked: bool | tf.Tensor, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """`then()` if `asked`, else `otherwise()`; what is certainly not needed is not compiled."""
    if isinstance(asked, bool):
        return then() if asked else otherwise()
    return tf.cond(asked, then, otherwise)


def _dtype(name: str) -> tf.DType:
    return tf.int32 if name in COUNTS else tf.float32
