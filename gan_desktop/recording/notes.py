"""What a person notes about a run: its name, notes, tags, bookmarks, and whether lists leave it out.

They are in a file beside the database and not in it, because another process may be writing that one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from gan_desktop.core.errors import InputError, named, shown
from gan_desktop.core.paths import write_whole
from gan_desktop.recording.changing import changing

NOTES = "notes.json"
# Bytes of the file. What the bounds below allow fits: a character takes up to 4 bytes, one that is escaped up to 6.
LARGEST = 8 * 2**20
LONGEST_NAME, LONGEST_TAG, LONGEST_NOTES, LONGEST_BOOKMARK = 120, 30, 100_000, 500
MOST_TAGS, MOST_BOOKMARKS = 50, 1000
# A run of this name could not be told from the newest one on the command line.
RESERVED_NAMES = ("last",)
LARGEST_STEP = 2**53


def _check_name(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        raise ValueError("must be one line without spaces around it")
    if name in RESERVED_NAMES:
        raise ValueError("must not be the word for the newest run")
    return name


def _check_tag(tag: str) -> str:
    if not tag:
        raise ValueError("must not be empty")
    if len(tag) > LONGEST_TAG:
        raise ValueError(f"must have at most {LONGEST_TAG} characters")
    if not tag.isprintable() or any(sign.isspace() or sign == "," for sign in tag):
        raise ValueError("must be a word without spaces and commas")
    return tag


def _check_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(tags)) < len(tags):
        raise ValueError("must not name a tag twice")
    return tags


def _check_bookmarks(bookmarks: tuple[Bookmark, ...]) -> tuple[Bookmark, ...]:
    steps = [bookmark.step for bookmark in bookmarks]
    if len(set(steps)) < len(steps):
        raise ValueError("must not have two bookmarks on one step")
    return tuple(sorted(bookmarks, key=lambda bookmark: bookmark.step))


Tag = Annotated[str, AfterValidator(_check_tag)]


@dataclass(frozen=True)
class Bookmark:
    """A step that a person wants to find again, with a note of why."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    step: Annotated[int, Field(ge=0, le=LARGEST_STEP)]
    note: Annotated[str, Field(max_length=LONGEST_BOOKMARK)] = ""


@dataclass(frozen=True)
class RunNotes:
    """What a person noted about a run.

    Attributes:
        name: what lists call it; empty for the name of its folder.
        notes: any text.
        tags: short words without spaces.
        hidden: whether lists leave it out.
        bookmarks: by ascending step, one for a step.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_check_name)] = ""
    notes: Annotated[str, Field(max_length=LONGEST_NOTES)] = ""
    tags: Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS), AfterValidator(_check_tags)] = ()
    hidden: bool = False
    bookmarks: Annotated[tuple[Bookmark, ...], Field(max_length=MOST_BOOKMARKS), AfterValidator(_check_bookmarks)] = ()

    def with_bookmark(self, step: int, note: str = "") -> RunNotes:
        """The same with a bookmark on that step, in place of the one that was there."""
        return replace(
            self.without_bookmark(step), bookmarks=(*self.without_bookmark(step).bookmarks, Bookmark(step, note))
        )

    def without_bookmark(self, step: int) -> RunNotes:
        """The same without a bookmark on that step."""
        return replace(self, bookmarks=tuple(bookmark for bookmark in self.bookmarks if bookmark.step != step))


ALLOWED: TypeAdapter[RunNotes] = TypeAdapter(RunNotes)


def read_notes(folder: Path) -> RunNotes:
    """What is noted about the run in that folder; nothing if there is no such file.

    Raises:
        InputError: the file cannot be read, or holds something that is not allowed.
    """
    file = folder / NOTES
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        return RunNotes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    return _checked(content, str(file))


def noted_name(folder: Path) -> str:
    """The name that a person gave the run in a folder; damaged notes give none."""
    try:
        return read_notes(folder).name
    except InputError:
        return ""


def needed_steps(folder: Path) -> frozenset[int]:
    """The steps of a run at which somebody will want to go on: its bookmarks, of which each branch makes one.

    Raises:
        InputError: the notes are damaged, so that it is not known.
    """
    return frozenset(bookmark.step for bookmark in read_notes(folder).bookmarks)


def write_notes(folder: Path, notes: RunNotes) -> None:
    """Write the notes of the run in that folder, whole or not at all.

    Whoever changes what others may change meanwhile takes `change_notes`.

    Raises:
        InputError: something in them is not allowed, or the file cannot be written.
    """
    try:
        content = json.dumps(asdict(notes), ensure_ascii=False, indent=1).encode() + b"\n"
    except UnicodeEncodeError:
        raise InputError("the notes hold a character that cannot be written: a half of a surrogate pair") from None
    # What is written is what can be read: the same rules, in one place.
    checked = _checked(content, "the notes of a run")
    content = json.dumps(asdict(checked), ensure_ascii=False, indent=1).encode() + b"\n"
    try:
        write_whole(folder / NOTES, content)
    except OSError as error:
        raise InputError(f"the notes in {named(str(folder))} cannot be written: {error.strerror or error}") from None


def change_notes(folder: Path, change: Callable[[RunNotes], RunNotes]) -> RunNotes:
    """Replace the notes by what `change` makes of them, while no other process changes any.

    Returns:
        What they are now.

    Raises:
        InputError: they are damaged or cannot be written, or what `change` makes is not allowed.
    """
    with changing():
        before = read_notes(folder)
        after = change(before)
        if after != before:
            write_notes(folder, after)
        return after


def _checked(content: bytes, source: str) -> RunNotes:
    """The notes in a file's content.

    Raises:
        InputError: names `source`, the key, the value and what is allowed.
    """
    if len(content) > LARGEST:
        raise InputError(f"{source} is larger than {LARGEST // 2**20} MB: no run's notes are")
    try:
        return ALLOWED.validate_json(content)
    except ValidationError as error:
        raise InputError(f"{source}: {_reason(error)}") from None


def _reason(error: ValidationError) -> str:
    """The first thing that is not allowed."""
    first: Any = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    message = message.replace("string should have", "must have")
    place = first["loc"]
    key = "a tag" if place[:1] == ("tags",) and len(place) > 1 else ".".join(str(part) for part in place)
    return f"{key} = {shown(first['input'])}: {message}" if key else message
