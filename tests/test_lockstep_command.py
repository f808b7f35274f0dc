"""`gan-desktop lockstep`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_desktop.cli import main
from tests.recording.made_runs import made_run
from tests.tiny import write_tiny

Capture = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("quick_starts")
def test_sides_of_a_config_and_of_a_run(tmp_path: Path, capsys: Capture) -> None:
    config = str(write_tiny(tmp_path))
    sides = ["--b", "d_learning_rate=1e-3", "--b", "d_steps=2", "--c", "7:g_learning_rate=1e-3"]
    assert main(["lockstep", "--config", config, "--steps", "30", *sides, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["begin"], found["step"]) == (0, 30)
    assert [(side["name"], side["step"], side["parted"]) for side in found["sides"]] == [
        ("A", 30, None),
        ("B", 30, 1),
        ("C", 30, 8),
    ]
    assert found["sides"][1]["differs"] == {"optimizer.d_learning_rate": 1e-3, "training.d_steps": 2}
    assert found["sides"][2]["later"] == [{"step": 7, "key": "g_learning_rate", "value": 1e-3}]
    assert len({side["weights_digest"] for side in found["sides"]}) == 3

    assert main(["train", "--config", config, "--out", str(tmp_path / "run"), "--json"]) == 0
    trained = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["lockstep", "last", "--step", "25", "--steps", "15"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["A", trained["weights_digest"], "as", "it", "is"],
        ["B", trained["weights_digest"], "equal"],
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--b", "generator.widths=[16]"], "'generator.widths' cannot differ in lockstep"),
        (["--b", "d_learning_rate"], "--b 'd_learning_rate' is not of the form KEY=VALUE"),
        (["--b", "x:d_steps=2"], "--b 'x:d_steps=2': the step 'x' is not a whole number"),
        (["--b", "9:seed=2"], "'training.seed' cannot change while a run is under way"),
        (["--c", "d_steps=2"], "--c is given, but not --b"),
        (["--d", "d_steps=2", "--b", "d_steps=2"], "--d is given, but not --c"),
        (["--steps", "0"], "--steps = '0': must be a whole number from 1 to"),
        (["--step", "4"], "--step does not go without a run"),
        (["last", "--preset", "ring"], "--preset does not go with a run"),
        (["last", "--step", "400"], "--step 400: "),
        (["--b", "9999:d_steps=2"], "--b 9999:d_steps=2: not within the steps that are taken, 0 to 999"),
        (["last", "--step", "5", "--b", "4:d_steps=2"], "not within the steps that are taken, 5 to 1004"),
    ],
)
def test_bad_input_is_told_before_tensorflow_is_loaded(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    made_run(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    assert main(["lockstep", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
