"""The command line as people and scripts use it: what it prints, what it leaves behind, how it exits."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import gan_desktop
from gan_desktop import progress
from gan_desktop.cli import main
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.machine import machine_from, usable_cores
from gan_desktop.core.presets import load_config, presets
from gan_desktop.core.registry import datasets
from gan_desktop.recording.reader import read_run
from gan_desktop.training.checkpoint import load_checkpoint
from tests.gan import FIGURES, METRICS
from tests.tiny import DIVERGES, tiny_config, write_tiny

SUMMARY_KEYS = [
    "run",
    "status",
    "step",
    "epoch",
    "seconds",
    "steps_per_second",
    "device",
    "machine",
    "data_notes",
    "d_loss",
    "g_loss",
    "metrics",
    "metrics_averaged",
    "metric_floors",
    "metrics_unknown",
    "message",
    "not_kept",
    "alerts",
    "interventions",
    "parent",
    "checkpoints",
    "weights_digest",
]

# Bad inputs, each with what the one line must name: the thing, its value, and what is allowed.
REFUSED_EARLY: list[tuple[str, list[str]]] = [
    ("--preset dgits", ["unknown preset 'dgits'", "did you mean 'digits'?"]),
    ("--preset xyzzy", ["unknown preset 'xyzzy'", "allowed: digits, ring, grid"]),
    ("--preset digits --config tiny.toml", ["--preset digits", "--config tiny.toml", "give one"]),
    ("--config missing.toml", ["missing.toml", "No such file"]),
    ("--config empty", ["empty", "Is a directory"]),
    ("--config broken.toml", ["broken.toml is not TOML", "line 2"]),
    ("--config binary.toml", ["binary.toml is not TOML", "UTF-8"]),
    ("--config near.toml", ["near.toml", "unknown key 'training.batch_sise'", "did you mean 'batch_size'?"]),
    ("--set batch_sise=3", ["unknown key 'batch_sise'", "did you mean 'batch_size'?"]),
    ("--set traning.batch_size=3", ["unknown section 'traning'", "did you mean 'training'?"]),
    ("--set widths=[8]", ["'widths'", "generator.widths or discriminator.widths"]),
    ("--set nonsense", ["--set 'nonsense'", "KEY=VALUE"]),
    ("--set batch_size=many", ["training.batch_size = 'many'", "whole number"]),
    ("--set batch_size=1.5", ["training.batch_size = 1.5", "whole number"]),
    ("--set batch_size=true", ["training.batch_size = True", "whole number"]),
    ("--set generator.widths=wide", ["generator.widths = 'wide'", "must be a list"]),
    ("--set latent_distribution=cauchy", ["latent.latent_distribution = 'cauchy'", "'normal' or 'uniform'"]),
    ("--set objective=minmax", ["objective.objective", "'minmax'", "did you mean 'minimax'?"]),
    ("--set data.name=digit", ["data.name", "'digit'", "did you mean 'digits'?"]),
    ("--set d_learning_rate=0", ["optimizer.d_learning_rate = 0", "greater than 0"]),
    ("--set g_learning_rate=-1e-3", ["optimizer.g_learning_rate = -0.001", "greater than 0"]),
    ("--set d_learning_rate=1e9", ["optimizer.d_learning_rate = 1000000000.0", "at most 1"]),
    ("--set d_learning_rate=0,001", ["optimizer.d_learning_rate = '0,001'", "a number", "write 0.001"]),
    ("--set d_learning_rate=nan", ["optimizer.d_learning_rate = nan", "finite"]),
    ("--set g_learning_rate=inf", ["optimizer.g_learning_rate = inf", "finite"]),
    ("--set d_steps=0 --set g_steps=0", ["d_steps and g_steps are both 0", "at least 1"]),
    ("--steps", ["--steps", "requires an argument"]),
    ("--steps ten", ["training.steps = 'ten'", "whole number"]),
    ("--steps 1.5", ["training.steps = 1.5", "whole number"]),
    ("--steps 0", ["training.steps = 0", "at least 1"]),
    ("--steps -3", ["training.steps = -3", "at least 1"]),
    ("--epochs 0", ["training.epochs = 0", "at least 1"]),
    ("--steps 5 --epochs 3", ["steps = 5", "epochs = 3", "give one"]),
    ("--seed -1", ["training.seed = -1", "at least 0"]),
    ("--seed x", ["training.seed = 'x'", "whole number"]),
    ("--at -1:d_steps=2", ["--at '-1:d_steps=2'", "-1 is before step 0"]),
    ("--at 5", ["--at '5'", "STEP:KEY=VALUE"]),
    ("--at x:d_steps=2", ["--at 'x:d_steps=2'", "'x' is not a whole number"]),
    ("--at 5:batch_size=3", ["training.batch_size", "cannot change", "d_learning_rate, g_learning_rate, beta_1"]),
    ("--at 5:d_stes=3", ["unknown key 'd_stes'", "did you mean 'd_steps'?"]),
    ("--at 5:d_steps=-3", ["training.d_steps = -3", "at least 0"]),
    ("--at 5:d_learning_rate=nan", ["optimizer.d_learning_rate = nan", "finite"]),
    ("--at 9:g_steps=0 --at 5:d_steps=0", ["both 0", "at least 1"]),
    ("--out taken", ["--out 'taken' is not empty", "new or empty"]),
    ("--out file", ["--out 'file' is a file", "new or empty"]),
    ("--out file/run", ["--out 'file/run' cannot be written", "Not a directory"]),
    ("--stpes 5", ["No such option: --stpes", "--steps"]),
    ("extra", ["unexpected extra argument", "extra"]),
]
CORES = usable_cores()
REFUSED_EARLY += [
    (f"--threads {value}", [f"--threads = '{value}'", f"from 1 to {CORES}"])
    for value in ("0", "-1", str(CORES + 1), "1.5", "two", "true")
]
LARGE = ",".join(["16384"] * 24)
REFUSED_BY_THE_ENGINE: list[tuple[str, list[str]]] = [
    ("--set batch_size=1798", ["training.batch_size = 1798", "larger than the data (1797 samples)"]),
    ("--set data.name=mnist --set data.path=missing", ["data.path", "missing does not exist"]),
    ("--set data.name=mnist --set data.path=empty", ["data.path", "empty holds no images", "train-images-idx3-ubyte"]),
    ("--set data.name=mnist --set data.path=damaged", ["data.path", "damaged/train-images-idx3-ubyte is not an IDX"]),
    ("--set data.name=ring --set data.path=empty", ["data.path = 'empty'", "'ring'", "takes no path"]),
    ("--device GPU:9", ["training.device = 'GPU:9'", "allowed here: auto, ", "CPU"]),
    ("--device TPU", ["training.device = 'TPU'", "allowed here: auto, ", "CPU"]),
    (f"--set generator.widths=[{LARGE}]", ["generator.widths = [16384, ", "at least 3", "the machine has left"]),
]

pytestmark = pytest.mark.usefixtures("quick_starts")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with what the bad inputs name."""
    monkeypatch.chdir(tmp_path)
    # On a busy machine, loading takes long enough for a line that says so.
    monkeypatch.setattr(progress, "PLAIN_SECONDS", math.inf)
    write_tiny(tmp_path)
    for name in ("empty", "taken", "damaged"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "taken" / "something").touch()
    (tmp_path / "damaged" / "train-images-idx3-ubyte").write_bytes(b"\x89PNG" + bytes(60))
    (tmp_path / "broken.toml").write_text("[training]\nsteps = = 4\n")
    (tmp_path / "near.toml").write_text("[training]\nbatch_sise = 3\n")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00\x01")


def everything(folder: Path) -> list[str]:
    """Every file and folder. The cache may fill up: that is what it is for."""
    return sorted(str(path) for path in folder.rglob("*") if not path.is_relative_to(folder / "cache"))


def refusal(capfd: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """The one line on stderr, after exit code 2 and nothing on stdout."""
    code = main(arguments)
    out, error = capfd.readouterr()
    assert code == 2, error
    assert out == ""
    assert error.startswith("gan-desktop: ")
    assert error.endswith("\n")
    assert error.count("\n") == 1, error
    assert "Traceback" not in error
    return error


@pytest.mark.parametrize(
    ("line", "named"),
    REFUSED_EARLY + REFUSED_BY_THE_ENGINE,
    ids=[line for line, _ in REFUSED_EARLY + REFUSED_BY_THE_ENGINE],
)
@pytest.mark.parametrize("out", [[], ["--out", "made/run"]], ids=["", "out"])
def test_bad_input_is_one_line_and_leaves_nothing(
    line: str, named: list[str], out: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = everything(tmp_path)
    sentence = refusal(capfd, ["train", "--json", *(out if "--out" not in line else []), *line.split()])
    for part in named:
        assert part in sentence
    assert everything(tmp_path) == before


@pytest.mark.parametrize("arguments", [["tran"], ["--versoin"], ["devices", "--jsn"], ["presets", "digits"]])
def test_a_command_line_that_is_none(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert arguments[-1] in refusal(capfd, arguments)


def test_a_folder_of_the_system_cannot_be_the_run_folder(capfd: pytest.CaptureFixture[str]) -> None:
    """This holds even for root, whom permission bits do not stop."""
    if not Path("/proc/self").exists():
        pytest.skip("no /proc here")
    sentence = refusal(capfd, ["train", "--out", "/proc/run"])
    assert "--out '/proc/run' cannot be written" in sentence


def test_a_data_directory_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "file"))
    sentence = refusal(capfd, ["train", "--config", "tiny.toml"])
    assert f"'{tmp_path / 'file' / 'runs'}' cannot be written" in sentence
    assert "--out" in sentence


def test_bad_input_is_refused_without_tensorflow_or_qt(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    lines = [f"train {line}" for line, _ in REFUSED_EARLY]
    code = (
        "import sys\n"
        "from gan_desktop.cli import main\n"
        f"codes = {{main(line.split()) for line in {lines!r}}}\n"
        "codes |= {main(['presets']), main(['datasets']), main(['--version'])}\n"
        "loaded = {'tensorflow', 'keras', 'sklearn', 'PySide6'} & sys.modules.keys()\n"
        "print('RESULT', sorted(codes), sorted(loaded))\n"
    )
    result = run_python("-c", code)
    assert result.stdout.splitlines()[-1] == "RESULT [0, 2] []", result.stderr
    assert len(result.stderr.splitlines()) == len(lines)


# Training.


def train_json(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """What `train --json` prints last."""

    def refuse(token: str) -> None:
        raise AssertionError(f"not JSON: {token}")

    assert main(["train", "--config", "tiny.toml", "--json", *arguments]) == code
    summary: dict[str, Any] = json.loads(capfd.readouterr().out.splitlines()[-1], parse_constant=refuse)
    assert list(summary) == SUMMARY_KEYS
    return summary


def test_train_on_numbers(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Two bumps from a table of one column: metrics where they make sense, histograms in the run folder."""
    rng = np.random.default_rng(0)
    numbers = np.where(rng.random(1000) < 0.5, rng.normal(160, 4, 1000), rng.normal(185, 3, 1000))
    (tmp_path / "one.csv").write_text("height\n" + "\n".join(f"{number:.6f}" for number in numbers))
    data = ["--set", "data.name=points", "--set", f"data.path={tmp_path / 'one.csv'}"]
    assert (
        main(["train", "--config", "tiny.toml", "--json", *data, "--steps", "30", "--out", str(tmp_path / "run")]) == 0
    )
    told, err = capfd.readouterr()
    assert "one.csv, 1,000 numbers, scaled to -1..1" in err
    assert "The data are of one dimension: column 1 'height'." in err
    summary = json.loads(told.splitlines()[-1])
    assert summary["status"] == "finished"
    known = {"precision", "recall", "density", "coverage", "pairwise_diversity", "frechet_distance", "copied_share"}
    assert {name for name in known if summary["metrics"][name] is not None} == known
    # On a line, one of three is a copy by chance.
    assert summary["metric_floors"]["copied_share"]["mean"] == pytest.approx(1 / 3, abs=0.06)
    assert summary["metrics_unknown"]["modes_covered"] == "the modes of these data are not known"
    with Image.open(tmp_path / "run" / "samples" / "step_00000000.png") as picture:
        assert picture.size == (480, 300)


def test_train_and_what_it_leaves(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "run"
    at = ["--at", "20:g_learning_rate=1e-3", "--at", "12:d_steps=2"]
    summary = train_json(capfd, "--out", str(out), "--seed", "7", "--set", "beta_1=.6", "--device", "CPU", *at)
    assert (summary["run"], summary["status"], summary["step"]) == (str(out), "finished", 40)
    assert summary["epoch"] == pytest.approx((12 + 28 * 2) * 8 / 96)
    assert summary["device"].startswith("CPU")
    assert machine_from(summary["machine"]).device == "CPU"
    assert summary["machine"]["threads"] == CORES
    assert 0 < summary["seconds"] < 60
    assert summary["steps_per_second"] == pytest.approx(40 / summary["seconds"])
    assert summary["interventions"] == [
        {"step": 12, "key": "d_steps", "value": 2, "previous": 1, "author": "plan"},
        {"step": 20, "key": "g_learning_rate", "value": 1e-3, "previous": 2e-4, "author": "plan"},
    ]
    assert summary["alerts"] == []
    # The library remembers where it is, and keeps nothing else of it.
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["library.json", "library.lock"]

    assert sorted(path.name for path in out.iterdir()) == [
        "checkpoints",
        "config.toml",
        "run.log",
        "run.sqlite",
        "samples",
    ]
    wanted = {"training.seed": 7, "optimizer.beta_1": 0.6, "training.device": "CPU"}
    assert load_config(out / "config.toml").config == replace_keys(tiny_config(tmp_path), wanted)

    record = read_run(out)
    assert len(record.history) == 40
    known = {"d_loss": summary["d_loss"], "g_loss": summary["g_loss"], **summary["metrics"]}
    last = {value.metric: value.value for value in record.metrics if value.step == 40}
    assert last.keys() == set(METRICS) - {
        "specks",
        "class_accuracy",
    }  # those are for images, and for classes asked for
    assert {name: known[name] for name in METRICS} == {
        name: None if math.isnan(last.get(name, math.nan)) else last[name] for name in METRICS
    }
    figures = {name: known[name] for name in FIGURES}
    assert figures == {name: float(record.history.column(name)[-1]) for name in FIGURES}
    assert all(math.isfinite(value) for value in figures.values())
    assert record.interventions == (
        Intervention(12, "d_steps", 2, 1, "plan"),
        Intervention(20, "g_learning_rate", 1e-3, 2e-4, "plan"),
    )
    assert [type(change.value) for change in record.interventions] == [int, float]  # as a config wants them
    assert record.facts["status"] == "finished"

    pictures = sorted((out / "samples").iterdir())
    steps = [int(path.stem.removeprefix("step_")) for path in pictures]
    assert steps[0] == 0
    assert steps[-1] == 40
    assert all(earlier < later for earlier, later in pairwise(steps))
    for picture in pictures:
        with Image.open(picture) as image:
            assert min(image.size) > 50
    assert load_checkpoint(out / "checkpoints" / "step_00000040.npz").weights_digest() == summary["weights_digest"]
    log = (out / "run.log").read_text()
    assert "d_steps = 2" in log
    assert summary["weights_digest"] in log


def test_digest_depends_on_seed_and_interventions_alone(capfd: pytest.CaptureFixture[str]) -> None:
    first, again, other_seed, changed = (
        train_json(capfd, *arguments)
        for arguments in ([], ["--steps", "40"], ["--seed", "1"], ["--at", "39:g_learning_rate=1e-3"])
    )
    digests = [summary["weights_digest"] for summary in (first, again, other_seed, changed)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    assert all(len(digest) == 64 for digest in digests)
    folders = {Path(summary["run"]) for summary in (first, again, other_seed, changed)}
    assert len(folders) == 4
    assert all(folder.is_dir() and "-tiny-" in folder.name for folder in folders)


@pytest.mark.slow
@pytest.mark.skipif(usable_cores() < 2, reason="needs two processors")
def test_threads_are_chosen_and_told(
    tmp_path: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Programs compiled for other threads are not used: cold or warm, the digest is the one for the threads."""
    digests: dict[int, set[str]] = {1: set(), 2: set()}
    for threads in (1, 2, 1, 2):
        chosen = ["--config", "tiny.toml", "--json", "--threads", str(threads)]
        result = run_python("-m", "gan_desktop", "train", *chosen)
        assert result.returncode == 0, result.stderr
        summary = json.loads(result.stdout.splitlines()[-1])
        assert summary["machine"]["threads"] == threads
        digests[threads].add(summary["weights_digest"])
    assert [len(found) for found in digests.values()] == [1, 1]


def test_epochs_take_the_place_of_steps(capfd: pytest.CaptureFixture[str]) -> None:
    summary = train_json(capfd, "--epochs", "2")
    assert (summary["step"], summary["epoch"], summary["status"]) == (24, 2.0, "finished")


def test_divergence_is_exit_code_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It is strict JSON all the same: what is not finite is null."""
    rates = [part for key, value in DIVERGES.items() for part in ("--set", f"{key}={value}")]
    summary = train_json(capfd, *rates, "--out", str(tmp_path / "run"), code=3)
    assert summary["status"] == "diverged"
    assert 0 < summary["step"] < 40
    alert = summary["alerts"][-1]
    assert (alert["detector"], alert["step"], alert["ended"]) == ("divergence", summary["step"], None)
    assert f"at step {summary['step'] - 1}" in alert["message"]
    assert {"level", "evidence", "suggestions"} < alert.keys()
    figures = {name: summary["metrics"].get(name, summary.get(name)) for name in FIGURES}
    assert None in figures.values() or "weight" in alert["message"]
    # What was measured before says nothing of the step at which it diverged.
    assert [summary["metrics"][name] for name in METRICS] == [None] * len(METRICS)
    assert "measured last after 0 steps" in summary["metrics_unknown"]["modes_covered"]
    assert len(read_run(tmp_path / "run").history) == summary["step"]


def test_alerts_in_the_summary(capfd: pytest.CaptureFixture[str]) -> None:
    """The alerts of a generator that stands still as one small cloud in a large ring."""
    ring = ["--set", "data.samples=2000", "--set", "data.radius=20.0", "--set", "measure_every=50"]
    still = [*ring, "--set", "g_learning_rate=1e-9"]
    # Every measurement is made where a condition depends on them.
    summary = train_json(capfd, *still, "--steps", "1000", "--set", "stop_when=d_loss < -1")
    (alert,) = summary["alerts"]
    assert (alert["detector"], alert["level"], alert["ended"]) == ("mode_collapse", "bad", None)
    assert 0 < alert["step"] <= 1000
    assert alert["message"].startswith("Mode collapse: ")
    (evidence,) = alert["evidence"]
    assert evidence["sign"] == "<="
    assert evidence["value"] <= evidence["limit"] < evidence["floor"]
    changes = alert["suggestions"][0]["changes"]
    # A tenth of the square of a spread of 20.
    assert changes == {"r1_weight": 40.0, "g_learning_rate": 2e-4, "beta_1": 0.0}
    assert [kept.detector for kept in read_run(Path(summary["run"])).alerts] == ["mode_collapse"]


def test_train_for_people(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--config", "tiny.toml", "--out", str(tmp_path / "run"), "--at", "3:d_steps=0"]) == 0
    out, error = capfd.readouterr()
    assert out.startswith("finished after 40 steps (")
    assert str(tmp_path / "run") in out
    assert "Ring of 8 Gaussians on CPU" in error
    assert "step 3: d_steps 1 -> 0" in error


def test_a_condition_ends_the_run_and_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["--set", "measure_every=15", "--set", "data.sigma=100.0", "--set", "stop_when=modes_covered>=1"]
    summary = train_json(capfd, *arguments)
    assert (summary["status"], summary["step"], summary["alerts"]) == ("finished", 15, [])
    covered = summary["metrics"]["modes_covered"]
    assert summary["message"] == f"modes_covered = {covered:g} reached the condition modes_covered >= 1"
    assert summary["metric_floors"]["modes_covered"] == {"mean": 8, "deviation": 0}
    assert main(["train", "--config", "tiny.toml", *arguments]) == 0
    out, _ = capfd.readouterr()
    assert out.startswith(f"finished after 15 steps: {summary['message']} (")
    assert f"modes covered {covered:g} (perfect: 8); high quality " in out


def test_notes_on_the_data_are_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "a.npy", np.linspace(0, 4095, 40 * 8 * 16).astype(np.uint16).reshape(40, 8, 16))
    note = "The array has values up to 4,095: scaled by that."
    data = ["--set", "data.name=arrays", "--set", f"data.path={tmp_path / 'a.npy'}"]
    assert train_json(capfd, *data, "--steps", "2", "--out", str(tmp_path / "run"))["data_notes"] == [note]
    assert f"data: {note}" in (tmp_path / "run" / "run.log").read_text(encoding="utf-8")
    assert main(["train", "--config", "tiny.toml", *data, "--steps", "2"]) == 0
    assert note in capfd.readouterr().err.splitlines()


def test_what_cannot_be_known_is_null_with_its_reason(capfd: pytest.CaptureFixture[str]) -> None:
    summary = train_json(capfd, "--set", "data.name=digits", "--steps", "3")
    assert summary["metrics"]["high_quality_share"] is None
    assert summary["metrics_unknown"] == {
        "high_quality_share": "it is defined for points alone",
        "class_accuracy": "the GAN is not asked for a class",
    }
    assert 1 <= summary["metrics"]["modes_covered"] <= 10
    assert set(summary["metric_floors"]) == set(METRICS) - summary["metrics_unknown"].keys()


# The lists.


def test_presets(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)
    assert [row["name"] for row in rows] == list(presets())
    assert rows[0]["name"] == "digits"
    assert all(row["title"] and row["lesson"] for row in rows)
    assert {row["name"]: row["game"] for row in rows}["cycle-plane"] == "cyclegan"
    assert main(["presets"]) == 0
    shown = capfd.readouterr().out
    assert all(f"{row['name']}  " in shown and row["title"] in shown and row["lesson"] in shown for row in rows)


def test_datasets(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capfd.readouterr().out)}
    assert list(rows) == list(datasets)
    assert rows["ring"]["options"]["modes"] == 8
    assert all(row["title"] and row["description"] for row in rows.values())
    assert main(["datasets"]) == 0
    shown = capfd.readouterr().out
    assert "modes=8" in shown
    assert all(name in shown for name in rows)


def test_devices(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "--json"]) == 0
    out, error = capfd.readouterr()
    rows = json.loads(out)
    assert rows[-1]["name"] == "CPU"
    assert error == ""
    assert main(["devices"]) == 0
    assert all(row["title"] in capfd.readouterr().out for row in rows[-1:])


def test_version_and_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capfd.readouterr().out == f"gan-desktop {gan_desktop.__version__}\n"
    for arguments, words in (
        (["--help"], ["train", "presets", "datasets", "devices", "--version"]),
        (["-h"], ["train"]),
        (
            ["train", "--help"],
            [
                "--preset",
                "--config",
                "--set",
                "--steps",
                "--epochs",
                "--seed",
                "--device",
                "--threads",
                "--at",
                "--out",
                "--json",
            ],
        ),
    ):
        assert main(arguments) == 0
        shown = capfd.readouterr().out
        assert all(word in shown for word in words)
