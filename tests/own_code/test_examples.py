"""The examples, each in a process of its own: it is driven, watched and opened from this one."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gan_desktop.cli import main
from gan_desktop.core.events import ControlChanged, MetricsBlock
from gan_desktop.core.paths import PACKAGE, runs_directory
from gan_desktop.recording.following import Follower
from gan_desktop.recording.past import read_past
from gan_desktop.recording.requests import this_author
from tests.patience import SECONDS

pytest.importorskip("keras")

EXAMPLES = PACKAGE.parent / "examples"
Start = Callable[..., subprocess.Popen[str]]
Capture = pytest.CaptureFixture[str]

# Runs an example; without a network, and with a count of how often `train_step` is traced.
LOOP = """
import sys, keras
sys.path.insert(0, sys.argv[1])
import keras_train_on_batch as example

def no_network():
    raise OSError

keras.datasets.mnist.load_data = no_network
example.main(12)
"""
FIT = """
import sys
sys.path.insert(0, sys.argv[1])
import keras_train_step as example

step, record, traced, counts = example.Gan.train_step, example.RunRecorder.record, [], []
def traced_step(self, real):
    traced.append(1)
    return step(self, real)
def counted_record(self, **figures):
    counts.append(len(traced))
    return record(self, **figures)
example.Gan.train_step, example.RunRecorder.record = traced_step, counted_record
example.main(1_000_000)
print("traced again:", counts[-1] - counts[1])
"""


def test_the_loop_of_the_tutorials_is_recorded(run_python: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    ended = run_python("-c", LOOP, str(EXAMPLES))
    assert ended.returncode == 0, ended.stderr
    (folder,) = runs_directory().iterdir()
    record, past = read_past(folder)
    assert (record.facts["status"], past.step) == ("finished", 12)
    assert past.samples[-1].load().values.shape == (16, 28, 28, 1)
    assert past.data is not None
    assert past.data.count == 1000
    assert set(record.known(["optimizer.d_learning_rate", "optimizer.beta_1"])) == {"optimizer.d_learning_rate"}
    assert all(loss > 0 for loss in past.history.at(11).values())


def said(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    out, error = capsys.readouterr()
    return error if code else out


def test_a_model_with_a_train_step_is_driven_from_outside(start_python: Start, capsys: Capture) -> None:
    process = start_python("-c", FIT, str(EXAMPLES))
    folder = begun(process)
    follower = Follower(*read_past(folder))
    (listed,) = json.loads(said(capsys, "ps", "--json"))
    assert (listed["run"], listed["status"]) == (str(folder), "training")
    changed = said(capsys, "set", "last", "g_learning_rate=5e-3")
    assert changed.endswith(": g_learning_rate 0.001 -> 0.005\n")
    assert "whose own code has given: d_learning_rate, g_learning_rate" in said(
        capsys, "set", "last", "r1_weight=1", code=2
    )
    step = int(said(capsys, "pause", "last").split()[-1])
    state = json.loads(said(capsys, "status", "last", "--json"))
    assert (state["status"], state["step"]) == ("paused", step)
    assert state["controls"] == {"d_learning_rate": 0.001, "g_learning_rate": 0.005}
    picture = Path(said(capsys, "sample-now", "last").strip())
    assert picture.name == f"step_{step:08d}.png"
    assert "training" in said(capsys, "resume", "last")
    assert said(capsys, "stop", "last").startswith("stopped at step ")
    out, _ = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (0, "traced again: 0\n")
    found = follower.poll()
    assert any(isinstance(event, MetricsBlock) for event in found)
    (change,) = [event for event in found if isinstance(event, ControlChanged)]
    assert (change.key, change.value, change.author) == ("g_learning_rate", 0.005, this_author())


def begun(process: subprocess.Popen[str]) -> Path:
    """The folder of the run, once it has taken its first step."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        for database in runs_directory().glob("*/run.sqlite"):
            if list((database.parent / "samples").glob("*.png")):
                return database.parent
        time.sleep(0.1)
    raise AssertionError(process.communicate())
