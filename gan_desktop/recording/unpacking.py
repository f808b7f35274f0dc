"""Unpacks a run that was exported as a .zip. The file may come from anyone, and may be made to do harm.

Only what a run folder has is taken out, under names of its own making: no name in the archive is ever a path here. No
member may be larger than it says, and all together not much larger than the archive. What is unpacked must be a run of
this program before it gets its place in the library.
"""

from __future__ import annotations

import re
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError, named
from gan_desktop.recording.library import run_of_id
from gan_desktop.recording.notes import NOTES
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.run_folder import CHECKPOINTS, CONFIG, DATABASE, LOG, SAMPLES

# What a run folder has, by where it stands; anything else stays in the archive.
OWN = re.compile(
    rf"{re.escape(DATABASE)}|{re.escape(CONFIG)}|{re.escape(LOG)}|{re.escape(NOTES)}"
    rf"|{SAMPLES}/step_\d{{8,19}}\.png|{CHECKPOINTS}/step_\d{{8,19}}\.npz"
)
# What an archive may hold of what it takes itself: figures and samples are packed to a tenth.
MOST_PACKED = 100
MOST_MEMBERS = 100_000
PIECE = 2**20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
# What zipfile says of files that are damaged, or made to be so.
ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


def is_packed_run(path: Path) -> bool:
    """Whether it is a .zip with a run's database in it. Never raises."""
    if not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(PurePosixPath(name).name == DATABASE for name in archive.namelist()[:MOST_MEMBERS])
    except (OSError, *ERRORS):
        return False


def unpack_run(path: Path, into: Path | None = None) -> Path:
    """Unpack a run that was exported as .zip.

    Args:
        path: the archive.
        into: the folder of runs to which the new run folder is added; None for the library's own.

    Returns:
        The run folder: it is named as in the archive, and with a number if that name is taken.

    Raises:
        InputError: it is no such archive, is damaged or made to do harm, comes from a newer program, holds a run that
            the library has, or cannot be written. Nothing is left behind.
    """
    into = paths.runs_directory() if into is None else into
    try:
        into.mkdir(parents=True, exist_ok=True)
        with (
            zipfile.ZipFile(path) as archive,
            tempfile.TemporaryDirectory(dir=into, prefix=".unpacking-", suffix=".tmp") as place,
        ):
            top, members = _members(archive, path)
            folder = Path(place) / "run"
            for directory in (folder, folder / SAMPLES, folder / CHECKPOINTS):
                directory.mkdir()
            for name, member in members.items():
                _unpack(archive, member, folder / name, path)
            _check_run(folder, path)
            return _placed(folder, into, top)
    except InputError:
        raise
    except ERRORS as error:
        raise InputError(f"{path} is not a run's .zip, or damaged: {error}") from None
    except OSError as error:
        at = error.filename or path
        raise InputError(f"{path} cannot be unpacked: {at}: {error.strerror or error}") from None


def _members(archive: zipfile.ZipFile, path: Path) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The name of the folder in the archive, and what is to be unpacked by where it stands in a run folder."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise InputError(f"{path} has {len(infos):,} members: at most {MOST_MEMBERS:,} are allowed")
    for info in infos:
        _check_name(info, path)
    databases = [PurePosixPath(info.filename) for info in infos if PurePosixPath(info.filename).name == DATABASE]
    if len(databases) != 1:
        raise InputError(f"{path} is not a run's .zip: it has {len(databases) or 'no'} {DATABASE}, and a run has one")
    home = databases[0].parent
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        place = PurePosixPath(info.filename)
        name = place.relative_to(home).as_posix() if place.is_relative_to(home) else ""
        if OWN.fullmatch(name) and not info.is_dir():
            if name in members:
                raise InputError(f"{path} has {named(name)} twice")
            members[name] = info
    claimed = sum(info.file_size for info in members.values())
    if claimed > MOST_PACKED * path.stat().st_size:
        raise InputError(
            f"{path} claims to hold {claimed / 1e6:,.0f} MB in {path.stat().st_size / 1e6:,.1f} MB: "
            f"no run packs to less than 1/{MOST_PACKED}"
        )
    return home.name or path.stem, members


def _check_name(info: zipfile.ZipInfo, path: Path) -> None:
    """Refuse an archive in which anything points out of it: such a one was made to do harm."""
    name = info.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise InputError(f"{path} is refused: {named(name)} in it points out of the archive")
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InputError(f"{path} is refused: {named(name)} in it is a link or a device")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, out: Path, path: Path) -> None:
    """Write one member; no more than it announces."""
    if info.flag_bits & ENCRYPTED or info.compress_type not in METHODS:
        raise InputError(f"{path}: {named(info.filename)} in it is encrypted or packed in a way that is not read")
    left = info.file_size
    with archive.open(info) as source, out.open("xb") as target:
        while piece := source.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise InputError(f"{path}: {named(info.filename)} in it is larger than it says")
            target.write(piece)


def _check_run(folder: Path, path: Path) -> None:
    """Refuse what is no run of this program, and a run that the library has."""
    try:
        record = read_run(folder)
        record.config()
    except InputError as error:
        reason = str(error).replace(str(folder / DATABASE), DATABASE).replace(str(folder), "it")
        raise InputError(f"{path} is not a run that can be opened: {reason}") from None
    known = run_of_id(str(record.facts.get("id") or ""))
    if known is not None:
        raise InputError(f"{path} holds the run {named(known.name)}, which is here already: {known.folder}")


def _placed(folder: Path, into: Path, name: str) -> Path:
    """Give the run folder its place."""
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:100] or "run"
    number = 1
    while True:
        place = into / (safe if number == 1 else f"{safe}-{number}")
        # A name that is taken by an empty folder would be replaced without a word.
        if not place.exists():
            folder.rename(place)
            return place.absolute()
        number += 1
