"""What holds for all of the code: the walls between its parts, a docstring on every module, nothing of one machine."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from gan_desktop.core.paths import PACKAGE

ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_imports_run_one_way(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    said = capsys.readouterr().out
    assert status == EXIT_STATUS_SUCCESS, said
    assert "3 kept, 0 broken" in said


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_every_module_says_what_it_is(path: Path) -> None:
    says = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert len(says.split()) >= 3
    # One sentence on the first line, as lists of modules show it.
    assert says.splitlines()[0][-1] in ".:;,!?`", says


def test_no_file_names_this_machine() -> None:
    """Neither where this checkout is, nor whose home it is in."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    # A short one, such as /src, would be found in any path.
    places = [f"{place}/" for place in (ROOT, Path.home()) if len(str(place)) > 4]
    for name in filter(None, listed.split("\0")):
        text = (ROOT / name).read_bytes()
        assert not [place for place in places if place.encode() in text], name
