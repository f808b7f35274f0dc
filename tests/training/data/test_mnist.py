"""MNIST from a path, from the cache, by download, and the digits in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import datasets
from gan_desktop.training.data import mnist
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, silent
from gan_desktop.training.data.download import RemoteFile
from gan_desktop.training.data.files import Part

PIXELS = np.arange(5 * 28 * 28, dtype=np.uint32).reshape(5, 28, 28).astype(np.uint8)
LABELS = np.arange(5)


def load(name: str, path: Path | None = None, report: Report = silent, **options: object) -> DataSet:
    entry = datasets[name]
    return entry.value(DataRequest(entry.options(**options), path, report=report))


@pytest.fixture
def cached(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small archive in the cache that passes for MNIST."""
    (cache / "mnist").mkdir(parents=True)
    archive = cache / "mnist" / "mnist.npz"
    np.savez(archive, x_train=PIXELS, y_train=LABELS, x_test=PIXELS[:2], y_test=LABELS[:2])
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    monkeypatch.setattr(mnist, "MNIST_FILES", (RemoteFile("mnist.npz", f"sha256:{digest}", archive.stat().st_size),))
    return archive


@pytest.mark.parametrize("name", ["mnist", "mnist_or_digits"])
def test_the_cache_is_used_without_the_network(name: str, cached: Path) -> None:
    data = load(name)
    assert data.title == "MNIST, 7 images of 28 x 28"
    assert data.samples.shape == (7, 28, 28, 1)
    assert data.samples.dtype == np.float32
    np.testing.assert_array_equal(data.samples[:5, ..., 0], PIXELS.astype(np.float32) / 255)
    assert data.labels.tolist() == [0, 1, 2, 3, 4, 0, 1]


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_without_cache_and_network_one_sentence_says_what_to_do(name: str, cache: Path) -> None:
    with pytest.raises(InputError, match=r"could not be downloaded: .*; set data\.path to a folder") as refused:
        load(name)
    assert refused.value.key == "data.path"
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_download_fills_the_cache(
    cache: Path, monkeypatch: pytest.MonkeyPatch, idx_bytes: Callable[..., bytes]
) -> None:
    def deliver(files: tuple[RemoteFile, ...], folder: Path, title: str, report: Report) -> None:
        folder.mkdir(parents=True)
        for file in files:
            values = PIXELS if "images" in file.name else LABELS
            (folder / file.name).write_bytes(idx_bytes(values))

    monkeypatch.setattr(mnist, "fetch", deliver)
    data = load("fashion_mnist")
    assert data.title == "Fashion-MNIST, 10 images of 28 x 28"
    assert sorted(path.name for path in (cache / "fashion_mnist").iterdir()) == sorted(
        file.name for file in mnist.FASHION_FILES
    )


def test_the_fallback_says_so_and_never_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "fetch", lambda *arguments: pytest.fail("a download"))
    data = load("mnist_or_digits")
    assert data.samples.shape == (1797, 28, 28, 1)
    assert data.title.startswith(
        "Digits, 1,797 scans of 8 x 8 enlarged to 28 x 28, in place of MNIST, which is neither"
    )
    assert load("mnist_or_digits", image_size=16).samples.shape == (1797, 16, 16, 1)


def test_a_damaged_cache_is_no_cache(cached: Path) -> None:
    cached.write_bytes(cached.read_bytes()[:-1])
    assert load("mnist_or_digits").title.startswith("Digits")


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "mnist_or_digits"])
def test_a_path_that_leads_nowhere_is_an_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere does not exist") as refused:
        load(name, tmp_path / "nowhere")
    assert refused.value.key == "data.path"


def test_only_what_may_be_it_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "mine.npz", images=PIXELS)
    np.savez(tmp_path / "small.npz", images=PIXELS[:, ::2, ::2])
    assert load("mnist", tmp_path / "mine.npz").title == "mine.npz, 5 images of 28 x 28"
    monkeypatch.setattr(mnist, "COUNTS", (5,))
    assert load("mnist", tmp_path / "mine.npz").title == "MNIST, 5 images of 28 x 28"
    assert load("mnist", tmp_path / "small.npz").title.startswith("small.npz, 5 images")


def test_images_are_resized(tmp_path: Path) -> None:
    np.savez(tmp_path / "file.npz", images=PIXELS)
    reports: list[str] = []
    data = load("mnist", tmp_path / "file.npz", lambda message, _: reports.append(message), image_size=32)
    assert data.title == "file.npz, 5 images of 32 x 32 resized from 28 x 28"
    assert data.samples.shape == (5, 32, 32, 1)
    assert data.labels is None
    assert reports == ["Resizing images"]
    assert data.samples.min() >= 0
    assert data.samples.max() <= 1


def test_parts_of_several_sizes_become_one_and_keep_labels_only_where_all_have_them() -> None:
    parts = [Part(np.zeros((2, 8, 10), np.uint8), LABELS[:2]), Part(PIXELS)]
    data = mnist.assemble("Mixed", parts, 28, silent)
    assert data.title == "Mixed, 7 images of 28 x 28 resized from 8 x 10"
    assert data.labels is None


def test_the_real_mnist(real_mnist: Path) -> None:
    data = load("mnist", real_mnist)
    assert data.samples.shape[1:] == (28, 28, 1)
    assert (data.samples.min(), data.samples.max()) == (0, 1)
    assert sorted(set(data.labels.tolist())) == list(range(10))
    assert load("mnist_or_digits", real_mnist).title == data.title
