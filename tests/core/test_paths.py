"""Where things are, and files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gan_desktop.core import paths


def test_resources_are_found() -> None:
    assert (paths.resources() / "presets" / "digits.toml").is_file()


def test_installed_resources_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "package")
    assert paths.resources() == tmp_path / "resources"
    (tmp_path / "package" / "resources").mkdir(parents=True)
    assert paths.resources() == tmp_path / "package" / "resources"


@pytest.mark.parametrize(
    ("variable", "directory"),
    [("GAN_DESKTOP_DATA", paths.data_directory), ("GAN_DESKTOP_CACHE", paths.cache_directory)],
)
def test_directories_are_overridden_by_the_environment(
    variable: str, directory: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    assert directory() == tmp_path / "elsewhere"
    monkeypatch.setenv(variable, "")
    assert "gan-desktop" in str(directory())


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "file"
    paths.write_whole(target, b"old")
    paths.write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - hidden files count


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    paths.write_whole(target, b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        paths.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        paths.write_whole(tmp_path / "missing" / "file", b"")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_was_writing_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left = tmp_path / ".step_00000040.npz.ab_3cd9x.tmp"
    for path in (left, tmp_path / ".other.tmp", tmp_path / "step.tmp", tmp_path / ".step.ab_3cd9x"):
        path.write_bytes(b"half")
    with paths.whole_file(tmp_path / "file") as file:
        file.write(b"a part")
        assert paths.remove_abandoned(tmp_path) == [left]
        file.write(b" and the rest")
    assert (tmp_path / "file").read_bytes() == b"a part and the rest"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.tmp", ".step.ab_3cd9x", "file", "step.tmp"]
    assert paths.remove_abandoned(tmp_path / "missing") == []


@pytest.mark.skipif(os.name != "posix", reason="Windows removes no open file")
def test_a_temporary_file_that_is_taken_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, taken = paths.file_lock.take, []

    def take(descriptor: int) -> bool:
        if not taken:
            (temporary,) = tmp_path.iterdir()
            taken.append(temporary)
            temporary.unlink()
        return real(descriptor)

    monkeypatch.setattr(paths.file_lock, "take", take)
    paths.write_whole(tmp_path / "file", b"content")
    assert len(taken) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"content"
