"""TensorBoard's own reader opens the log of a run while it goes on, and after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.cli import main
from gan_desktop.core.diagnosis import Alert, AlertRaised, Level, Sentence
from gan_desktop.core.events import ControlChanged, MetricsBlock, Samples, StatusChanged
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import Status
from gan_desktop.mirroring import mirror
from gan_desktop.recording.recorder import Recorder
from tests.gan import FIGURES
from tests.recording.made_runs import POINTS, begun, made_run

accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def read(logs: Path) -> Any:
    return accumulators.EventAccumulator(str(logs), size_guidance={"scalars": 0, "images": 0, "tensors": 0}).Reload()


def losses(log: Any) -> list[tuple[int, float]]:
    return [(event.step, event.value) for event in log.Scalars("figures/d_loss")]


def block(first: int, value: float) -> MetricsBlock:
    return MetricsBlock(first, np.full((5, len(FIGURES)), value, np.float32), FIGURES)


def test_it_grows_while_the_run_goes_on_and_ends_with_it(tmp_path: Path) -> None:
    recorder, logs, seen = begun(tmp_path / "run"), tmp_path / "logs", list[int]()
    logs.mkdir()

    def wait(_: float) -> bool:
        """What happens while nobody looks: first nothing, then five more steps, then the end."""
        seen.append(len(losses(read(logs))))
        if len(seen) == 2:
            add(recorder)
        if len(seen) == 3:
            recorder.on_event(block(15, 3.0))
            recorder.on_event(StatusChanged(Status.FINISHED, 20))
            recorder.close(Status.FINISHED)
        return False

    mirror(recorder.folder, logs, wait)
    assert seen == [10, 10, 15]
    log = read(logs)
    assert losses(log) == [(step, [0.0, 0.0, 2.0, 3.0][step // 5]) for step in range(20)]
    assert [event.step for event in log.Images("samples")] == [10, 15]
    assert [(event.step, event.value) for event in log.Scalars("metrics/modes_covered")] == [(15, 3.0)]
    words = {tag: log.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in log.Tags()["tensors"]}
    assert words == {
        "interventions/g_learning_rate": "g_learning_rate 0.001 → 0.01",
        "alerts/mode_collapse": "3 modes",
        "status": "finished",
    }


def add(recorder: Recorder) -> None:
    """Five steps with something of everything."""
    alert = Alert("mode_collapse", 15, Level.BAD, Sentence("3 modes"), ())
    recorder.on_event(ControlChanged(10, "g_learning_rate", 1e-2, 1e-3))
    recorder.on_event(block(10, 2.0))
    for event in (Samples(15, POINTS), Measured(15, {"modes_covered": 3.0}, None, {}, {}, 0.1), AlertRaised(alert)):
        recorder.on_event(event)
    recorder.flush()


def test_a_run_that_goes_on_from_an_earlier_step_is_written_anew(tmp_path: Path) -> None:
    recorder, logs, looks = begun(tmp_path / "run"), tmp_path / "logs", list[int]()
    logs.mkdir()

    def wait(_: float) -> bool:
        looks.append(1)
        if len(looks) == 1:
            recorder.forget_from(5, 0)
        return len(looks) == 3

    mirror(recorder.folder, logs, wait)
    assert [step for step, _ in losses(read(logs))] == list(range(5))
    recorder.close(Status.STOPPED)


def test_the_command_writes_a_run_that_has_ended_and_leaves_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made_run(tmp_path / "run")
    assert main(["mirror", "last", "--out", str(tmp_path / "deep" / "logs")]) == 0
    assert "tensorboard --logdir" in capsys.readouterr().out
    assert len(losses(read(tmp_path / "deep" / "logs"))) == 10
    assert main(["mirror", "last", "--out", str(tmp_path / "deep")]) == 2
    assert "is not empty" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main(["mirror", "last", "--out", str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
