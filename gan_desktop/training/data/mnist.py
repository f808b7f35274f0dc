"""MNIST and Fashion-MNIST: from `data.path`, else from the cache, else downloaded into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gan_desktop.core import paths
from gan_desktop.core.errors import printable
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.own_data import FAMILIES_OF_IMAGES, OwnData
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data import digits, image_files
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report
from gan_desktop.training.data.download import RemoteFile, fetch, is_cached
from gan_desktop.training.data.files import Labels, Part
from gan_desktop.training.data.image_files import read_path
from gan_desktop.training.data.images import ImageSize, fill_images
from gan_desktop.training.data.place import Place

NATIVE_SIZE = 28
# How many images are in the training set, in the test set, and in both.
COUNTS = (60_000, 10_000, 70_000)

MNIST_FILES = (
    RemoteFile("mnist.npz", "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434),
)
FASHION_FILES = (
    RemoteFile("train-images-idx3-ubyte.gz", "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
    RemoteFile("train-labels-idx1-ubyte.gz", "md5:25c81989df183df01b3e8a0aad5dffbe", 29_515),
    RemoteFile("t10k-images-idx3-ubyte.gz", "md5:bef4ecab320f06d8554ea6380940ec79", 4_422_102),
    RemoteFile("t10k-labels-idx1-ubyte.gz", "md5:bb300cfdad3c16e7a12a480ee83cd310", 5_148),
)


class MnistOptions(DataOptions):
    """`image_size` resizes the images to a square of that many pixels (bicubic)."""

    path_use: ClassVar = "allowed"
    image_size: ImageSize = NATIVE_SIZE


def _preview(place: Place, report: Report) -> FolderPreview | None:
    """The preview of a folder with IDX files. A single file may hold any images; `arrays` reads it at its own size."""
    return FolderPreview(place.given, suggested=place.suggestion("mnist")) if place.is_folder else None


OWN = OwnData(
    reads="a folder of IDX files", folder_mark=image_files.NAME, preview=_preview, families=FAMILIES_OF_IMAGES
)


@datasets.register("mnist", title="MNIST, 70,000 handwritten digits", options=MnistOptions, facts=OWN)
def mnist(request: DataRequest) -> DataSet:
    """Handwritten digits of 28 x 28 pixels (LeCun et al. 1998), downloaded once or read from `data.path`."""
    return _load("MNIST", "mnist", MNIST_FILES, request)


@datasets.register("fashion_mnist", title="Fashion-MNIST, 70,000 pieces of clothing", options=MnistOptions)
def fashion_mnist(request: DataRequest) -> DataSet:
    """Photographs of clothing, 28 x 28 pixels (Xiao et al. 2017), downloaded once or read from `data.path`."""
    return _load("Fashion-MNIST", "fashion_mnist", FASHION_FILES, request)


@datasets.register("mnist_or_digits", title="MNIST, else the embedded digits", options=MnistOptions)
def mnist_or_digits(request: DataRequest) -> DataSet:
    """MNIST where `data.path` or the cache has it, else the embedded digits enlarged: never a download."""
    options: Any = request.options
    if request.path is not None or is_cached(MNIST_FILES, paths.cache_directory() / "mnist"):
        return mnist(request)
    size = options.image_size
    reason = "in place of MNIST, which is neither at data.path nor in the cache"
    return digits.load(size, f"Digits, 1,797 scans of 8 x 8 enlarged to {size} x {size}, {reason}")


def _load(title: str, name: str, files: Sequence[RemoteFile], request: DataRequest) -> DataSet:
    """Images from the path if one is given, else from the cache, which is filled first."""
    options: Any = request.options
    if request.path is not None:
        parts = read_path(request.path)
        if not _may_be_mnist(parts):
            title = printable(request.path.name)
    else:
        parts = read_path(_cached(title, paths.cache_directory() / name, files, request.report))
    return assemble(title, parts, options.image_size, request.report)


def _may_be_mnist(parts: Sequence[Part]) -> bool:
    """Whether files that a person names have MNIST's size and number; else they are not called MNIST."""
    native = {part.images.shape[1:] for part in parts} == {(NATIVE_SIZE, NATIVE_SIZE)}
    return native and all(len(part.images) in COUNTS for part in parts)


def _cached(title: str, folder: Path, files: Sequence[RemoteFile], report: Report) -> Path:
    """What to read once the files are in the cache: the archive, or the folder of IDX files."""
    if not is_cached(files, folder):
        fetch(files, folder, title, report)
    return folder / files[0].name if len(files) == 1 else folder


def assemble(title: str, parts: Sequence[Part], size: int, report: Report) -> DataSet:
    """One data set of all parts, resized. Labels are kept if every part has them."""
    count = sum(len(part.images) for part in parts)
    images = np.empty((count, size, size, 1), np.float32)
    start = 0
    for part in parts:
        fill_images(images[start : start + len(part.images), ..., 0], part.images, report)
        start += len(part.images)
    native = {part.images.shape[1:] for part in parts}
    resized = ", ".join(f"{height} x {width}" for height, width in sorted(native - {(size, size)}))
    notes = f" resized from {resized}" if resized else ""
    return DataSet(f"{title}, {count:,} images of {size} x {size}{notes}", "images", images, _labels(parts))


def _labels(parts: Sequence[Part]) -> Labels | None:
    found = [part.labels for part in parts if part.labels is not None]
    return np.concatenate(found) if len(found) == len(parts) else None
