"""A run that is driven from a second terminal: the commands, and a real engine that takes what they ask."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from gan_desktop import driving
from gan_desktop.cli import main
from gan_desktop.core import events
from gan_desktop.core.commands import CommandQueue, Start
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.recording.past import read_past
from gan_desktop.recording.requests import REQUESTS, Request, send, this_author
from gan_desktop.recording.run_folder import create_run_folder
from gan_desktop.training.engine.post import Post
from tests.recording.made_runs import begun, made_run
from tests.tiny import tiny_config
from tests.training.driving import ENDLESS, Driver

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Path]:
    """The folder of a run that a real engine trains, headless, without an end."""
    driver = Driver(watched=False)
    folder = tmp_path / "run"
    driver.send(Start(replace_keys(tiny_config(tmp_path), ENDLESS), out=folder))
    driver.wait(events.MetricsBlock)
    yield folder
    driver.quit()
    assert not driver.of(events.EngineError)


def said(capsys: Capture, *arguments: str, code: int = 0) -> str:
    """What a command prints; if it is refused, the one line on stderr."""
    assert main(list(arguments)) == code
    out, error = capsys.readouterr()
    assert (error if code == 0 else out) == ""
    return error if code else out


def test_a_run_is_listed_changed_paused_and_ended(driven: Path, capsys: Capture) -> None:
    run = str(driven)
    (listed,) = json.loads(said(capsys, "ps", "--json"))
    assert (listed["run"], listed["name"]) == (run, "run")
    assert "process" in listed["writer"]
    assert said(capsys, "set", run, "g_learning_rate=0.005").endswith(" -> 0.005\n")
    step = int(said(capsys, "pause", run).split()[-1])
    state = json.loads(said(capsys, "status", run, "--json"))
    assert (state["status"], state["step"]) == ("paused", step)
    assert state["controls"]["g_learning_rate"] == 0.005
    assert said(capsys, "pause", run) == f"paused at step {step}\n"
    assert said(capsys, "set", run, "optimizer.d_learning_rate=1e-5").startswith(f"step {step}: d_learning_rate ")
    picture = Path(said(capsys, "sample-now", run).strip())
    assert picture == driven / "samples" / f"step_{step:08d}.png"
    assert picture.is_file()
    assert "training" in said(capsys, "resume", run)
    assert said(capsys, "stop", run).startswith("stopped at step ")
    assert not (driven / REQUESTS).exists()
    assert "no run of the library is being trained" in said(capsys, "ps")
    _, past = read_past(driven)
    authors = {change.key: change.author for change in past.interventions}
    assert authors == dict.fromkeys(("g_learning_rate", "d_learning_rate"), this_author())
    assert "is not being trained: stopped" in said(capsys, "set", run, "d_steps=2", code=2)


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("g_learning_rate=5", "must be at most 1"),
        ("g_learning_rate", "is not of the form KEY=VALUE"),
        ("=5", "is not of the form KEY=VALUE"),
        ("latent_dim=3", "cannot change while a run is under way"),
        ("g_learing_rate=1", "did you mean"),
        ("objective=hinges", "did you mean 'hinge'?"),
        ("batch=1", "unknown key 'batch': allowed: objective, "),
    ],
)
def test_what_is_not_allowed_is_refused_before_it_is_asked(
    tmp_path: Path, capsys: Capture, assignment: str, reason: str
) -> None:
    recorder = begun(tmp_path / "run")
    assert reason in said(capsys, "set", "last", assignment, code=2)
    assert not (tmp_path / "run" / REQUESTS).exists()
    recorder.close(Status.STOPPED)


def test_a_request_that_nobody_takes_is_taken_back(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = begun(tmp_path / "run")
    monkeypatch.setattr(driving, "PATIENCE", 0.0)
    assert "'set' was not taken within 0 s" in said(capsys, "set", "last", "d_steps=2", code=2)
    assert list((tmp_path / "run" / REQUESTS).iterdir()) == []
    recorder.close(Status.STOPPED)


def test_a_run_that_ends_meanwhile_is_told(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = begun(tmp_path / "run")
    monkeypatch.setattr("time.sleep", lambda _: recorder.close(Status.DIVERGED))
    assert said(capsys, "pause", "last", code=2) == "gan-desktop: the run has ended: diverged at step 10\n"


@pytest.mark.parametrize("command", ["pause", "resume", "stop", "sample-now"])
def test_a_run_that_nobody_trains_is_not_driven(tmp_path: Path, capsys: Capture, command: str) -> None:
    made_run(tmp_path / "run")
    assert "run 'run' is not being trained: finished" in said(capsys, command, "last", code=2)


def test_status_says_how_a_kept_run_is(tmp_path: Path, capsys: Capture) -> None:
    made_run(tmp_path / "run", alerts=1)
    text = said(capsys, "status", "last")
    for words in ("status       finished", "step         10", "d_loss=0", "collapse: 3 of 8 modes are made"):
        assert words in text, words
    made_run(tmp_path / "empty", steps=0)
    assert "cannot be opened" in said(capsys, "status", str(tmp_path / "empty"), code=2)


def test_what_was_left_for_an_earlier_process_is_forgotten(tmp_path: Path) -> None:
    folder = create_run_folder(tmp_path / "other", "ring", tiny_config(tmp_path))
    send(folder, Request("stop", "remote:x"))
    commands: CommandQueue = queue.SimpleQueue()
    post = Post(commands)
    post.open()
    post.watch(folder)
    post.close()
    assert commands.empty()
    assert not (folder / REQUESTS).exists()
