"""The IDX reader takes every whole file and answers every other one with a sentence, without allocating for it."""

from __future__ import annotations

import gzip
import struct
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gan_desktop.core.errors import InputError
from gan_desktop.training.data import files
from gan_desktop.training.data.idx import read_images, read_labels

IMAGES = npst.arrays(np.uint8, st.tuples(*[st.integers(1, 6)] * 3))
LABELS = npst.arrays(np.uint8, st.integers(0, 40))

SMALL = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.fixture(scope="module")
def file() -> Iterator[Path]:
    """One path for all examples of a property."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "images-idx3-ubyte"


def packed(content: bytes, zipped: bool) -> bytes:
    return gzip.compress(content, 1, mtime=0) if zipped else content


def refusal(path: Path, content: bytes, read: Callable[[Path], object] = read_images) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read(path)
    assert refused.value.key == "data.path"
    assert str(refused.value).startswith(f"data.path: {path} ")
    assert "\n" not in str(refused.value)
    return str(refused.value)


@given(values=IMAGES, zipped=st.booleans())
def test_images_round_trip(file: Path, idx_bytes: Callable[..., bytes], values: np.ndarray, zipped: bool) -> None:
    file.write_bytes(packed(idx_bytes(values), zipped))
    images = read_images(file)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, values)


@given(values=LABELS, zipped=st.booleans())
def test_labels_round_trip(file: Path, idx_bytes: Callable[..., bytes], values: np.ndarray, zipped: bool) -> None:
    file.write_bytes(packed(idx_bytes(values), zipped))
    labels = read_labels(file)
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, values)


@given(values=IMAGES, zipped=st.booleans(), data=st.data())
def test_a_file_cut_short_is_refused(
    file: Path, idx_bytes: Callable[..., bytes], values: np.ndarray, zipped: bool, data: st.DataObject
) -> None:
    content = packed(idx_bytes(values), zipped)
    refusal(file, content[: data.draw(st.integers(0, len(content) - 1))])


@given(values=IMAGES, zipped=st.booleans(), data=st.data())
def test_any_damage_gives_an_array_or_a_sentence(
    file: Path, idx_bytes: Callable[..., bytes], values: np.ndarray, zipped: bool, data: st.DataObject
) -> None:
    content = bytearray(packed(idx_bytes(values), zipped))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content) - 1, 40)))] = data.draw(st.integers(0, 255))
    file.write_bytes(content)
    tracemalloc.start()
    try:
        with suppress(InputError):
            assert read_images(file).ndim == 3
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 * files.CHUNK


@given(content=st.binary(max_size=64))
def test_any_bytes_are_refused_or_read(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for read in (read_images, read_labels):
        with suppress(InputError):
            read(file)


def test_a_missing_file_a_folder_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing does not exist"):
        read_images(tmp_path / "missing")
    with pytest.raises(InputError, match="is not a file"):
        read_images(tmp_path)
    assert refusal(tmp_path / "empty", b"").endswith("is empty (0 bytes)")
    assert "it begins with 0x, one of images" in refusal(tmp_path / "nothing", gzip.compress(b""))


def test_the_first_bytes_are_named(tmp_path: Path, idx_bytes: Callable[..., bytes]) -> None:
    path = tmp_path / "file"
    assert "begins with 0x89504e47, one of images with 0x00000803" in refusal(path, b"\x89PNG\r\n")
    assert "begins with 0x0000, " in refusal(path, b"\0\0")
    assert "type code 0x0d; allowed: 0x08" in refusal(path, idx_bytes(SMALL, 0x0D))
    assert "of images: its dimension count is 1, allowed: 3" in refusal(path, idx_bytes(SMALL.ravel()))
    assert "of labels: its dimension count is 3, allowed: 1" in refusal(path, idx_bytes(SMALL), read_labels)
    assert "of images: its dimension count is 255" in refusal(path, b"\0\0\x08\xff" + b"\0" * 9)
    assert "ends within its header, after 9 of 16 bytes" in refusal(path, idx_bytes(SMALL)[:9])


@pytest.mark.parametrize("zipped", [False, True])
def test_a_count_that_disagrees_with_the_header(tmp_path: Path, idx_bytes: Callable[..., bytes], zipped: bool) -> None:
    path, content = tmp_path / "file", idx_bytes(SMALL)
    announced = "its header announces 24 bytes (2 x 3 x 4), but"
    assert f"{announced} 23 bytes follow" in refusal(path, packed(content[:-1], zipped))
    longer = refusal(path, packed(content + b"\0", zipped))
    assert f"{announced} {'more' if zipped else '25'} bytes follow" in longer


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((2**32 - 1, 1024, 1024), "announces 4,503,599,626,321,920 bytes, at most 1,073,741,824 are allowed"),
        ((1, 2**32 - 1, 1), "images of 4294967295 x 1 pixels, 1 to 1024 a side are allowed"),
        ((1, 28, 1025), "images of 28 x 1025 pixels"),
        ((1, 0, 28), "images of 0 x 28 pixels"),
        ((0, 28, 28), "holds no images: its header announces 0"),
        ((2**20, 32, 32), "but 100 bytes follow"),
    ],
)
def test_a_header_that_claims_too_much_costs_nothing(
    tmp_path: Path, shape: tuple[int, ...], sentence: str, zipped: bool
) -> None:
    path = tmp_path / "file"
    path.write_bytes(packed(b"\0\0\x08\x03" + struct.pack(">3I", *shape) + bytes(100), zipped))
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as refused:
            read_images(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * files.CHUNK
    finally:
        tracemalloc.stop()
    assert sentence in str(refused.value)


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    with gzip.open(path, "wb", compresslevel=1) as bomb:
        bomb.write(b"\0\0\x08\x03" + struct.pack(">3I", 10, 28, 28))
        for _ in range(64):
            bomb.write(bytes(2**20))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"announces 7,840 bytes .* but more bytes follow"):
            read_images(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * files.CHUNK
    finally:
        tracemalloc.stop()


def test_damaged_gzip_is_named(tmp_path: Path, idx_bytes: Callable[..., bytes]) -> None:
    path, whole = tmp_path / "file.gz", gzip.compress(idx_bytes(SMALL), mtime=0)
    assert "is a damaged gzip file: " in refusal(path, whole[:-6])
    assert "is a damaged gzip file: CRC check failed" in refusal(path, whole[:-8] + b"\1\2\3\4" + whole[-4:])
    assert "is a damaged gzip file: " in refusal(path, whole[:12] + b"\xff\xff" + whole[14:])
    assert "is a damaged gzip file: " in refusal(path, whole + b"garbage")


def test_gzip_is_seen_from_the_content_not_from_the_name(tmp_path: Path, idx_bytes: Callable[..., bytes]) -> None:
    (tmp_path / "plain.gz").write_bytes(idx_bytes(SMALL))
    (tmp_path / "zipped").write_bytes(gzip.compress(idx_bytes(SMALL)))
    for path in tmp_path.iterdir():
        np.testing.assert_array_equal(read_images(path), SMALL)


def test_the_real_files_are_read(real_mnist: Path) -> None:
    images = read_images(real_mnist / "t10k-images-idx3-ubyte.gz")
    labels = read_labels(real_mnist / "t10k-labels-idx1-ubyte.gz")
    assert images.shape == (10_000, 28, 28)
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
