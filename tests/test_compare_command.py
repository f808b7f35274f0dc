"""The `compare` command: what it prints for people and programs, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_desktop.core.status import Status
from gan_desktop.recording.run_folder import DATABASE
from tests.recording.made_runs import made_run
from tests.recording.test_comparing import compared_run
from tests.test_library_commands import Output, printed


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    """The folders of two runs that differ in their rate and their seed."""
    one = {0: {"modes_covered": 8.0, "mode_kl": 0.5}, 20: {"modes_covered": 3.0, "mode_kl": float("nan")}}
    return [
        str(compared_run(tmp_path / "one", one, optimizer__d_learning_rate=0.004)),
        str(compared_run(tmp_path / "two", training__seed=5, change=7)),
    ]


def test_the_json_has_all_lists_in_the_order_of_the_runs(capsys: Output, two: list[str]) -> None:
    found = json.loads(printed(capsys, "compare", *two, "--json"))
    assert [run["name"] for run in found["runs"]] == ["one", "two"]
    assert [(run["status"], run["steps"], run["seconds"], run["seed"]) for run in found["runs"]] == [
        (str(Status.FINISHED), 20, 4.0, 0),
        (str(Status.FINISHED), 20, 4.0, 5),
    ]
    assert found["runs"][1]["interventions"] == [{"step": 7, "key": "d_steps", "value": 5, "author": "hand"}]
    assert set(found["differs"]) == {"training.seed", "optimizer.d_learning_rate"}
    assert found["differs"]["training.seed"] == [0, 5]
    nothing = {"end": None, "best": None, "best_step": None, "floor": None}
    floor = {"mean": 8.0, "deviation": 0.0}
    assert found["metrics"] == {
        "modes_covered": [{"end": 3.0, "best": 8.0, "best_step": 0, "floor": floor}, nothing],
        "mode_kl": [{"end": None, "best": 0.5, "best_step": 0, "floor": None}, nothing],
    }
    assert found["alerts"] == [[{"detector": "collapse", "step": 0, "end": None}]] * 2


def test_people_get_tables(capsys: Output, two: list[str]) -> None:
    lines = [line.split() for line in printed(capsys, "compare", *two).splitlines()]
    assert ["[1]", "one", "finished", "20", "4", "s", "0"] in lines
    assert ["training.seed", "0", "5"] in lines
    assert ["changed", "while", "it", "trained", "–", "d_steps", "=", "5", "at", "7"] in lines
    assert ["Modes", "covered", "3,", "8", "at", "0", "–", "8"] in lines
    assert ["Mode", "KL", "–,", "0.50", "at", "0", "–"] in lines
    assert ["collapse", "0", "on", "0", "on"] in lines


def test_runs_that_are_alike_differ_in_nothing(capsys: Output, tmp_path: Path) -> None:
    said = printed(capsys, "compare", str(made_run(tmp_path / "a")), str(made_run(tmp_path / "b")))
    assert "What differs: nothing" in said
    assert "Alerts: nothing" in said
    assert "group" in said.splitlines()[0]


def test_two_runs_are_needed_and_each_must_be_read(capsys: Output, two: list[str], tmp_path: Path) -> None:
    assert "only" in printed(capsys, "compare", two[0], code=2)
    assert "the same run twice" in printed(capsys, "compare", two[0], two[0], code=2)
    assert "unknown run 'nowhere'" in printed(capsys, "compare", two[0], "nowhere", code=2)
    broken = made_run(tmp_path / "broken")
    (broken / DATABASE).write_bytes(b"no database")
    assert "run 'broken' cannot be opened" in printed(capsys, "compare", two[0], str(broken), code=2)
