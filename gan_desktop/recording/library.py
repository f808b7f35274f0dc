"""The library: all runs of the user's runs directory, and those kept elsewhere that are remembered.

A run is looked at without its figures, which takes less than a millisecond. Whatever is wrong with one is said of it;
it never keeps the others from being listed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError, named, suggest
from gan_desktop.recording.notes import noted_name
from gan_desktop.recording.remembered import located, remembered
from gan_desktop.recording.run_entry import RunEntry, age, read_entry
from gan_desktop.recording.run_folder import CONFIG, DATABASE

# The word for the newest run.
LAST = "last"
# How many names, and how many folders, a sentence lists.
MOST_NAMES, MOST_FOLDERS = 10, 4


@dataclass(frozen=True)
class Listing:
    """All runs, the newest first; `problem` says in a sentence why some may be missing."""

    entries: tuple[RunEntry, ...]
    problem: str = ""


def list_runs() -> Listing:
    """Look at all runs, the hidden ones included."""
    folders, problem = run_folders()
    return Listing(tuple(sorted((read_entry(folder) for folder in folders), key=age, reverse=True)), problem)


def run_folders() -> tuple[tuple[Path, ...], str]:
    """The folders of all runs, each once, in no order; and a sentence about what cannot be looked at."""
    directory = located(paths.runs_directory())
    problems = []
    folders: dict[Path, None] = {}
    try:
        with os.scandir(directory) as found:
            folders = {Path(entry.path): None for entry in found if entry.name[0] != "." and entry.is_dir()}
    except FileNotFoundError:
        pass
    except OSError as error:
        problems.append(f"the runs directory {directory} cannot be read: {error.strerror or error}")
    try:
        folders |= dict.fromkeys(remembered())
    except InputError as error:
        problems.append(str(error))
    return tuple(folders), "; ".join(problems)


def find_run(text: str) -> RunEntry:
    """The run that a person means: by its name in the library, its folder, or "last" for the newest that can be opened.

    It may be one with a `problem`: whoever opens it calls `check_readable`.

    Raises:
        InputError: there is none, or there are several.
    """
    if not text.strip() or "\0" in text:
        raise InputError(f"run {named(text)}: give a name of the library, a folder or '{LAST}'")
    if text == LAST:
        return _newest()
    folders, _ = run_folders()
    place = located(paths.expanded(Path(text)))
    is_path = text[0] == "~" or text in (os.curdir, os.pardir) or Path(text).name != text
    # A name is one of the library, before it is a folder's here.
    meant = [] if is_path else [folder for folder in folders if text in (folder.name, noted_name(folder))]
    if not meant and (place in folders or _is_run(place)):
        meant = [place]
    if len(meant) > 1:
        listed = ", ".join(named(str(folder)) for folder in meant[:MOST_FOLDERS])
        more = ", ..." if len(meant) > MOST_FOLDERS else ""
        raise InputError(f"{len(meant)} runs are named {named(text)}: give the folder of one: {listed}{more}")
    if not meant:
        raise InputError(_unknown(text, folders, is_path))
    return read_entry(meant[0])


def run_of_id(run_id: str, entries: Iterable[RunEntry] | None = None) -> RunEntry | None:
    """The run of that id, None if the library has it no more."""
    found = list_runs().entries if entries is None else entries
    return next((entry for entry in found if run_id and entry.id == run_id), None)


def branches_of(entry: RunEntry, entries: Iterable[RunEntry]) -> tuple[RunEntry, ...]:
    """The runs that branch from that one."""
    return tuple(other for other in entries if entry.id and other.parent is not None and other.parent.id == entry.id)


def _newest() -> RunEntry:
    newest = next((entry for entry in list_runs().entries if entry.is_readable), None)
    if newest is None:
        raise InputError(f"run '{LAST}': the library has no run yet; 'gan-desktop train' makes one")
    return newest


def _is_run(folder: Path) -> bool:
    """Whether a folder was made for a run."""
    return (folder / DATABASE).is_file() or (folder / CONFIG).is_file()


def _unknown(text: str, folders: Iterable[Path], is_path: bool) -> str:
    if is_path:
        return f"{named(text)} is not a run folder: there is no file {DATABASE} in it"
    newest = sorted(folders, key=lambda folder: folder.name, reverse=True)
    names = [name for folder in newest for name in (noted_name(folder), folder.name) if name]
    near = suggest(text, names)
    if near.startswith("did you mean"):
        return f"unknown run {named(text)}: {near}"
    return f"unknown run {named(text)}: {suggest(text, [*names[:MOST_NAMES], LAST])}, or a run's folder"
