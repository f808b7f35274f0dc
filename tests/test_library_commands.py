"""The `runs` commands: what they print, what they change, and what they refuse."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from gan_desktop.cli import main
from gan_desktop.core.status import Status
from gan_desktop.library_commands import HEADINGS
from gan_desktop.recording import removal
from gan_desktop.recording.leftovers import clear_leftovers
from gan_desktop.recording.notes import NOTES, RunNotes, read_notes, write_notes
from gan_desktop.recording.remembered import remembered
from gan_desktop.recording.run_folder import CONFIG, DATABASE, DELETED, SAMPLES
from tests.recording.made_runs import begun, made_run, set_facts
from tests.recording.test_pruning import files, run_with_checkpoints

Output = pytest.CaptureFixture[str]


def printed(capsys: Output, *arguments: str, code: int = 0) -> str:
    """What a command writes on stdout; if it is refused, the one line on stderr."""
    assert main(list(arguments)) == code
    out, error = capsys.readouterr()
    assert (error if code == 0 else out) == ""
    return error if code else out


def listed(capsys: Output, *options: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(printed(capsys, "runs", "--json", *options))
    return rows


@pytest.fixture
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the system's trash."""
    place = tmp_path / "trash"
    place.mkdir()
    send2trash = pytest.importorskip("send2trash")
    monkeypatch.setattr(send2trash, "send2trash", lambda path: Path(path).rename(place / Path(path).name))
    return place


def test_without_a_run_it_says_how_to_make_one(capsys: Output) -> None:
    assert printed(capsys, "runs") == "no run is kept yet; 'gan-desktop train' makes one\n"
    assert listed(capsys) == []


def test_the_table_has_a_row_for_each_run(capsys: Output, tmp_path: Path) -> None:
    made_run(
        tmp_path / "elsewhere", preset="grid", steps=12, alerts=2, parent_id="x", parent_name="ring", parent_step=7
    )
    folder = made_run(steps=5)
    write_notes(folder, RunNotes(name="mine", tags=("good", "kept")))
    lines = printed(capsys, "runs").splitlines()
    assert lines[0].split() == list(HEADINGS)
    (mine,) = (line.split() for line in lines if line.startswith("mine"))
    assert mine[:8] == ["mine", "ring", "gan", "5", "finished", "0", "good", "kept"]
    (other,) = (line.split() for line in lines if line.startswith("elsewhere"))
    assert other[:7] == ["elsewhere", "grid", "gan", "12", "finished", "2", "ring@7"]
    assert len({len(line) for line in lines[1:]}) == 1


def test_the_json_has_what_is_known(capsys: Output) -> None:
    folder = made_run(id="abc", parent_id="x", parent_step=7)
    write_notes(folder, RunNotes(notes="well").with_bookmark(3, "here"))
    (row,) = listed(capsys)
    assert row["folder"] == str(folder)
    assert row["bytes"] > 1000
    assert row["thumbnail"] == str(folder / "samples" / "step_00000010.png")
    assert row["parent"] == {"id": "x", "step": 7, "name": "", "path": ""}
    assert row["bookmarks"] == [{"step": 3, "note": "here"}]
    expected = {"name": folder.name, "id": "abc", "preset": "ring", "game": "gan", "step": 10, "total_steps": None}
    expected |= {"status": "finished", "alerts": 0, "notes": "well", "tags": [], "hidden": False, "problem": None}
    assert {key: row[key] for key in expected} == expected
    assert json.loads(printed(capsys, "runs", "show", "last", "--json")) == row


def test_hidden_runs_are_left_out_unless_all_are_asked_for(capsys: Output) -> None:
    shown, hidden = made_run(), made_run()
    printed(capsys, "runs", "hide", hidden.name)
    assert [row["name"] for row in listed(capsys)] == [shown.name]
    assert {row["name"] for row in listed(capsys, "--all")} == {shown.name, hidden.name}
    assert "1 hidden; 'gan-desktop runs --all' lists them too" in printed(capsys, "runs")
    printed(capsys, "runs", "unhide", hidden.name)
    assert len(listed(capsys)) == 2


def test_what_is_wrong_with_runs_is_told_apart(capsys: Output, tmp_path: Path) -> None:
    for name in ("broken", "newer", "gone", "empty"):
        made_run(tmp_path / name)
    (tmp_path / "broken" / DATABASE).write_bytes(b"no database")
    set_facts(tmp_path / "newer", format=99)
    (tmp_path / "gone").rename(tmp_path / "moved")
    (tmp_path / "empty" / DATABASE).unlink()
    shutil.rmtree(tmp_path / "empty" / SAMPLES)
    assert {row["name"]: row["problem"] for row in listed(capsys)} == {
        "broken": "broken",
        "newer": "newer format",
        "gone": "gone",
        "empty": "empty",
    }
    text = printed(capsys, "runs")
    assert "broken: " in text
    assert "update the program" in text


def test_a_damaged_list_is_told_on_stderr(capsys: Output, tmp_path: Path) -> None:
    folder = made_run()
    (tmp_path / "data" / "library.json").write_text("{")
    assert main(["runs"]) == 0
    out, error = capsys.readouterr()
    assert folder.name in out
    assert "library.json is damaged" in error


def test_show_says_all_of_a_run(capsys: Output) -> None:
    folder = made_run(steps=12, total_steps=40, device="CPU")
    write_notes(folder, RunNotes(notes="one\n\x1b[31mtwo", tags=("good",), hidden=True).with_bookmark(3, "here"))
    lines = printed(capsys, "runs", "show", folder.name).splitlines()
    for line in ("steps      12 of 40", "device     CPU", "tags       good", "hidden     yes", "notes      one"):
        assert line in lines
    assert "           \\x1b[31mtwo" in lines
    assert lines[-1] == "bookmark   step 3  here"


def test_rename_tag_and_note_change_the_notes(capsys: Output) -> None:
    folder = made_run()
    printed(capsys, "runs", "rename", folder.name, " mine ")
    printed(capsys, "runs", "tag", "mine", "a", "b", "a")
    printed(capsys, "runs", "tag", "mine", "b", "c")
    printed(capsys, "runs", "tag", "mine", "a", "x", "--remove")
    printed(capsys, "runs", "note", "mine", "two\nlines")
    assert read_notes(folder) == RunNotes(name="mine", tags=("b", "c"), notes="two\nlines")
    printed(capsys, "runs", "rename", "mine", "")
    assert read_notes(folder).name == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rename", "last", "last"], "name = 'last': must not be the word for the newest run"),
        (["rename", "last", "a\nb"], "must be one line"),
        (["tag", "last", "two words"], "a tag = 'two words': must be a word without spaces"),
        (["show", "xyzzy"], "unknown run 'xyzzy'"),
        (["delete", "last", "xyzzy"], "unknown run 'xyzzy'"),
        (["tag", "last"], "Missing argument 'TAG...'"),
        (["shwo"], "No such command 'shwo'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(capsys: Output, arguments: list[str], sentence: str) -> None:
    folder = made_run()
    assert sentence in printed(capsys, "runs", *arguments, code=2)
    assert folder.is_dir()
    assert not (folder / NOTES).exists()


def test_delete_puts_runs_into_the_trash(capsys: Output, trash: Path, tmp_path: Path) -> None:
    inside, outside, kept = made_run(), made_run(tmp_path / "elsewhere"), made_run()
    assert printed(capsys, "runs", "delete", inside.name, "elsewhere", "elsewhere").splitlines() == [
        f"in the trash: {inside}",
        f"in the trash: {outside}",
    ]
    assert {path.name for path in trash.iterdir()} == {inside.name, "elsewhere"}
    assert [row["name"] for row in listed(capsys)] == [kept.name]
    assert remembered() == ()
    assert not (trash / "elsewhere" / "run.lock").exists()


def test_branches_of_what_is_deleted_are_named(capsys: Output, trash: Path, tmp_path: Path) -> None:
    made_run(tmp_path / "parent", id="one")
    made_run(tmp_path / "branch", parent_id="one", parent_step=3)
    assert "no longer find it: branch" in printed(capsys, "runs", "delete", "parent")


def test_permanently_leaves_nothing(capsys: Output) -> None:
    folder = made_run()
    assert printed(capsys, "runs", "delete", "--permanently", folder.name) == f"deleted: {folder}\n"
    assert list(folder.parent.iterdir()) == []


def test_what_a_killed_deletion_left_is_removed_at_the_next_start(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made_run()

    def killed(place: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        removal._remove(folder)
    monkeypatch.undo()
    (left,) = folder.parent.iterdir()
    assert left.name.startswith(DELETED)
    clear_leftovers(folder.parent)
    assert list(folder.parent.iterdir()) == []


def test_a_run_that_is_written_is_not_deleted(capsys: Output, trash: Path) -> None:
    recorder, other = begun(), made_run()
    try:
        for option in ([], ["--permanently"]):
            refusal = printed(capsys, "runs", "delete", other.name, recorder.folder.name, *option, code=2)
            assert f"run '{recorder.folder.name}' is being written" in refusal
        assert recorder.folder.is_dir()
        assert other.is_dir()
    finally:
        recorder.close(Status.STOPPED)


def test_a_folder_of_other_files_is_not_deleted(capsys: Output, tmp_path: Path, trash: Path) -> None:
    folder = made_run(tmp_path / "elsewhere")
    for name in ("config.toml", DATABASE):
        (folder / name).unlink()
    assert "it holds files, but no run's" in printed(capsys, "runs", "delete", "elsewhere", code=2)
    assert folder.is_dir()


def test_a_run_that_is_gone_is_forgotten(capsys: Output, tmp_path: Path) -> None:
    made_run(tmp_path / "elsewhere").rename(tmp_path / "moved")
    printed(capsys, "runs", "delete", "elsewhere")
    assert listed(capsys) == []
    assert (tmp_path / "moved").is_dir()


def test_a_trash_that_takes_nothing_is_told(capsys: Output, trash: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_run()
    trash.rmdir()
    refusal = printed(capsys, "runs", "delete", folder.name, code=2)
    assert f"run '{folder.name}' cannot be deleted: No such file or directory; --permanently deletes" in refusal
    assert folder.is_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="only there a variable moves the trash")
def test_the_systems_trash_takes_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_python: Callable[..., CompletedProcess[str]]
) -> None:
    folder = made_run()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    done = run_python("-m", "gan_desktop", "runs", "delete", "last")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in (tmp_path / "home" / "Trash" / "files").iterdir()] == [folder.name]


def test_the_commands_load_neither_tensorflow_nor_qt(run_python: Callable[..., CompletedProcess[str]]) -> None:
    script = (
        "import sys\n"
        "from gan_desktop.cli import main\n"
        "main(['runs'])\n"
        "print(sorted({'tensorflow', 'PySide6', 'send2trash', 'scipy'} & sys.modules.keys()))\n"
    )
    assert run_python("-c", script).stdout.splitlines()[-1] == "[]"


def test_prune_says_what_it_freed(capsys: Output, tmp_path: Path) -> None:
    run = run_with_checkpoints(tmp_path / "run")
    assert "4 checkpoints removed, 0.0 MB freed; 1 of 0.0 MB stays" in printed(capsys, "runs", "prune", str(run))
    assert files(run) == [10]


def test_prune_all_passes_over_what_is_written_and_removes_empty_folders(capsys: Output, tmp_path: Path) -> None:
    run = run_with_checkpoints(tmp_path / "run")
    empty = made_run(steps=0)
    os.utime(empty / CONFIG, (0, 0))
    other = begun()
    assert main(["runs", "prune", "--all", "--json"]) == 0
    said, errors = capsys.readouterr()
    answer = json.loads(said)
    other.close(Status.STOPPED)
    assert [(one["folder"], one["removed"], one["kept"]) for one in answer["runs"]] == [(str(run), 4, 1)]
    assert answer["empty"] == [str(empty)]
    assert answer["freed"] > 0
    assert not empty.exists()
    assert errors.count("\n") == 1
    assert "is being written by a process" in errors


def test_prune_refuses_all_if_one_cannot_be(capsys: Output, tmp_path: Path) -> None:
    run = run_with_checkpoints(tmp_path / "run")
    other = begun(tmp_path / "other")
    assert main(["runs", "prune", str(run), str(other.folder)]) == 2
    assert main(["runs", "prune"]) == main(["runs", "prune", "--all", str(run)]) == 2
    other.close(Status.STOPPED)
    assert len(files(run)) == 5
    assert capsys.readouterr().err.count("\n") == 3
