"""CIFAR-10 from its archive, its folder, the cache and a download; damage is answered with a sentence."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import datasets
from gan_desktop.training.data import cifar10
from gan_desktop.training.data.cifar10 import ARCHIVE, CLASSES, RECORD
from gan_desktop.training.data.dataset import DataRequest, DataSet

Load = Callable[..., DataSet]
Refused = Callable[..., str]

RECORDS = np.random.default_rng(0).integers(0, 256, (6, RECORD)).astype(np.uint8)
RECORDS[:, 0] = [3, 9, 0, 1, 2, 5]
FILES = {
    "test_batch.bin": RECORDS[4:].tobytes(),
    "data_batch_2.bin": RECORDS[3:4].tobytes(),
    "data_batch_1.bin": RECORDS[:3].tobytes(),
    "batches.meta.txt": b"airplane\n",
    "readme.html": b"<html/>",
}


def tar(files: dict[str, bytes], folder: str = "cifar-10-batches-bin/") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(folder + name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "any name"
    path.write_bytes(tar(FILES))
    return path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A small archive that passes for the real one."""
    content = tar(FILES)
    digest = f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"
    monkeypatch.setattr(cifar10, "ARCHIVE", replace(ARCHIVE, digest=digest, size=len(content)))
    return content


def check_data(data: DataSet) -> None:
    assert data.title == "CIFAR-10, 6 images of 32 x 32"
    assert data.labels.tolist() == [3, 9, 0, 1, 2, 5]
    assert data.class_names == CLASSES
    assert data.samples.shape == (6, 32, 32, 3)
    for channel in range(3):
        plane = RECORDS[:, 1 + 1024 * channel : 1 + 1024 * (channel + 1)].reshape(6, 32, 32)
        np.testing.assert_array_equal(data.samples[..., channel], plane.astype(np.float32) / np.float32(255))


def test_an_archive_gives_the_training_set_first(archive: Path, load_data: Load) -> None:
    check_data(load_data("cifar10", archive))


@pytest.mark.parametrize("inner", ["", "cifar-10-batches-bin"])
def test_a_folder(tmp_path: Path, load_data: Load, inner: str) -> None:
    folder = tmp_path / "folder" / inner
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    check_data(load_data("cifar10", tmp_path / "folder"))


def test_images_are_resized(archive: Path, load_data: Load) -> None:
    data = load_data("cifar10", archive, image_size=16)
    assert data.title == "CIFAR-10, 6 images of 16 x 16 resized from 32 x 32"
    assert data.samples.shape == (6, 16, 16, 3)
    assert 0 <= data.samples.min() < data.samples.max() <= 1


def test_a_download_fills_the_cache_and_is_made_once(
    server: Any, cache: Path, small: bytes, load_data: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.contents[ARCHIVE.name] = small
    told: list[str] = []
    check_data(load_data("cifar10", report=lambda message, _: told.append(message)))
    assert told[0] == "Downloading CIFAR-10"
    assert [path.name for path in (cache / "cifar10").iterdir()] == [ARCHIVE.name]
    check_data(load_data("cifar10"))
    assert server.asked == [ARCHIVE.name]


def test_another_content_than_expected(server: Any, cache: Path, refused: Refused) -> None:
    server.contents[ARCHIVE.name] = tar(FILES)
    sentence = refused("cifar10")
    assert (
        "is not the file expected (its hash differs); set data.path to cifar-10-binary.tar.gz or a folder" in sentence
    )
    assert not list((cache / "cifar10").iterdir())


def test_without_a_network_one_sentence_says_what_to_do(cache: Path, refused: Refused) -> None:
    assert refused("cifar10").startswith("CIFAR-10 could not be downloaded: ")
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_the_address_is_the_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    from gan_desktop.training.data.download import base_url

    monkeypatch.delenv("GAN_DESKTOP_MIRROR")
    assert base_url(ARCHIVE.base) + ARCHIVE.name == "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"readme.html": b""}, "holds no batch of CIFAR-10; allowed: cifar-10-binary.tar.gz or a folder"),
        ({"test_batch.bin": b""}, "test_batch.bin has 0 bytes; allowed: a multiple of 3,073"),
        ({"test_batch.bin": bytes(RECORD + 1)}, "test_batch.bin has 3,074 bytes"),
        ({"test_batch.bin": bytes(RECORD * 10_001)}, "test_batch.bin has 30,733,073 bytes; allowed"),
        ({"test_batch.bin": b"\x0a" * RECORD}, "test_batch.bin holds the label 10; allowed: 0 to 9"),
    ],
)
def test_wrong_contents(tmp_path: Path, refused: Refused, files: dict[str, bytes], sentence: str) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(tar(files))
    assert sentence in refused("cifar10", path)


def test_files_of_another_kind(tmp_path: Path, refused: Refused, archive: Path) -> None:
    path = tmp_path / "file"
    assert refused("cifar10", path).endswith("file does not exist")
    path.write_bytes(b"text")
    assert "is not a .tar.gz archive, or damaged" in refused("cifar10", path)
    path.write_bytes(gzip.compress(b"text"))
    assert "is not a .tar.gz archive, or damaged" in refused("cifar10", path)
    path.write_bytes(archive.read_bytes()[:-2000])
    assert "is not a .tar.gz archive, or damaged" in refused("cifar10", path)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "empty holds no batch of CIFAR-10" in refused("cifar10", empty)


def test_nothing_is_written_and_links_are_not_followed(tmp_path: Path, refused: Refused) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(RECORDS.tobytes())
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("data_batch_1.bin")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        archive.addfile(link)
        member = tarfile.TarInfo("../../escaped.bin")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"out"))
    before = sorted(tmp_path.rglob("*"))
    assert "holds no batch of CIFAR-10" in refused("cifar10", path)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_that_unpacks_without_end(tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "LARGEST_ARCHIVE", 2**22)
    path = tmp_path / "a.tar.gz"
    header = tarfile.TarInfo("a")
    # A name that is claimed to be a gigabyte long.
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2**30
    path.write_bytes(gzip.compress(header.tobuf() + bytes(2**26)))
    tracemalloc.start()
    try:
        assert "is refused: it unpacks to more than 4,194,304 bytes" in refused("cifar10", path)
        assert tracemalloc.get_traced_memory()[1] < 2**25
    finally:
        tracemalloc.stop()


@given(st.data())
def test_any_damage_gives_images_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(gzip.decompress(tar({"test_batch.bin": FILES["test_batch.bin"]})))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, 600))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "any.tar.gz"
    path.write_bytes(gzip.compress(bytes(content), 1))
    entry = datasets["cifar10"]
    with suppress(InputError):
        assert entry.value(DataRequest(entry.options(), path)).sample_shape == (32, 32, 3)
