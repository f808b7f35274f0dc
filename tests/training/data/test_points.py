"""Points from tables and arrays, in whatever way people write them; a refusal names the line and the value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import datasets
from gan_desktop.training.data import point_text
from gan_desktop.training.data.dataset import DataRequest, DataSet
from gan_desktop.training.data.points import standardized

Load = Callable[..., DataSet]
Refused = Callable[..., str]

POINTS = np.array([[1, 10], [2, -20], [3.5, 30]])


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table and says where."""

    def write(text: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "1,10\n2,-20\n3.5,30\n",
        "1;10\n2;-20\n3.5;30",
        "1,0;10,0\n2,0;-20,0\n3,5;30,0",
        "1\t10\n2\t-20\n3.5\t30\n",
        "  1   10 \n\n2 -20\n3.5 30\n\n",
        "x,y\n1,10\n2,-20\n3.5,30",
        "\ufeffx,y\r\n1,10\r\n2,-20\r\n3.5,30\r\n",
        "Länge;Breite\n1;10\n2;-20\n3.5;30",
        '"x","y"\n"1","10"\n"2","-20"\n"3.5","30"',
        "# a comment, with a comma\nx y\n1 10\n# another\n2 -20\n3.5 30",
        "1e0, +10.\n.2e1, -2E+1\n3.5, 30",
    ],
)
def test_tables_as_people_write_them(table: Any, load_data: Load, text: str) -> None:
    data = load_data("points", table(text), standardize=False)
    np.testing.assert_array_equal(data.samples, POINTS.astype(np.float32))
    assert data.samples.dtype == np.float32
    assert (data.kind, data.labels, data.centres, data.classes) == ("points", None, None, 0)
    assert data.title == "table.csv, 3 points"


def test_a_header_in_no_known_encoding(table: Any, load_data: Load) -> None:
    assert len(load_data("points", table("Gr\xf6\xdfe,y\n1,2\n".encode("latin-1")))) == 1


def test_a_third_column_is_labels(table: Any, load_data: Load) -> None:
    data = load_data("points", table("x,y,class\n1,10,0\n2,-20,2\n3.5,30,1.0"), standardize=False)
    np.testing.assert_array_equal(data.samples, POINTS.astype(np.float32))
    assert data.labels.tolist() == [0, 2, 1]
    assert data.classes == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n3,nan\n", "line 2 holds 'nan'; allowed: numbers from -1e+30 to 1e+30"),
        ("nan,nan\n", "line 1 holds 'nan'; allowed: numbers from"),
        ("x,y\n1,2\n\n-inf,4", "line 4 holds '-inf'; allowed: numbers from"),
        ("1,2\n3,1e31", "line 2 holds '1e31'; allowed: numbers from"),
        ("1,2\n3,1e999", "line 2 holds '1e999'; allowed: numbers from"),
        ("1,2\n3,four", "line 2 holds 'four'; allowed: numbers"),
        ("1,two\n3,4", "line 1 holds 'two'; allowed: numbers"),
        ("x,y\nx,y\n1,2", "line 2 holds 'x'; allowed: numbers"),
        ("1,2\n3,1_0", "line 2 holds '1_0'; allowed: numbers"),
        ("1,2\n3,", "line 2 holds ''; allowed: numbers"),
        ("1,2\n3,٣", "line 2 holds '٣'; allowed: numbers"),
        ("1,2\n3", "line 2 has 1 columns; allowed: 2, as above"),
        ("1,2,0\n3,4", "line 2 has 2 columns; allowed: 3, as above"),
        ("1\n2\n", "line 1 has 1 columns; allowed: 2, or 3 with labels"),
        ("1,2,3,4\n", "line 1 has 4 columns; allowed: 2, or 3 with labels"),
        ("1,2,0\n3,4,0.5", "line 2 holds the label '0.5'; allowed: whole numbers 0 to 9999"),
        ("1,2,-1", "line 1 holds the label '-1'; allowed: whole numbers 0 to 9999"),
        ("1,2,10000", "line 1 holds the label '10000'; allowed: whole"),
        ("x,y\n", "holds no points: a line of two numbers for each is looked for"),
        ("\n\n", "holds no points"),
        ("1," + "2" * 2000, "line 1 has more than 1,000 bytes"),
        ("1,2\n3,\0", "line 2 holds '\\x00'; allowed: numbers"),
    ],
)
def test_a_refusal_names_the_line_and_the_value(table: Any, refused: Refused, text: str, sentence: str) -> None:
    assert sentence in refused("points", table(text))


def test_utf_16_is_said(table: Any, refused: Refused) -> None:
    assert "it is UTF-16 text; allowed: UTF-8 text" in refused("points", table("1,2\n".encode("utf-16")))


def test_a_file_that_is_too_large(table: Any, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(point_text, "LARGEST_FILE", 7)
    assert refused("points", table("1,2\n3,4\n")).endswith("table.csv has 8 bytes; at most 7 are allowed")


def test_no_such_file(tmp_path: Path, refused: Refused, table: Any) -> None:
    assert refused("points", tmp_path / "missing.csv").endswith("missing.csv does not exist")
    assert "is a folder; allowed: a text table" in refused("points", tmp_path)
    assert refused("points", table("")).endswith("is empty (0 bytes)")


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "i2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_points(tmp_path: Path, load_data: Load, dtype: str, order: str) -> None:
    array = np.asarray(POINTS, dtype, order=order)
    np.save(tmp_path / "a.npy", array)
    for names in ({"points": array}, {"x": array}, {"other": array}):
        np.savez_compressed(tmp_path / f"{next(iter(names))}.npz", **names)
    for path in tmp_path.glob("*.np[yz]"):
        data = load_data("points", path, standardize=False)
        np.testing.assert_array_equal(data.samples, array.astype(np.float32))
        assert data.labels is None


def test_archives_with_labels(tmp_path: Path, load_data: Load, refused: Refused) -> None:
    np.savez(tmp_path / "a.npz", points=POINTS, labels=[1, 0, 2])
    assert load_data("points", tmp_path / "a.npz").labels.tolist() == [1, 0, 2]
    np.savez(tmp_path / "a.npz", points=POINTS, labels=[1, 0])
    assert "'labels' has 2 labels and " in refused("points", tmp_path / "a.npz")


def test_arrays_of_something_else(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "a.npy"
    np.save(path, POINTS.T)
    assert "the array has shape (2, 3); allowed: (count, 2)" in refused("points", path)
    np.save(path, POINTS[:0])
    assert "the array has shape (0, 2); allowed: (count, 2)" in refused("points", path)
    np.save(path, np.array([[1, 2], [3, np.nan]]))
    assert "row 1 (counted from 0) of the array is [3.0, nan]; allowed: numbers" in refused("points", path)
    np.save(path, np.array([[{}, {}]]), allow_pickle=True)
    assert "the array holds Python objects" in refused("points", path)


VALUES = npst.arrays(np.float64, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(-1e30, 1e30))


@given(VALUES)
def test_standardized_points_are_of_every_unit(values: np.ndarray) -> None:
    scaled = standardized(values)
    assert np.isfinite(scaled).all()
    assert np.abs(scaled).max() <= 1
    for axis in range(2):
        equal = len(set(values[:, axis].tolist())) == 1
        assert np.abs(scaled[:, axis]).max() == (0 if equal else 1)


def test_standardized_is_the_default_and_said(table: Any, load_data: Load) -> None:
    data = load_data("points", table("1000,1e-9\n3000,3e-9\n2000,2e-9"))
    np.testing.assert_allclose(data.samples, [[-1, -1], [1, 1], [0, 0]], atol=1e-6)
    assert data.title == "table.csv, 3 points, each axis scaled to -1..1"


LINES = st.lists(
    st.lists(
        st.one_of(st.floats(width=32).map(str), st.integers().map(str), st.text(max_size=5), st.just("nan")), max_size=4
    ),
    max_size=6,
)


@given(LINES, st.sampled_from([",", ";", "\t", " "]))
def test_any_table_gives_points_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], separator: str
) -> None:
    check(tmp_path_factory, "\n".join(map(separator.join, lines)).encode("utf-8", "surrogatepass"))


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(b"\x93NUMPY\x01\x00".__add__)))
@example(b"\x93NUMPY\x01\x00\x40\x00{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 2)}")
@example(b"PK\x03\x04")
def test_any_bytes_give_points_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    check(tmp_path_factory, content)


def check(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    entry = datasets["points"]
    with suppress(InputError):
        data = entry.value(DataRequest(entry.options(), path))
        assert data.samples.shape[1:] == (2,)
        assert np.isfinite(data.samples).all()
