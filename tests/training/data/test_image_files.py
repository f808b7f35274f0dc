"""What `data.path` may be: a folder of IDX files under the names that people have, one file, or an archive."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.training.data.image_files import read_path

TRAIN = np.full((3, 4, 5), 1, np.uint8)
TEST = np.full((2, 4, 5), 2, np.uint8)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_path(path)
    assert refused.value.key == "data.path"
    assert str(refused.value).startswith("data.path: ")
    return str(refused.value).removeprefix("data.path: ")


@pytest.fixture
def folder(tmp_path: Path, idx_bytes: Callable[..., bytes]) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "train-images-idx3-ubyte").write_bytes(idx_bytes(TRAIN))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.array([1, 2, 3])))
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(TEST)))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(np.array([4, 5]))))
    return folder


def test_a_folder_gives_the_training_set_first(folder: Path) -> None:
    train, test = read_path(folder)
    np.testing.assert_array_equal(train.images, TRAIN)
    np.testing.assert_array_equal(test.images, TEST)
    assert (train.labels.tolist(), test.labels.tolist()) == ([1, 2, 3], [4, 5])


def test_images_without_labels_are_enough(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    train, test = read_path(folder)
    assert train.labels is not None
    assert test.labels is None


def test_the_names_that_unpacking_makes(folder: Path, idx_bytes: Callable[..., bytes]) -> None:
    for file in list(folder.iterdir()):
        file.rename(file.with_name(file.name.replace("-idx", ".idx")))
    (folder / "README").write_text("not an image", encoding="utf-8")
    (folder / "._train-images.idx3-ubyte").write_bytes(b"left by an archiver")
    (folder / "emnist-train-images-idx3-ubyte").write_bytes(idx_bytes(TRAIN[:1]))
    assert [len(part.images) for part in read_path(folder)] == [1, 3, 2]


def test_a_file_and_its_gzipped_twin_are_one(folder: Path) -> None:
    for file in list(folder.glob("train-*")):
        (folder / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert [len(part.images) for part in read_path(folder)] == [3, 2]


def test_one_file_is_read_without_labels(folder: Path) -> None:
    for name, images in (("train-images-idx3-ubyte", TRAIN), ("t10k-images-idx3-ubyte.gz", TEST)):
        (part,) = read_path(folder / name)
        np.testing.assert_array_equal(part.images, images)
        assert part.labels is None


def test_an_archive_is_seen_from_its_content(tmp_path: Path) -> None:
    np.savez(tmp_path / "mnist.npz", x=TRAIN)
    (part,) = read_path((tmp_path / "mnist.npz").rename(tmp_path / "renamed"))
    np.testing.assert_array_equal(part.images, TRAIN)


def test_the_home_folder_is_understood(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    assert len(read_path(Path("~") / folder.name)) == 2


def test_missing_empty_and_incomplete_folders(folder: Path, tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing") == f"{tmp_path / 'missing'} does not exist"
    assert refusal(Path("a\0b")).endswith("does not exist")
    assert refusal(Path("~nobody-of-that-name")) == "~nobody-of-that-name does not exist"
    assert refusal(Path("a" * 5000)).startswith("aaa")
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty").startswith(f"{tmp_path / 'empty'} holds no images: train-images-idx3-ubyte or")
    (folder / "train-images-idx3-ubyte").unlink()
    assert refusal(folder) == f"{folder / 'train-labels-idx1-ubyte'} has no images beside it"


def test_labels_that_disagree_with_images(folder: Path, idx_bytes: Callable[..., bytes]) -> None:
    (folder / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.array([1, 2])))
    sentence = refusal(folder)
    assert (
        f"{folder / 'train-labels-idx1-ubyte'} has 2 labels and {folder / 'train-images-idx3-ubyte'} has 3" in sentence
    )


def test_a_damaged_file_in_a_folder_is_named(folder: Path) -> None:
    file = folder / "t10k-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-9])
    assert refusal(folder).startswith(f"{file} is a damaged gzip file")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "photo.png is a single image; choose the folder that it is in" in refusal(tmp_path / "photo.png")
