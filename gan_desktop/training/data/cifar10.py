"""CIFAR-10 from its binary version: from `data.path`, else from the cache, else downloaded into it."""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.own_data import FAMILIES_OF_IMAGES, OwnData
from gan_desktop.core.paths import expanded
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report
from gan_desktop.training.data.download import RemoteFile, fetch, is_cached
from gan_desktop.training.data.files import Stream, file_size, is_folder, read_at_most, refusal
from gan_desktop.training.data.images import ImageSize
from gan_desktop.training.data.levels import EIGHT_BITS
from gan_desktop.training.data.place import Place
from gan_desktop.training.data.streaming import LazyImages, stored

SIDE = 32
# A label, then the red, the green and the blue plane.
RECORD = 1 + 3 * SIDE * SIDE
LARGEST_BATCH = 10_000 * RECORD
# The size of the unpacked archive: six batches and a page of text.
LARGEST_ARCHIVE = 2**28
BATCH = re.compile(r"(data_batch_\d|test_batch)\.bin")
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
ARCHIVE = RemoteFile(
    "cifar-10-binary.tar.gz", "md5:c32a1d4ab5d03f1284b67883e8d87530", 170_052_171, "https://www.cs.toronto.edu/~kriz/"
)
WHERE = "cifar-10-binary.tar.gz or a folder that holds data_batch_1.bin to data_batch_5.bin and test_batch.bin"


class Cifar10Options(DataOptions):
    """`image_size` resizes the images to a square of that many pixels (bicubic)."""

    path_use: ClassVar = "allowed"
    image_size: ImageSize = SIDE


def _preview(place: Place, report: Report) -> FolderPreview | None:
    """The preview of a folder with the batches in it, or of a .tar.gz archive."""
    if not place.is_folder and not place.is_packed_tar:
        return None
    return FolderPreview(place.given, suggested=place.suggestion("cifar10"))


OWN = OwnData(
    reads=WHERE,
    endings=(".tar.gz", ".tgz"),
    folder_mark=BATCH,
    preview=_preview,
    reads_all=False,
    families=FAMILIES_OF_IMAGES,
)


@datasets.register("cifar10", title="CIFAR-10, 60,000 photographs", options=Cifar10Options, facts=OWN)
def cifar10(request: DataRequest) -> DataSet:
    """Colour photographs of 10 classes, 32 x 32 pixels (Krizhevsky 2009), downloaded once or read from `data.path`."""
    options: Any = request.options
    if request.path is not None:
        path = expanded(request.path)
    else:
        folder = paths.cache_directory() / "cifar10"
        path = folder / ARCHIVE.name
        if not is_cached([ARCHIVE], folder):
            fetch([ARCHIVE], folder, "CIFAR-10", request.report, WHERE)
    request.report("Reading CIFAR-10", None)
    batches = _read_folder(path) if is_folder(path) else _read_archive(path)
    if not batches:
        raise refusal(path, f"holds no batch of CIFAR-10; allowed: {WHERE}")
    # The training set comes first: data_batch is before test_batch in the alphabet.
    records = np.concatenate([batches[name] for name in sorted(batches)])
    pixels = np.ascontiguousarray(records[:, 1:].reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1))
    size = options.image_size
    resized = f" resized from {SIDE} x {SIDE}" if size != SIDE else ""
    return DataSet(
        f"CIFAR-10, {len(pixels):,} images of {size} x {size}{resized}",
        "images",
        stored(LazyImages(pixels, EIGHT_BITS, size), "auto", "Reading CIFAR-10", request.report),
        labels=records[:, 0].astype(np.int64),
        class_names=CLASSES,
    )


def _read_folder(folder: Path) -> dict[str, np.ndarray]:
    """The batches in a folder, or in the sub-folder that unpacking the archive makes."""
    inner = folder / "cifar-10-batches-bin"
    batches: dict[str, np.ndarray] = {}
    try:
        files = sorted((inner if is_folder(inner) else folder).iterdir())
        for file in files:
            if BATCH.fullmatch(file.name):
                size = file_size(file)
                with file.open("rb") as stream:
                    batches[file.name] = _read_batch(file, file.name, stream, size)
    except OSError as error:
        raise refusal(folder, f"cannot be read: {error.strerror or error}") from None
    return batches


def _read_archive(path: Path) -> dict[str, np.ndarray]:
    """The batches of a .tar.gz, read one after the other; nothing is written to disk."""
    file_size(path)
    batches: dict[str, np.ndarray] = {}
    try:
        with (
            path.open("rb") as file,
            gzip.GzipFile(fileobj=file) as unpacked,
            tarfile.open(fileobj=_limited(path, unpacked), mode="r|") as archive,
        ):
            for member in archive:
                name = member.name.rpartition("/")[2]
                content = archive.extractfile(member) if member.isreg() and BATCH.fullmatch(name) else None
                if content is not None:
                    batches[name] = _read_batch(path, name, content, member.size)
    except InputError:
        raise
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise refusal(path, f"is not a .tar.gz archive, or damaged: {str(error)[:80].rstrip('.')}") from None
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    return batches


def _read_batch(path: Path, name: str, stream: Stream, size: int) -> np.ndarray:
    if size == 0 or size % RECORD or size > LARGEST_BATCH:
        allowed = f"a multiple of {RECORD:,}, at most {LARGEST_BATCH:,}"
        raise refusal(path, f"is refused: {name} has {size:,} bytes; allowed: {allowed}")
    content = read_at_most(stream, size)
    if len(content) < size:
        raise refusal(path, f"is damaged: {name} ends after {len(content):,} of {size:,} bytes")
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    if records[:, 0].max() >= len(CLASSES):
        raise refusal(path, f"is refused: {name} holds the label {records[:, 0].max()}; allowed: 0 to 9")
    return records


def _limited(path: Path, stream: Stream) -> Any:
    return _Limited(path, stream)


class _Limited:
    """A stream that gives no more than an archive of CIFAR-10 holds: tarfile believes the sizes that it finds."""

    def __init__(self, path: Path, stream: Stream) -> None:
        self._path = path
        self._stream = stream
        self._left = LARGEST_ARCHIVE

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise refusal(self._path, f"is refused: it unpacks to more than {LARGEST_ARCHIVE:,} bytes")
        return content
