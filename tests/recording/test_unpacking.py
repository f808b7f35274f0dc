"""Runs that come as .zip: those of this program are taken in, and alien ones are refused and write nothing."""

from __future__ import annotations

import io
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError
from gan_desktop.core.status import Status
from gan_desktop.recording.exporting import export_run
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.removal import delete_run
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.schema import FORMAT
from gan_desktop.recording.unpacking import is_packed_run, unpack_run
from tests.recording.made_runs import begun, made_run, set_facts


def packed(tmp_path: Path) -> Path:
    """A run as .zip; the run itself has gone, as on another computer."""
    run = made_run(tmp_path / "my run")
    (run / "checkpoints" / "step_00000010.npz").write_bytes(b"weights")
    out = export_run(run, "zip", tmp_path / "x.zip")
    delete_run(read_entry(run), permanently=True)
    return out


def rewritten(path: Path, change: Callable[[zipfile.ZipFile], None], drop: str = "") -> Path:
    """The archive with other members."""
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            if not drop or not info.filename.endswith(drop):
                after.writestr(info, before.read(info))
        change(after)
    return out


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_a_run_comes_back_whole(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    assert is_packed_run(archive)
    folder = unpack_run(archive)
    assert folder == paths.runs_directory().absolute() / "my-run"
    assert read_run(folder).steps == 10
    assert (folder / "checkpoints" / "step_00000010.npz").read_bytes() == b"weights"
    assert {path.name for path in paths.runs_directory().iterdir()} == {"my-run"}
    with pytest.raises(InputError, match="which is here already"):
        unpack_run(archive)


def test_a_run_that_is_being_trained_is_packed_as_it_is_now(tmp_path: Path) -> None:
    recorder = begun(tmp_path / "run")
    out = export_run(recorder.folder, "zip", tmp_path / "x.zip")
    with zipfile.ZipFile(out) as archive:
        names = {Path(name).name for name in archive.namelist()}
        assert DATABASE in names
        assert not names & {f"{DATABASE}-wal", "run.lock"}
    recorder.close(Status.STOPPED)
    delete_run(read_entry(recorder.folder), permanently=True)
    assert read_run(unpack_run(out)).steps == 10


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    (paths.runs_directory() / "my-run").mkdir(parents=True)
    assert unpack_run(archive).name == "my-run-2"


HARM = {
    "../evil.txt": "points out of the archive",
    "my run/../../evil.txt": "points out of the archive",
    "/etc/evil": "points out of the archive",
    "C:/evil": "points out of the archive",
    "my run\\..\\evil": "points out of the archive",
}


@pytest.mark.parametrize(("name", "said"), HARM.items(), ids=range(len(HARM)))
def test_a_name_that_points_outside_is_refused(tmp_path: Path, name: str, said: str) -> None:
    alien = rewritten(packed(tmp_path), lambda archive: archive.writestr(zipfile.ZipInfo(name), b"harm"))
    refused(alien, said, tmp_path)


def refused(alien: Path, said: str, tmp_path: Path) -> None:
    """It is refused in one sentence, and nothing is written anywhere."""
    paths.runs_directory().mkdir(parents=True, exist_ok=True)
    before = everything(tmp_path) | everything(paths.data_directory())
    with pytest.raises(InputError) as error:
        unpack_run(alien)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert everything(tmp_path) | everything(paths.data_directory()) == before


def test_a_link_is_refused(tmp_path: Path) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("my run/samples/step_00000003.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    refused(rewritten(packed(tmp_path), add), "is a link or a device", tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("my run/checkpoints/step_00000099.npz", bytes(2**27))

    refused(rewritten(packed(tmp_path), add), "claims to hold", tmp_path)


def test_a_member_that_is_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as before:
        size = next(info.file_size for info in before.infolist() if info.filename.endswith(DATABASE))
    for place in (i for i in range(len(content)) if content[i : i + 4] == size.to_bytes(4, "little")):
        content[place : place + 4] = (size // 2).to_bytes(4, "little")
    alien = tmp_path / "lies.zip"
    alien.write_bytes(content)
    refused(alien, "lies.zip", tmp_path)


@pytest.mark.parametrize("nothing", [b"", b"PK", b"not a zip at all" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, nothing: bytes) -> None:
    alien = tmp_path / "x.zip"
    alien.write_bytes(nothing)
    assert not is_packed_run(alien)
    refused(alien, "is not a run's .zip, or damaged", tmp_path)


def test_a_zip_without_a_run_is_refused(tmp_path: Path) -> None:
    alien = rewritten(packed(tmp_path), lambda archive: None, drop=DATABASE)
    assert not is_packed_run(alien)
    refused(alien, "it has no run.sqlite", tmp_path)


def test_two_runs_in_one_are_refused(tmp_path: Path) -> None:
    alien = rewritten(packed(tmp_path), lambda archive: archive.writestr(f"other/{DATABASE}", b""))
    refused(alien, "it has 2 run.sqlite", tmp_path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as database, database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    alien = rewritten(packed(tmp_path), lambda archive: archive.write(other, f"my run/{DATABASE}"), drop=DATABASE)
    refused(alien, "is not a run that can be opened", tmp_path)


def test_a_newer_programs_run_is_refused(tmp_path: Path) -> None:
    run = made_run(tmp_path / "newer")
    set_facts(run, format=FORMAT + 1)
    alien = export_run(run, "zip", tmp_path / "x.zip")
    refused(alien, f"{FORMAT + 1}", tmp_path)


def test_what_a_run_folder_does_not_have_stays_in_the_archive(tmp_path: Path) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        for name in ("run.sh", "samples/step_00000003.png.exe", "checkpoints/deep/step_00000001.npz", ".hidden"):
            archive.writestr(f"my run/{name}", b"harm")

    folder = unpack_run(rewritten(packed(tmp_path), add))
    assert all(b"harm" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_damaged_archive_leaves_nothing(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    content = bytearray(archive.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    alien = tmp_path / "damaged.zip"
    alien.write_bytes(content)
    refused(alien, "damaged", tmp_path)
