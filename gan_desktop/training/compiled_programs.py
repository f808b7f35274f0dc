"""What XLA compiles, kept between starts, so that a program that was compiled before starts 3 s sooner.

TensorFlow's own persistent cache loads machine code unchecked: a damaged file leads to an error at each start, or to a
segmentation fault. So that cache is given a folder in memory (`ram://`), which no disk can fill and nobody else can
write to. Before something is compiled, the sound programs of the user's cache are put there; afterwards, the new ones
are taken from there. A program that is not sound, or cannot be kept, is compiled anew; one line says so, and it is
never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gan_desktop
from gan_desktop.core.machine import processor_text
from gan_desktop.core.paths import cache_directory, write_whole

# Goes up whenever what is written in front of the machine code changes.
FORMAT = 1
# About eighteen programs, which are read and checked in a tenth of a second.
MOST_BYTES = 64_000_000
SUFFIX = ".program"
# A file with a dot in front is being written. One as old as this was left by a process that was killed.
ABANDONED_SECONDS = 3600.0

FLAG = "--tf_xla_persistent_cache_directory"
MEMORY = "ram://gan-desktop-programs"
# Files under other names are being written by XLA.
XLA_NAME = re.compile(r"xla_compile_cache__\w+\.pb")
_in_use = threading.Lock()


class UnsoundError(Exception):
    """A kept program is not to be used; the text says why."""


@dataclass(frozen=True)
class Maker:
    """What machine code depends on besides the program: code of another maker is never loaded.

    Attributes:
        threads: how many threads a step may use: XLA divides its work by them when it compiles.
    """

    format: int
    version: str
    tensorflow: str
    processor: str
    threads: int

    @property
    def key(self) -> str:
        """Eight letters for file names, so that programs of several makers can lie beside each other."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:8]


def this_maker(tensorflow: str, threads: int) -> Maker:
    processor = hashlib.sha256(processor_text().encode()).hexdigest()[:16]
    return Maker(FORMAT, gan_desktop.__version__, tensorflow, processor, threads)


def pack(name: str, code: bytes, maker: Maker) -> bytes:
    """A program as it is kept: a line of JSON about it, and its machine code."""
    about = {"name": name, "size": len(code), "sha256": hashlib.sha256(code).hexdigest(), **asdict(maker)}
    return json.dumps(about).encode() + b"\n" + code


def unpack(content: bytes, maker: Maker) -> tuple[str, bytes]:
    """The name and the machine code of what `pack` made.

    Raises:
        UnsoundError: a byte of it is not what was written, or another maker wrote it.
    """
    line, _, code = content.partition(b"\n")
    try:
        about: dict[str, Any] = json.loads(line)
        name, size, digest = str(about.pop("name")), about.pop("size"), about.pop("sha256")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnsoundError("it is no kept program") from None
    for key, value in asdict(maker).items():
        if about.get(key) != value:
            raise UnsoundError(f"its {key} is {about.get(key)!r}, and {value!r} is wanted")
    if size != len(code):
        raise UnsoundError(f"it has {len(code)} bytes and should have {size}")
    if digest != hashlib.sha256(code).hexdigest():
        raise UnsoundError("its checksum is wrong")
    if not XLA_NAME.fullmatch(name):
        raise UnsoundError(f"its name is {name!r}")
    return name, code


class ProgramStore:
    """The folder in which programs are kept: this user's own, so that nobody else can put machine code there.

    Nothing here raises: what goes wrong is a sentence in `notes`. Several processes may use it at once, since files are
    written whole or not at all.

    Args:
        folder: need not exist.
        most_bytes: when there is more, the oldest programs go.
    """

    def __init__(self, folder: Path, maker: Maker, most_bytes: int = MOST_BYTES) -> None:
        self.folder, self.maker, self.most_bytes = folder, maker, most_bytes
        self.notes: list[str] = []

    def load(self) -> dict[str, bytes]:
        """Every sound program of this maker, by XLA's name; what is not sound is removed."""
        programs = {}
        if self._is_own(make=False):
            for path in self._files(f"*.{self.maker.key}{SUFFIX}"):
                try:
                    name, code = unpack(_read_own(path), self.maker)
                    if self._path(name) != path:
                        raise UnsoundError(f"it is that of {name}")
                    programs[name] = code
                except FileNotFoundError:
                    continue  # thinned by another process
                except (UnsoundError, OSError) as error:
                    reason = error.strerror if isinstance(error, OSError) else error
                    self.notes.append(f"the kept program {path} is not used and compiled anew: {reason}")
                    self._remove(path)
        return programs

    def keep(self, programs: dict[str, bytes]) -> None:
        """Keep new programs, and make room for them."""
        if not programs or not self._is_own(make=True):
            return
        try:
            for name, code in programs.items():
                write_whole(self._path(name), pack(name, code, self.maker))
        except OSError as error:
            self.notes.append(f"a compiled program could not be kept in {self.folder}: {error.strerror or error}")
        self._thin()

    def forget(self, programs: dict[str, bytes]) -> None:
        """Remove loaded programs, since something went wrong with them."""
        for name in programs:
            self._remove(self._path(name))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.{self.maker.key}{SUFFIX}"

    def _files(self, pattern: str) -> list[Path]:
        try:
            return sorted(self.folder.glob(pattern))
        except OSError as error:
            self.notes.append(f"the folder of compiled programs {self.folder} is not used: {error.strerror or error}")
            return []

    def _is_own(self, make: bool) -> bool:
        """Whether the folder is there and only this user can write to it; `make` makes it first."""
        try:
            if make:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self.folder.lstat()
            if not stat.S_ISDIR(found.st_mode):
                raise UnsoundError("it is not a folder")
            _check_owner(found)
            if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
                self.folder.chmod(stat.S_IMODE(found.st_mode) & 0o700)
        except FileNotFoundError:
            return False
        except (OSError, UnsoundError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.notes.append(f"the folder of compiled programs {self.folder} is not used: {reason}")
            return False
        return True

    def _thin(self) -> None:
        """Remove the oldest programs of all makers until the rest fits, and what killed processes left behind."""
        found = []
        for path in self._files("*"):
            with suppress(OSError):
                details = path.lstat()
                found.append((details.st_mtime, details.st_size, path))
        total = 0
        for modified, size, path in sorted(found, reverse=True):
            being_written = path.name.startswith(".")
            total += 0 if being_written else size
            if being_written and time.time() - modified < ABANDONED_SECONDS:
                continue
            if being_written or total > self.most_bytes:
                self._remove(path)

    def _remove(self, path: Path) -> None:
        """Remove a file; one that cannot be removed is looked at again at the next start, and again not used."""
        try:
            path.unlink(missing_ok=True)
        except OSError:
            shutil.rmtree(path, ignore_errors=True)


def _read_own(path: Path) -> bytes:
    """The bytes of a regular file that belongs to this user and that nobody else can write to.

    Raises:
        UnsoundError: it is something else.
        OSError: it cannot be read.
    """
    if path.is_symlink():
        raise UnsoundError("it is a link")
    # Opening a pipe would wait for ever without the flag.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise UnsoundError("it is not a file")
        _check_owner(found)
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o022:
            raise UnsoundError("others can write it")
        return file.read()


def _check_owner(found: os.stat_result) -> None:
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        raise UnsoundError("it belongs to another user")


def programs_directory() -> Path:
    return cache_directory() / "programs"


def ask_xla_to_keep() -> None:
    """Have XLA write what it compiles into memory. Call it before TensorFlow reads its flags; a user's flag stays."""
    flags = os.environ.get("TF_XLA_FLAGS", "")
    if FLAG.lstrip("-") not in flags:
        os.environ["TF_XLA_FLAGS"] = f"{flags} {FLAG}={MEMORY}".strip()


@contextmanager
def kept_programs(tensorflow: Any, threads: int, notes: list[str]) -> Iterator[None]:
    """A context in which programs are taken from the user's cache, or kept there once they are compiled.

    The folder in memory serves one thread at a time: what another one compiles meanwhile is neither found nor kept.

    Args:
        tensorflow: loaded after `ask_xla_to_keep`.
        threads: how many a step uses.
        notes: gets a sentence about each thing that went wrong.
    """
    ours = f"{FLAG}={MEMORY}" in os.environ.get("TF_XLA_FLAGS", "")
    if not ours or not _in_use.acquire(blocking=False):
        yield
        return
    try:
        with _through_memory(tensorflow, threads, notes):
            yield
    finally:
        _in_use.release()


@contextmanager
def _through_memory(tensorflow: Any, threads: int, notes: list[str]) -> Iterator[None]:
    shutil.rmtree(cache_directory() / "xla", ignore_errors=True)  # from earlier versions, with nothing to check it by
    store = ProgramStore(programs_directory(), this_maker(tensorflow.__version__, threads))
    files = tensorflow.io.gfile
    files.makedirs(MEMORY)
    loaded = store.load()
    for name, code in loaded.items():
        with files.GFile(f"{MEMORY}/{name}", "wb") as file:
            file.write(code)
    try:
        yield
        store.keep({name: code for name, code in _take(files).items() if name not in loaded})
    except Exception:
        store.forget(loaded)  # whatever went wrong, the next start does without them
        raise
    finally:
        _take(files)
        notes += store.notes


def _take(files: Any) -> dict[str, bytes]:
    """Read the programs that are in memory, and remove them from there."""
    programs = {}
    for name in files.listdir(MEMORY):
        if XLA_NAME.fullmatch(name):
            with files.GFile(f"{MEMORY}/{name}", "rb") as file:
                programs[name] = file.read()
            files.remove(f"{MEMORY}/{name}")
    return programs
