"""The command `augment`: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.augment import Outcome, Plan, Result
from gan_desktop.cli import main
from gan_desktop.core.config import RunConfig
from gan_desktop.core.status import Status
from gan_desktop.diagnosis.augmentation import Accuracies
from gan_desktop.training.data.dataset import DataSet
from tests.conftest import RunPython
from tests.patience import SECONDS

TINY = """
[data]
name = "digits"
conditional = true

[generator]
widths = [8]

[discriminator]
widths = [8]

[latent]
latent_dim = 2

[training]
batch_size = 8
steps = 4
device = "CPU"
"""
RESULT_KEYS = [
    "real",
    "seed",
    "step",
    "seconds",
    "real_count",
    "generated_count",
    "tested_on",
    "accuracy",
    "gain",
    "weights_digest",
]
SUMMARY_KEYS = [
    "preset",
    "status",
    "seconds",
    "device",
    "machine",
    "data_notes",
    "classifier",
    "results",
    "message",
]
RATES = ["real", "real_and_generated", "generated"]
REFUSED = [
    ("--preset digits", ["data.conditional = false", "cgan", "--set conditional=true"]),
    ("--preset cgn", ["unknown preset 'cgn'", "did you mean 'cgan'?"]),
    ("--real 0", ["--real = '0'", "from 1 to"]),
    ("--real -5", ["--real = '-5'", "from 1 to"]),
    ("--real 2.5", ["--real = '2.5'", "whole number from 1 to"]),
    ("--real 200", ["--real = 200", "from 1 to 173", "class 8 has 174 real samples"]),
    ("--real 2", ["training.batch_size = 64", "at most 20", "--set batch_size=20"]),
    ("--seeds 0", ["--seeds = '0'", "from 1 to"]),
    ("--seeds few", ["--seeds = 'few'", "whole number from 1 to"]),
    ("--fakes 0", ["--fakes = '0'", "from 1 to"]),
    ("--fakes 9", ["--fakes = 9", "at least 10, one of each class"]),
    ("--steps 0", ["training.steps = 0", "at least 1"]),
    ("--set data.name=points --set data.path=bare.csv", ["data.conditional = true", "the data have no labels"]),
]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY)
    (tmp_path / "bare.csv").write_text("x,y\n" + "".join(f"{n % 9}.5,{n % 7}.25\n" for n in range(99)))


@pytest.mark.parametrize(("line", "words"), REFUSED, ids=[line for line, _ in REFUSED])
def test_bad_input_is_refused_in_one_line(line: str, words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["augment", *line.split()]) == 2
    out, error = capfd.readouterr()
    assert out == ""
    assert error.startswith("gan-desktop: ")
    assert error.count("\n") == 1
    for word in words:
        assert word in error


def augment(*arguments: str, code: int = 0) -> None:
    assert main(["augment", "--config", "tiny.toml", "--fakes", "30", *arguments]) == code


@pytest.mark.usefixtures("quick_compile")
def test_json_is_an_object_for_each_trial_and_a_summary(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    augment("--real", "2", "--real", "4", "--real", "2", "--seeds", "2", "--set", "seed=5", "--json")
    out, error = capfd.readouterr()
    *results, summary = (json.loads(line) for line in out.splitlines())
    assert [(result["real"], result["seed"]) for result in results] == [(2, 5), (4, 5), (2, 6), (4, 6)]
    for result in results:
        assert list(result) == RESULT_KEYS
        assert list(result["accuracy"]) == RATES
        assert all(0 <= rate <= 1 for rate in result["accuracy"].values())
        assert result["gain"] == pytest.approx(result["accuracy"]["real_and_generated"] - result["accuracy"]["real"])
        assert result["real_count"] == 10 * result["real"]
        assert (result["generated_count"], result["step"]) == (30, 4)
        assert result["tested_on"] == 1797 - result["real_count"]
        assert len(result["weights_digest"]) == 64
    assert list(summary) == SUMMARY_KEYS
    assert (summary["preset"], summary["status"], summary["message"]) == ("tiny", "finished", "")
    assert summary["machine"]["device"] == "CPU"
    assert [row["real"] for row in summary["results"]] == [2, 4]
    for row in summary["results"]:
        assert list(row) == ["real", "seeds", "accuracy", "gain", "gain_exceeds_spread", "sentence"]
        assert row["seeds"] == [5, 6]
        gains = [result["gain"] for result in results if result["real"] == row["real"]]
        # Paired: the spread is taken over each seed's own difference. For two values it is their distance over root 2.
        assert row["gain"]["mean"] == pytest.approx(sum(gains) / 2)
        assert row["gain"]["deviation"] == pytest.approx(abs(gains[0] - gains[1]) / 2**0.5)
        assert row["gain_exceeds_spread"] == (row["gain"]["mean"] > row["gain"]["deviation"])
    assert "4 real of each class, seed 6: real " in error
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("quick_compile")
def test_the_same_command_prints_the_same_table(capfd: pytest.CaptureFixture[str]) -> None:
    tables = []
    for _ in range(2):
        augment("--real", "3", "--seeds", "1")
        tables.append(capfd.readouterr().out)
    assert tables[0] == tables[1]
    lines = tables[0].splitlines()
    assert lines[0] == "Digits, 1,797 scans of 8 x 8"
    assert "1,767 real samples that neither the GAN nor the classifier saw" in lines[1]
    heads = lines[3].split("  ")
    assert [head.strip() for head in heads if head] == [
        "real of each class",
        "real",
        "real + generated",
        "generated",
        "gain",
    ]
    assert lines[4].split()[0] == "3"
    assert any("with one seed, how far that is chance is not known" in line for line in lines)
    assert any("SVC" in line for line in lines)


@pytest.mark.usefixtures("quick_compile")
def test_a_gan_that_diverges_ends_it(capfd: pytest.CaptureFixture[str]) -> None:
    diverges = ["--set", "d_optimizer=sgd", "--set", "d_learning_rate=1", "--set", "r1_weight=1e6"]
    augment("--real", "3", "--steps", "200", "--json", *diverges, code=3)
    (line,) = capfd.readouterr().out.splitlines()
    summary = json.loads(line)
    assert (summary["status"], summary["results"]) == ("diverged", [])
    assert "the GAN of 3 real of each class, seed 0 diverged at step" in summary["message"]


def outcome(*gains: float) -> Outcome:
    """The outcome of trials with these gains."""
    found = Outcome(Plan(RunConfig(), "cgan", (20, 50), len(gains), 1000))
    for seed, gain in enumerate(gains):
        found.results.append(Result(20, seed, 5, 1.0, 200, 1000, 1597, Accuracies(0.5, 0.5 + gain, 0.25), "digest"))
    return found


def test_what_is_not_known_yet_is_left_out() -> None:
    assert outcome().summary(Status.STOPPED)["results"] == []
    assert "stopped before the first GAN" in outcome().table(Status.STOPPED)
    (row,) = outcome(0.125).summary(Status.STOPPED)["results"]
    assert (row["real"], row["gain"], row["gain_exceeds_spread"]) == (20, {"mean": 0.125, "deviation": None}, None)


@pytest.mark.parametrize(("gains", "exceeds"), [((0.1, 0.2), True), ((0.1, -0.1), False), ((-0.2, -0.2), False)])
def test_whether_the_gain_exceeds_its_spread(gains: tuple[float, ...], exceeds: bool) -> None:
    (row,) = outcome(*gains).summary(Status.FINISHED)["results"]
    assert row["gain_exceeds_spread"] is exceeds


def test_a_table_of_what_there_is_says_how_it_ended() -> None:
    found = outcome(0.1, 0.2)
    found.data = DataSet("Digits", "images", None)  # type: ignore[arg-type]
    lines = found.table(Status.STOPPED).splitlines()
    assert lines[4].split() == ["20", "50.0", "±", "0.0", "65.0", "±", "7.1", "25.0", "±", "0.0", "+15.00", "±", "7.07"]
    assert lines[-1] == "stopped after 2 GANs"
    assert not found.table(Status.FINISHED).splitlines()[-1].startswith("finished")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_it_with_what_is_known(start_python: RunPython) -> None:
    line = ["augment", "--config", "tiny.toml", "--real", "3", "--steps", "1000000000", "--json"]
    process = start_python("-m", "gan_desktop", *line)
    assert process.stderr is not None
    assert "3 GANs to train" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, error
    assert "Traceback" not in error
    summary: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert (summary["status"], summary["results"]) == ("stopped", [])
