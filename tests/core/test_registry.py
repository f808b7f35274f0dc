"""Registries: loaded at the first look, forgiving about nothing, quick to list."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from gan_desktop.core import registry
from gan_desktop.core.errors import InputError, suggest
from gan_desktop.core.registry import Options, Registry
from tests.patience import SECONDS

REGISTRIES = {name: value for name, value in vars(registry).items() if isinstance(value, Registry)}


@pytest.fixture
def empty() -> Registry[object]:
    """A registry whose plug-ins are an empty module."""
    return Registry("thing", "gan_desktop.core.errors")


def test_a_description_is_the_first_paragraph_of_the_docstring(empty: Registry[object]) -> None:
    @empty.register("one", title="One")
    def one() -> None:
        """First line,
        second line.

        Second paragraph.
        """

    entry = empty["one"]
    assert (entry.name, entry.title, entry.description) == ("one", "One", "First line, second line.")
    assert entry.value is one
    assert entry.options is Options


def test_a_name_is_registered_once(empty: Registry[object]) -> None:
    empty.register("one", title="One")(object())
    with pytest.raises(ValueError, match="thing 'one' is registered twice"):
        empty.register("one", title="One")(object())


def test_an_unknown_name_is_answered_with_the_near_miss(empty: Registry[object]) -> None:
    empty.register("hinge", title="")(object())
    empty.register("minimax", title="")(object())
    with pytest.raises(InputError, match="unknown thing 'minmax': did you mean 'minimax'"):
        empty["minmax"]
    with pytest.raises(InputError, match="unknown thing 'x': allowed: hinge, minimax"):
        empty["x"]
    assert "x" not in empty
    assert list(empty) == ["hinge", "minimax"]
    assert len(empty) == 2


def test_plugins_that_cannot_be_imported_fail_at_every_look() -> None:
    broken: Registry[object] = Registry("thing", "gan_desktop.core.not_there")
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            list(broken)


def test_two_threads_see_whole_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window and the training thread look at the same time; neither may see half of the list."""
    importing, go_on = threading.Event(), threading.Event()
    shared: Registry[object] = Registry("thing", "plugins")

    def slow_import(name: str) -> object:
        importing.set()
        assert go_on.wait(10)
        shared.register("late", title="")(object())
        return object()

    monkeypatch.setattr(registry.importlib, "import_module", slow_import)
    seen: list[list[str]] = []
    threads = [threading.Thread(target=lambda: seen.append(list(shared))) for _ in range(2)]
    threads[0].start()
    assert importing.wait(10)
    threads[1].start()
    threads[1].join(0.1)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert seen == [["late"], ["late"]]


@pytest.mark.parametrize("name", REGISTRIES)
def test_every_entry_is_ready_to_be_shown(name: str) -> None:
    entries = REGISTRIES[name]
    assert len(entries) > 0
    for key, entry in entries.items():
        assert entry.name == key
        assert entry.title.strip()
        assert entry.description.endswith((".", "`")), f"{key}: the first paragraph of its docstring is a sentence"
        entry.options()


def test_looking_loads_nothing_heavy() -> None:
    """The window lists everything before TensorFlow may load."""
    program = (
        "import sys; from gan_desktop.core import registry as r;"
        "[list(x) for x in (r.datasets, r.families, r.objectives, r.optimizers, r.metrics)];"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'PIL', 'pooch', 'requests', 'PySide6'} & set(sys.modules);"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("word", "allowed", "sentence"),
    [
        ("batchsize", ["batch_size", "seed"], "did you mean 'batch_size'?"),
        ("SEED", ["batch_size", "seed"], "did you mean 'seed'?"),
        ("zzz", ["a", "b", "a"], "allowed: a, b"),
        ("zzz", [], "none is allowed"),
    ],
)
def test_suggestions(word: str, allowed: list[str], sentence: str) -> None:
    assert suggest(word, allowed) == sentence
