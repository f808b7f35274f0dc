"""Exact versions: everything that is required has one for each Python, and uv's list and pip's are the same."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("linux", "darwin", "win32")


@pytest.fixture(scope="module")
def pin() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pin", ROOT / "packaging" / "pin.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_pip_is_given_the_list_of_uv(pin: ModuleType, project: dict[str, Any]) -> None:
    pins = project["tool"]["uv"]["constraint-dependencies"]
    assert (ROOT / "constraints.txt").read_text(encoding="utf-8") == pin.as_constraints(pins)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_required_has_one_version(project: dict[str, Any], python: str, platform: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": platform}
    pins = [Requirement(text) for text in project["tool"]["uv"]["constraint-dependencies"]]
    versions: dict[str, str] = {}
    for one in pins:
        if one.marker is None or one.marker.evaluate(here):
            assert one.name not in versions, f"{one.name} is pinned twice"
            (specifier,) = one.specifier
            assert specifier.operator == "=="
            versions[one.name] = specifier.version
    required = [
        *project["project"]["dependencies"],
        *(text for texts in project["project"]["optional-dependencies"].values() for text in texts),
        *(text for texts in project["dependency-groups"].values() for text in texts),
    ]
    for one in map(Requirement, required):
        if one.marker is None or one.marker.evaluate(here):
            name = canonicalize_name(one.name)
            assert name in versions, f"{name} has no exact version: run packaging/pin.py"
            assert one.specifier.contains(versions[name]), f"{one} does not allow {versions[name]}"


def test_a_python_of_the_classifiers_is_one_of_these(project: dict[str, Any]) -> None:
    python = "Programming Language :: Python :: "
    assert tuple(text.removeprefix(python) for text in project["project"]["classifiers"] if python in text) == PYTHONS


def test_a_marker_stays_only_where_a_package_has_several_versions(pin: ModuleType) -> None:
    exported = [
        "# a comment",
        "librt==0.17.0 ; platform_python_implementation != 'PyPy'",
        "pyside6-essentials==6.11.3 ; python_full_version < '3.12'",
        "pyside6-essentials==6.12.0 ; python_full_version >= '3.12'",
        "rich==15.0.0",
    ]
    assert pin.without_needless_markers(exported) == ["librt==0.17.0", *exported[2:]]


def test_pins_take_the_place_of_the_list_alone(pin: ModuleType) -> None:
    text = '[tool.uv]\nconstraint-dependencies = [\n    "old==1",\n]\nother = [\n    "kept",\n]\n'
    changed = pin.with_pins(text, ["new==2 ; python_version < '3.12'", "newer==3"])
    assert tomllib.loads(changed)["tool"]["uv"] == {
        "constraint-dependencies": ["new==2 ; python_version < '3.12'", "newer==3"],
        "other": ["kept"],
    }
    assert pin.with_pins(changed, ["old==1"]) == text


def test_a_project_without_the_list_is_refused(pin: ModuleType) -> None:
    with pytest.raises(ValueError, match="0 lists constraint-dependencies"):
        pin.with_pins("[tool.uv]\n", [])
