"""Images from NumPy and IDX files: every plain array of images, and one sentence for everything else."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import datasets
from gan_desktop.training.data import arrays, files
from gan_desktop.training.data.dataset import DataRequest, DataSet

Load = Callable[..., DataSet]
Refused = Callable[..., str]

GREY = np.random.default_rng(0).integers(0, 256, (20, 12, 12)).astype(np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (20, 12, 12, 3)).astype(np.uint8)


@pytest.fixture
def npy(tmp_path: Path) -> Callable[..., Path]:
    """Saves an array and says where."""

    def save(array: Any) -> Path:
        np.save(tmp_path / "array.npy", array)
        return tmp_path / "array.npy"

    return save


def npy_bytes(descr: str, shape: str, content: bytes = b"", order: str = "False") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


@pytest.mark.parametrize("array", [GREY, GREY[..., None], COLOUR], ids=["grey", "one channel", "colour"])
@pytest.mark.parametrize("dtype", ["u1", "<i4", ">u2", "f4", ">f8", "f2"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("stream", ["always", "never"])
def test_plain_arrays(npy: Any, load_data: Load, array: np.ndarray, dtype: str, order: str, stream: str) -> None:
    data = load_data("arrays", npy(np.asarray(array, dtype, order=order)), stream=stream)
    assert isinstance(data.samples, np.ndarray) == (stream == "never")
    expected = array.reshape(20, 12, 12, -1).astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(data.take(np.arange(20)), expected)
    assert data.title == "array.npy, 20 images of 12 x 12"
    assert data.labels is None


@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f8"])
def test_floats_of_either_range(npy: Any, load_data: Load, dtype: str) -> None:
    unit = (GREY / 255).astype(dtype)
    np.testing.assert_array_equal(load_data("arrays", npy(unit)).samples[..., 0], unit.astype(np.float32))
    np.testing.assert_allclose(load_data("arrays", npy(unit * 255)).samples[..., 0], unit, atol=1e-3)


def test_values_that_are_none(npy: Any, refused: Refused) -> None:
    allowed = "allowed: whole numbers 0 to 255, or floats 0 to 1 or 0 to 255"
    wrong = (GREY / 255).astype("f4")
    for value in (np.nan, np.inf):
        wrong[7, 3, 3] = value
        assert refused("arrays", npy(wrong)).endswith(f"image 7 (counted from 0) holds NaN or infinity; {allowed}")
    assert refused("arrays", npy(GREY / 127.5 - 1)).endswith(f"its values are -1 to 1; {allowed}")
    assert refused("arrays", npy(GREY.astype(int) + 1)).endswith(f"its values are 1 to 256; {allowed}")
    assert refused("arrays", npy(GREY > 1)).endswith(f"the array holds type '|b1'; {allowed}")
    assert refused("arrays", npy(GREY.astype(complex))).endswith(f"the array holds type '<c16'; {allowed}")


def test_an_array_of_objects(tmp_path: Path, refused: Refused) -> None:
    ran = []

    class Trap:
        def __reduce__(self) -> Any:
            return ran.append, (1,)

    np.save(tmp_path / "a.npy", np.array([Trap()], object), allow_pickle=True)
    assert "the array holds Python objects; allowed: whole numbers" in refused("arrays", tmp_path / "a.npy")
    np.savez(tmp_path / "a.npz", images=np.array([Trap()], object))
    assert "'images' holds Python objects" in refused("arrays", tmp_path / "a.npz")
    assert ran == []


def test_nearly_black_is_said(npy: Any, load_data: Load) -> None:
    assert "nearly black" in load_data("arrays", npy(GREY % 2)).notes[0]
    assert load_data("arrays", npy((GREY % 2).astype("f4"))).notes == ()


def test_wrong_shapes(npy: Any, refused: Refused) -> None:
    assert "the array has shape (240, 12); allowed: (count, height, width)" in refused(
        "arrays", npy(GREY.reshape(240, 12))
    )
    assert "the array has shape (20, 12, 12, 2)" in refused("arrays", npy(COLOUR[..., :2]))
    assert "announces 0, at least 1" in refused("arrays", npy(GREY[:0]))
    assert "images of 0 x 12 pixels" in refused("arrays", npy(GREY[:, :0]))


def test_a_size_is_asked_for_where_there_is_no_native_one(npy: Any, load_data: Load, refused: Refused) -> None:
    for array, size in ((GREY[:, :10], "10 x 12"), (GREY[:, :7, :7], "7 x 7"), (np.zeros((2, 200, 200)), "200 x 200")):
        sentence = refused("arrays", npy(array), key="data.image_size")
        assert sentence.endswith(f"the images of array.npy are {size}; give a size from 8 to 128")
    data = load_data("arrays", npy(COLOUR[:, :10]), image_size=16)
    assert data.samples.shape == (20, 16, 16, 3)
    assert data.title == "array.npy, 20 images of 16 x 16 resized from 10 x 12"
    assert 0 <= data.samples.min() < data.samples.max() <= 1


@pytest.mark.parametrize("names", [("images", "labels"), ("x", "y"), ("x_train", "y_train")])
def test_archives_with_labels(tmp_path: Path, load_data: Load, names: tuple[str, str]) -> None:
    np.savez_compressed(tmp_path / "a.npz", **dict(zip(names, (COLOUR, np.arange(20) % 3), strict=True)))
    data = load_data("arrays", tmp_path / "a.npz")
    np.testing.assert_array_equal(data.samples, COLOUR.astype(np.float32) / np.float32(255))
    assert data.labels.tolist() == (np.arange(20) % 3).tolist()
    assert data.classes == 3


def test_archives_of_one_array_and_of_parts(tmp_path: Path, load_data: Load, refused: Refused) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, GREY)
    assert load_data("arrays", path).samples.shape == (20, 12, 12, 1)
    np.savez(path, x_train=GREY, y_train=np.zeros(20, int), x_test=GREY[:5], y_test=np.ones(5, int))
    data = load_data("arrays", path)
    assert (len(data), data.labels.tolist()) == (25, [0] * 20 + [1] * 5)
    np.savez(path, x_train=GREY, x_test=COLOUR)
    assert "of several shapes, (12, 12) and (12, 12, 3)" in refused("arrays", path)
    np.savez(path, one=GREY, two=GREY)
    assert "its arrays are one, two; allowed: x_train, x_test, images, x" in refused("arrays", path)


def test_an_idx_file(tmp_path: Path, load_data: Load, idx_bytes: Any) -> None:
    (tmp_path / "images").write_bytes(idx_bytes(GREY))
    np.testing.assert_array_equal(load_data("arrays", tmp_path / "images").samples[..., 0] * 255, GREY)


def test_no_such_file(tmp_path: Path, refused: Refused) -> None:
    assert refused("arrays", tmp_path / "missing.npy").endswith("missing.npy does not exist")
    assert "is a folder; allowed: an .npy, .npz, IDX or CSV file" in refused("arrays", tmp_path)
    (tmp_path / "empty.npy").write_bytes(b"")
    assert refused("arrays", tmp_path / "empty.npy").endswith("is empty (0 bytes)")
    (tmp_path / "text.npy").write_text("text")
    assert "text.npy holds no images: a line of pixels for each is looked for" in refused(
        "arrays", tmp_path / "text.npy"
    )


@pytest.mark.parametrize("order", ["False", "True"])
@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ("(1000000, 1000, 1000)", "announces 1,000,000,000,000 bytes (shape (1000000, 1000, 1000)), 100 bytes follow"),
        ("(" + "9" * 5000 + ", 8, 8)", "100 bytes follow"),
        ("(1, 8, 8)", "announces 64 bytes (shape (1, 8, 8)), 100 bytes follow"),
        ("(2, 8, 8)", "announces 128 bytes"),
        ("(-1, 8, 8)", "is not a plain array"),
    ],
)
def test_a_header_that_lies_about_its_size(
    tmp_path: Path, refused: Refused, shape: str, sentence: str, order: str
) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(npy_bytes("'|u1'", shape, bytes(100), order))
    tracemalloc.start()
    try:
        assert sentence in refused("arrays", path)
        assert tracemalloc.get_traced_memory()[1] < 8 * files.CHUNK
    finally:
        tracemalloc.stop()


def test_a_file_that_shrinks_while_the_run_goes_on(npy: Any, load_data: Load) -> None:
    path = npy(GREY)
    data = load_data("arrays", path, stream="always")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match=r"array\.npy is shorter than it was when the run began"):
        data.take(np.array([19]))


def test_large_files_are_looked_at_in_parts(npy: Any, load_data: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "SCANNED", 12 * 12 * 3)
    told: list[tuple[str, float | None]] = []
    load_data("arrays", npy(GREY / 255), report=lambda *report: told.append(report))
    assert [fraction for message, fraction in told if message == "Checking values"] == pytest.approx(
        [start / 20 for start in range(0, 20, 3)]
    )


VALID = io.BytesIO()
np.save(VALID, GREY[:2, :8, :8])


@given(st.data())
def test_any_damage_gives_images_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(VALID.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    check(tmp_path_factory, bytes(content[: data.draw(st.integers(0, len(content)))]))


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"\0\0\x08\x03"]))
@example(b"", b"\x93NUMPY\x01\x00")
@example(b"{'descr': 'O', 'fortran_order': False, 'shape': (1, 8, 8)}", b"\x93NUMPY\x01\x00\x40\x00")
def test_any_bytes_give_images_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, magic: bytes
) -> None:
    check(tmp_path_factory, magic + content)


def check(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.npy"
    path.write_bytes(content)
    entry = datasets["arrays"]
    with suppress(InputError):
        data = entry.value(DataRequest(entry.options(image_size=8), path))
        assert data.samples.shape[1:3] == (8, 8)
        assert 0 <= data.samples.min() <= data.samples.max() <= 1
