"""The config of a run: sections of validated values, the same for the window, the command line and a TOML file.

A section that selects a registered thing (`data.name`, `generator.family`) takes that thing's options as further keys.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from gan_desktop.core import plugins, registry
from gan_desktop.core.combinations import first_refusal
from gan_desktop.core.figures import Figures
from gan_desktop.core.registry import Choices
from gan_desktop.core.sections import (
    LARGEST_SEED,
    LARGEST_STEP,
    LONGEST_SECONDS,
    Beta,
    Count,
    Flag,
    GivenPath,
    OneOf,
    Rate,
    Section,
    Selection,
    Weight,
    condition,
    encodable,
    live,
    not_empty,
)


class Game(Selection):
    """Which game is played. Each registered term adds its weight, a live key: see `GameConfig`."""

    choices: ClassVar[Choices] = registry.games
    selector: ClassVar[str] = "name"
    name: Annotated[str, OneOf(registry.games)] = Field(
        "gan", title="Game", description="Who plays against whom, and for what."
    )

    @classmethod
    def kept_fields(cls, chosen: str) -> set[str]:
        """All but the weights of terms that the chosen game does not have."""
        if chosen not in registry.games:
            return set(cls.model_fields)
        others = set(registry.terms) - set(registry.games[chosen].value().terms)
        return set(cls.model_fields) - {weight_key(name) for name in others}

    @property
    def played(self) -> registry.PlayedGame:
        """The game as its file declares it."""
        return registry.games[self.name].value()

    @property
    def figures(self) -> Figures:
        """What every step of the game reports."""
        return self.played.figures

    @property
    def terms(self) -> tuple[str, ...]:
        """The registered terms that the game has."""
        return self.played.terms

    @property
    def translates(self) -> bool:
        """Whether samples are made from samples of another domain, not from latents."""
        return self.played.translates

    @property
    def makes_source(self) -> bool:
        """Whether the source is made from the data themselves, so that any images will do."""
        return self.translates and getattr(self.options, "source", registry.GIVEN) != registry.GIVEN

    @property
    def term_weights(self) -> tuple[float, ...]:
        """The weight of each registered term, in the registry's order."""
        return tuple(getattr(self, weight_key(name)) for name in registry.terms)


def weight_key(name: str) -> str:
    """The config key of the weight of a penalty or a term: `r1_weight`."""
    return f"{name}_weight"


def weight_fields(registered: Choices) -> Any:
    """A live key for the weight of each entry. Its default is 0, which is off."""
    return {
        weight_key(name): (Weight, live(0.0, entry.usual, title=entry.title, description=entry.description))
        for name, entry in registered.items()
    }


if TYPE_CHECKING:
    GameConfig = Game
else:
    GameConfig = create_model("GameConfig", __base__=Game, **weight_fields(registry.terms))


class DataConfig(Selection):
    choices: ClassVar[Choices] = registry.datasets
    selector: ClassVar[str] = "name"
    name: Annotated[str, OneOf(registry.datasets)] = Field(
        "digits", title="Data set", description="What the generator learns to imitate."
    )
    path: GivenPath | None = Field(
        None, description="Where the data are, for data sets that are read from a folder or a file."
    )
    conditional: Flag = Field(
        False,
        title="Conditional",
        description="Labels enter both networks: the generator makes the class it is asked for "
        "(Mirza and Osindero 2014).",
    )


class NetworkConfig(Selection):
    choices: ClassVar[Choices] = registry.families
    selector: ClassVar[str] = "family"
    family: Annotated[str, OneOf(registry.families)] = Field("mlp", description="What kind of network it is.")


class GeneratorConfig(NetworkConfig):
    output_activation: Literal["tanh", "sigmoid", "linear"] = Field(
        "tanh", description="The range of what it makes: -1..1, 0..1, or without bounds. The data are scaled to it."
    )


class DiscriminatorConfig(NetworkConfig):
    output_activation: Literal["linear", "sigmoid"] = Field(
        "linear",
        description="The tutorials' final sigmoid is folded into the loss, which takes logits: both train alike.",
    )


class LatentConfig(Section):
    latent_dim: Annotated[Count, Field(ge=1, le=4096)] = Field(
        32, title="Latent size", description="How many numbers the generator makes a sample of."
    )
    latent_distribution: Literal["normal", "uniform"] = Field(
        "normal", title="Latents are", description="What the latents are drawn from."
    )


class ObjectiveConfig(Section):
    objective: Annotated[str, OneOf(registry.objectives)] = live(
        "non_saturating", description="What each network minimises."
    )
    d_loss_halves: Literal["sum", "mean"] = Field(
        "sum",
        title="Halves of D's loss",
        description="D's loss is the sum of its halves (Goodfellow 2014) or, as in most tutorials, their mean.",
    )


class Regularization(Section):
    """What steadies the game beside the objective; 0 or false is off, and what is off costs nothing.

    Each registered penalty adds its weight, a live key: see `RegularizationConfig`.
    """

    weight_clip: Weight = live(
        0.0,
        usual=0.01,
        title="Weight clipping",
        description="Every weight of D is clipped to ± this after each of its updates (Arjovsky et al. 2017).",
    )
    spectral_norm: Flag = Field(
        False,
        title="Spectral normalisation",
        description="Every kernel of D is divided by its largest singular value (Miyato et al. 2018).",
    )
    instance_noise: Weight = live(
        0.0,
        usual=0.1,
        description="Standard deviation of the noise added to all that D sees, in the network's units "
        "(Sonderby et al. 2017).",
    )
    label_smoothing: Annotated[float, Field(strict=True, ge=0, le=0.5, allow_inf_nan=False)] = live(
        0.0,
        usual=0.1,
        description="A real sample counts as fake with this probability: one-sided (Salimans et al. 2016).",
    )
    packing: Annotated[Count, Field(ge=0, le=64)] = Field(
        0, description="D judges this many samples together (PacGAN, Lin et al. 2018); 0 and 1 are the same."
    )
    ema_decay: Beta = live(
        0.0,
        usual=0.999,
        title="Averaged generator",
        description="A second generator follows the one that trains and keeps this share of itself at every step "
        "(EMA, Yaz et al. 2019).",
    )

    @property
    def pack(self) -> int:
        """How many samples D judges together, at least 1."""
        return max(1, self.packing)

    @property
    def penalty_weights(self) -> tuple[float, ...]:
        """The weight of each registered penalty, in the registry's order."""
        return tuple(getattr(self, weight_key(name)) for name in registry.penalties)


if TYPE_CHECKING:
    RegularizationConfig = Regularization
else:
    RegularizationConfig = create_model(
        "RegularizationConfig", __base__=Regularization, **weight_fields(registry.penalties)
    )


class OptimizerConfig(Section):
    d_optimizer: Annotated[str, OneOf(registry.optimizers)] = Field(
        "adam", title="D optimizer", description="How the discriminator's weights follow its gradient."
    )
    g_optimizer: Annotated[str, OneOf(registry.optimizers)] = Field(
        "adam", title="G optimizer", description="How the generator's weights follow its gradient."
    )
    d_learning_rate: Rate = live(
        2e-4, title="D learning rate", description="How far each update moves the discriminator's weights."
    )
    g_learning_rate: Rate = live(
        2e-4, title="G learning rate", description="How far each update moves the generator's weights."
    )
    beta_1: Beta = live(0.5, title="β₁", description="Decay of the mean of gradients, read by the Adams.")
    beta_2: Beta = live(0.999, title="β₂", description="Decay of the mean of their squares, read by the Adams.")
    momentum: Beta = live(0.0, description="Read by SGD alone.")


class TrainingConfig(Section):
    batch_size: Annotated[Count, Field(ge=1, le=65536)] = Field(
        64, title="Batch", description="Samples in each update."
    )
    d_steps: Annotated[Count, Field(ge=0, le=1000)] = live(
        1, title="D steps", description="Updates of the discriminator in each step; 0 freezes it."
    )
    g_steps: Annotated[Count, Field(ge=0, le=1000)] = live(
        1, title="G steps", description="Updates of the generator in each step; 0 freezes it."
    )
    updates: Literal["alternating", "simultaneous"] = Field(
        "alternating",
        description="Alternating: G meets the D that was just updated. Simultaneous: the D from before the step.",
    )
    seed: Annotated[Count, Field(ge=0, le=LARGEST_SEED)] = Field(0, description="The same seed gives the same run.")
    steps: Annotated[Count, Field(ge=1, le=LARGEST_STEP)] | None = Field(
        None, title="Length", description="After how many steps or epochs the run ends."
    )
    epochs: Annotated[Count, Field(ge=1, le=2**31)] | None = Field(
        None, description="After how many passes over the data the run ends, if its length is not given in steps."
    )
    device: Annotated[str, BeforeValidator(not_empty), AfterValidator(encodable)] = Field(
        "auto", description="Where the training runs."
    )
    stop_when: Annotated[str, AfterValidator(condition)] | None = Field(
        None, title="Stop when", description='Ends the run when it holds, as in "modes_covered >= 8".'
    )
    measure_every: Annotated[Count, Field(ge=1, le=LARGEST_STEP)] = Field(
        250,
        title="Measure every",
        json_schema_extra={"unit": "steps"},
        description="Steps between two measurements of the metrics, at which stop_when is checked too.",
    )

    checkpoint_seconds: Annotated[float, Field(strict=True, ge=0, le=LONGEST_SECONDS, allow_inf_nan=False)] = Field(
        1.0,
        title="Checkpoint every",
        json_schema_extra={"unit": "s"},
        description="Seconds of training from one checkpoint to the next, and so the longest that going back to a step "
        "takes; 0 is off. It changes no weight.",
    )
    checkpoint_megabytes: Annotated[float, Field(strict=True, ge=0, le=1e9, allow_inf_nan=False)] = Field(
        1000.0,
        title="Room for checkpoints",
        json_schema_extra={"unit": "MB"},
        description="Megabytes that the checkpoints of a run may take; beyond them, those nearest to each other go. "
        "The newest one stays, and what bookmarks and branches need.",
    )

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        if self.d_steps == 0 and self.g_steps == 0:
            raise PydanticCustomError(
                "both_frozen", "d_steps and g_steps are both 0: nothing would train; one must be at least 1"
            )
        if self.steps is not None and self.epochs is not None:
            raise PydanticCustomError(
                "two_lengths",
                "both steps = {steps} and epochs = {epochs} are given: give one",
                {"steps": self.steps, "epochs": self.epochs},
            )
        return self


class Autopilot(Section):
    """Rules that change live controls while a run goes on. Each adds its keys: see `AutopilotConfig`."""


def rule_fields() -> Any:
    """The keys of every registered rule, which is off by their defaults. Of two with one name, the first is taken."""
    fields: dict[str, Any] = {}
    for rule in registry.rules.values():
        for key, field in rule.options.model_fields.items():
            if key in fields:
                plugins.report(f"The rule '{rule.name}' has a key '{key}', as another rule has; they share it")
            fields.setdefault(key, (field.annotation, field))
    return fields


if TYPE_CHECKING:
    AutopilotConfig = Autopilot
else:
    AutopilotConfig = create_model("AutopilotConfig", __base__=Autopilot, **rule_fields())


class RunConfig(Section):
    """Everything that a run depends on, except the interventions made while it is under way."""

    # Factories, because making a default section looks into the registries, whose modules import this one.

    game: GameConfig = Field(default_factory=GameConfig)
    data: DataConfig = Field(default_factory=DataConfig)
    generator: GeneratorConfig = Field(default_factory=GeneratorConfig)
    discriminator: DiscriminatorConfig = Field(default_factory=DiscriminatorConfig)
    latent: LatentConfig = Field(default_factory=LatentConfig)
    objective: ObjectiveConfig = Field(default_factory=ObjectiveConfig)
    regularization: RegularizationConfig = Field(default_factory=RegularizationConfig)
    optimizer: OptimizerConfig = Field(default_factory=OptimizerConfig)
    training: TrainingConfig = Field(default_factory=TrainingConfig)
    autopilot: AutopilotConfig = Field(default_factory=AutopilotConfig)

    @model_validator(mode="after")
    def _check_combination(self) -> Self:
        refusal = first_refusal(self)
        if refusal is not None:
            key, message = refusal
            raise PydanticCustomError("combination", "{message}", {"message": message, "key": key})
        return self


@cache
def sections() -> dict[str, type[Section]]:
    """The config's sections by name."""
    return {name: field.annotation for name, field in RunConfig.model_fields.items()}  # type: ignore[misc]


@cache
def live_keys() -> dict[str, str]:
    """The live controls' short names, each with its section."""
    return {
        name: section
        for section, model in sections().items()
        for name, field in model.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("live")
    }
