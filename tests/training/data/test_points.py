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

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
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
    "text",
    [
        "1\n-2.5\n3\n",
        "value\r\n1\r\n-2.5\r\n\r\n3\r\n",
        "Länge\n1,0\n-2,5\n3",
        "1\n-2,5\n3",
        '\ufeff"value"\n"1"\n"-2.5"\n"3"',
        "sep=;\nvalue\n1\n-2,5\n3",
        ",value\n0,1\n1,-2.5\n2,3",
        "Unnamed: 0,value\n0,1\n1,-2.5\n2,3",
        ",0\n0,1\n1,-2.5\n2,3",
        '"value"\n"1" 1\n"2" -2.5\n"3" 3',
        "# made by savetxt\n1.000e+00\n-2.500e+00\n3.000e+00\n",
    ],
)
def test_one_column_is_data_of_one_dimension(table: Any, load_data: Load, text: str) -> None:
    data = load_data("points", table(text), standardize=False)
    assert data.samples.tolist() == [[1.0], [-2.5], [3.0]]
    assert (data.kind, data.sample_shape, data.labels) == ("points", (1,), None)
    assert data.title == "table.csv, 3 numbers"
    assert "The data are of one dimension: column" in data.notes[-1]
    assert ("The first column counts the rows and was left out." in data.notes) == (len(data.notes) == 2)


@pytest.mark.parametrize(
    "text",
    [
        "1,0\t10,0\n2,0\t-20,0\n3,5\t30,0",
        "1,0 10,0\n2,0 -20,0\n3,5 30,0",
        "\tx\ty\n0\t1\t10\n1\t2\t-20\n2\t3.5\t30",
        "x y\na 1 10\nb 2 -20\nc 3.5 30",
        ",0,1\n0,1,10\n1,2,-20\n2,3.5,30",
    ],
)
def test_decimal_commas_and_row_names(table: Any, load_data: Load, text: str) -> None:
    data = load_data("points", table(text), standardize=False)
    np.testing.assert_array_equal(data.samples, POINTS.astype(np.float32))
    assert data.labels is None


def test_labels_that_the_names_tell_of(table: Any, load_data: Load) -> None:
    data = load_data("points", table("Class,x\n1,2.5\n0,3.5"), standardize=False)
    assert (data.samples.tolist(), data.labels.tolist()) == ([[2.5], [3.5]], [1, 0])
    assert data.notes == ("The data are of one dimension: column 2 'x'.", "The labels are column 1 'Class'.")
    data = load_data("points", table("x,y,species\n1,2,setosa\n3,4,virginica\n5,6,setosa\n7,8,iris, a"[:-3]))
    assert (data.labels.tolist(), data.class_names) == ([1, 2, 1, 0], ("iris", "setosa", "virginica"))
    # Two columns without such a name are both coordinates.
    assert load_data("points", table("a,b\n1,0\n2,1")).sample_shape == (2,)


def test_columns_are_chosen_by_name_and_number(table: Any, load_data: Load, tmp_path: Path) -> None:
    path = table("id,a,b,c,kind\nu,1,2,x,p\nv,3,4,,q\nw,5,6,z,p")
    data = load_data("points", path, standardize=False, columns="B, a", label_column="kind")
    assert (data.samples.tolist(), data.labels.tolist()) == ([[2, 1], [4, 3], [6, 5]], [0, 1, 0])
    assert data.class_names == ("p", "q")
    assert data.notes[0] == "The points are column 3 'b' and column 2 'a'."
    data = load_data("points", path, standardize=False, columns=2)
    assert (data.samples.tolist(), data.labels) == ([[1], [3], [5]], None)
    np.save(tmp_path / "a.npy", np.arange(12).reshape(3, 4))
    data = load_data("points", tmp_path / "a.npy", standardize=False, columns=[4, 1])
    assert data.samples.tolist() == [[3, 0], [7, 4], [11, 8]]


def test_columns_that_are_not_there(table: Any, refused: Refused, tmp_path: Path) -> None:
    path = table("a,b,c,d\n1,2,3,4")
    sentence = "data.columns: table.csv has no column 'e'; allowed: a number from 1 to 4, or one of a, b, c, d"
    assert refused("points", path, key="data.columns", columns="a, e") == sentence
    assert "has no column '5'" in refused("points", path, key="data.columns", columns=[1, 5])
    assert "has no column 'f'" in refused("points", path, key="data.label_column", columns="a", label_column="f")
    sentence = refused("points", path, key="data.label_column", columns="a", label_column=1)
    assert sentence == "data.label_column = '1': data.columns has it already; allowed: another column"
    np.save(tmp_path / "a.npy", np.zeros((3, 4)))
    sentence = refused("points", tmp_path / "a.npy", key="data.columns", columns="a")
    assert sentence == "data.columns = 'a': the array of a.npy has shape (3, 4); allowed: numbers from 1 to 4"
    sentence = refused("points", tmp_path / "a.npy", key="data.label_column", columns=1, label_column=2)
    assert sentence == "data.label_column = '2': a.npy is no text table; allowed: to leave it out"


@pytest.mark.parametrize("value", ["a, b, c", "a,,b", [], ["a", "a"], [1.5], True, {"a": 1}])
def test_columns_that_are_none(value: Any) -> None:
    with pytest.raises(
        InputError, match=r"data\.columns = .*: must be the names or numbers of one or two columns, as in"
    ):
        replace_keys(RunConfig(), {"data.name": "points", "data.path": "a.csv", "data.columns": value})
    with pytest.raises(InputError, match=r"data\.label_column = 'a, b': must be the name or the number of one"):
        replace_keys(RunConfig(), {"data.name": "points", "data.path": "a.csv", "data.label_column": "a, b"})


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
        ("1,2\n3,", "line 2 holds '', a missing value in column 2; allowed: numbers"),
        ("x,y\n1,2\nNA,4", "line 3 holds 'NA', a missing value in column 1 'x'; allowed: numbers"),
        ("x\ty\n1\t2\n3\t\n", "line 3 holds '', a missing value in column 2 'y'; allowed: numbers"),
        ("1,2\n3,٣", "line 2 holds '٣'; allowed: numbers"),
        ("1,2\n3", "line 2 has 1 columns; allowed: 2, as above"),
        ("1,2,0\n3,4", "line 2 has 2 columns; allowed: 3, as above"),
        ("1\n2,3,4\n", "line 2 holds '2,3,4'; allowed: numbers"),
        ("1\n2 3\n", "line 2 has 2 columns; allowed: 1, as above"),
        (
            "1,2,3,4\n",
            "it has 4 columns of data (1, 2, 3, 4), allowed are 1 or 2 and one of labels; "
            "choose one or two with data.columns, such as '1, 2'",
        ),
        (
            "a,b,c,class\n1,2,3,0",
            "3 columns of data (a, b, c), allowed are 1 or 2 and one of labels; choose one or two",
        ),
        ("," * 99 + "\n" + ",".join(["1"] * 100), "100 columns, as images of 10 x 10 have: data.name = 'arrays' reads"),
        ('1,2\n"1,234.5",2', "line 2 holds '1,234.5'; allowed: numbers"),
        ("1;2\n1.234,5;2", "line 2 holds '1.234,5'; allowed: numbers"),
        ("1,2\n3\r4,5", "line 2 holds '3\\r4'; allowed: numbers"),
        (
            "x,y,class\n1,2,a\n3,4,",
            "line 3 holds the label ''; allowed: words, as above; if the column holds no labels",
        ),
        (
            "value,label\n1,0.5",
            "line 2 holds the label '0.5'; allowed: whole numbers 0 to 9999; if the column holds no",
        ),
        ("1,2,0\n3,4,0.5", "line 2 holds the label '0.5'; allowed: whole numbers 0 to 9999"),
        ("1,2,-1", "line 1 holds the label '-1'; allowed: whole numbers 0 to 9999"),
        ("1,2,10000", "line 1 holds the label '10000'; allowed: whole"),
        ("x,y\n", "holds no points: a line of one or two numbers for each is looked for"),
        ("\n\n", "holds no points"),
        ("1," + "2" * 200_000, "line 1 has more than 100,000 bytes"),
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


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_arrays_of_numbers(tmp_path: Path, load_data: Load, refused: Refused, shape: tuple[int, ...]) -> None:
    values = np.array([1, -2.5, 3])
    np.save(tmp_path / "a.npy", values.reshape(shape))
    np.savez(tmp_path / "a.npz", any=values.reshape(shape))
    np.savez(tmp_path / "b.npz", x=values.reshape(shape), y=[0, 1, 1])
    for name in ("a.npy", "a.npz", "b.npz"):
        data = load_data("points", tmp_path / name, standardize=False)
        assert data.samples.tolist() == [[1.0], [-2.5], [3.0]]
        assert data.title == f"{name}, 3 numbers"
    assert data.labels.tolist() == [0, 1, 1]
    assert load_data("points", tmp_path / "a.npy").title == "a.npy, 3 numbers, scaled to -1..1"
    np.savez(tmp_path / "c.npz", x_train=values.reshape(shape), x_test=POINTS)
    assert "its arrays have 1 and 2 columns; allowed: as many in each" in refused("points", tmp_path / "c.npz")


def test_archives_with_labels(tmp_path: Path, load_data: Load, refused: Refused) -> None:
    np.savez(tmp_path / "a.npz", points=POINTS, labels=[1, 0, 2])
    assert load_data("points", tmp_path / "a.npz").labels.tolist() == [1, 0, 2]
    np.savez(tmp_path / "a.npz", points=POINTS, labels=[1, 0])
    assert "'labels' has 2 labels and " in refused("points", tmp_path / "a.npz")


def test_arrays_of_something_else(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "a.npy"
    allowed = "allowed: (count,), (count, 1) or (count, 2)"
    np.save(path, POINTS.T)
    choose = "choose columns with data.columns, such as '1, 2'"
    assert f"the array has shape (2, 3); {allowed}; {choose}" in refused("points", path)
    np.save(path, POINTS[:0])
    assert refused("points", path).endswith(f"the array has shape (0, 2); {allowed}")
    np.save(path, np.float64(3))
    assert refused("points", path).endswith(f"the array has shape (); {allowed}")
    np.save(path, np.zeros((9, 28, 28)))
    assert refused("points", path).endswith(f"{allowed}; data.name = 'arrays' reads images")
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
        assert data.samples.shape[1:] in ((1,), (2,))
        assert np.isfinite(data.samples).all()
