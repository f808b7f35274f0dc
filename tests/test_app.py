"""The window's process as a whole: what it loads and when, how it ends, and that it trains as the command line does."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gan_desktop.core.last_words import folder
from tests.conftest import RunPython
from tests.patience import SECONDS

# The real window on an engine that says what is loaded at the moment at which it is called, and waits to be quit, or,
# as while TensorFlow is loading, for ever.
WAITING = """
import builtins
import sys
import threading
from gan_desktop import app, process
from gan_desktop.core.commands import Quit

def wait(commands, emit):
    slow = {"tensorflow", "keras", "sklearn", "scipy"} & sys.modules.keys()
    slow |= {builtins.__import__.__name__} - {"__import__"}  # PySide6's own is slower
    print("LOADED", *sorted(slow), *(["a window"] if "PySide6.QtWidgets" in sys.modules else []), flush=True)
    if sys.argv[1] == "deaf":
        threading.Event().wait()
    while not isinstance(commands.get(), Quit):
        pass
    print("ENDED", flush=True)

app.run_engine = wait
process.leave(app.run_window())
"""

# The same with a plug-in that failed, and what the bar under the header says.
NOTICE = "from gan_desktop.core import plugins; plugins.report(\"The plug-in 'more' is left out.\")" + WAITING.replace(
    '    print("LOADED"',
    """    from PySide6.QtWidgets import QApplication, QLabel
    for window in QApplication.topLevelWidgets():
        label = window.findChild(QLabel, "notice_text")
        if label is not None:
            print(label.isVisible(), label.text(), flush=True)
    print("LOADED"
""".rstrip(),
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "engine"), [(signal.SIGINT, "heeding"), (signal.SIGHUP, "deaf")])
def test_the_window_loads_no_tensorflow_and_a_signal_closes_it(
    number: signal.Signals, engine: str, start_python: RunPython
) -> None:
    process = start_python("-c", WAITING, engine)
    assert process.stdout is not None
    assert process.stdout.readline() == "LOADED a window\n"
    process.send_signal(number)
    out, error = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, error
    assert out == ("" if engine == "deaf" else "ENDED\n")
    assert "Error" not in error
    assert "Traceback" not in error


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_window_tells_how_the_last_one_died(start_python: RunPython) -> None:
    folder().mkdir(parents=True)
    (folder() / "999999999-1-window.txt").write_text("F0000 Check failed: a != b\nFatal Python error: Aborted\n")
    process = start_python("-c", NOTICE)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said.startswith("True GAN Desktop ended abruptly on "), said
    assert ": F0000 Check failed: a != b (all that was printed is in " in said
    assert said.endswith("The plug-in 'more' is left out.\n")
    process.terminate()
    assert process.wait(60) == 0


def test_self_check_and_command_line_give_one_digest(
    tmp_path: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """The window trains as the command line does, to the last bit."""
    checked = run_python("-m", "gan_desktop", "--self-check")
    assert checked.returncode == 0, checked.stderr
    report = json.loads(checked.stdout.splitlines()[-1])
    assert report["ok"]
    assert (report["problem"], report["status"], report["step"]) == ("", "finished", 200)
    assert report["losses_shown"] == 200
    assert report["samples_shown"] == 64
    trained = run_python("-m", "gan_desktop", "train", "--preset", "digits", "--steps", "200", "--json")
    assert trained.returncode == 0, trained.stderr
    summary = json.loads(trained.stdout.splitlines()[-1])
    assert summary["step"] == 200
    assert summary["weights_digest"] == report["weights_digest"]
    assert len(list((tmp_path / "data" / "runs").iterdir())) == 2
