"""Files that say the same thing twice, because two programs read them: they agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gan_desktop

ROOT = Path(__file__).parent.parent
CHECKS = ("ruff check .", "ruff format --check .", "mypy", "lint-imports", "python packaging/pin.py --check")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


def test_the_version_is_one(project: dict[str, Any]) -> None:
    assert project["project"]["version"] == gan_desktop.__version__
    assert re.findall(r"^version: (.*)$", read("CITATION.cff"), re.MULTILINE) == [gan_desktop.__version__]


def test_the_citation_has_the_licence_and_the_authors(project: dict[str, Any]) -> None:
    citation = read("CITATION.cff")
    assert f"license: {project['project']['license']}\n" in citation
    assert re.findall(r"- name: (.*)", citation) == [author["name"] for author in project["project"]["authors"]]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("name", "before"),
    [(".ci/run", "uv_run "), ("justfile", "    uv run "), ("CONTRIBUTING.md", "python3 -m uv run ")],
)
def test_a_check_is_named_wherever_checks_are(name: str, before: str, check: str) -> None:
    assert re.search(rf"{re.escape(before + check)}( &&|$)", read(name), re.MULTILINE)


def test_hosted_ci_runs_what_everybody_runs_on_each_python(project: dict[str, Any]) -> None:
    workflow = read(".github/workflows/ci.yml")
    assert [line.split()[-1] for line in workflow.splitlines() if "- run:" in line] == [".ci/run"]
    listed = re.search(r"python: \[(.*)\]", workflow)
    assert listed is not None
    python = "Programming Language :: Python :: "
    classifiers = [text.removeprefix(python) for text in project["project"]["classifiers"] if python in text]
    assert re.findall(r'"(.*?)"', listed[1]) == classifiers


def test_lines_are_as_long_for_an_editor_as_for_ruff(project: dict[str, Any]) -> None:
    assert f"max_line_length = {project['tool']['ruff']['line-length']}\n" in read(".editorconfig")


def test_what_mypy_leaves_out_is_there(project: dict[str, Any]) -> None:
    (left_out,) = [rule["module"] for rule in project["tool"]["mypy"]["overrides"] if rule.get("ignore_errors")]
    assert left_out == sorted(left_out)
    assert [name for name in left_out if not (ROOT / name.replace(".", "/")).with_suffix(".py").is_file()] == []
