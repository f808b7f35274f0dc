"""On a machine that has none of Qt's libraries, the test command says so, instead of an error of a plug-in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HIDE = """
import ctypes, sys

def load(name, *arguments, **options):
    if name == "libEGL.so.1":
        raise OSError(f"{name}: cannot open shared object file: No such file or directory")
    return original(name, *arguments, **options)

original, ctypes.CDLL = ctypes.CDLL, load
sys.modules["PySide6.QtCore"] = None  # its import fails, as it does there
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere Qt brings all it needs")
def test_the_test_command_names_what_is_missing(
    tmp_path: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "hide.py").write_text(HIDE)
    here = Path(__file__).parent
    arguments = ["-p", "hide", "-p", "no:cacheprovider", "--rootdir", str(here.parent), "-n", "0"]
    ended = run_python("-m", "pytest", *arguments, str(here / "core" / "test_line.py"))
    assert ended.returncode == 4
    assert "no test can run: the window needs shared libraries that are not installed: libEGL.so.1." in ended.stderr
    assert "apt-get install -y" in ended.stderr
    assert "INTERNALERROR" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
