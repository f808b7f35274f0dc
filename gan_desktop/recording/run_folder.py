"""The run folder itself: where a run's files are, and how a folder is made so that bad input leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from gan_desktop.core import paths
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, named
from gan_desktop.core.presets import dump_toml
from gan_desktop.recording.remembered import remember
from gan_desktop.recording.writer_lock import is_written, writer_of

CONFIG = "config.toml"
DATABASE = "run.sqlite"
LOG = "run.log"
SAMPLES = "samples"
CHECKPOINTS = "checkpoints"

# The names of directories that are made only to see whether they can be made begin with this.
TRIAL = ".gan-desktop-"
# What is being removed is in a directory whose name begins with this.
DELETED = ".gan-desktop-deleted-"
# A preset's name goes into a folder's name; file systems allow 255 bytes, and a letter may take four.
LONGEST_NAME = 40


def check_out(out: Path | None) -> None:
    """Check that a run folder could be made at `out`, or in the user's data directory for None; leaves nothing behind.

    It really makes an empty directory and removes it, because permission bits do not tell everything.

    Raises:
        InputError: it exists and is not an empty directory, or it or its parents cannot be made.
    """
    wanted = paths.runs_directory() if out is None else out
    try:
        if out is not None:
            _refuse_taken(out)
        trial = Path(tempfile.mkdtemp(prefix=TRIAL, dir=_nearest_existing(wanted)))
        with suppress(FileNotFoundError):  # another process may have cleared it away
            trial.rmdir()
    except (OSError, ValueError) as error:
        raise _refusal(out, error) from None


def not_there(folder: Path) -> str:
    """The sentence about a folder that was moved or deleted."""
    return f"the folder {folder} is not there any more"


def check_writable(folder: Path) -> None:
    """Check that a run folder can be written; leaves nothing behind.

    Raises:
        InputError: it cannot, or another process writes it.
    """
    try:
        if is_written(folder):
            writer = writer_of(folder)
            raise InputError(f"{folder} is being written by another process{f' ({writer})' if writer else ''}")
        Path(tempfile.mkdtemp(prefix=TRIAL, dir=folder)).rmdir()
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror or error}; a branch of it can be made elsewhere"
        ) from None


def create_run_folder(out: Path | None, name: str, config: RunConfig | str, parent: Path | None = None) -> Path:
    """Make a run folder with `config.toml`, `samples/` and `checkpoints/`; the library lists it.

    Args:
        out: the folder itself, or None for `<data directory>/runs/<time>-<name>-<n>/`.
        name: the preset's name.
        config: what is going to be trained, or what is known of it as TOML.
        parent: the folder to use in place of `<data directory>/runs`.

    Returns:
        The folder's absolute path.

    Raises:
        InputError: it exists and is not empty, or cannot be written; whatever had been made is removed again.
    """
    made: list[Path] = []
    try:
        if out is None:
            folder = _make_unique(parent or paths.runs_directory(), name, made)
        else:
            folder = out.absolute()
            _refuse_taken(folder)
            _make_directories(folder, made)
        # Of two processes that were given the same empty folder, one makes this directory and the other fails.
        for directory in (SAMPLES, CHECKPOINTS):
            (folder / directory).mkdir()
            made.append(folder / directory)
        text = config if isinstance(config, str) else dump_toml(config)
        paths.write_whole(folder / CONFIG, text.encode())
    except BaseException as error:
        _remove(made)
        if isinstance(error, OSError | ValueError):
            raise _refusal(out, error, parent) from None
        raise
    if out is not None:
        with suppress(InputError):  # the run is worth more than its place in a list
            remember(folder)
    return folder


def _make_unique(parent: Path, name: str, made: list[Path]) -> Path:
    """Make `<time>-<name>-<n>` in `parent`, for the first n that is free; adds to `made` what it makes."""
    _make_directories(parent, made)
    safe_name = re.sub(r"[^\w.-]+", "-", name)[:LONGEST_NAME].strip("-.") or "custom"
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{safe_name}"
    number = 1
    while True:
        folder = parent / f"{stem}-{number}"
        try:
            folder.mkdir()  # fails if it exists, so that no two processes take the same folder
        except FileExistsError:
            number += 1
        else:
            made.append(folder)
            return folder


def _make_directories(folder: Path, made: list[Path]) -> None:
    """Make `folder` and its missing parents, adding each one made here to `made`."""
    missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
    for path in reversed(missing):
        try:
            path.mkdir()
        except FileExistsError:
            if not path.is_dir():
                raise
        else:
            made.append(path)


def _remove(made: list[Path]) -> None:
    """Remove what this process made, the last first; a parent stays if others have put something into it meanwhile."""
    for path in reversed(made):
        if path.name in (SAMPLES, CHECKPOINTS):
            shutil.rmtree(path, ignore_errors=True)
        else:
            try:
                path.rmdir()
            except OSError:
                return


def _refuse_taken(out: Path) -> None:
    """Raises InputError if `out` is a file or a directory that holds something, OSError if it cannot be read."""
    try:
        os.lstat(out)
    except FileNotFoundError:
        return
    if not out.is_dir():
        raise InputError(f"--out {named(str(out))} is a file: give a folder that is new or empty", "--out")
    if next(out.iterdir(), None) is not None:
        raise InputError(f"--out {named(str(out))} is not empty: give a folder that is new or empty", "--out")


def _nearest_existing(path: Path) -> Path:
    """The path itself or the first of its parents that is there."""
    path = path.absolute()
    return next((candidate for candidate in (path, *path.parents) if candidate.exists()), path)


def _refusal(out: Path | None, error: OSError | ValueError, parent: Path | None = None) -> InputError:
    """The sentence about a folder that cannot be made."""
    if isinstance(error, InputError):
        return error
    reason = getattr(error, "strerror", None) or str(error)
    # The innermost reason may be about a parent: a file in its place, say.
    place = getattr(error, "filename", None)
    about = f" ({place})" if place and Path(str(place)) != out and TRIAL not in str(place) else ""
    if parent is not None:
        return InputError(f"'{parent}' cannot be written: {reason}{about}")
    if out is None:
        return InputError(
            f"the runs folder '{paths.runs_directory()}' cannot be written: {reason}{about}; "
            "the command line takes another place with --out",
            "--out",
        )
    return InputError(f"--out {named(str(out))} cannot be written: {reason}{about}", "--out")


def run_folder_at(path: Path) -> Path | None:
    """The run folder that a person means by a path: itself, or the folder of the database; None if it is none."""
    folder = path.parent if path.name == DATABASE else path
    return folder if (folder / DATABASE).is_file() else None
