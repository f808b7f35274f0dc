"""`gan-desktop generate`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gan_desktop.cli import main
from tests.recording.made_runs import made_run
from tests.tiny import write_tiny

Capture = pytest.CaptureFixture[str]


def test_samples_of_a_run_are_written(tmp_path: Path, capsys: Capture) -> None:
    assert main(["train", "--config", str(write_tiny(tmp_path)), "--out", str(tmp_path / "run"), "--json"]) == 0
    capsys.readouterr()
    out = tmp_path / "x.npz"
    assert main(["generate", "last", "--count", "1500", "--seed", "3", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{out}\n"
    assert said.err.startswith("1,500 samples of the generator at step 40, ")
    with np.load(out) as read:
        assert read["samples"].shape == (1500, 2)
    assert main(["generate", "last", "--count", "5", "--step", "7", "--out", str(tmp_path / "y.csv")]) == 0
    assert main(["generate", "last", "--count", "5", "--out", str(tmp_path / "pictures")]) == 2
    assert "these samples are no pictures" in capsys.readouterr().err
    assert not (tmp_path / "pictures").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--count", "0", "--out", "x.npz"], "--count = '0': must be a whole number from 1 to"),
        (["--count", "x", "--out", "x.npz"], "--count = 'x': must be a whole number"),
        (["--count", "5", "--out", "x.txt"], "allowed are names that end in .npz or .csv"),
        (["--count", "5", "--out", "no/x.npz"], "there is no folder no"),
        (["--count", "5", "--out", "run"], "is there already"),
        (["--count", "5"], "Missing option '--out'"),
        (["--count", "5", "--out", "x.npz", "--class", "-1"], "--class = '-1': must be a whole number from 0"),
    ],
)
def test_bad_input_is_told_before_tensorflow_is_loaded(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    made_run(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    assert main(["generate", "last", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
