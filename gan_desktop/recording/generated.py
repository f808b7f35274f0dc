"""Writes generated samples as they come: as PNG files, one .npz archive, or a CSV table. None holds all in memory."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.tiling import to_bytes

SUFFIXES = (".npz", ".csv")
Labels = npt.NDArray[np.int32]


class Writer(Protocol):
    """Takes samples portion by portion."""

    def add(self, first: int, values: FloatArray, labels: Labels | None) -> None: ...


def is_folder(out: Path) -> bool:
    """Whether samples become a folder of pictures.

    Raises:
        InputError: the ending is none that can be written.
    """
    if out.suffix and out.suffix.lower() not in SUFFIXES:
        raise InputError(f"{out}: allowed are names that end in {' or '.join(SUFFIXES)}, and a folder for PNG")
    return not out.suffix


@contextmanager
def writer(place: Path, count: int, shape: tuple[int, ...], classes: bool) -> Iterator[Writer]:
    """What writes `count` samples of that shape.

    Raises:
        InputError: samples of that kind are no pictures.
        OSError: it cannot be written.
    """
    match place.suffix.lower():
        case ".csv":
            with place.open("w", newline="", encoding="utf-8") as file:
                yield _Table(file, shape, classes)
        case ".npz":
            with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                with archive.open("samples.npy", "w", force_zip64=True) as stream:
                    made = _Archive(stream, count, shape)
                    yield made
                if classes:
                    with archive.open("labels.npy", "w") as stream:
                        np.lib.format.write_array(stream, np.concatenate(made.labels), allow_pickle=False)
        case _:
            if len(shape) != 3:
                raise InputError("these samples are no pictures: give a name that ends in .npz or .csv")
            place.mkdir()
            yield _Pictures(place, count)


class _Table:
    """A line for each sample: the numbers of a point, or the pixels of an image from 0 to 255, and its class."""

    def __init__(self, file: IO[str], shape: tuple[int, ...], classes: bool) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        size = int(np.prod(shape))
        names = ["x", "y"][:size] if len(shape) == 1 else [f"pixel_{number}" for number in range(size)]
        self._writer.writerow([*(["class"] if classes else []), *names])

    def add(self, first: int, values: FloatArray, labels: Labels | None) -> None:
        if values.ndim == 4:
            cells: list[list[Any]] = to_bytes(values).reshape(len(values), -1).tolist()
        else:
            cells = [[f"{value:.9g}" for value in row] for row in values.tolist()]
        classes = [[label] for label in labels.tolist()] if labels is not None else [[]] * len(cells)
        self._writer.writerows([*label, *row] for label, row in zip(classes, cells, strict=True))


class _Archive:
    """`samples` as uint8 for images and as float32 for points, and `labels`."""

    def __init__(self, stream: IO[bytes], count: int, shape: tuple[int, ...]) -> None:
        self._stream, self._is_image = stream, len(shape) == 3
        self.labels: list[Labels] = []
        descr = np.lib.format.dtype_to_descr(np.dtype(np.uint8 if self._is_image else np.float32))
        header = {"descr": descr, "fortran_order": False, "shape": (count, *shape)}
        begin = io.BytesIO()
        np.lib.format.write_array_header_2_0(begin, header)
        stream.write(begin.getvalue())

    def add(self, first: int, values: FloatArray, labels: Labels | None) -> None:
        kept = to_bytes(values) if self._is_image else values.astype(np.float32)
        self._stream.write(np.ascontiguousarray(kept).tobytes())
        if labels is not None:
            self.labels.append(labels)


class _Pictures:
    """A PNG file for each sample, in a folder for each class."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._digits = len(str(max(0, count - 1)))
        self._made: set[Path] = {folder}

    def add(self, first: int, values: FloatArray, labels: Labels | None) -> None:
        pixels = to_bytes(values)
        for place, image in enumerate(pixels):
            folder = self._folder if labels is None else self._folder / str(labels[place])
            if folder not in self._made:
                folder.mkdir()
                self._made.add(folder)
            picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
            picture.save(folder / f"{first + place:0{self._digits}d}.png", compress_level=1)
