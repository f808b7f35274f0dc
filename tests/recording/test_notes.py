"""What a person notes about a run: written whole, read back as it was, and never guessed at if it is damaged."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.recording import notes as notes_module
from gan_desktop.recording.notes import NOTES, Bookmark, RunNotes, change_notes, read_notes, write_notes

FULL = RunNotes(
    name="Кольцо 环 1",
    notes="first line\nsecond, with 'quotes' and \"more\"\ttab",
    tags=("good", "für-später"),
    hidden=True,
    bookmarks=(Bookmark(0), Bookmark(120, "before it broke")),
)

DAMAGED: list[tuple[str, str]] = [
    ("", "EOF"),
    ("{", "EOF"),
    ("[]", "object"),
    ("null", "object"),
    ('{"name": 3}', "name = 3"),
    ('{"name": "a\\nb"}', "one line"),
    ('{"name": " a"}', "spaces around"),
    ('{"name": "last"}', "newest run"),
    ('{"name": "' + "a" * 121 + '"}', "at most 120"),
    ('{"tags": "good"}', "tags = 'good'"),
    ('{"tags": ["two words"]}', "a tag = 'two words': must be a word"),
    ('{"tags": ["a,b"]}', "without spaces and commas"),
    ('{"tags": [""]}', "a tag = '': must not be empty"),
    ('{"tags": ["a", "a"]}', "twice"),
    ('{"hidden": "no"}', "hidden = 'no'"),
    ('{"hidden": 1}', "hidden = 1"),
    ('{"bookmarks": [{"step": -1}]}', "bookmarks.0.step = -1"),
    ('{"bookmarks": [{"step": 1.5}]}', "bookmarks.0.step = 1.5"),
    ('{"bookmarks": [{"step": 1, "colour": "red"}]}', "bookmarks.0.colour"),
    ('{"bookmarks": [{"step": 1}, {"step": 1}]}', "two bookmarks on one step"),
    ('{"nmae": "a"}', "nmae = 'a'"),
]


def test_notes_come_back_as_they_were(tmp_path: Path) -> None:
    write_notes(tmp_path, FULL)
    assert read_notes(tmp_path) == FULL
    assert [path.name for path in tmp_path.iterdir()] == [NOTES]
    # Others may write it too: it is the object that the contract says.
    assert json.loads((tmp_path / NOTES).read_text(encoding="utf-8")) == {
        "name": "Кольцо 环 1",
        "notes": FULL.notes,
        "tags": ["good", "für-später"],
        "hidden": True,
        "bookmarks": [{"step": 0, "note": ""}, {"step": 120, "note": "before it broke"}],
    }


def test_a_folder_without_the_file_has_no_notes(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == RunNotes()


def test_what_is_missing_in_the_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / NOTES).write_text('{"name": "mine"}')
    assert read_notes(tmp_path) == RunNotes(name="mine")


@pytest.mark.parametrize(("content", "named"), DAMAGED)
def test_damaged_notes_are_refused_in_a_sentence(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / NOTES).write_text(content)
    with pytest.raises(InputError) as refused:
        read_notes(tmp_path)
    assert named in str(refused.value)
    assert str(tmp_path / NOTES) in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 100_000, b'{"name": "\\ud800"}'])
def test_what_is_no_text_is_refused_too(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NOTES).write_bytes(content)
    with pytest.raises(InputError):
        read_notes(tmp_path)


def test_no_more_than_a_bounded_size_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_module, "LARGEST", 2**20)
    (tmp_path / NOTES).write_bytes(b" " * (2**20 + 1))
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_notes(tmp_path)


def test_the_most_that_is_allowed_can_be_read_again(tmp_path: Path) -> None:
    word = "\U0001f600" * notes_module.LONGEST_TAG
    most = RunNotes(
        name="\U0001f600" * notes_module.LONGEST_NAME,
        notes="\x01" * notes_module.LONGEST_NOTES,
        tags=tuple(word[:-2] + f"{number:02}" for number in range(notes_module.MOST_TAGS)),
        bookmarks=tuple(Bookmark(step, "\x01" * 500) for step in range(notes_module.MOST_BOOKMARKS)),
    )
    write_notes(tmp_path, most)
    assert read_notes(tmp_path) == most


@pytest.mark.parametrize(
    "notes",
    [
        RunNotes(name="two\nlines"),
        RunNotes(tags=("two words",)),
        RunNotes(notes="\ud800"),
        RunNotes(bookmarks=(Bookmark(-1),)),
    ],
)
def test_what_could_not_be_read_is_not_written(tmp_path: Path, notes: RunNotes) -> None:
    write_notes(tmp_path, FULL)
    with pytest.raises(InputError):
        write_notes(tmp_path, notes)
    assert read_notes(tmp_path) == FULL


def test_notes_of_a_folder_that_is_gone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone.*cannot be written"):
        write_notes(tmp_path / "gone", FULL)


def test_a_step_has_one_bookmark_and_they_ascend() -> None:
    notes = RunNotes().with_bookmark(9).with_bookmark(3, "a").with_bookmark(9, "b")
    assert set(notes.bookmarks) == {Bookmark(3, "a"), Bookmark(9, "b")}
    assert notes.without_bookmark(9).without_bookmark(1000).bookmarks == (Bookmark(3, "a"),)


def test_written_bookmarks_ascend(tmp_path: Path) -> None:
    write_notes(tmp_path, RunNotes(bookmarks=(Bookmark(9), Bookmark(3))))
    assert read_notes(tmp_path).bookmarks == (Bookmark(3), Bookmark(9))


def test_changes_at_once_are_all_kept(tmp_path: Path) -> None:
    def tag(word: str) -> None:
        change_notes(tmp_path, lambda notes: replace(notes, tags=(*notes.tags, word)))

    threads = [threading.Thread(target=tag, args=(f"tag{number}",)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read_notes(tmp_path).tags) == {f"tag{number}" for number in range(20)}


def test_a_change_of_nothing_writes_nothing(tmp_path: Path) -> None:
    assert change_notes(tmp_path, lambda notes: notes) == RunNotes()
    assert not list(tmp_path.glob(NOTES))
