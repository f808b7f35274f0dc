"""The library: every run is listed, whatever is wrong with it, and found by what a person calls it."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError
from gan_desktop.core.status import Status
from gan_desktop.recording.library import branches_of, find_run, list_runs, run_of_id
from gan_desktop.recording.notes import NOTES, Bookmark, RunNotes, write_notes
from gan_desktop.recording.remembered import forget, index_file, remember, remembered
from gan_desktop.recording.run_entry import Parent, Problem, RunEntry, measured, read_entry
from gan_desktop.recording.run_folder import CHECKPOINTS, DATABASE, LOG, SAMPLES
from gan_desktop.recording.writer_lock import LOCK
from tests.recording.made_runs import begun, killed_run, made_run, set_facts


def names(entries: tuple[RunEntry, ...] | None = None) -> list[str]:
    return [entry.name for entry in (list_runs().entries if entries is None else entries)]


def test_an_empty_library_lists_nothing_and_makes_nothing() -> None:
    assert list_runs().entries == ()
    assert not list_runs().problem
    assert not paths.data_directory().exists()


def test_a_run_is_listed_with_what_is_known_of_it() -> None:
    folder = made_run(preset="grid", steps=12, alerts=2, seconds=3.5, total_steps=40, id="abc")
    write_notes(folder, RunNotes(name="mine", notes="well", tags=("good",)).with_bookmark(3))
    (entry,) = list_runs().entries
    assert entry.folder.samefile(folder)
    assert (entry.name, entry.preset, entry.game, entry.id) == ("mine", "grid", "gan", "abc")
    assert (entry.step, entry.total_steps, entry.status, entry.alerts) == (12, 40, "finished", 2)
    assert (entry.notes, entry.tags, entry.hidden, entry.bookmarks) == ("well", ("good",), False, (Bookmark(3),))
    assert (entry.seconds, entry.parent, entry.is_written) == (3.5, None, False)
    assert (entry.problem, entry.reason, entry.is_readable) == (None, "", True)
    assert entry.thumbnail == entry.folder / SAMPLES / "step_00000012.png"
    assert entry.bytes is None


def test_the_disk_use_is_that_of_all_files() -> None:
    folder = made_run()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert measured(read_entry(folder)).bytes == sum(path.stat().st_size for path in files) > 1000


def test_a_branch_knows_its_parent_and_the_parent_its_branches() -> None:
    parent = made_run(id="one")
    made_run(id="two", parent_id="one", parent_step=7, parent_name="ring", parent_path="/somewhere")
    entries = list_runs().entries
    (branch,) = (entry for entry in entries if entry.id == "two")
    assert branch.parent == Parent("one", 7, "somewhere", "/somewhere"), "by a name that RUN@STEP takes"
    assert branches_of(read_entry(parent), entries) == (branch,)
    assert branches_of(branch, entries) == ()
    assert run_of_id("two") == branch
    assert run_of_id("three") is None
    assert run_of_id("") is None


def test_the_newest_run_comes_first() -> None:
    made = [made_run(started=f"2026-01-0{day}T00:00:00+00:00") for day in (2, 3, 1)]
    assert names() == [made[1].name, made[0].name, made[2].name]
    assert find_run("last").folder.samefile(made[1])


def test_runs_of_one_second_are_told_by_their_configs() -> None:
    made = [made_run(started="2026-01-01T00:00:00+00:00") for _ in range(3)]
    for number, folder in enumerate(made):
        os.utime(folder / "config.toml", ns=(0, 10**18 + number))
    assert names() == [folder.name for folder in reversed(made)]


def test_a_run_under_way_is_told_from_a_killed_one() -> None:
    killed = killed_run(steps=3)
    recorder = begun(steps=5)
    try:
        entry = read_entry(recorder.folder)
        assert (entry.status, entry.step, entry.is_written, entry.problem) == ("training", 5, True, None)
    finally:
        recorder.close(Status.STOPPED)
    entry = read_entry(killed)
    assert (entry.status, entry.step, entry.is_written, entry.problem) == ("interrupted", 3, False, None)
    assert (killed / LOCK).exists()


def test_the_steps_of_a_killed_run_are_those_of_its_figures() -> None:
    folder = killed_run(steps=8)
    set_facts(folder, step=2)
    assert read_entry(folder).step == 8


def test_a_run_that_is_prepared_is_not_empty() -> None:
    recorder = begun(steps=0)
    try:
        assert read_entry(recorder.folder).problem is None
    finally:
        recorder.close(Status.STOPPED)
    assert read_entry(recorder.folder).problem is Problem.EMPTY


def _no_database(folder: Path) -> None:
    (folder / DATABASE).unlink()


def _checkpoints_alone(folder: Path) -> None:
    _no_database(folder)
    shutil.rmtree(folder / SAMPLES)
    (folder / CHECKPOINTS / "step_00000010.npz").write_bytes(b"weights")


def _bare(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _truncated(folder: Path) -> None:
    (folder / DATABASE).write_bytes((folder / DATABASE).read_bytes()[:5000])


def _no_database_at_all(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"this is no database" * 100)


def _damaged_page(folder: Path) -> None:
    content = (folder / DATABASE).read_bytes()
    (folder / DATABASE).write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def _no_format(folder: Path) -> None:
    set_facts(folder, format="one")


def _odd_step(folder: Path) -> None:
    set_facts(folder, step="many")


def _odd_start(folder: Path) -> None:
    set_facts(folder, started="yesterday")


def _newer(folder: Path) -> None:
    set_facts(folder, format=99)


def _damaged_notes(folder: Path) -> None:
    (folder / NOTES).write_text("{")


@pytest.mark.parametrize(
    ("damage", "problem", "word"),
    [
        (_no_database, Problem.BROKEN, "its database is missing"),
        (_checkpoints_alone, Problem.BROKEN, "its database is missing"),
        (_bare, Problem.EMPTY, "no file"),
        (shutil.rmtree, Problem.GONE, "not there any more"),
        (_truncated, Problem.BROKEN, "malformed"),
        (_no_database_at_all, Problem.BROKEN, "not a database"),
        (_damaged_page, Problem.BROKEN, "malformed"),
        (_no_format, Problem.BROKEN, "format"),
        (_odd_step, Problem.BROKEN, "many"),
        (_odd_start, Problem.BROKEN, "yesterday"),
        (_newer, Problem.NEWER, "format 99"),
        (_damaged_notes, Problem.NOTES, NOTES),
    ],
)
def test_what_is_wrong_with_a_run_is_said_and_keeps_no_other_from_the_list(
    tmp_path: Path, damage: Callable[[Path], None], problem: Problem, word: str
) -> None:
    whole, damaged = made_run(), made_run(tmp_path / "elsewhere")
    damage(damaged)
    entries = {entry.name: entry for entry in list_runs().entries}
    entry = entries["elsewhere"]
    assert set(entries) == {whole.name, "elsewhere"}
    assert (entry.problem, entry.is_readable) == (problem, problem is Problem.NOTES)
    assert word in entry.reason
    assert entries[whole.name].problem is None
    assert find_run("elsewhere").problem is problem
    assert find_run("last").name == ("elsewhere" if entry.is_readable else whole.name)
    if not entry.is_readable:
        with pytest.raises(InputError, match="run 'elsewhere' cannot be opened: "):
            entry.check_readable()


def test_files_and_hidden_folders_in_the_runs_directory_are_no_runs() -> None:
    folder = made_run()
    (folder.parent / "notes.txt").write_text("mine")
    (folder.parent / ".gan-desktop-abc").mkdir()
    assert names() == [folder.name]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_runs_directory_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    made_run(tmp_path / "elsewhere")
    runs = paths.runs_directory()
    runs.mkdir(mode=0)
    assert names() == ["elsewhere"]
    assert str(runs) in list_runs().problem


# Runs that are kept elsewhere.


def test_a_run_elsewhere_is_remembered_once(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "elsewhere")
    remember(tmp_path / "." / "elsewhere")
    assert remembered() == (folder.resolve(),)
    assert names() == ["elsewhere"]


def test_a_run_of_the_runs_directory_is_not_remembered() -> None:
    folder = made_run()
    remember(folder)
    assert remembered() == ()
    assert not index_file().exists()
    assert names() == [folder.name]


def test_a_run_that_was_moved_is_found_where_it_is_remembered(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "old", id="abc")
    folder.rename(tmp_path / "new")
    remember(tmp_path / "new")
    assert {entry.name: entry.problem for entry in list_runs().entries} == {"old": Problem.GONE, "new": None}
    assert run_of_id("abc").name == "new"
    forget(tmp_path / "old")
    assert names() == ["new"]


def test_a_name_that_is_not_unicode_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("the file system takes no such name")
    remember(folder)
    assert remembered() == (folder.resolve(),)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"folders": 3}', '{"folders": [3]}', '{"folders": ["a\\u0000"]}'])
def test_a_damaged_list_is_told_and_put_aside(tmp_path: Path, content: str) -> None:
    inside = made_run()
    index_file().write_text(content)
    listing = list_runs()
    assert names(listing.entries) == [inside.name]
    assert str(index_file()) in listing.problem
    made_run(tmp_path / "elsewhere")
    assert remembered() == ((tmp_path / "elsewhere").resolve(),)
    assert index_file().with_name("library.json.damaged").read_text() == content
    assert not list_runs().problem


def test_two_that_remember_at_once_lose_nothing(tmp_path: Path) -> None:
    threads = [threading.Thread(target=remember, args=(tmp_path / str(number),)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(remembered()) == {(tmp_path / str(number)).resolve() for number in range(20)}
    assert len(json.loads(index_file().read_text())["folders"]) == 20


def test_a_run_is_made_where_the_list_cannot_be_written(tmp_path: Path) -> None:
    paths.data_directory().write_text("a file in its place")
    folder = made_run(tmp_path / "elsewhere")
    assert read_entry(folder).problem is None


# Finding a run.


def test_a_run_is_found_by_its_name_its_folders_name_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made_run(tmp_path / "elsewhere")
    write_notes(folder, RunNotes(name="mine"))
    monkeypatch.chdir(tmp_path)
    for text in ("mine", "elsewhere", str(folder), "./elsewhere", f"{folder}/"):
        assert find_run(text).folder == folder.resolve()


def test_a_folder_that_the_library_does_not_know_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_run(tmp_path / "elsewhere")
    forget(folder)
    monkeypatch.chdir(tmp_path)
    assert find_run("elsewhere").folder == folder.resolve()
    monkeypatch.chdir(folder)
    assert find_run(".").folder == folder.resolve()


def test_a_name_of_the_library_comes_before_a_folder_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = made_run()
    write_notes(inside, RunNotes(name="same"))
    forget(made_run(tmp_path / "same"))
    monkeypatch.chdir(tmp_path)
    assert find_run("same").folder.samefile(inside)
    assert find_run("./same").folder.samefile(tmp_path / "same")


def test_an_ambiguous_name_is_refused_with_the_folders() -> None:
    made = [made_run(), made_run()]
    for folder in made:
        write_notes(folder, RunNotes(name="same"))
    with pytest.raises(InputError) as refused:
        find_run("same")
    assert all(str(folder) in str(refused.value) for folder in made)
    assert "2 runs are named 'same': give the folder" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mime", "unknown run 'mime': did you mean 'mine'?"),
        ("xyzzy", "unknown run 'xyzzy': allowed: mine, "),
        ("./xyzzy", "'./xyzzy' is not a run folder: there is no file run.sqlite"),
        ("", "run '': give a name"),
        (" ", "give a name"),
        ("a\0b", "give a name"),
    ],
)
def test_an_unknown_run_is_refused_with_the_near_miss(text: str, sentence: str) -> None:
    write_notes(made_run(), RunNotes(name="mine"))
    with pytest.raises(InputError) as refused:
        find_run(text)
    assert sentence in str(refused.value)


def test_last_without_a_run_is_refused() -> None:
    with pytest.raises(InputError, match="the library has no run yet"):
        find_run("last")


def test_looking_leaves_a_run_as_it_is() -> None:
    folder = made_run()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    list_runs()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert (folder / LOG).exists()
