"""Registries: the lists of things a newcomer can add to by writing one function with a `@register`.

A registry names the package its entries live in and imports it at the first look, so that the window, the command
line and a config can list objectives or data sets without knowing who provides them. Those modules load TensorFlow
only when they compute (`training/backend.py`), so looking costs milliseconds. Other installed packages add theirs
(`core/plugins.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from gan_desktop.core import plugins
from gan_desktop.core.errors import InputError, named, suggest

if TYPE_CHECKING:
    from gan_desktop.core.exporting import Exporter
    from gan_desktop.diagnosis.aspects import AspectOfRun
    from gan_desktop.diagnosis.autopilot import Rule
    from gan_desktop.diagnosis.detectors import Detector
    from gan_desktop.diagnosis.metrics import Metric
    from gan_desktop.training.data.dataset import Loader
    from gan_desktop.training.data.degradations import Degradation
    from gan_desktop.training.games.objectives import LossFunction
    from gan_desktop.training.games.penalties import Penalty
    from gan_desktop.training.games.terms import Term
    from gan_desktop.training.networks import Network
    from gan_desktop.training.optimizers import Optimizer
    from gan_desktop.training.train_step import Game

    PlayedGame = Game
    AutopilotRule = Rule

T = TypeVar("T")
Value = TypeVar("Value", covariant=True)


class Options(BaseModel):
    """The keys that a registered thing adds to the config section that selects it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataOptions(Options):
    """The options of a data set. `path_use` says whether `data.path` is refused, may be given or must be."""

    path_use: ClassVar[Literal["refused", "allowed", "needed"]] = "refused"


@dataclass(frozen=True)
class Entry(Generic[Value]):
    """One registered thing: `name` in configs, `title` and `description` for people, `options` its config keys.

    `facts` are what it declares beside its value, such as `core.objective.Objective`; the registry does not read them.
    `usual` is the weight that the literature gives it, if it has one.
    """

    name: str
    title: str
    description: str
    value: Value
    options: type[Options]
    facts: object = None
    usual: float | None = None


# Things of any kind, for callers that need only their names, titles and options.
Choices = Mapping[str, Entry[object]]


class Registry(Mapping[str, Entry[T]]):
    """Named things of one kind, in order of registration; those of plug-ins come after the program's own."""

    def __init__(self, noun: str, provider: str) -> None:
        """`noun` is used in messages ("objective"); `provider` is the module or package that registers entries."""
        self.noun = noun
        self.kind = noun.replace(" ", "_")
        self._provider = provider
        self._entries: dict[str, Entry[T]] = {}
        self._loaded = False
        # The window and the training thread both look, and neither may see half of the list.
        self._lock = threading.RLock()

    def register(
        self,
        name: str,
        *,
        title: str,
        options: type[Options] = Options,
        facts: object = None,
        usual: float | None = None,
    ) -> Callable[[T], T]:
        """Decorator. The description is the first paragraph of the docstring.

        Raises:
            ValueError: the name is taken, or a plug-in does not say that it registers such things (programming errors,
                found at import).
        """

        def add(value: T) -> T:
            plugins.check_kind(_module_of(value), self.kind)
            self._check_name(name, value)
            paragraph = (value.__doc__ or "").strip().split("\n\n")[0]
            description = " ".join(paragraph.split())
            self._entries[name] = Entry(name, title, description, value, options, facts, usual)
            return value

        return add

    def _check_name(self, name: str, value: T) -> None:
        """Refuse a name that is taken; but a thing of the program's own replaces that of a plug-in that came first."""
        if name not in self._entries:
            return
        other = self._entries[name].value
        first, second = _module_of(other), _module_of(value)
        twice = f"the {self.noun} '{name}' is registered twice: by {first} and by {second}"
        if self._is_own(other) or not self._is_own(value):
            raise ValueError(twice)
        plugins.report(f"{twice[0].upper()}{twice[1:]}; the one of {second} is used.")

    def _is_own(self, value: T) -> bool:
        return f"{_module_of(value)}.".startswith(f"{self._provider}.")

    def _load(self) -> dict[str, Entry[T]]:
        with self._lock:
            if not self._loaded:
                module = importlib.import_module(self._provider)
                for info in pkgutil.iter_modules(getattr(module, "__path__", ())):
                    importlib.import_module(f"{self._provider}.{info.name}")
                plugins.import_all(self.kind)
                # A plug-in may have been imported earlier, for things of another kind.
                by_owner = sorted(self._entries.items(), key=lambda item: not self._is_own(item[1].value))
                kept = (item for item in by_owner if not plugins.has_failed(_module_of(item[1].value)))
                self._entries = dict(kept)
                self._loaded = True
        return self._entries

    def __getitem__(self, name: str) -> Entry[T]:
        """The entry of that name. Raises InputError, which names the near miss or all that is allowed."""
        entries = self._load()
        if name not in entries:
            raise InputError(f"unknown {self.noun} {named(str(name))}: {suggest(str(name), entries)}")
        return entries[name]

    def title(self, name: str) -> str:
        """The title of an entry; the name itself, if a run of elsewhere has one that is not here."""
        return self[name].title if name in self else name

    def __contains__(self, name: object) -> bool:
        return name in self._load()

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


def _module_of(value: object) -> str:
    """The module in which a class or a function is written."""
    return str(getattr(value, "__module__", ""))


datasets: Registry[Loader] = Registry("data set", "gan_desktop.training.data")
# The degradation that makes nothing: the data have a source of their own.
GIVEN = "given"
degradations: Registry[Degradation] = Registry("degradation", "gan_desktop.training.data.degradations")
families: Registry[type[Network]] = Registry("network family", "gan_desktop.training.networks")
games: Registry[Callable[[], Game]] = Registry("game", "gan_desktop.training.games")
terms: Registry[Term] = Registry("term", "gan_desktop.training.games.terms")
objectives: Registry[LossFunction] = Registry("objective", "gan_desktop.training.games.objectives")
penalties: Registry[Penalty] = Registry("penalty", "gan_desktop.training.games.penalties")
optimizers: Registry[Callable[[], Optimizer]] = Registry("optimizer", "gan_desktop.training.optimizers")
metrics: Registry[type[Metric]] = Registry("metric", "gan_desktop.diagnosis.metrics")
detectors: Registry[type[Detector]] = Registry("detector", "gan_desktop.diagnosis.detectors")
aspects: Registry[type[AspectOfRun]] = Registry("aspect", "gan_desktop.diagnosis.aspects")
rules: Registry[type[Rule]] = Registry("rule", "gan_desktop.diagnosis.autopilot")
exports: Registry[Exporter] = Registry("export", "gan_desktop.exports")
