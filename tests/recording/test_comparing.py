"""Runs beside each other: what differs, which are the same but for the seed, and what became of their metrics."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.status import Status
from gan_desktop.recording.comparing import Outcome, differing, grouped, outcome, outcomes, read_compared
from gan_desktop.recording.run_axis import Axis
from gan_desktop.recording.run_folder import DATABASE
from tests.recording.made_runs import begun, set_facts


def compared_run(
    out: Path, measured: dict[int, dict[str, float]] | None = None, change: int | None = None, **keys: object
) -> Path:
    """The folder of a run with other config keys, measurements by their steps, and a change of `d_steps`."""
    config = replace_keys(RunConfig(), {key.replace("__", "."): value for key, value in keys.items()})
    recorder = begun(out, steps=20, alerts=1, config=config)
    if change is not None:
        recorder.on_event(ControlChanged(change, "d_steps", 5, 1))
    for step, values in (measured or {}).items():
        recorder.on_event(Measured(step, values, None, {"modes_covered": Floor(8.0, 0.0)}, {}, 0.0))
    recorder.close(Status.FINISHED)
    set_facts(recorder.folder, seconds=4.0, step=20, samples=100)
    return recorder.folder


def test_only_keys_that_differ_are_told(tmp_path: Path) -> None:
    folders = [
        compared_run(tmp_path / "a"),
        compared_run(tmp_path / "b", training__seed=7, data__name="ring"),
        compared_run(tmp_path / "c", generator__widths=[8]),
    ]
    runs = [read_compared(folder) for folder in folders]
    found = differing(runs)
    assert found["training.seed"] == [0, 7, 0]
    assert found["data.name"] == ["digits", "ring", "digits"]
    assert found["generator.widths"][2] == [8]
    # A key that only some data sets have.
    assert found["data.modes"] == [None, 8, None]
    assert "training.batch_size" not in found
    assert differing(runs[:1]) == {}


def test_runs_that_differ_in_their_seed_alone_are_a_group(tmp_path: Path) -> None:
    folders = [
        compared_run(tmp_path / "a"),
        compared_run(tmp_path / "b", training__batch_size=32),
        compared_run(tmp_path / "c", training__seed=1),
        compared_run(tmp_path / "d", change=5),
        compared_run(tmp_path / "e", training__seed=2, change=5),
    ]
    assert grouped([read_compared(folder) for folder in folders]) == [[0, 2], [1], [3, 4]]


def test_a_run_can_be_drawn_over_what_is_known_of_it(tmp_path: Path) -> None:
    run = read_compared(compared_run(tmp_path / "a", change=10, training__batch_size=50))
    (end,) = run.places[Axis.EPOCH].of([20])  # type: ignore[arg-type]
    assert end == (10 + 10 * 5) * 50 / 100
    assert run.places[Axis.TIME].places[-1] == pytest.approx(4.0)
    set_facts(run.entry.folder, seconds=0.0, samples=None)
    assert set(read_compared(run.entry.folder).places) == {Axis.STEP}


def test_the_best_goes_by_the_direction_of_the_metric() -> None:
    values = {0: 3.0, 10: 8.0, 20: math.inf, 30: 5.0}
    measured = [Measured(step, {"m": value}, None, {}, {}, 0.0) for step, value in values.items()]
    measured.append(Measured(40, {}, None, {}, {}, 0.0))
    assert outcome(measured, "m", True) == Outcome(5.0, 8.0, 10)
    assert outcome(measured, "m", False) == Outcome(5.0, 3.0, 0)
    assert outcome(measured, "m", None) == Outcome(5.0)
    assert outcome(measured, "other", True) == Outcome()


def test_an_end_that_is_not_finite_is_not_known() -> None:
    measured = [Measured(step, {"m": value}, None, {}, {}, 0.0) for step, value in ((0, 3.0), (10, math.nan))]
    assert outcome(measured, "m", True) == Outcome(None, 3.0, 0)


def test_metrics_come_in_the_order_in_which_people_read_them(tmp_path: Path) -> None:
    one = {"frechet_distance": 4.0, "modes_covered": 3.0, "of_a_plug_in": 1.0}
    folders = [compared_run(tmp_path / "a", {0: one, 10: one | {"modes_covered": 2.0}}), compared_run(tmp_path / "b")]
    found = outcomes([read_compared(folder) for folder in folders])
    assert list(found) == ["modes_covered", "frechet_distance", "of_a_plug_in"]
    assert found["modes_covered"] == [Outcome(2.0, 3.0, 0, Floor(8.0, 0.0)), Outcome()]
    assert found["frechet_distance"][0].best == 4.0
    assert found["of_a_plug_in"][0] == Outcome(1.0)


@pytest.mark.parametrize("facts", [{"format": 99}, {"config": "no TOML ["}, {"samples": "many"}])
def test_a_run_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, facts: dict[str, object]) -> None:
    folder = compared_run(tmp_path / "a")
    set_facts(folder, **facts)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=DATABASE):
        read_compared(folder)
