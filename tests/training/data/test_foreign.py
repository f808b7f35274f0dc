"""Files of other programs are named, with how to convert them, by every data set and the preview."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.training.data.folder_preview import preview_folder
from gan_desktop.training.data.foreign import FOREIGN, LOOKED_AT, foreign_kind

Refused = Callable[..., str]
READERS = ("arrays", "points", "images", "mnist")


@pytest.mark.parametrize("place", range(len(FOREIGN)))
def test_each_is_told_by_its_mark(place: int) -> None:
    offset, mark, text = FOREIGN[place]
    assert foreign_kind(bytes(offset) + mark + bytes(99)) == f"is {text}"
    assert offset + len(mark) <= LOOKED_AT


@pytest.mark.parametrize("start", [b"", b"1,2\n", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"\0\0\x08\x03", bytes(500)])
def test_what_is_read_here_is_not_foreign(start: bytes) -> None:
    assert foreign_kind(start) == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"\x89HDF\r\n\x1a\n",
            "is an HDF5 file, which is not read here; convert it: np.save('data.npy', h5py.",
        ),
        (bytes(128) + b"DICM", "is a DICOM file, which is not read here; convert it: np.save('data.npy', np.stack("),
        (b"\x80\x04\x95", "is a Python pickle, which is not read here; convert it: np.save("),
        (b"\0\0\0\x18ftypheic", "is a single image, of a kind that is not read here; save it as PNG or JPEG"),
    ],
)
def test_every_reader_says_it(content: bytes, sentence: str, tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "file"
    path.write_bytes(content + bytes(64))
    for reader in READERS:
        assert sentence in refused(reader, path)
    with pytest.raises(InputError, match="file is a") as told:
        preview_folder(path)
    assert sentence in str(told.value)


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (
            "more.zip",
            "is a zip file with another one in it, which is not read here; unpack it",
        ),
        ("xl/workbook.xml", "is an Office document, which is not read here; save its table as CSV"),
        ("archive/data.pkl", "is a PyTorch file, which is not read here; convert it: np.save('data.npy', torch.load("),
        ("a.csv", "is a zip file of texts, which is not read here; unpack it and choose the one to train on"),
        ("a.bin", "is a zip file without images and arrays: it holds a.bin; allowed: image files, or .npy files"),
    ],
)
def test_archives_of_something_else(member: str, sentence: str, tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, b"hello")
    for reader in READERS:
        assert sentence in refused(reader, path)
    with pytest.raises(InputError) as told:
        preview_folder(path)
    assert sentence in str(told.value)
