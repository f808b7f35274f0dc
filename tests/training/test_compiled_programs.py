"""What XLA compiled, kept: whatever happened to the folder, a start takes what is sound and raises nothing."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.training import compiled_programs
from gan_desktop.training.compiled_programs import (
    FORMAT,
    MEMORY,
    Maker,
    ProgramStore,
    UnsoundError,
    kept_programs,
    pack,
    this_maker,
    unpack,
)
from tests.tiny import write_tiny

MAKER = Maker(FORMAT, "0.1.0", "2.21.0", "abcd", 2)
NAME = "xla_compile_cache__1__2__XLA_CPU_JIT.pb"
OTHER = "xla_compile_cache__3__4__XLA_CPU_JIT.pb"
CODE = bytes(range(256)) * 40
posix = pytest.mark.skipif(os.name != "posix", reason="needs owners and permissions")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "programs"


@pytest.fixture
def store(folder: Path) -> ProgramStore:
    """With two programs in it."""
    store = ProgramStore(folder, MAKER)
    store.keep({NAME: CODE, OTHER: b"other"})
    assert store.notes == []
    return store


def kept(folder: Path) -> Path:
    """The file of `NAME`."""
    [path] = folder.glob(f"{NAME}*")
    return path


def load_again(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    store = ProgramStore(folder, MAKER)
    return store.load(), store.notes


def test_what_was_kept_is_loaded(store: ProgramStore, folder: Path) -> None:
    assert load_again(folder) == ({NAME: CODE, OTHER: b"other"}, [])


def test_a_folder_that_is_not_there_is_made_only_when_there_is_something_to_keep(folder: Path) -> None:
    store = ProgramStore(folder, MAKER)
    assert store.load() == {}
    store.keep({})
    assert not folder.exists()
    assert store.notes == []


def flip(place: float) -> Callable[[bytes], bytes]:
    """Flips a bit at that part of the file."""

    def damage(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[int(place * (len(content) - 1))] ^= 1
        return bytes(changed)

    return damage


def with_header(**changes: Any) -> Callable[[bytes], bytes]:
    def damage(content: bytes) -> bytes:
        line, _, code = content.partition(b"\n")
        return json.dumps(json.loads(line) | changes).encode() + b"\n" + code

    return damage


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut in the header": lambda content: content[:20],
    "cut in the code": lambda content: content[:-100],
    "the code is gone": lambda content: content.partition(b"\n")[0],
    "longer": lambda content: content + b"\0",
    "garbage": lambda content: b"\xff\x00garbage" * 1000,
    "a list for a header": lambda content: b"[1, 2]\n" + CODE,
    "no header": lambda content: content.partition(b"\n")[2],
    "XLA's own file": lambda content: CODE,
    **{f"a bit at {place}": flip(place) for place in (0.0, 0.01, 0.03, 0.1, 0.5, 0.9, 1.0)},
    "another format": with_header(format=FORMAT + 1),
    "another version of ours": with_header(version="0.0.1"),
    "another TensorFlow": with_header(tensorflow="2.20.0"),
    "another processor": with_header(processor="ffff"),
    "other threads": with_header(threads=1),
    "another checksum": with_header(sha256="0" * 64),
    "another size": with_header(size=1),
    "no checksum": with_header(sha256=None),
    "the code of another program": with_header(name=OTHER),
    "a name that leads elsewhere": with_header(name="../../evil.pb"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_program_is_removed_with_one_line_and_the_other_one_used(
    damage: str, store: ProgramStore, folder: Path
) -> None:
    path = kept(folder)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    programs, notes = load_again(folder)
    assert programs == {OTHER: b"other"}
    [note] = notes
    assert note.startswith(f"the kept program {path} is not used and compiled anew: ")
    assert "\n" not in note
    assert load_again(folder) == ({OTHER: b"other"}, [])
    ProgramStore(folder, MAKER).keep({NAME: CODE})
    assert load_again(folder)[0][NAME] == CODE


def test_every_flipped_bit_is_found() -> None:
    content = pack(NAME, b"code", MAKER)
    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        try:
            found = unpack(bytes(changed), MAKER)
        except UnsoundError:
            continue
        # XLA's name is no part of the code: a file whose own name says something else is refused by the store.
        assert found[1] == b"code"
        assert found[0] != NAME


def test_programs_of_other_makers_are_left_to_them(store: ProgramStore, folder: Path) -> None:
    other = ProgramStore(folder, replace(MAKER, threads=1))
    assert other.load() == {}
    other.keep({NAME: b"for one thread"})
    assert other.load() == {NAME: b"for one thread"}
    assert load_again(folder) == ({NAME: CODE, OTHER: b"other"}, [])
    assert other.notes == []


@posix
def test_a_folder_of_another_user_is_not_used(
    store: ProgramStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    stranger = ProgramStore(folder, MAKER)
    assert stranger.load() == {}
    stranger.keep({NAME: b"new"})
    assert set(stranger.notes) == {f"the folder of compiled programs {folder} is not used: it belongs to another user"}
    assert CODE in kept(folder).read_bytes()


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_program_of_another_user_is_not_used(store: ProgramStore, folder: Path) -> None:
    os.chown(kept(folder), 65534, 65534)
    programs, [note] = load_again(folder)
    assert programs == {OTHER: b"other"}
    assert note.endswith("it belongs to another user")


@posix
def test_what_others_can_write_is_not_used_and_the_folder_is_closed(store: ProgramStore, folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    kept(folder).chmod(0o666)
    programs, [note] = load_again(folder)
    assert programs == {OTHER: b"other"}
    assert note.endswith("others can write it")
    assert folder.stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("place", ["program", "folder", "pipe"])
def test_links_and_pipes_are_not_followed(place: str, store: ProgramStore, folder: Path) -> None:
    if place == "folder":
        folder.rename(folder.with_name("elsewhere"))
        folder.symlink_to("elsewhere")
        expected, reason = {}, "it is not a folder"
    else:
        path, elsewhere = kept(folder), folder / "elsewhere"
        path.rename(elsewhere)
        path.symlink_to(elsewhere) if place == "program" else os.mkfifo(path)
        expected, reason = {OTHER: b"other"}, "it is a link" if place == "program" else "it is not a file"
    programs, [note] = load_again(folder)
    assert programs == expected
    assert note.endswith(reason)


def test_a_file_in_place_of_the_folder(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("mine")
    store = ProgramStore(folder, MAKER)
    assert store.load() == {}
    store.keep({NAME: CODE})
    assert len(store.notes) == 2
    assert folder.read_text() == "mine"


def test_a_folder_in_place_of_a_program(store: ProgramStore, folder: Path) -> None:
    path = kept(folder)
    path.unlink()
    path.mkdir()
    programs, [note] = load_again(folder)
    assert programs == {OTHER: b"other"}
    assert str(path) in note
    assert load_again(folder)[1] == []


@posix
def test_a_folder_that_cannot_be_written_is_read(
    store: ProgramStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    # Root may write everywhere, so permissions alone do not make such a folder.
    monkeypatch.setattr(compiled_programs, "write_whole", refuse)
    reader = ProgramStore(folder, MAKER)
    assert reader.load() == {NAME: CODE, OTHER: b"other"}
    reader.keep({"xla_compile_cache__5__6__XLA_CPU_JIT.pb": CODE})
    assert reader.notes == [f"a compiled program could not be kept in {folder}: Permission denied"]


@contextmanager
def little_room(most: int) -> Iterator[None]:
    """No file of this process can grow beyond `most` bytes: what is written then fails half way, as on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@posix
def test_on_a_full_disk_no_part_of_a_program_is_left(store: ProgramStore, folder: Path) -> None:
    before = sorted(folder.iterdir())
    full = ProgramStore(folder, MAKER)
    with little_room(1000):
        full.keep({"xla_compile_cache__5__6__XLA_CPU_JIT.pb": CODE})
    [note] = full.notes
    assert note.startswith(f"a compiled program could not be kept in {folder}: ")
    assert sorted(folder.iterdir()) == before
    assert load_again(folder) == ({NAME: CODE, OTHER: b"other"}, [])


def test_the_oldest_programs_make_room(folder: Path) -> None:
    names = [f"xla_compile_cache__{number}__0__XLA_CPU_JIT.pb" for number in range(6)]
    store = ProgramStore(folder, MAKER, most_bytes=3 * len(pack(names[0], CODE, MAKER)))
    for age, name in enumerate(names):
        store.keep({name: CODE})
        os.utime(kept_as(folder, name), (age, age))
    store.keep({names[5]: CODE})
    assert set(store.load()) == set(names[3:])
    assert store.notes == []


def kept_as(folder: Path, name: str) -> Path:
    [path] = folder.glob(f"{name}*")
    return path


def test_what_a_killed_process_was_writing_goes_and_what_another_one_writes_stays(folder: Path) -> None:
    folder.mkdir(parents=True)
    abandoned, being_written = folder / ".abandoned.program", folder / ".written.program"
    for path in (abandoned, being_written):
        path.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    store = ProgramStore(folder, MAKER, most_bytes=10_000_000)
    store.keep({NAME: CODE})
    assert not abandoned.exists()
    assert being_written.exists()
    assert set(store.load()) == {NAME}


WRITING = """
import sys
from pathlib import Path
from gan_desktop.training.compiled_programs import Maker, ProgramStore
store = ProgramStore(Path(sys.argv[1]), Maker(1, "0.1.0", "2.21.0", "abcd", 2), most_bytes=400_000)
for number in range(60):
    store.keep({f"xla_compile_cache__{number % 5}__0__XLA_CPU_JIT.pb": bytes([number % 5]) * 100_000})
    for name, code in store.load().items():
        assert code == bytes([int(name.split("__")[1])]) * 100_000
assert store.notes == [], store.notes
assert "tensorflow" not in sys.modules
"""


def test_processes_that_write_and_thin_at_once_never_see_a_part(
    folder: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    processes = [start_python("-c", WRITING, str(folder)) for _ in range(2)]
    for process in processes:
        _, error = process.communicate()
        assert process.returncode == 0, error


class Files:
    """TensorFlow's files, of which those in memory are a dict."""

    def __init__(self) -> None:
        self.there: dict[str, bytes] = {}

    def makedirs(self, folder: str) -> None:
        assert folder == MEMORY

    def listdir(self, folder: str) -> list[str]:
        return [name.removeprefix(f"{folder}/") for name in self.there]

    def remove(self, name: str) -> None:
        del self.there[name]

    def GFile(self, name: str, mode: str) -> Any:
        return File(self.there, name)


class File:
    def __init__(self, there: dict[str, bytes], name: str) -> None:
        self._there, self._name = there, name

    def __enter__(self) -> File:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read(self) -> bytes:
        return self._there[self._name]

    def write(self, content: bytes) -> None:
        self._there[self._name] = content


class FakeTensorFlow:
    __version__ = "2.21.0"

    def __init__(self) -> None:
        self.io = self
        self.gfile = Files()


@pytest.fixture
def tensorflow(monkeypatch: pytest.MonkeyPatch) -> FakeTensorFlow:
    monkeypatch.setenv("TF_XLA_FLAGS", f"{compiled_programs.FLAG}={MEMORY}")
    return FakeTensorFlow()


def test_programs_pass_through_memory(tensorflow: FakeTensorFlow) -> None:
    notes: list[str] = []
    there = tensorflow.gfile.there
    with kept_programs(tensorflow, 2, notes):
        assert there == {}
        there[f"{MEMORY}/{NAME}"] = CODE
        there[f"{MEMORY}/{NAME}.half"] = b"half"
    assert there == {f"{MEMORY}/{NAME}.half": b"half"}
    with kept_programs(tensorflow, 2, notes):
        assert there[f"{MEMORY}/{NAME}"] == CODE
    with kept_programs(tensorflow, 1, notes):
        assert f"{MEMORY}/{NAME}" not in there
    assert notes == []


def test_programs_with_which_compiling_failed_are_not_used_again(tensorflow: FakeTensorFlow) -> None:
    notes: list[str] = []
    maker = this_maker("2.21.0", 2)
    store = ProgramStore(compiled_programs.programs_directory(), maker)
    store.keep({NAME: CODE})
    with pytest.raises(RuntimeError, match="XLA"), kept_programs(tensorflow, 2, notes):
        raise RuntimeError("XLA does not like it")
    assert store.load() == {}
    assert tensorflow.gfile.there == {}


def test_a_cache_of_ones_own_is_left_alone(tensorflow: FakeTensorFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = f"{compiled_programs.FLAG}=/mine"
    monkeypatch.setenv("TF_XLA_FLAGS", flags)
    compiled_programs.ask_xla_to_keep()
    assert os.environ["TF_XLA_FLAGS"] == flags
    with kept_programs(tensorflow, 2, []):
        tensorflow.gfile.there[f"{MEMORY}/{NAME}"] = CODE
    assert not compiled_programs.programs_directory().exists()


def test_what_earlier_versions_kept_unchecked_is_removed(tensorflow: FakeTensorFlow, tmp_path: Path) -> None:
    unchecked = tmp_path / "cache" / "xla" / "0123"
    unchecked.mkdir(parents=True)
    (unchecked / NAME).write_bytes(CODE)
    with kept_programs(tensorflow, 2, []):
        assert f"{MEMORY}/{NAME}" not in tensorflow.gfile.there
    assert not unchecked.parent.exists()


@pytest.mark.slow
def test_a_start_after_a_bit_was_flipped_compiles_anew(
    tmp_path: Path, compiled_blocks: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Before, XLA ran into the damaged code."""
    write_tiny(tmp_path)
    results = []
    for number in range(3):
        done = run_python("-m", "gan_desktop", "train", "--config", "tiny.toml", "--json", "--out", f"run{number}")
        assert done.returncode == 0, done.stderr
        results.append(json.loads(done.stdout.splitlines()[-1])["weights_digest"])
        log = (tmp_path / f"run{number}" / "run.log").read_text()
        assert ("is not used and compiled anew: its checksum is wrong" in log) == (number == 1)
        # The first has compiled or found it, the second compiles, the third finds what the second kept.
        for path in (compiled_blocks / "programs").iterdir() if number == 0 else ():
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
    assert len(set(results)) == 1
