"""Generated samples as files, portion by portion."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_desktop.core.errors import InputError
from gan_desktop.core.tiling import to_bytes
from gan_desktop.recording.generated import is_folder, writer

RNG = np.random.default_rng(0)
GREY = RNG.random((25, 4, 3, 1), dtype=np.float32)
COLOUR = RNG.random((25, 4, 3, 3), dtype=np.float32)
POINTS = RNG.normal(size=(25, 2)).astype(np.float32)
LABELS = (np.arange(25) % 3).astype(np.int32)


def write(place: Path, values: np.ndarray, labels: np.ndarray | None = None, portion: int = 10) -> Path:
    with writer(place, len(values), values.shape[1:], labels is not None) as file:
        for first in range(0, len(values), portion):
            part = slice(first, first + portion)
            file.add(first, values[part], None if labels is None else labels[part])
    return place


@pytest.mark.parametrize("values", [GREY, COLOUR, POINTS], ids=["grey", "colour", "points"])
@pytest.mark.parametrize("labels", [None, LABELS], ids=["", "classes"])
def test_an_archive_is_what_numpy_reads(tmp_path: Path, values: np.ndarray, labels: np.ndarray | None) -> None:
    with np.load(write(tmp_path / "x.npz", values, labels), allow_pickle=False) as read:
        assert set(read) == ({"samples"} if labels is None else {"samples", "labels"})
        np.testing.assert_array_equal(read["samples"], values if values.ndim == 2 else to_bytes(values))
        if labels is not None:
            np.testing.assert_array_equal(read["labels"], labels)


def test_a_table_has_a_line_for_each_sample(tmp_path: Path) -> None:
    rows = list(csv.reader(write(tmp_path / "x.csv", POINTS, LABELS).read_text().splitlines()))
    assert rows[0] == ["class", "x", "y"]
    np.testing.assert_array_equal(np.array([row[1:] for row in rows[1:]], np.float32), POINTS)
    assert [int(row[0]) for row in rows[1:]] == LABELS.tolist()
    rows = list(csv.reader(write(tmp_path / "y.csv", GREY).read_text().splitlines()))
    assert rows[0][-1] == "pixel_11"
    np.testing.assert_array_equal(np.array(rows[1:], np.uint8), to_bytes(GREY).reshape(25, -1))
    assert write(tmp_path / "z.csv", POINTS[:, :1]).read_text().startswith("x\n")


def test_pictures_are_in_a_folder_for_each_class(tmp_path: Path) -> None:
    folder = write(tmp_path / "pictures", COLOUR, LABELS)
    assert sorted(path.name for path in folder.iterdir()) == ["0", "1", "2"]
    with Image.open(folder / "1" / "04.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), to_bytes(COLOUR)[4])
    plain = write(tmp_path / "plain", GREY)
    assert sorted(path.name for path in plain.iterdir()) == [f"{number:02d}.png" for number in range(25)]


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    assert is_folder(Path("x"))
    assert not is_folder(Path("x.NPZ"))
    with pytest.raises(InputError, match=r"allowed are names that end in \.npz or \.csv, and a folder for PNG"):
        is_folder(Path("x.txt"))
    with pytest.raises(InputError, match="these samples are no pictures"):
        write(tmp_path / "points", POINTS)
