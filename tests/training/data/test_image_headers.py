"""Headers are read once: by the preview or by the run, and again only of what has changed."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gan_desktop.core.registry import datasets
from gan_desktop.training.data import image_headers
from gan_desktop.training.data.dataset import DataRequest, DataSet, silent
from gan_desktop.training.data.folder_preview import preview_folder
from gan_desktop.training.data.image_decoding import read_image_header
from gan_desktop.training.data.image_scan import scan_images

COUNT = 12


def save(path: Path, width: int) -> None:
    Image.new("L", (width, 10), 77).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(COUNT):
        save(folder / f"{number}.png", 10 + number)
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose headers are read from now on."""
    names: list[str] = []

    def noted(source: Any) -> Any:
        names.append(getattr(source, "name", "member"))
        return read_image_header(source)

    monkeypatch.setattr(image_headers, "read_image_header", noted)
    return names


def load(path: Path) -> DataSet:
    entry = datasets["images"]
    return entry.value(DataRequest(entry.options(), path))


def widths(path: Path) -> list[int]:
    return sorted(image.header.width for image in scan_images(path, silent).images)


def test_a_run_does_not_read_what_its_preview_has_read(folder: Path, read: list[str]) -> None:
    preview = preview_folder(folder)
    assert len(read) == COUNT == preview.count
    assert len(load(folder)) == COUNT
    assert len(read) == COUNT


def test_members_of_a_zip_file_are_remembered_too(folder: Path, read: list[str]) -> None:
    path = folder.parent / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for image in folder.iterdir():
            archive.write(image, image.name)
    assert widths(path) == widths(path)
    assert len(read) == COUNT
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "5.png", "0.png")
    assert widths(path) == [15]


def test_what_has_changed_is_read_again(folder: Path, read: list[str]) -> None:
    scan_images(folder, silent)
    read.clear()
    save(folder / "3.png", 99)
    # However coarse the clock of the disk is.
    os.utime(folder / "3.png", ns=(0, 0))
    (folder / "4.png").unlink()
    save(folder / "new.png", 50)
    shutil.copy2(folder / "1.png", folder / "other.png")
    (folder / "other.png").replace(folder / "0.png")
    assert widths(folder) == [11, 11, 12, *range(15, 10 + COUNT), 50, 99]
    assert sorted(read) == ["0.png", "3.png", "new.png"]


def test_a_file_that_could_not_be_read_is_tried_again(folder: Path, read: list[str]) -> None:
    whole = (folder / "0.png").read_bytes()
    (folder / "0.png").write_bytes(b"no image")
    status = (folder / "0.png").stat()
    assert len(widths(folder)) == COUNT - 1
    (folder / "0.png").write_bytes(whole)
    os.utime(folder / "0.png", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert len(widths(folder)) == COUNT


def test_another_folder_takes_the_place_of_the_last(folder: Path, tmp_path: Path, read: list[str]) -> None:
    other = tmp_path / "others"
    shutil.copytree(folder, other)
    scan_images(folder, silent)
    scan_images(other, silent)
    assert len(read) == 2 * COUNT
    assert image_headers._last[0] == other
    assert len(image_headers._last[1]) == COUNT


def test_a_look_that_was_broken_off_leaves_what_was_known(folder: Path, read: list[str]) -> None:
    def cancel(message: str, fraction: float | None) -> None:
        if message == "Looking at images":
            raise KeyboardInterrupt

    scan_images(folder, silent)
    with pytest.raises(KeyboardInterrupt):
        scan_images(folder, cancel)
    read.clear()
    scan_images(folder, silent)
    assert read == []
