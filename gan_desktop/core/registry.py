"""Registries: the lists of things a newcomer can add to by writing one function with a `@register`.

A registry names the package its entries live in and imports it at the first look, so that the window, the command
line and a config can list objectives or data sets without knowing who provides them. Those modules load TensorFlow
only when they compute (`training/backend.py`), so looking costs milliseconds.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from gan_desktop.core.errors import InputError, named, suggest

T = TypeVar("T")
Registered = TypeVar("Registered")


class Options(BaseModel):
    """The keys that a registered thing adds to the config section that selects it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataOptions(Options):
    """The options of a data set. `path_use` says whether `data.path` is refused, may be given or must be."""

    path_use: ClassVar[Literal["refused", "allowed", "needed"]] = "refused"


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One registered thing: `name` in configs, `title` and `description` for people, `options` its config keys.

    `facts` are what it declares beside its value, such as `core.objective.Objective`; the registry does not read them.
    `usual` is the weight that the literature gives it, for what has a weight.
    """

    name: str
    title: str
    description: str
    value: T
    options: type[Options]
    facts: object = None
    usual: float | None = None


class Registry(Mapping[str, Entry[T]]):
    """Named things of one kind, in order of registration."""

    def __init__(self, noun: str, plugins: str) -> None:
        """`noun` is used in messages ("objective"); `plugins` is the module or package that registers entries."""
        self.noun = noun
        self._plugins = plugins
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
    ) -> Callable[[Registered], Registered]:
        """Decorator. The description is the first paragraph of the docstring.

        Raises:
            ValueError: the name is taken (a programming error, found at import).
        """

        def add(value: Registered) -> Registered:
            if name in self._entries:
                raise ValueError(f"{self.noun} '{name}' is registered twice")
            paragraph = (value.__doc__ or "").strip().split("\n\n")[0]
            description = " ".join(paragraph.split())
            entry = Entry(name, title, description, value, options, facts, usual)
            self._entries[name] = entry  # type: ignore[assignment]
            return value

        return add

    def _load(self) -> dict[str, Entry[T]]:
        with self._lock:
            if not self._loaded:
                module = importlib.import_module(self._plugins)
                for info in pkgutil.iter_modules(getattr(module, "__path__", ())):
                    importlib.import_module(f"{self._plugins}.{info.name}")
                self._loaded = True
        return self._entries

    def __getitem__(self, name: str) -> Entry[T]:
        """Raises InputError naming the near miss or all that is allowed."""
        entries = self._load()
        if name not in entries:
            raise InputError(f"unknown {self.noun} {named(str(name))}: {suggest(str(name), entries)}")
        return entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._load()

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


# What each one holds is documented where it is provided.
datasets: Registry[Any] = Registry("data set", "gan_desktop.training.data")
families: Registry[Any] = Registry("network family", "gan_desktop.training.networks")
games: Registry[Any] = Registry("game", "gan_desktop.training.games")
terms: Registry[Any] = Registry("term", "gan_desktop.training.games.terms")
objectives: Registry[Any] = Registry("objective", "gan_desktop.training.games.objectives")
penalties: Registry[Any] = Registry("penalty", "gan_desktop.training.games.penalties")
optimizers: Registry[Any] = Registry("optimizer", "gan_desktop.training.optimizers")
metrics: Registry[Any] = Registry("metric", "gan_desktop.diagnosis.metrics")
detectors: Registry[Any] = Registry("detector", "gan_desktop.diagnosis.detectors")
aspects: Registry[Any] = Registry("aspect", "gan_desktop.diagnosis.aspects")
