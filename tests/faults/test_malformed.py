"""Every malformed input is one line on stderr, exit code 2 and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.cases import CASES
from tests.faults.malformed import captured, make_folder, wrong

pytestmark = pytest.mark.usefixtures("_folder")


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "cache"))


def faults(tmp_path: Path, early: bool, every: int) -> list[str]:
    cases = [case for case in CASES if case.early == early][::every]
    found = ((case, wrong(case, tmp_path, captured)) for case in cases)
    return [f"{case}: {fault}" for case, fault in found if fault]


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(CASES) >= 300
    assert len(set(CASES)) == len(CASES)


# Together, for they share a folder and what the first one loads: some of them here, all by `.ci/run`.
some_or_all = pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])


@some_or_all
def test_what_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int) -> None:
    """No engine is begun for it: that would import TensorFlow."""
    monkeypatch.setitem(sys.modules, "gan_desktop.training.engine.session", None)
    assert faults(tmp_path, early=True, every=every) == []


@some_or_all
def test_what_is_refused_by_the_engine(tmp_path: Path, every: int) -> None:
    assert faults(tmp_path, early=False, every=every) == []
