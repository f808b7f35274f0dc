"""Where exports are written, and what is refused before anything is."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.exporting import Order
from gan_desktop.core.registry import exports
from gan_desktop.recording import exporting
from gan_desktop.recording.exporting import export_run, safe_name
from gan_desktop.recording.notes import RunNotes, write_notes
from tests.recording.made_runs import made_run


@pytest.mark.parametrize(
    ("name", "out", "step", "said"),
    [
        ("cvs", "x.csv", None, "unknown export 'cvs': did you mean 'csv'?"),
        ("csv", "x.csv", 3, "--step 3: 'csv' is of all steps"),
        ("samples", "x.png", 11, "--step 11: the run has steps 0 to 10"),
        ("samples", "x.png", 3, "the first samples that were kept are those of step 10"),
        ("csv", "no/x.csv", None, "there is no folder"),
        ("csv", "", None, "there already"),
        ("csv", "..", None, "is no name of a new file"),
        ("csv", "there.csv", None, "is there already: give another name, or --replace"),
        ("tensorboard", "there.csv", None, "is there already: give another name"),
        ("metrics-csv", "x.csv", None, "no metric of this run was measured"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, name: str, out: str, step: int | None, said: str
) -> None:
    run, place = made_run(tmp_path / "run"), tmp_path / "out"
    place.mkdir()
    (place / "there.csv").write_text("mine")
    with pytest.raises(InputError) as refused:
        export_run(run, name, place / out, step=step)
    assert said in str(refused.value)
    assert [path.name for path in place.iterdir()] == ["there.csv"]
    assert (place / "there.csv").read_text() == "mine"


def test_a_file_is_replaced_if_that_is_asked_for_and_a_folder_never(tmp_path: Path) -> None:
    run, out = made_run(tmp_path / "run"), tmp_path / "x.csv"
    out.write_text("mine")
    export_run(run, "csv", out, replace=True)
    assert out.read_text().startswith("step,")
    with pytest.raises(InputError, match=r"there already: give another name; --replace replaces plain files alone$"):
        export_run(run, "csv", run, replace=True)


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(order: Order) -> None:
        order.out.write_text("half")
        raise OSError(28, "No space left on device")

    run, out = made_run(tmp_path / "run"), tmp_path / "x.csv"
    out.write_text("mine")
    monkeypatch.setitem(exports._load(), "csv", replace(exports["csv"], value=fails))
    with pytest.raises(InputError, match=r"x\.csv cannot be written: No space left on device"):
        export_run(run, "csv", out, replace=True)
    assert out.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "run", "x.csv"]


def test_a_package_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PathFinder, "find_spec", lambda name: None)
    run = made_run(tmp_path / "run")
    with pytest.raises(InputError, match=r"^export 'mp4' needs av, which 'pip install .*\[export\].*' brings$"):
        export_run(run, "mp4", tmp_path / "x.mp4")
    monkeypatch.setattr("sys.frozen", True, raising=False)
    with pytest.raises(InputError, match=r"^export 'mp4' needs av, which this packaged program does not have$"):
        export_run(run, "mp4", tmp_path / "x.mp4")


def test_the_runs_name_becomes_a_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run(tmp_path / "run")
    assert safe_name(run) == "run"
    write_notes(run, RunNotes(name='.a/b: "ring"?'))
    assert safe_name(run) == "a-b- -ring"
    monkeypatch.chdir(tmp_path)
    assert export_run(run, "csv") == tmp_path / f"{safe_name(run)}.csv"
    assert exporting.format_of("tensorboard").is_folder


def test_a_link_or_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    run, mine = made_run(tmp_path / "run"), tmp_path / "mine.csv"
    mine.write_text("mine")
    link, pipe = tmp_path / "link.csv", tmp_path / "pipe.csv"
    link.symlink_to(mine)
    os.mkfifo(pipe)
    for place in (link, pipe):
        with pytest.raises(InputError, match="--replace replaces plain files alone"):
            export_run(run, "csv", place, replace=True)
    assert link.is_symlink()
    assert pipe.is_fifo()
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "out", "said"),
    [
        ("csv", "x.png", "x.png would be of the format 'samples': 'csv' is written to names that end in '.csv'"),
        ("html", "x.CSV", "x.CSV would be of the format 'csv'"),
        ("tensorboard", "x.zip", "'tensorboard' is written to a folder, whose name has no such ending"),
    ],
)
def test_a_name_that_ends_as_another_format_does_is_refused(tmp_path: Path, name: str, out: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        export_run(made_run(tmp_path / "run"), name, tmp_path / out)


@pytest.mark.parametrize("out", ["x", "x.csv", "x.CSV", "x.txt", "metrics.of.csv"])
def test_other_names_are_taken(tmp_path: Path, out: str) -> None:
    assert export_run(made_run(tmp_path / "run"), "csv", tmp_path / out).read_text().startswith("step,")
