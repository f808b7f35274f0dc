"""Plug-ins: what other installed packages add, and what becomes of the ones that fail."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from gan_desktop.core import plugins, registry
from gan_desktop.core.paths import PACKAGE
from gan_desktop.core.registry import Registry
from gan_desktop.gui.panel import panels
from tests.patience import SECONDS

ROOT = PACKAGE.parent
EXAMPLE = ROOT / "examples" / "gan_desktop_example"

Install = Callable[..., None]


def write_package(folder: Path, name: str, points: Mapping[str, str]) -> None:
    """The metadata of an installed package with these entry points: kinds, each with its module."""
    place = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = (f"{kind} = {module}" for kind, module in points.items())
    (place / "entry_points.txt").write_text("\n".join([f"[{plugins.GROUP}]", *lines]))


@pytest.fixture
def metrics() -> Registry[object]:
    """Metrics, of which the program's own are in a module `own_metrics`."""
    return Registry("metric", "own_metrics")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metrics: Registry[object]) -> Iterator[Install]:
    """Installs packages for one test, whose modules find `metrics` in a module `shelf`."""
    before = set(sys.modules)
    monkeypatch.setattr(plugins, "_problems", [])
    monkeypatch.setattr(plugins, "_failed", set())
    monkeypatch.setitem(sys.modules, "shelf", type(sys)("shelf"))
    sys.modules["shelf"].metrics = metrics  # type: ignore[attr-defined]
    (tmp_path / "own_metrics.py").write_text(metric("own"))

    def add(name: str, points: Mapping[str, str], **modules: str) -> None:
        write_package(tmp_path, name, points)
        for module, source in modules.items():
            (tmp_path / f"{module}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        plugins._installed.cache_clear()

    yield add
    plugins._installed.cache_clear()
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def metric(name: str) -> str:
    """The source of a module that registers a metric, a function of that name."""
    return f'from shelf import metrics\n@metrics.register("{name}", title="")\ndef {name}(): "It is {name}."\n'


def test_kinds_are_those_of_the_registries() -> None:
    kinds = [value.kind for value in vars(registry).values() if isinstance(value, Registry)]
    assert sorted([*kinds, panels.kind]) == list(plugins.KINDS)


def test_a_module_is_imported_for_its_kind_alone(install: Install, metrics: Registry[object]) -> None:
    install("more", {"metric": "more", "panel": "window_of_more"}, more=metric("depth"), window_of_more="1 / 0")
    assert list(metrics) == ["own", "depth"]
    assert metrics["depth"].description == "It is depth."
    assert plugins.packages() == ("more 1.0",)
    assert plugins.problems() == ()
    assert "window_of_more" not in sys.modules


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ("import not_there", "ModuleNotFoundError: No module named 'not_there'"),
        ("def def", "SyntaxError: invalid syntax (broken.py, line 4)"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
    ],
)
def test_a_plugin_that_fails_is_left_out_as_a_whole(
    install: Install, metrics: Registry[object], caplog: pytest.LogCaptureFixture, end: str, error: str
) -> None:
    install("broken-one", {"metric": "broken"}, broken=metric("half") + end)
    install("whole-one", {"metric": "whole"}, whole=metric("depth"))
    with caplog.at_level(logging.WARNING):
        assert list(metrics) == ["own", "depth"]
    assert plugins.problems() == (f"The plug-in 'broken-one' ('broken') is left out: {error}.",)
    assert caplog.messages == list(plugins.problems())
    # Nor is it tried again for another kind of things.
    assert list(Registry("metric", "own_metrics")) == []
    assert len(caplog.messages) == 1


def test_of_two_plugins_with_one_name_the_second_is_refused(install: Install, metrics: Registry[object]) -> None:
    install("b-package", {"metric": "b_module"}, b_module=metric("depth"))
    install("a-package", {"metric": "a_module"}, a_module=metric("depth"))
    assert list(metrics) == ["own", "depth"]
    assert plugins.problems() == (
        "The plug-in 'b-package' ('b_module') is left out: ValueError: "
        "the metric 'depth' is registered twice: by a_module and by b_module.",
    )


def test_a_name_of_the_program_is_taken(install: Install, metrics: Registry[object]) -> None:
    install("other", {"metric": "other"}, other=metric("depth") + metric("own"))
    assert list(metrics) == ["own"]
    assert plugins.problems() == (
        "The plug-in 'other' ('other') is left out: ValueError: "
        "the metric 'own' is registered twice: by own_metrics and by other.",
    )


def test_a_plugin_that_comes_first_takes_no_name_of_the_program(install: Install, metrics: Registry[object]) -> None:
    """It has been imported for another kind of its things."""
    install("other", {"metric": "other", "penalty": "other"}, other=metric("depth") + metric("own"))
    importlib.import_module("other")
    assert list(metrics) == ["own", "depth"]
    assert metrics["own"].value.__module__ == "own_metrics"
    assert plugins.problems() == (
        "The metric 'own' is registered twice: by other and by own_metrics; the one of own_metrics is used.",
    )


def test_a_kind_that_there_is_not_is_named(install: Install, metrics: Registry[object]) -> None:
    install("typing", {"metrics": "typed"}, typed=metric("depth"))
    assert list(metrics) == ["own"]
    (problem,) = plugins.problems()
    assert problem == (
        "The plug-in 'typing' ('typed') is left out: its entry point 'metrics' is no kind of plug-in: "
        "did you mean 'metric'?"
    )


def test_what_is_registered_has_an_entry_point(install: Install, metrics: Registry[object]) -> None:
    """Or it would be there or not by what was looked at before."""
    install("silent", {"penalty": "silent"}, silent=metric("depth"))
    with pytest.raises(ValueError, match="silent registers a metric, and no entry point of that name"):
        importlib.import_module("silent")
    assert list(metrics) == ["own"]


def write_example(folder: Path) -> None:
    """Its metadata as they are when it is installed, with the entry points of its pyproject.toml."""
    with (EXAMPLE / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    write_package(folder, project["name"], project["entry-points"][plugins.GROUP])


def test_the_example_adds_a_loss_a_data_set_and_a_detector(tmp_path: Path) -> None:
    """A package beside it adds a penalty, and so a key of the config; a broken one is told on stderr."""
    write_example(tmp_path)
    write_package(tmp_path, "stiff", {"penalty": "stiff"})
    (tmp_path / "stiff.py").write_text(STIFF)
    write_package(tmp_path, "broken", {"data_set": "not_there"})
    done = run_python(tmp_path, WITH_EXAMPLE)
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "The plug-in 'broken' ('not_there') is left out: ModuleNotFoundError: No module named 'not_there'.\n"
    )


@pytest.mark.slow
def test_the_example_trains(tmp_path: Path) -> None:
    write_example(tmp_path)
    done = run_python(tmp_path, TRAINED)
    assert done.returncode == 0, done.stderr


def run_python(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Python with the example's module and the packages of a folder."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (folder, EXAMPLE, ROOT)))}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)


STIFF = """
from gan_desktop.core.registry import penalties
from gan_desktop.training.games.penalties import SlopePenalty

@penalties.register("stiff", title="Stiff", usual=2)
def stiff(real, fake, key):
    "Flattens D between the samples."
    return SlopePenalty((real + fake) / 2, target=0.0, scale=1.0)
"""

WITH_EXAMPLE = """
import sys

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.fields import live_fields
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import datasets, detectors, objectives
from gan_desktop.training.data.dataset import DataRequest
from tests.diagnosis.story import Story

assert list(objectives)[-1] == "pearson_least_squares"
assert list(datasets)[-1] == "two_circles"
assert list(detectors)[-1] == "unequal_gradients"

changes = {"objective.objective": "pearson_least_squares", "data.name": "two_circles", "data.inner_radius": 0.25}
config = replace_keys(RunConfig(), changes | {"regularization.stiff_weight": 3.0})
assert config.regularization.penalty_weights[-1] == 3
assert live_fields()["stiff_weight"].usual == 2
data = datasets["two_circles"].value(DataRequest(config.data.options))
radii = np.linalg.norm(data.samples, axis=1)
for label, radius in ((0, 0.25), (1, 1.0)):
    assert abs(radii[data.labels == label].mean() - radius) < 0.02

story = Story().phase(1000)
assert not story.raised
story.phase(1000, d_gradient_norm=500.0)
(alert,) = story.raised
assert alert.detector == "unequal_gradients" and "G hardly learns" in str(alert.message), alert
assert dict(alert.suggestions[0].changes) == {"d_learning_rate": 1e-4}
assert story.phase(1000).counts("unequal_gradients") == (1, 1)
assert "tensorflow" not in sys.modules
"""

TRAINED = """
import numpy as np
import tensorflow as tf

from gan_desktop.cli import main
from gan_desktop.core.registry import objectives

real, fake = np.array([-40, 0.5, 3], np.float32), np.array([2, -1, 90], np.float32)
losses = objectives["pearson_least_squares"].value(tf.constant(real), tf.constant(fake))
expected = ((real - 1) ** 2 / 2, (fake + 1) ** 2 / 2, fake**2 / 2)
for found, asked in zip(losses, expected, strict=True):
    np.testing.assert_allclose(found, asked, rtol=1e-6)

chosen = ["data.name=two_circles", "objective.objective=pearson_least_squares", "generator.output_activation=linear"]
raise SystemExit(main(["train", "--steps", "60", *(word for text in chosen for word in ("--set", text))]))
"""
