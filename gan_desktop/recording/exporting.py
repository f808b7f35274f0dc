"""Writes a run in a format of the registry `exports`: whole or not at all, and over nothing that is there."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path

from gan_desktop.core.errors import InputError, named
from gan_desktop.core.exporting import Exporter, Format, Order, nobody
from gan_desktop.core.registry import Entry, exports
from gan_desktop.recording.notes import noted_name

INSTALL = "which 'pip install \"gan-desktop[export]\"' brings"
# What some file system does not take in a name.
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def in_order() -> dict[str, Entry[Exporter]]:
    """All formats by name, in the order in which people read them."""
    return dict(sorted(exports.items(), key=lambda item: format_of(item[0]).order))


def format_of(name: str) -> Format:
    """What a format declares.

    Raises:
        InputError: there is no such format.
    """
    declared = exports[name].facts
    assert isinstance(declared, Format)
    return declared


def export_run(
    run: Path,
    name: str,
    out: Path | None = None,
    *,
    step: int | None = None,
    averaged: bool | None = None,
    replace: bool = False,
    progress: Callable[[float], None] = nobody,
) -> Path:
    """Write a run, or a part of it, in a format of the registry.

    Args:
        run: the run folder.
        name: the format.
        out: the file or folder to write; None takes the run's name, in the current folder.
        step: the step to show, for formats of one step.
        averaged: whether the averaged generator is meant, for formats of the generator; None if there is one.
        replace: whether a file that is there is replaced; a folder never is.
        progress: gets the share that is done, from 0 to 1.

    Returns:
        Where it was written.

    Raises:
        InputError: there is no such format, it cannot be had of this run, or the place cannot be written.
    """
    declared = format_of(name)
    check_packages(name)
    if step is not None and not declared.has_step:
        raise InputError(f"--step {step}: '{name}' is of all steps; leave --step out", "--step")
    if averaged is not None and not declared.of_generator:
        option = "--averaged" if averaged else "--raw"
        raise InputError(f"{option}: '{name}' is not the generator; leave {option} out", option)
    out = Path.cwd() / f"{safe_name(run)}{declared.suffix}" if out is None else out
    check_place(out, is_folder=declared.is_folder, replace=replace)
    check_ending(name, out)
    try:
        with whole_place(out) as place:
            exports[name].value(Order(run, place, step, progress, averaged))
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}") from None
    return out


def check_packages(name: str) -> None:
    """Refuse a format whose packages are not installed.

    Raises:
        InputError: says which, and how to install them.
    """
    # Asked of the disk: while TensorFlow loads, Keras is hidden among the modules (`training.backend`).
    missing = [package for package in format_of(name).packages if PathFinder.find_spec(package) is None]
    if missing:
        how = "which this packaged program does not have" if getattr(sys, "frozen", False) else INSTALL
        raise InputError(f"export '{name}' needs {' and '.join(missing)}, {how}")


def check_ending(name: str, out: Path) -> None:
    """Refuse a name that ends as another format's do: other programs go by it.

    Raises:
        InputError: says which ending is meant.
    """
    endings = {Path(f"x{format_of(other).suffix}").suffix: other for other in reversed(in_order())}
    own, given = Path(f"x{format_of(name).suffix}").suffix, out.suffix.lower()
    if given and given != own and given in endings:
        wanted = f"names that end in '{own}'" if own else "a folder, whose name has no such ending"
        raise InputError(f"{out} would be of the format '{endings[given]}': '{name}' is written to {wanted}", "--out")


def safe_name(run: Path) -> str:
    """The run's name as the beginning of a file's name."""
    return UNSAFE.sub("-", noted_name(run) or run.absolute().name).strip(" .-")[:100] or "run"


def check_place(out: Path, is_folder: bool, replace: bool) -> None:
    """Refuse a place that cannot be written, or where something is.

    Raises:
        InputError: says which it is, and what helps.
    """
    if not out.name or out.name == "..":
        raise InputError(f"{named(str(out))} is no name of a new {'folder' if is_folder else 'file'}")
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: there is no folder {out.parent}")
    if not os.path.lexists(out):
        return
    # A link, a device or a pipe in its place would be replaced by a file.
    replaceable = out.is_file() and not out.is_symlink() and not is_folder
    if not (replaceable and replace):
        help_ = ", or --replace" if replaceable else "; --replace replaces plain files alone" if replace else ""
        raise InputError(f"{out} is there already: give another name{help_}")


@contextmanager
def whole_place(out: Path) -> Iterator[Path]:
    """A place beside `out` that takes its name once all is written; if that fails, nothing is left."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name[:50]}.", suffix=".tmp") as folder:
        # It has the right suffix already, by which some writers know what to write.
        place = Path(folder) / out.name
        yield place
        if place.is_dir():
            shutil.move(place, out)
            return
        with place.open("rb+") as file:
            os.fsync(file.fileno())
        place.replace(out)
