"""The .npz reader takes plain arrays of known names and answers everything else with a sentence."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.training.data import files
from gan_desktop.training.data.npz import read_npz

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
LABELS = np.array([7, 9])


def save(path: Path, **arrays: object) -> Path:
    np.savez_compressed(path, **arrays)
    return path


def refusal(path: Path, **arrays: object) -> str:
    if arrays:
        save(path, **arrays)
    with pytest.raises(InputError) as refused:
        read_npz(path)
    assert refused.value.key == "data.path"
    assert str(refused.value).startswith(f"data.path: {path}")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    return str(refused.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.npz"


def with_header(path: Path, header: bytes, content: bytes = b"", version: bytes = b"\x01\x00") -> Path:
    """An archive whose array `images` begins with that header."""
    size = len(header).to_bytes(2 if version == b"\x01\x00" else 4, "little")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", b"\x93NUMPY" + version + size + header + content)
    return path


@pytest.mark.parametrize("names", [("images", "labels"), ("x", "y"), ("x_train", "y_train"), ("x_test", "y_test")])
def test_known_names_are_read(path: Path, names: tuple[str, str]) -> None:
    (part,) = read_npz(save(path, **dict(zip(names, (IMAGES, LABELS), strict=True))))
    np.testing.assert_array_equal(part.images, IMAGES)
    assert part.labels.tolist() == [7, 9]
    assert part.labels.dtype == np.int64


def test_keras_parts_come_training_set_first(path: Path) -> None:
    arrays = {"x_test": IMAGES, "y_test": LABELS, "x_train": IMAGES[:1], "y_train": LABELS[:1], "x": IMAGES}
    assert [len(part.images) for part in read_npz(save(path, **arrays))] == [1, 2]


def test_labels_may_be_missing(path: Path) -> None:
    (part,) = read_npz(save(path, x=IMAGES))
    assert part.labels is None


@pytest.mark.parametrize("dtype", ["u1", "i1", "<i4", ">i4", "<u8", ">u2"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("channel", [(), (1,)])
def test_whole_numbers_of_any_width_and_order(path: Path, dtype: str, order: str, channel: tuple[int, ...]) -> None:
    array = np.asarray(IMAGES.reshape(*IMAGES.shape, *channel), dtype, order=order)
    (part,) = read_npz(save(path, images=array, labels=LABELS.reshape(2, *channel)))
    np.testing.assert_array_equal(part.images, IMAGES)
    assert part.images.dtype == np.uint8
    assert part.labels.shape == (2,)


def test_arrays_written_by_python_2_are_read(path: Path) -> None:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L, 4L), }\n"
    (part,) = read_npz(with_header(path, header, IMAGES.tobytes()))
    np.testing.assert_array_equal(part.images, IMAGES)


def test_wrong_names_types_shapes_and_values(path: Path) -> None:
    assert "its arrays are pictures; allowed: x_train, x_test, X_train" in refusal(path, pictures=IMAGES)
    assert "holds the labels 'y_train' without their images" in refusal(path, x_test=IMAGES, y_train=LABELS)
    assert "'x' holds type '<f8'; allowed: whole numbers 0 to 255" in refusal(path, x=IMAGES / 255)
    assert "'x' holds Python objects" in refusal(path, x=np.array([{}], object))
    assert "holds type '|b1'" in refusal(path, x=IMAGES > 1)
    assert "'x' has shape (24,); allowed: (count, height, width)" in refusal(path, x=IMAGES.ravel())
    assert "'x' has shape (2, 1, 3, 4)" in refusal(path, x=IMAGES[:, None])
    assert "'x' has shape ()" in refusal(path, x=np.uint8(3))
    assert "holds no images: 'x' announces 0" in refusal(path, x=IMAGES[:0])
    assert "images of 0 x 4 pixels" in refusal(path, x=IMAGES[:, :0])
    assert "'x' holds values from -1 to 22; allowed: 0 to 255" in refusal(path, x=IMAGES.astype(int) - 1)
    assert "'x' holds values from 233 to 256" in refusal(path, x=IMAGES.astype(int) + 233)
    assert "'y' have shape (2, 2) and are not one-hot" in refusal(path, x=IMAGES, y=np.zeros((2, 2), int))
    assert "'y' has 3 labels and " in refusal(path, x=IMAGES, y=np.zeros(3, int))
    assert "'x' holds records; allowed: whole numbers 0 to 255" in refusal(path, x=np.zeros((1, 1, 1), [("a", "u1")]))


def test_not_an_archive(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 is all there is")
    assert "is a damaged .npz archive" in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", b"text")
    assert "'x' begins with 0x74657874, not as a NumPy array" in refusal(path)
    with zipfile.ZipFile(path, "w"):
        pass
    assert "it holds nothing; allowed: image files, or .npy files" in refusal(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.npy", b"")
    assert "'x' is packed by method 14; allowed: stored or deflated" in refusal(path)
    with pytest.raises(InputError, match="does not exist"):
        read_npz(tmp_path / "missing")


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (1048576, 1024, 1024), }", "at most 1,073,741,824 are"),
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (" + b"9" * 5000 + b", 2, 2), }", "at most 1,073,741,824"),
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (1048576, 32, 32), }", "but 0 bytes follow"),
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (-2, 3, 4), }", "is not a plain array"),
        (b"{'descr': '|u1', 'fortran_order': False, 'shape': (" + b"1" * 60000, "is not a plain array"),
        (b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3, 4), }", "holds Python objects"),
        (b"[" * 60000, "is not a plain array"),
        (b"", "is not a plain array"),
    ],
)
def test_a_header_that_claims_too_much_costs_nothing(path: Path, header: bytes, sentence: str) -> None:
    with_header(path, header)
    tracemalloc.start()
    try:
        assert sentence in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * files.CHUNK
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_not_unpacked(path: Path) -> None:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }"
    with_header(path, header, bytes(64 * 2**20))
    tracemalloc.start()
    try:
        assert "announces 24 bytes (shape (2, 3, 4)), but more bytes follow" in refusal(path)
        with_header(path, bytes(64 * 2**20), version=b"\x02\x00")
        tracemalloc.reset_peak()
        assert "not as a NumPy array of version 1.0" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * files.CHUNK
    finally:
        tracemalloc.stop()


@given(st.data())
def test_any_damage_gives_arrays_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    stream = io.BytesIO()
    np.savez(stream, x=IMAGES, y=LABELS)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    with suppress(InputError):
        assert read_npz(path)
