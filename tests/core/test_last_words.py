"""What native code prints as it dies is told at the next start, and nothing is told of who lived or still lives."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gan_desktop.core import last_words
from gan_desktop.core.last_words import deaths, folder, keeping, open_file, telling_line
from tests.conftest import RunPython

RunToEnd = Callable[..., subprocess.CompletedProcess[str]]

DYING = """
import os, sys
from gan_desktop.core import last_words
last_words.dump_on_death()
with last_words.keeping():
    sys.stderr.write("Python's own\\n")
    os.write(2, b"LLVM ERROR: \\x1b[31mout of memory\\n\\n")
    os.abort()
"""
DYING_WHILE_LOADING = """
import os
from gan_desktop.core import last_words
from gan_desktop.training.backend import quiet_stderr
last_words.dump_on_death()
with quiet_stderr():
    os.write(2, b"compiled to use AVX instructions, which are not available\\n")
    os.abort()
"""
LIVING = """
import os, sys
from gan_desktop.core import last_words
last_words.dump_on_death()
with last_words.keeping():
    os.write(2, b"Fatal Python error: a quotation\\n")
    print("ready", flush=True)
    sys.stdin.read()
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@posix
def test_a_window_that_dies_is_told_once_with_its_words(run_python: RunToEnd) -> None:
    died = run_python("-c", DYING)
    assert died.returncode < 0
    # Python's own words still reach the terminal, those of native code the file.
    assert died.stderr == "Python's own\n"
    [sentence] = deaths()
    assert sentence.startswith("GAN Desktop ended abruptly on ")
    assert ": LLVM ERROR:  [31mout of memory (all that was printed is in " in sentence
    [kept] = folder().iterdir()
    assert str(kept) in sentence
    assert "in <module>" in kept.read_text()
    assert deaths() == []
    assert kept.exists()


@posix
def test_words_of_a_death_while_loading_are_not_lost(run_python: RunToEnd) -> None:
    died = run_python("-c", DYING_WHILE_LOADING)
    assert died.returncode < 0
    [sentence] = deaths()
    assert ": compiled to use AVX instructions, which are not available (all" in sentence


@posix
def test_the_command_line_tells_of_a_death(run_python: RunToEnd) -> None:
    run_python("-c", DYING)
    trained = run_python("-m", "gan_desktop", "train", "--set", "data.name=points")
    assert trained.returncode == 2
    assert trained.stderr.startswith("gan-desktop: GAN Desktop ended abruptly on ")


def test_nothing_is_told_of_a_process_that_lives(start_python: RunPython) -> None:
    process = start_python("-c", LIVING.replace("sys.stdin.read()", "import signal; signal.pause()"))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert deaths() == []
    assert len(list(folder().iterdir())) == 1
    process.kill()
    process.wait()
    assert len(deaths()) == 1


def test_who_lived_leaves_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with keeping():
        os.write(2, b"a warning\n")
        print("Python's own", file=sys.stderr)
        assert [path.read_bytes() for path in folder().iterdir()] == [b"a warning\n"]
    os.write(2, b"afterwards\n")
    assert not folder().parent.exists()
    assert capfd.readouterr().err == "Python's own\nafterwards\n"


def test_who_ended_without_dying_is_not_told_of() -> None:
    open_file("window").close()
    [path] = folder().iterdir()
    path.write_bytes(b"a warning\n")
    path.rename(path.with_name("999999999-1-window.txt"))
    assert deaths() == []
    assert list(folder().iterdir()) == []


def test_only_the_newest_deaths_are_kept() -> None:
    folder().mkdir(parents=True)
    for number in range(last_words.MOST_TOLD + 3):
        path = folder() / f"99999999{number}-1-window.txt"
        path.write_text(f"reason {number}\nFatal Python error: Aborted\n")
        os.utime(path, (number + 1, number + 1))
    sentences = deaths()
    assert [f": reason {number} (all" in sentence for number, sentence in enumerate(sentences)] == [True] * 13
    assert len(list(folder().iterdir())) == last_words.MOST_TOLD


def test_where_no_file_can_be_made_words_go_where_they_went(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in place of the folder")
    with keeping():
        os.write(2, b"words\n")
    assert capfd.readouterr().err == "words\n"
    assert deaths() == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("first\nF0000 check failed\n\nFatal Python error: Aborted\n\nThread 1", "F0000 check failed"),
        ("Fatal Python error: Segmentation fault\n\nThread", "Fatal Python error: Segmentation fault"),
        ("x" * 1000 + "\nFatal Python error: Aborted\n", "x" * last_words.LONGEST_WORDS + "..."),
    ],
)
def test_the_line_that_tells(text: str, line: str) -> None:
    assert telling_line(text) == line
