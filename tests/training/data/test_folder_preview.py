"""A preview says what is at a path, and what it suggests loads."""

from __future__ import annotations

import gzip
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.own_data import OwnData
from gan_desktop.core.registry import DataOptions, Entry, datasets
from gan_desktop.training.data import folder_preview, image_scan
from gan_desktop.training.data.dataset import DataRequest, DataSet, silent
from gan_desktop.training.data.folder_preview import THUMBNAIL_SIDE, THUMBNAILS, preview_folder
from gan_desktop.training.data.place import Place


def save(path: Path, size: tuple[int, int], mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, 77 if mode == "L" else (77, 0, 0)).save(path)


def load_suggested(preview: FolderPreview) -> DataSet:
    """What a run with the suggested config would load."""
    config = replace_keys(RunConfig(), preview.suggested).data
    return config.choices[config.name].value(DataRequest(config.options, config.path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for number in range(20):
        save(folder / "b" / f"{number}.png", (40, 30))
    for number in range(10):
        save(folder / "a" / f"{number}.png", (20, 60), "L")
    return folder


def test_a_folder_of_images(folder: Path) -> None:
    (folder / "a" / "empty.png").write_bytes(b"")
    (folder / "list.txt").write_bytes(b"")
    preview = preview_folder(folder)
    assert preview.path == folder
    assert preview.count == 30
    assert preview.unreadable == (("a/empty.png", "is empty (0 bytes)"),)
    assert preview.sizes == (((40, 30), 20), ((20, 60), 10))
    assert preview.classes == (("a", 10), ("b", 20))
    assert (preview.gray, preview.color) == (10, 20)
    assert len(preview.thumbnails) == THUMBNAILS
    assert all(image.shape == (THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3) for image in preview.thumbnails)
    assert all(image.dtype == np.uint8 for image in preview.thumbnails)
    # Of both classes.
    assert {image[0, 0].tolist()[1] for image in preview.thumbnails} == {0, 77}
    assert preview.notes == ("Files of other kinds were left out: 1 (.txt).",)
    assert preview.suggested == {
        "data.name": "images",
        "data.path": str(folder),
        "data.image_size": 16,
        "data.channels": "color",
    }
    data = load_suggested(preview)
    assert data.samples.shape == (30, 16, 16, 3)
    assert data.class_names == ("a", "b")


@pytest.mark.parametrize(
    ("sizes", "suggested"),
    [
        ([(28, 28)], 28),
        ([(64, 64)], 64),
        ([(65, 65)], 32),
        ([(1, 1)], 8),
        ([(9, 9)], 9),
        ([(9, 10)], 8),
        ([(500, 300), (300, 500), (10, 10)], 32),
    ],
)
def test_the_size_that_is_suggested(tmp_path: Path, sizes: list[tuple[int, int]], suggested: int) -> None:
    for number, size in enumerate(sizes):
        save(tmp_path / f"{number}.png", size, "L")
    preview = preview_folder(tmp_path)
    assert preview.suggested["data.image_size"] == suggested
    assert preview.suggested["data.channels"] == "gray"
    assert preview.classes == ()
    assert load_suggested(preview).sample_shape == (suggested, suggested, 1)


def test_pixels_are_decoded_for_thumbnails_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: loaded.append(image) or load(image))
    image_scan.scan_images(folder, silent)
    assert loaded == []
    preview_folder(folder)
    assert loaded


def test_a_folder_of_nothing(tmp_path: Path) -> None:
    preview = preview_folder(tmp_path)
    assert (preview.count, preview.suggested, preview.thumbnails) == (0, {}, ())


def test_a_folder_is_listed_once_whatever_it_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each data set that knows its folders by a name asks, and then the images are looked for."""
    listed: list[Path] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(Path(path)) or scandir(path))
    preview_folder(folder)
    assert sorted(listed) == [folder, folder / "a", folder / "b"]


def test_a_data_set_that_somebody_adds_is_suggested_for_what_it_recognises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def preview(place: Place, report: object) -> FolderPreview | None:
        is_song = place.start[:4] == b"SONG"
        return FolderPreview(place.given, 7, suggested=place.suggestion("songs")) if is_song else None

    own = OwnData(reads="a book of songs", endings=(".song",), preview=preview, reads_all=False)
    list(datasets)
    monkeypatch.setitem(datasets._entries, "songs", Entry("songs", "Songs", "Songs.", None, DataOptions, own))
    (tmp_path / "a.song").write_bytes(b"SONG\0")
    assert preview_folder(tmp_path / "a.song").suggested["data.name"] == "songs"
    (tmp_path / "b.song").write_bytes(b"NOTE\0")
    with pytest.raises(InputError, match="a book of songs"):
        preview_folder(tmp_path / "b.song")


def test_nothing_there(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="missing does not exist"):
        preview_folder(tmp_path / "missing")
    with pytest.raises(InputError, match="is a single image; choose the folder that it is in"):
        preview_folder(folder / "a" / "0.png")
    (tmp_path / "program").write_bytes(b"\x7fELF\0\0\0\0")
    with pytest.raises(InputError, match="is of no kind that is read here; allowed: ") as refused:
        preview_folder(tmp_path / "program")
    assert "a folder or a zip file of images; " in str(refused.value)


@pytest.mark.parametrize(
    ("array", "name", "count"),
    [
        (np.zeros((5, 16, 16), np.uint8), "arrays", 5),
        (np.zeros((5, 30, 16, 3), np.float32), "arrays", 5),
        (np.ones((7, 2)), "points", 7),
        (np.ones((7, 1)), "points", 7),
        (np.ones(7), "points", 7),
    ],
)
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_numpy_files(tmp_path: Path, array: np.ndarray, name: str, count: int, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    (np.save if suffix == "npy" else np.savez)(path, array)
    preview = preview_folder(path)
    assert preview.suggested["data.name"] == name
    assert preview.count == count
    assert len(load_suggested(preview)) == count
    if name == "arrays":
        assert preview.sizes == (((16, array.shape[1]), 5),)
        assert (preview.gray, preview.color) == ((5, 0) if array.ndim == 3 else (0, 5))


def test_numpy_files_of_something_else(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((3, 3)))
    with pytest.raises(InputError, match=r"the array has shape \(3, 3\)"):
        preview_folder(tmp_path / "a.npy")
    np.savez(tmp_path / "a.npz", one=np.zeros(3), two=np.zeros(3))
    with pytest.raises(InputError, match="holds nothing by a known name: its arrays are one, two"):
        preview_folder(tmp_path / "a.npz")


def test_tables_idx_files_and_archives(tmp_path: Path, idx_bytes: Callable[..., bytes]) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    preview = preview_folder(tmp_path / "a.csv")
    assert preview.suggested == {"data.name": "points", "data.path": str(tmp_path / "a.csv")}
    assert len(load_suggested(preview)) == 1
    assert preview.notes == ()
    (tmp_path / "a.csv").write_text("height\n1.72\n1.8\n")
    preview = preview_folder(tmp_path / "a.csv")
    assert preview.notes == ("The data are of one dimension: column 1 'height'.",)
    assert load_suggested(preview).sample_shape == (1,)
    (tmp_path / "a.csv").write_text("a,b,c,d\n1,2,3,4\n")
    preview = preview_folder(tmp_path / "a.csv")
    assert preview.suggested["data.columns"] == "a, b"
    assert load_suggested(preview).sample_shape == (2,)
    for name in ("train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"):
        content: Any = idx_bytes(np.zeros((3, 9, 9)))
        if name.endswith("gz"):
            content = gzip.compress(content)
        (tmp_path / "idx" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "idx" / name).write_bytes(content)
        assert len(load_suggested(preview_folder(tmp_path / "idx" / name))) == 3
    assert preview_folder(tmp_path / "idx").suggested["data.name"] == "mnist"
    batches = tmp_path / "batches"
    batches.mkdir()
    (batches / "data_batch_1.bin").write_bytes(bytes(3073))
    with tarfile.open(tmp_path / "cifar.tar.gz", "w:gz") as archive:
        archive.add(batches / "data_batch_1.bin", "data_batch_1.bin")
    for path in (batches, tmp_path / "cifar.tar.gz"):
        preview = preview_folder(path)
        assert preview.suggested["data.name"] == "cifar10"
        assert len(load_suggested(preview)) == 1


@pytest.mark.parametrize(
    ("text", "columns", "label", "notes"),
    [
        ("a,b\n1,2\n", None, None, ()),
        ("a,b,kind\n1,2,x\n", None, None, ("The labels are column 3 'kind'.",)),
        (
            "a,b,c,d\n1,2,3,4\n",
            "a, b",
            None,
            (
                "The points are column 1 'a' and column 2 'b'.",
                "These columns hold numbers: a, b, c, d. Others than the first two can be chosen under Columns.",
            ),
        ),
        (
            "1 2 3 4\n",
            "1, 2",
            None,
            (
                "The points are column 1 and column 2.",
                "These columns hold numbers: 1, 2, 3, 4. Others than the first two can be chosen under Columns.",
            ),
        ),
        (
            "w,x,y,species\n1,2,3,setosa\n4,5,6,virginica\n",
            "w, x",
            "species",
            (
                "The points are column 1 'w' and column 2 'x'.",
                "The labels are column 4 'species'.",
                "These columns hold numbers: w, x, y. Others than the first two can be chosen under Columns.",
            ),
        ),
        (
            "x,y,z\n1,2,3.5\n",
            "x, y",
            None,
            (
                "The points are column 1 'x' and column 2 'y'.",
                "These columns hold numbers: x, y, z. Others than the first two can be chosen under Columns.",
            ),
        ),
        ("x,y,z\n1,2,3\n", None, None, ("The labels are column 3 'z'.",)),
        (
            "name,age,height\nAnn,4,1.1\n",
            "age, height",
            None,
            ("The points are column 2 'age' and column 3 'height'.",),
        ),
        ("day,v\n2024-01-01,1\n", "v", None, ("The data are of one dimension: column 2 'v'.",)),
        ('"a, b",B,b,c\n1,2,3,4\n', "1, 2", None, None),
    ],
)
def test_columns_are_suggested_where_a_table_cannot_be_read_as_it_is(
    tmp_path: Path, text: str, columns: str | None, label: str | None, notes: tuple[str, ...] | None
) -> None:
    (tmp_path / "a.csv").write_text(text)
    preview = preview_folder(tmp_path / "a.csv")
    assert preview.suggested.get("data.columns") == columns
    assert preview.suggested.get("data.label_column") == label
    said = tuple(note for note in preview.notes if "equal" not in note)
    assert notes is None or said == notes
    assert len(load_suggested(preview)) == preview.count


@pytest.mark.parametrize("text", ["a,b,c\nx,y,z\n", "1,2\nx,3\n", "name\nAnn\n"])
def test_a_table_for_which_no_choice_would_do_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=r"is refused|holds no points"):
        preview_folder(tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["nan.npy", "points.npy", "lengths.npz", "labels.npz", "a.csv", "cut.npy", "idx"])
def test_what_a_start_would_refuse_is_not_offered(name: str, tmp_path: Path, idx_bytes: Callable[..., bytes]) -> None:
    images = np.zeros((9, 8, 8), np.float32)
    np.save(tmp_path / "nan.npy", np.full_like(images, np.nan))
    np.save(tmp_path / "points.npy", np.full((9, 2), np.nan))
    np.savez(tmp_path / "lengths.npz", images=images, labels=np.zeros(8, int))
    np.savez(tmp_path / "labels.npz", images=images, labels=np.full(9, 0.5))
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,four\n")
    np.save(tmp_path / "whole.npy", images)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "whole.npy").read_bytes()[:-8])
    (tmp_path / "idx").write_bytes(idx_bytes(images)[:-8])
    with pytest.raises(InputError) as told:
        preview_folder(tmp_path / name)
    suggested = "points" if name in ("points.npy", "a.csv") else "arrays"
    entry = datasets[suggested]
    with pytest.raises(InputError) as refused:
        entry.value(DataRequest(entry.options(), tmp_path / name))
    assert str(told.value) == str(refused.value)


def test_a_file_tells_range_labels_and_classes(tmp_path: Path, idx_bytes: Callable[..., bytes]) -> None:
    images = np.linspace(0, 204, 12 * 80).reshape(12, 8, 10).astype(np.uint8)
    np.savez(tmp_path / "a.npz", images=images, labels=[0, 1, 1] * 4)
    preview = preview_folder(tmp_path / "a.npz")
    assert (preview.count, preview.classes) == (12, (("0", 4), ("1", 8)))
    assert preview.notes == ("Brightness from 0 to 80 %, of black to white.",)
    assert [picture.shape for picture in preview.thumbnails] == [(8, 10, 3)] * 12
    np.testing.assert_array_equal(preview.thumbnails[-1][..., 0], images[-1])
    np.save(tmp_path / "large.npy", np.full((3, 90, 100, 3), 7, np.uint8))
    preview = preview_folder(tmp_path / "large.npy")
    assert [picture.shape for picture in preview.thumbnails] == [(64, 64, 3)] * 3
    assert "All 3 samples are equal: there is nothing to learn but this one." in preview.notes
    (tmp_path / "some").write_bytes(idx_bytes(images))
    preview = preview_folder(tmp_path / "some")
    assert preview.suggested == {"data.name": "arrays", "data.path": str(tmp_path / "some")}
    assert (preview.count, preview.sizes) == (12, (((10, 8), 12),))
    (tmp_path / "a.csv").write_text("x,y,kind\n1,2,cat\n3,4,dog\n5,6,dog\n")
    assert preview_folder(tmp_path / "a.csv").classes == (("cat", 1), ("dog", 2))


def test_progress_is_told_and_can_cancel(folder: Path) -> None:
    def cancel(message: str, fraction: float | None) -> None:
        if message == "Looking at images":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder_preview.preview_folder(folder, cancel)
