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
from gan_desktop.training.data.npy import PLAIN

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
    wrong = (GREY / 255).astype("f4")
    for value in (np.nan, np.inf):
        wrong[7, 3, 3] = value
        sentence = refused("arrays", npy(wrong))
        assert "image 7 (counted from 0) holds NaN or infinity; allowed: finite numbers; save np.nan_to_num" in sentence
    wrong = wrong.astype("f8")
    wrong[8, 0, 0] = -1e300
    wrong[7] = 0
    assert "image 8 (counted from 0) holds a number beyond 1e+30" in refused("arrays", npy(wrong))
    allowed = "allowed: whole numbers, floats, or True and False"
    sentence = refused("arrays", npy(GREY.astype(complex)))
    assert sentence.endswith(f"the array holds complex numbers; {allowed}; save np.abs(array) instead")


@pytest.mark.parametrize("stream", ["always", "never"])
@pytest.mark.parametrize(
    ("array", "note"),
    [
        (GREY.astype("<u2") * 16, "The array has values up to 4,080: scaled by that."),
        (GREY.astype(">i2") * 4, "The array has values up to 1,020: scaled by that."),
        (GREY.astype("<i4") * 12 - 1024, "The array has values from -1,024 to 2,036: the lowest is black"),
        (GREY.astype("f4") / 127.5 - 1, "The array has values from -1 to 1: -1 is black, 1 is white."),
        (GREY.astype("f8") / 50 - 2, "The array has values from -2 to 3.1: the lowest is black, the highest white."),
        (GREY.astype("f4"), "The array has values up to 255: 0 is black, 255 is white."),
        (GREY.astype("f8") / 255 * 16, "The array has values up to 16: scaled by that."),
    ],
)
def test_any_range_is_understood(npy: Any, load_data: Load, array: np.ndarray, note: str, stream: str) -> None:
    data = load_data("arrays", npy(array), stream=stream)
    assert (GREY.min(), GREY.max()) == (0, 255)
    np.testing.assert_allclose(data.take(np.arange(20))[..., 0], GREY / 255, atol=2e-6)
    assert len(data.notes) == 1
    assert data.notes[0].startswith(note)


def test_black_and_white(npy: Any, load_data: Load) -> None:
    expected = (GREY % 2).astype("f4")
    for array, note in (
        (GREY % 2 == 1, "The array has True and False: white and black."),
        (GREY % 2, "The array has values up to 1: scaled by that."),
    ):
        data = load_data("arrays", npy(array))
        np.testing.assert_array_equal(data.samples[..., 0], expected)
        assert data.notes == (note,)
    assert load_data("arrays", npy(expected)).notes == ()


@pytest.mark.parametrize("stream", ["always", "never"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    ("array", "expected", "note"),
    [
        (GREY.reshape(20, 144), GREY[..., None], ("Each row of 144 numbers is an image of 12 x 12.",)),
        (GREY[:, None], GREY[..., None], ("The channels stand before the height.",)),
        (COLOUR.transpose(0, 3, 1, 2), COLOUR, ("The channels stand before the height.",)),
    ],
)
def test_any_layout_is_understood(
    npy: Any, load_data: Load, array: np.ndarray, expected: np.ndarray, note: tuple[str, ...], order: str, stream: str
) -> None:
    data = load_data("arrays", npy(np.asarray(array, order=order)), stream=stream)
    np.testing.assert_array_equal(data.take(np.arange(20)), expected.astype("f4") / np.float32(255))
    assert data.notes == note


@pytest.mark.parametrize("stream", ["always", "never"])
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("scale", [1, 1 / 255])
def test_what_is_transparent_is_white(npy: Any, load_data: Load, first: bool, scale: float, stream: str) -> None:
    opacity = np.full((20, 12, 12, 1), 255, np.uint8)
    opacity[:, :6], opacity[:, 6] = 0, 51
    array = np.concatenate([COLOUR, opacity], axis=3)
    array = array if scale == 1 else (array * scale).astype("f4")
    data = load_data("arrays", npy(array.transpose(0, 3, 1, 2) if first else array), stream=stream)
    samples = data.take(np.arange(20))
    assert samples.shape == COLOUR.shape
    assert (samples[:, :6] == 1).all()
    np.testing.assert_allclose(samples[:, 6], COLOUR[:, 6] / 255 * 0.2 + 0.8, atol=1e-6)
    np.testing.assert_allclose(samples[:, 7:], COLOUR[:, 7:] / 255, atol=1e-6)
    assert data.notes[-1].endswith("Of 4 channels the last is opacity: what is transparent is laid over white.")


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


def test_wrong_shapes(npy: Any, refused: Refused) -> None:
    assert "the array has shape (240, 12); allowed: (count, height, width)" in refused(
        "arrays", npy(GREY.reshape(240, 12))
    )
    for shape, advice in {
        (2, 3072): "save array.reshape(-1, 3, 32, 32) where three planes follow each other, as in CIFAR-10, or array.",
        (20, 30): "save array.reshape(-1, height, width), or array[None] where it is one image",
        (2, 12, 12, 2): "save array[..., 0]",
        (2, 12, 12, 5): "save array[..., 0] or array[..., :3]",
        (2, 5, 12, 12): "save array[:, 0] or array[:, :3]",
        (20, 2): "data.name = 'points' reads numbers and points in the plane",
        (12, 12, 3, 20): "save np.moveaxis(array, -1, 0) where the count is last",
        (2, 5, 12, 12, 3): "save array.reshape(-1, 12, 12, 3)",
    }.items():
        sentence = refused("arrays", npy(np.zeros(shape, "u1")))
        assert f"the array has shape {shape}; allowed: (count, height, width), with or without 1, 3 or 4" in sentence
        assert advice in sentence
    numbers = refused("arrays", npy(np.zeros(9)))
    assert "the array has shape (9,); allowed: (count, height, width)" in numbers
    assert numbers.endswith("; data.name = 'points' reads numbers and points in the plane")
    assert "announces 0, at least 1" in refused("arrays", npy(GREY[:0]))
    assert "images of 0 x 12 pixels" in refused("arrays", npy(GREY[:, :0]))


def test_a_size_is_asked_for_where_there_is_no_native_one(npy: Any, load_data: Load, refused: Refused) -> None:
    for array, size in ((GREY[:, :7], "7 x 12"), (GREY[:, :7, :7], "7 x 7"), (np.zeros((2, 200, 99)), "200 x 99")):
        sentence = refused("arrays", npy(array), key="data.image_size")
        assert sentence.endswith(
            f"the images of array.npy are {size}; allowed: a whole number from 8 to 128, or "
            "height x width, as in '32x64'"
        )
    data = load_data("arrays", npy(COLOUR[:, :7]), image_size=16)
    assert data.samples.shape == (20, 16, 16, 3)
    assert data.title == "array.npy, 20 images of 16 x 16 resized from 7 x 12"
    assert 0 <= data.samples.min() < data.samples.max() <= 1


def test_images_that_are_not_square(npy: Any, load_data: Load) -> None:
    wide = np.zeros((3, 16, 32), np.uint8)
    wide[:, :, 8:24] = 200
    path = npy(wide)
    data = load_data("arrays", path)
    assert data.samples.shape == (3, 16, 32, 1)
    assert data.title == "array.npy, 3 images of 16 x 32"
    np.testing.assert_array_equal(data.samples[..., 0], wide.astype("f4") / np.float32(255))
    cropped = load_data("arrays", path, image_size=16)
    np.testing.assert_array_equal(cropped.samples[..., 0], wide[:, :, 8:24].astype("f4") / np.float32(255))
    padded = load_data("arrays", path, image_size=32, fit="pad")
    np.testing.assert_array_equal(padded.samples[:, 8:24, :, 0], wide.astype("f4") / np.float32(255))
    assert (padded.samples[:, :8] == 1).all()
    assert (padded.samples[:, 24:] == 1).all()
    smaller = load_data("arrays", path, image_size="8x16")
    assert smaller.title == "array.npy, 3 images of 8 x 16 resized from 16 x 32"
    assert smaller.samples[0, 4, [0, 7, 15], 0].tolist() == pytest.approx([0, 200 / 255, 0], abs=0.01)


def test_labels_in_any_form(tmp_path: Path, load_data: Load) -> None:
    path, classes = tmp_path / "a.npz", np.arange(20) % 3
    for labels in (classes[:, None], classes.astype("f4"), np.eye(3)[classes]):
        np.savez(path, images=COLOUR, labels=labels)
        data = load_data("arrays", path)
        assert data.labels.tolist() == classes.tolist()
        one_hot = ("The labels 'labels' are one-hot: the place of the 1 is the class.",)
        assert data.notes == (one_hot if labels.shape == (20, 3) else ())


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (
            np.zeros(20, "datetime64[D]"),
            f"holds dates; allowed: {PLAIN.allowed}; save array.astype(np.int64)",
        ),
        (
            np.zeros(20, [("a", "f4"), ("b", "i4")]),
            f"holds records; allowed: {PLAIN.allowed}; save array['a']",
        ),
    ],
)
def test_arrays_of_other_things(array: np.ndarray, sentence: str, tmp_path: Path, refused: Refused) -> None:
    np.save(tmp_path / "a.npy", array)
    assert f"the array {sentence}" in refused("arrays", tmp_path / "a.npy")


def test_labels_that_are_objects_are_told_how_to_be_numbers(tmp_path: Path, refused: Refused) -> None:
    np.savez(tmp_path / "a.npz", images=GREY, labels=np.array(["cat"] * 20, object))
    sentence = refused("arrays", tmp_path / "a.npz")
    assert "'labels' holds Python objects; allowed" in sentence
    assert sentence.endswith("save np.unique(array, return_inverse=True)[1] instead")


def test_text_labels_are_told_how_to_be_numbers(tmp_path: Path, refused: Refused) -> None:
    np.savez(tmp_path / "a.npz", images=GREY, labels=np.array(["cat"] * 20))
    sentence = refused("arrays", tmp_path / "a.npz")
    assert "'labels' holds texts; allowed" in sentence
    assert sentence.endswith("save np.unique(array, return_inverse=True)[1] instead")


def test_scikit_learns_digits(tmp_path: Path, load_data: Load) -> None:
    from sklearn.datasets import load_digits

    np.savez(tmp_path / "a.npz", **{name: load_digits()[name] for name in ("data", "target")})
    data, digits = load_data("arrays", tmp_path / "a.npz"), load_data("digits")
    np.testing.assert_array_equal(data.samples, digits.samples)
    np.testing.assert_array_equal(data.labels, digits.labels)
    assert data.notes == (
        "Each row of 64 numbers is an image of 8 x 8.",
        "The array has values up to 16: scaled by that.",
    )


def test_parts_of_medmnist(tmp_path: Path, load_data: Load) -> None:
    parts = {f"{part}_images": GREY[:count] for part, count in (("train", 20), ("val", 3), ("test", 2))}
    labels = {f"{part}_labels": np.full((count, 1), count) for part, count in (("train", 20), ("val", 3), ("test", 2))}
    np.savez(tmp_path / "a.npz", **parts, **labels)
    assert load_data("arrays", tmp_path / "a.npz").labels.tolist() == [20] * 20 + [3] * 3 + [2] * 2


@pytest.mark.parametrize(
    "names",
    [
        ("images", "labels"),
        ("x", "y"),
        ("x_train", "y_train"),
        ("X", "y"),
        ("X", "Y"),
        ("X_train", "y_train"),
        ("data", "target"),
        ("data", "labels"),
        ("arr_0", "arr_1"),
    ],
)
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
    sentence = refused("arrays", path)
    assert "its arrays are one, two; allowed: x_train, x_test, X_train" in sentence
    assert sentence.endswith("np.savez(file, x_train=array) names one")


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
