"""What the config's sections are made of: types of values, live fields, and sections that select a registered thing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PrivateAttr,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import Choices, Options
from gan_desktop.core.stop_condition import parse_condition

LARGEST_SEED = 2**31 - 1
LARGEST_STEP = 2**53  # the largest count that a float holds exactly
LONGEST_SECONDS = 1e9  # 31 years

Text = TypeVar("Text", str, Path)

Count = Annotated[int, Field(strict=True)]
# The end of the sliders: SGD at 1 is chaos already, and anything above is a slip of the keys.
LARGEST_RATE = 1.0
# Weights depend on the data's unit: on a ring of radius 1e6, the largest, the usual weight of R1 is 1e11.
LARGEST_WEIGHT = 1e12

Rate = Annotated[float, Field(strict=True, gt=0, le=LARGEST_RATE, allow_inf_nan=False)]
Beta = Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(strict=True, ge=0, le=LARGEST_WEIGHT, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]


def live(default: Any, usual: float | None = None, **about: Any) -> Any:
    """A field that may change while a run is under way: a slider in the window, `--at` on the command line.

    Args:
        default: the value if nothing is said; if there is a usual value, this is 0, which is off.
        usual: what the literature uses when it is on, and what a click switches on.
        about: further arguments of pydantic's `Field`, such as a title and a description for people.
    """
    return Field(default, json_schema_extra={"live": True, "usual": usual}, **about)


class Section(BaseModel):
    """One table of the config: unknown keys are refused, and nothing changes in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


@dataclass(frozen=True)
class OneOf:
    """Annotates a text that is a name in a registry; if it is not, the message is the registry's own sentence."""

    choices: Choices

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str) -> str:
        try:
            self.choices[value]
        except InputError as error:
            raise PydanticCustomError("registered", "{message}", {"message": str(error)}) from None
        return value


def encodable(value: Text) -> Text:
    """Refuse what a config file could not hold: zero bytes, and names that are not UTF-8 and come with surrogates."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("not_utf8", "must be UTF-8 text") from None
    if "\0" in str(value):
        raise PydanticCustomError("zero_byte", "must not hold a zero byte")
    return value


def not_empty(value: Any) -> Any:
    """Refuse an empty text, which as a path would be the current folder."""
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("empty", "must not be empty")
    return value


# A folder or a file that a person names.
GivenPath = Annotated[Path, BeforeValidator(not_empty), AfterValidator(encodable)]


def condition(value: str) -> str:
    """The canonical text of a stop condition. Raises with its own sentence on what is wrong with it."""
    try:
        return str(parse_condition(value))
    except InputError as error:
        raise PydanticCustomError("condition", "{message}", {"message": str(error)}) from None


class Selection(Section):
    """A section whose `selector` names a registered thing and whose remaining keys are that thing's options."""

    model_config = ConfigDict(extra="allow", frozen=True)
    choices: ClassVar[Choices]
    selector: ClassVar[str]
    _options: Options = PrivateAttr(default_factory=Options)

    @model_validator(mode="after")
    def _check_options(self) -> Self:
        chosen = self.choices[getattr(self, self.selector)]
        self._options = chosen.options.model_validate(self.__pydantic_extra__ or {})
        # Defaults are written out, so that a dumped config says everything that was used.
        object.__setattr__(self, "__pydantic_extra__", self._options.model_dump(exclude_none=True))
        return self

    @classmethod
    def kept_fields(cls, chosen: str) -> set[str]:
        """The fields that keep their values when `chosen` is selected in place of something else."""
        return set(cls.model_fields)

    @property
    def options(self) -> Any:
        """The validated options, an instance of the registered `Options` class."""
        return self._options
