"""Images from text tables: MNIST as CSV in the ways it is handed on; a refusal names the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.training.data import number_lines, pixel_text
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.folder_preview import preview_folder
from gan_desktop.training.data.pixel_text import is_pixel_table, read_pixel_table

Load = Callable[..., DataSet]
Refused = Callable[..., str]

# The first pixel of a scan is black, as it is in MNIST.
IMAGES = np.random.default_rng(0).integers(0, 256, (30, 8, 8)).astype(np.uint8)
IMAGES[:, 0, 0] = 0
LABELS = np.arange(30) % 7 + 3
PIXEL_NAMES = ",".join(f"{row}x{column}" for row in range(1, 9) for column in range(1, 9))


def rows(*columns: np.ndarray, separator: str = ",") -> list[str]:
    """Lines of the columns, whole numbers as such."""
    table = np.column_stack([column.reshape(len(column), -1) for column in columns])
    return [separator.join(f"{value:g}" for value in row) for row in table.tolist()]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(lines: list[str] | str | bytes) -> Path:
        path = tmp_path / "digits.csv"
        text = "\n".join(lines) + "\n" if isinstance(lines, list) else lines
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def check(data: DataSet, labels: bool = True) -> None:
    assert data.kind == "images"
    np.testing.assert_array_equal(data.take(np.arange(30))[..., 0] * 255, IMAGES)
    assert (None if data.labels is None else data.labels.tolist()) == (LABELS.tolist() if labels else None)
    assert data.notes[0] == "Each row was read as a grey image of 8 x 8, row by row from the top."


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (rows(LABELS, IMAGES), "The labels are column 1."),
        ([f"label,{PIXEL_NAMES}", *rows(LABELS, IMAGES)], "The labels are column 1 'label'."),
        ([f"{PIXEL_NAMES},class", *rows(IMAGES, LABELS)], "The labels are column 65 'class'."),
        (rows(IMAGES, LABELS), "The labels are column 65."),
        (
            [f'"label","{PIXEL_NAMES}"'.replace(",", '","').replace('""', '"'), *rows(LABELS, IMAGES)],
            "column 1 'label'.",
        ),
        (rows(LABELS, IMAGES, separator="\t"), "The labels are column 1."),
        (rows(LABELS, IMAGES, separator="; "), "The labels are column 1."),
        (rows(LABELS, IMAGES, separator=" "), "The labels are column 1."),
        ([*rows(LABELS, IMAGES)[:9], "", "  ", *rows(LABELS, IMAGES)[9:], "", ""], "The labels are column 1."),
        ("\ufeff" + "\r\n".join(rows(LABELS, IMAGES)), "The labels are column 1."),
        ([line.replace(",", ".0,") for line in rows(LABELS, IMAGES)], "The labels are column 1."),
        ([f",label,{PIXEL_NAMES}", *rows(np.arange(30), LABELS, IMAGES)], "The labels are column 2 'label'."),
    ],
)
def test_labels_and_pixels(table: Any, load_data: Load, lines: list[str] | str, note: str) -> None:
    data = load_data("arrays", table(lines))
    check(data)
    assert any(said.endswith(note) for said in data.notes)
    assert data.title == "digits.csv, 30 images of 8 x 8"


@pytest.mark.parametrize("names", [[], [PIXEL_NAMES]])
def test_pixels_without_labels(table: Any, load_data: Load, names: list[str]) -> None:
    check(load_data("arrays", table([*names, *rows(IMAGES)])), labels=False)


def test_floats_of_both_ranges_and_decimal_commas(table: Any, load_data: Load) -> None:
    lines = rows(IMAGES / 255)
    for text in (lines, [line.replace(",", ";").replace(".", ",") for line in lines]):
        samples = load_data("arrays", table(text)).samples
        np.testing.assert_allclose(samples[..., 0], IMAGES / 255, atol=1e-5)
        assert samples.max() > 0.9


@pytest.mark.parametrize(("value", "said"), [("256", "256"), ("-3", "-3")])
def test_values_beyond_a_byte_are_scaled_and_said(table: Any, load_data: Load, value: str, said: str) -> None:
    data = load_data("arrays", table(changed(9, value)))
    assert any(said in note for note in data.notes)
    assert (data.samples.min(), data.samples.max()) == (0, 1)


def test_large_numbers_of_classes(table: Any, load_data: Load) -> None:
    assert load_data("arrays", table(rows(LABELS * 300, IMAGES))).labels.tolist() == (LABELS * 300).tolist()


@pytest.mark.parametrize("part", [1, 100, 1000])
def test_parts_of_any_size_are_the_same(table: Any, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    """Also where a part is read line by line, and the file does not end with a line end."""
    lines = [f"label,{PIXEL_NAMES}", *rows(LABELS, IMAGES)]
    lines[17] = lines[17].replace(",", ", ", 3).replace("0,", "0.0,", 1)
    monkeypatch.setattr(number_lines, "PART", part)
    told: list[float | None] = []
    found = read_pixel_table(table("\n".join(lines)), lambda _, fraction: told.append(fraction))
    np.testing.assert_array_equal(found.rows, IMAGES)
    assert found.labels is not None
    assert found.labels.tolist() == LABELS.tolist()
    assert told == sorted(told)  # type: ignore[type-var]
    assert told[-1] == 1


def test_whole_numbers_stay_bytes(table: Any) -> None:
    lines = rows(LABELS, IMAGES)
    assert read_pixel_table(table(lines)).rows.dtype == np.uint8
    assert read_pixel_table(table([*lines[:4], "", *lines[4:]])).rows.dtype == np.uint8


def test_a_table_that_is_too_large(table: Any, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_text, "LARGEST_ARRAY", 100)
    assert refused("arrays", table(rows(IMAGES))).endswith("its images take more than the 100 bytes allowed")


def changed(line: int, text: str, column: int = 5) -> list[str]:
    """The table with a line's field changed."""
    lines = [f"label,{PIXEL_NAMES}", *rows(LABELS, IMAGES)]
    fields = lines[line - 1].split(",")
    fields[column - 1] = text
    lines[line - 1] = ",".join(fields)
    return lines


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (changed(9, "12,13"), "line 9 has 66 columns; allowed: 65, as above"),
        ([*rows(LABELS, IMAGES), "1,2"], "line 31 has 2 columns; allowed: 65, as above"),
        ([*rows(LABELS, IMAGES), *rows(LABELS, IMAGES)[:5], ",".join(["1"] * 130)], "line 36 has 130 columns"),
        (changed(9, ""), "line 9 holds '', a missing value in column 5; allowed: numbers"),
        (changed(31, "NA"), "line 31 holds 'NA', a missing value in column 5; allowed: numbers"),
        (changed(9, "black"), "line 9 holds 'black' in column 5; allowed: numbers"),
        (changed(9, "1_0"), "line 9 holds '1_0' in column 5; allowed: numbers"),
        (changed(9, "nan"), "line 9 holds 'nan' in column 5; allowed: numbers"),
        (changed(9, "1e99"), "line 9 holds '1e99' in column 5; allowed: numbers"),
        (changed(9, "0.5", column=1), "line 9 holds the label 0.5; allowed: whole numbers 0 to 9999"),
        (changed(9, "-1", column=1), "line 9 holds the label -1; allowed: whole numbers 0 to 9999"),
        (changed(9, "10000", column=1), "line 9 holds the label 10000; allowed: whole numbers 0 to 9999"),
        (
            ["1,2,3"],
            "line 1 has 3 columns; allowed: a square number of pixels from 64, such as 784 for 28 x 28, or one",
        ),
        (["1", "2"], "line 1 has 1 column; allowed: a square number"),
        (["1,2"], "or one more with the label; data.name = 'points' reads numbers and points in the plane"),
        (["a,b"], "holds no images: a line of pixels for each is looked for"),
        (["", " "], "holds no images"),
        ([",".join(["1"] * 70)], "line 1 has 70 columns; allowed: a square number"),
    ],
)
def test_a_refusal_names_the_line(table: Any, refused: Refused, lines: list[str], sentence: str) -> None:
    assert sentence in refused("arrays", table(lines))


def test_a_line_without_end(table: Any, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_lines, "LONGEST_ROW", 500)
    monkeypatch.setattr(number_lines, "PART", 100)
    lines = rows(IMAGES)
    assert "line 1 has more than 500 bytes" in refused("arrays", table(["1" * 501]))
    assert "line 3 has more than 500 bytes" in refused("arrays", table([*lines[:2], "1" * 1200]))


def test_the_preview_shows_the_first_images(table: Any) -> None:
    path = table([f"label,{PIXEL_NAMES}", *rows(LABELS, IMAGES), ""])
    preview = preview_folder(path)
    assert preview.suggested == {"data.name": "arrays", "data.path": str(path)}
    assert (preview.count, preview.gray, preview.sizes) == (30, 30, (((8, 8), 30),))
    assert len(preview.thumbnails) == 24
    np.testing.assert_array_equal(preview.thumbnails[3], np.stack([IMAGES[3]] * 3, axis=-1))
    assert preview.notes[1:] == ("The labels are column 1 'label'.", "Brightness from 0 to 100 %, of black to white.")
    assert preview.classes == tuple((str(label), (label == LABELS).sum()) for label in np.unique(LABELS))


def test_what_is_no_table_of_pixels(table: Any) -> None:
    assert is_pixel_table(table(rows(LABELS, IMAGES)))
    for text in ("1,2\n3,4", "x\n1\n", ",".join(["1"] * 80), "\n"):
        assert not is_pixel_table(table(text))


@given(st.integers(0, 400), st.binary(max_size=3))
def test_any_damage_gives_images_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: int, damage: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    content = "\n".join(rows(LABELS[:2], IMAGES[:2])).encode()
    path.write_bytes(content[:place] + damage + content[place + len(damage) :])
    try:
        found = read_pixel_table(path)
    except InputError:
        return
    assert found.rows.shape[1:] == (8, 8)
    assert np.isfinite(found.rows).all()
