"""`gan-desktop watch`: what is drawn, and what is printed where the output is no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from gan_desktop.cli import main
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Level, Sentence
from gan_desktop.core.events import ControlChanged, MetricsBlock, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.watching.command import begin, lines, looks
from tests.exports.conftest import make
from tests.gan import FIGURES
from tests.recording.made_runs import begun, made_run

ALERT = Alert("mode_collapse", 12, Level.BAD, Sentence("3 of 8 modes"), ())


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = begun(tmp_path / "run")
    yield made
    made.abandon()


def drawn(folder: Path, width: int = 90, height: int = 30) -> str:
    watched, _ = begin(read_entry(folder))
    console = Console(force_terminal=True, width=width, height=height)
    with console.capture() as shown:
        console.print(watched, height=height)
    assert shown.get().count("\n") < height
    return shown.get()


def test_a_run_is_drawn_with_all_there_is(tmp_path: Path) -> None:
    text = drawn(make(tmp_path / "images"))
    for words in ("images", "finished", "step 1,200", "d_loss", "▀", "Balance", "g_learning_rate 0.001 → 0.01", "over"):
        assert words in text, words


@pytest.mark.parametrize(("width", "height"), [(20, 8), (300, 100)])
def test_any_terminal_is_large_enough(tmp_path: Path, width: int, height: int) -> None:
    folder = make(tmp_path / "points", (64, 2))
    watched, _ = begin(read_entry(folder))
    console = Console(force_terminal=True, width=width, height=height)
    with console.capture():
        console.print(watched, height=height)


def test_a_run_without_a_step_is_drawn(tmp_path: Path) -> None:
    assert "no step yet" in drawn(made_run(tmp_path / "run", steps=0))


def test_looks_tell_what_is_new_until_the_run_ends(recorder: Recorder) -> None:
    def write() -> Iterator[None]:
        recorder.on_event(MetricsBlock(10, np.ones((5, len(FIGURES)), np.float32), FIGURES))
        recorder.on_event(ControlChanged(12, "d_steps", 2, 1))
        recorder.on_event(AlertRaised(ALERT))
        recorder.flush()
        yield
        recorder.on_event(AlertEnded(15, ALERT, Sentence("8 of 8")))
        recorder.flush()
        yield
        recorder.on_event(StatusChanged(Status.STOPPED, 15))
        recorder.close(Status.STOPPED)
        yield

    writing = write()

    def wait(_: float) -> bool:
        next(writing)
        return False

    told = [(watched.step, news) for watched, news in looks(read_entry(recorder.folder), wait)]
    assert told == [
        (10, []),
        (15, ["step 12: d_steps 1 → 2", "step 12: alert: Mode collapse: 3 of 8 modes"]),
        (15, ["step 15: over: Mode collapse: 8 of 8"]),
        (15, ["step 15: stopped"]),
    ]


def test_a_run_that_goes_on_from_an_earlier_step_is_read_anew(recorder: Recorder) -> None:
    def wait(_: float) -> bool:
        if not done:
            recorder.forget_from(5, 0)
        done.append(1)
        return len(done) > 1

    done: list[int] = []
    told = [(watched.step, news) for watched, news in looks(read_entry(recorder.folder), wait)]
    assert told == [(10, []), (5, ["it goes on from an earlier step"])]


def test_a_pipe_gets_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made_run(tmp_path / "run", steps=1234)
    assert main(["watch", "last"]) == 0
    assert capsys.readouterr().out == "finished  step 1,234\n"
    assert list(lines(read_entry(tmp_path / "run"), lambda: 0.0)) == ["finished  step 1,234"]
    assert main(["watch", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
