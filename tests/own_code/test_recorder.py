"""Recording a run of own code: a loop that only makes numbers up."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.commands import Continue
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, MetricsBlock, Samples, StatusChanged
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.paths import runs_directory
from gan_desktop.core.presets import load_config
from gan_desktop.core.status import Status
from gan_desktop.own_code import RunRecorder, recorder
from gan_desktop.recording.comparing import read_compared
from gan_desktop.recording.following import Follower
from gan_desktop.recording.past import read_kept_run, read_past
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.requests import REQUESTS, Request, send
from gan_desktop.recording.run_axis import Axis
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.recording.run_folder import CONFIG
from gan_desktop.training.engine.replaying import recorded
from gan_desktop.training.engine.taking_up import take_up
from tests.own_code.conftest import Optimizer

ME = "remote:me@here"
Optimizers = dict[str, Optimizer]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are looked for at every step, and samples go by steps alone."""
    monkeypatch.setattr(recorder, "LOOK", 0.0)
    monkeypatch.setattr(recorder, "SAMPLE_SECONDS", math.inf)


def images() -> Any:
    return np.linspace(-1, 1, 4 * 8 * 8).reshape(4, 8, 8)


def train(out: Path, steps: int = 5, each: Callable[[RunRecorder, int], None] | None = None, **given: Any) -> Path:
    """A run of own code; `each` is called in each step, before it is recorded."""
    with RunRecorder("mine", out=out, steps=steps, **given) as run:
        for step in run.steps():
            if each is not None:
                each(run, step)
            run.record(d_loss=step, g_loss=np.float32(step) / 2)
    return out


def asking(**requests: Request) -> Callable[[RunRecorder, int], None]:
    """Leaves requests in the run folder in the steps `at_3`."""

    def each(run: RunRecorder, step: int) -> None:
        for name, request in requests.items():
            if name == f"at_{step}":
                assert run.folder is not None
                send(run.folder, request)

    return each


def test_a_run_is_kept_like_any_other(tmp_path: Path, optimizers: Optimizers) -> None:
    run = train(
        tmp_path / "run",
        each=lambda run, step: run.measure(frechet_distance=step) if step == 3 else None,
        sample=images,
        image_range=(-1, 1),
        optimizers=optimizers,
        data=np.repeat(images(), 5, 0),
        batch_size=10,
    )
    record, past = read_past(run)
    assert past.history.at(4) == {"d_loss": 4.0, "g_loss": 2.0}
    assert [saved.step for saved in past.samples] == [0, 5]
    shown = past.samples[0].load().values
    assert (shown.shape, shown.min(), shown.max()) == ((4, 8, 8, 1), 0.0, 1.0)
    assert [(one.step, one.values) for one in past.measured] == [(3, {"frechet_distance": 3.0})]
    assert past.data is not None
    assert (past.data.count, past.data.real.shape) == (20, (20, 8, 8, 1))
    assert (record.facts["status"], record.facts["total_steps"], record.facts["step"]) == ("finished", 5, 5)
    assert record.config().optimizer.d_learning_rate == 1e-3
    assert (run / "samples" / "step_00000005.png").is_file()
    assert read_compared(run).places[Axis.EPOCH].of(np.array([4])) == 2.0


def test_it_says_that_the_code_is_somebodys_own_and_no_more_than_is_known(tmp_path: Path) -> None:
    run = train(tmp_path / "run")
    assert (run / CONFIG).read_text() == '[game]\nname = "own_code"\n\n[training]\nsteps = 5\n'
    entry = read_entry(run)
    assert (entry.game, entry.name, entry.status, entry.step) == ("own_code", "run", "finished", 5)
    assert read_kept_run(run).started.own_code
    assert read_compared(run).config == {"game.name": "own_code", "training.steps": 5}
    assert Axis.EPOCH not in read_compared(run).places
    assert "[generator]" not in (run / "run.log").read_text()


def test_nothing_here_goes_on_with_it(tmp_path: Path) -> None:
    run = train(tmp_path / "run")
    for attempt in (
        lambda: take_up(Continue(run)),
        lambda: take_up(Continue(run, 2, branch=True)),
        lambda: recorded(run),
        lambda: read_entry(run).check_ours(),
    ):
        with pytest.raises(InputError, match=r"run is a run of somebody's own code, .*: only that code can go on"):
            attempt()
    with pytest.raises(InputError, match="own_code"):
        load_config(run / CONFIG)


def test_a_run_is_followed_while_it_goes_on(tmp_path: Path, optimizers: Optimizers) -> None:
    found: list[object] = []
    followers: list[Follower] = []

    def each(run: RunRecorder, step: int) -> None:
        if step == 2 and run.folder is not None:
            send(run.folder, Request("sample-now", ME))  # writes all that waits
        if step == 3 and run.folder is not None:
            followers.append(Follower(*read_past(run.folder)))
            send(run.folder, Request("set", ME, "g_learning_rate", 0.5))

    train(tmp_path / "run", each=each, optimizers=optimizers, sample=lambda: np.zeros((5, 2)))
    found += followers[0].poll()
    change = next(event for event in found if isinstance(event, ControlChanged))
    assert change == ControlChanged(4, "g_learning_rate", 0.5, 1e-3, ME)
    assert [event.first_step for event in found if isinstance(event, MetricsBlock)] == [3]
    assert [event.step for event in found if isinstance(event, Samples)] == [5]
    assert found[-1] == StatusChanged(Status.FINISHED, 5)


def test_a_rate_is_set_from_outside_within_its_limits(tmp_path: Path, optimizers: Optimizers) -> None:
    wanted: list[tuple[str, ControlValue]] = [
        ("g_learning_rate", 0.25),
        ("g_learning_rate", 7),
        ("d_steps", 2),
        ("x", 1),
        ("d_learning_rate", "a"),
    ]
    asked = {f"at_{step}": Request("set", ME, *wish) for step, wish in enumerate(wanted, start=1)}
    run = train(tmp_path / "run", 8, asking(**asked), optimizers=optimizers)
    rate = optimizers["g"].learning_rate
    assert (rate.value, rate.times, optimizers["d"].learning_rate.times) == (0.25, 1, 0)
    assert [(change.step, change.author) for change in read_run(run).interventions] == [(2, ME)]
    log = (run / "run.log").read_text()
    assert "'d_steps' is no rate of an optimizer that was given" in log
    assert log.count("refused: ") == 4
    assert not (run / REQUESTS).exists()


def test_a_pause_lasts_until_it_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, slept = tmp_path / "run", list[str]()

    def sleep(_: float) -> None:
        slept.append(str(read_run(folder).facts["status"]))
        if len(slept) == 3:
            send(folder, Request("resume", ME))

    monkeypatch.setattr("time.sleep", sleep)
    train(folder, each=asking(at_2=Request("pause", ME)))
    assert slept == ["paused"] * 3
    assert read_run(folder).facts["status"] == "finished"
    assert "step 3: paused" in (folder / "run.log").read_text()


@pytest.mark.parametrize("paused", [False, True])
def test_it_is_stopped_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paused: bool) -> None:
    folder = tmp_path / "run"
    monkeypatch.setattr("time.sleep", lambda _: send(folder, Request("stop", ME)))
    train(folder, each=asking(at_2=Request("pause" if paused else "stop", ME)))
    record = read_run(folder)
    assert (record.facts["status"], record.steps) == ("stopped", 3)


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, "stopped"), (SystemExit, "stopped"), (ZeroDivisionError, "failed")]
)
def test_an_exception_ends_it_and_goes_on_its_way(tmp_path: Path, error: type[BaseException], status: str) -> None:
    def each(_: RunRecorder, step: int) -> None:
        if step == 3:
            raise error("what it was")

    with pytest.raises(error):
        train(tmp_path / "run", each=each)
    record = read_run(tmp_path / "run")
    assert (record.facts["status"], record.steps) == (status, 3)
    assert ("ZeroDivisionError: what it was" in (tmp_path / "run" / "run.log").read_text()) == (status == "failed")


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_ends_it_as_diverged(tmp_path: Path, loss: float) -> None:
    steps = []
    with RunRecorder(out=tmp_path / "run") as run:
        for step in run.steps():
            steps.append(step)
            run.record(d_loss=1.0, g_loss=loss if step == 2 else 1.0, note=math.nan)
    assert steps == [0, 1, 2]
    record = read_run(tmp_path / "run")
    assert (record.facts["status"], record.steps) == ("diverged", 3)
    log = (tmp_path / "run" / "run.log").read_text()
    assert "the generator loss (g_loss) is no longer finite at step 2" in log


def test_a_loop_of_ones_own_asks_whether_it_goes_on(tmp_path: Path) -> None:
    count = 1
    with RunRecorder(out=tmp_path / "run", steps=4) as run:
        while run.record(loss=1.0):
            count += 1
    assert count == 4
    history = read_run(tmp_path / "run").history
    assert history.figures.names == ("d_loss", "g_loss", "loss")
    assert math.isnan(history.at(3)["d_loss"])


def test_without_a_folder_it_is_in_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    with RunRecorder("mine", steps=1) as run:
        run.record(d_loss=1.0)
    (folder,) = runs_directory().iterdir()
    assert folder.name.endswith("-mine-1")
    assert str(folder) in capsys.readouterr().err
    assert json.loads(str(read_run(folder).facts["figures"]))[0][0] == "d_loss"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"optimizers": {"discriminator": Optimizer()}}, "allowed: 'd' for the discriminator's, 'g'"),
        ({"optimizers": {"d": object()}}, "no learning rate that can be set"),
        ({"steps": 0}, "steps = 0"),
        ({"sample": images}, r"image_range says which values are black and white"),
        ({"sample": lambda: np.zeros((4, 784))}, r"sample\(\) is of shape \(4, 784\)"),
        ({"sample": lambda: np.zeros((4, 2)), "data": np.zeros((4, 1))}, r"data has samples of shape \(1,\)"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InputError, match=reason), RunRecorder(out=tmp_path / "run", **given):
        pass
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"^out .* is not empty"), RunRecorder(out=tmp_path):
        pass


def test_what_is_recorded_wrongly_is_told(tmp_path: Path) -> None:
    with RunRecorder(out=tmp_path / "run") as run:
        with pytest.raises(InputError, match="call record"):
            run.measure(fid=1.0)
        with pytest.raises(InputError, match="one number is needed"):
            run.record(d_loss=[0.5, 0.9])
        with pytest.raises(InputError, match=r"d_loss=None\): one number is needed"):
            run.record(d_loss=None)
        with pytest.raises(InputError, match="syntax error"):
            run.record(select=1.0)
        run.record(d_loss=1.0)
        with pytest.raises(InputError, match="the first step had other figures: d_loss, g_loss"):
            run.record(accuracy=1.0)
        with pytest.raises(InputError, match="nothing was recorded of it"):
            list(run.steps())
    outside = RunRecorder(out=tmp_path / "other")
    with pytest.raises(InputError, match="in a with block"):
        outside.record(d_loss=1.0)
