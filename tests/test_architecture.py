"""What holds for all of the code: the walls between its parts, a docstring on every module, nothing of one machine."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gan_desktop.core.paths import PACKAGE

ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))


# In a process of its own: it takes over the streams and the logging of the one that it runs in.
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def test_imports_run_one_way() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "4 kept, 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("name", "room"), [("TensorFlow stays in training", "training"), ("Qt stays in the window", "gui")]
)
def test_every_room_but_one_is_kept_from_a_library(name: str, room: str) -> None:
    """A layers contract can be told to be exhaustive; a list of sources cannot tell what is missing from it."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contract = next(contract for contract in linter["contracts"] if contract["name"] == name)
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    listed = {source.removeprefix("gan_desktop.") for source in contract["source_modules"]}
    assert rooms - listed == {room, "__init__"}


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_every_module_says_what_it_is(path: Path) -> None:
    says = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert len(says.split()) >= 3
    # The first line is one sentence, because lists of modules show it.
    assert says.splitlines()[0][-1] in ".:;,!?`", says


def test_no_file_names_this_machine() -> None:
    """Neither where this checkout is, nor whose home it is in."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    # A short path, such as /src, would be found inside any other.
    places = [f"{place}/" for place in (ROOT, Path.home()) if len(str(place)) > 4]
    for name in filter(None, listed.split("\0")):
        text = (ROOT / name).read_bytes()
        assert not [place for place in places if place.encode() in text], name
