"""`gan-desktop export`, `exports`, and runs that come as .zip."""

from __future__ import annotations

import json
import signal
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from gan_desktop.cli import main
from gan_desktop.core.exporting import Order
from gan_desktop.core.registry import exports
from gan_desktop.recording.library import find_run
from gan_desktop.recording.removal import delete_run
from tests.recording.made_runs import made_run

Capture = pytest.CaptureFixture[str]


def test_a_run_is_exported_under_its_name(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    made_run(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    assert main(["export", "last", "--as", "csv"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'run.csv'}\n"
    assert main(["export", "last", "--as", "samples", "--step", "10", "--out", "x.png"]) == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["last", "--as", "cvs"], "unknown export 'cvs': did you mean 'csv'?"),
        (["nobody", "--as", "csv"], "nobody"),
        (["last", "--as", "samples", "--step", "-1"], "--step = '-1': must be a whole number from 0 to"),
        (["last", "--as", "samples", "--step", "x"], "--step = 'x': must be a whole number from 0 to"),
        (["last", "--as", "csv", "--out", ""], "--out '' is empty: give a new file"),
        (["last"], "Missing option '--as'"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    made_run(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert main(["export", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert set(tmp_path.iterdir()) == before


def test_formats_are_listed(capsys: Capture) -> None:
    assert main(["exports", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in rows} == set(exports)
    assert set(rows[0]) == {"name", "title", "description", "suffix", "needs"}


def test_a_run_is_imported(tmp_path: Path, capsys: Capture) -> None:
    made_run(tmp_path / "run")
    assert main(["export", "last", "--as", "zip", "--out", str(tmp_path / "x.zip")]) == 0
    delete_run(find_run("last"), permanently=True)
    capsys.readouterr()
    assert main(["runs", "import", str(tmp_path / "x.zip")]) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert find_run("last").folder == folder
    assert main(["runs", "import", str(tmp_path / "x.zip")]) == 2
    assert "which is here already" in capsys.readouterr().err


def test_what_is_broken_off_leaves_nothing(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal comes while half of the file is written."""
    made_run(tmp_path / "run")

    def write(order: Order) -> None:
        order.out.write_text("half")
        signal.raise_signal(signal.SIGINT)
        while True:
            order.progress(0.5)

    monkeypatch.setitem(exports._load(), "csv", replace(exports["csv"], value=write))
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert main(["export", "last", "--as", "csv"]) == 1
    assert capsys.readouterr().err == "gan-desktop: broken off; nothing was written\n"
    assert set(tmp_path.iterdir()) == before


def test_a_zip_that_is_no_run_is_refused_with_its_reason(tmp_path: Path, capsys: Capture) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    assert main(["open", str(tmp_path / "x.zip")]) == 2
    assert "it has no run.sqlite" in capsys.readouterr().err
