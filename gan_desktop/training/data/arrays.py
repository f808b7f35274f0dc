"""Images from a NumPy file or an IDX file: grey or colour, whole numbers or floats, larger than memory if need be."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, needed_path
from gan_desktop.training.data.files import (
    Labels,
    Stream,
    check_images_shape,
    expanded,
    file_size,
    first_bytes,
    is_folder,
    refusal,
)
from gan_desktop.training.data.idx import read_images
from gan_desktop.training.data.images import ImageSize
from gan_desktop.training.data.npy import LEVELS, NPY_MAGIC, Array, Header, read_header, read_values
from gan_desktop.training.data.npz import GROUPS, ZIP_MAGIC, read_archive
from gan_desktop.training.data.pixel_text import is_text, read_pixel_table
from gan_desktop.training.data.streaming import FileRows, LazyImages, Rows, Streaming, blocks, stored

SMALLEST, LARGEST = 8, 128
# Values looked at in one go.
SCANNED = 2**24


class ArraysOptions(DataOptions):
    """`image_size` resizes the images (bicubic), and must be given where they are not square or not of 8 to 128 pixels.

    `stream` "always" reads images of an .npy file when they are asked for, "auto" does where memory would be short.
    """

    path_use: ClassVar = "needed"
    image_size: ImageSize | None = None
    stream: Streaming = "auto"


@datasets.register("arrays", title="Your images, a NumPy file or CSV", options=ArraysOptions)
def arrays(request: DataRequest) -> DataSet:
    """Images from an .npy, .npz or IDX file at `data.path`, shape (n, height, width) or (n, height, width, 3), or from
    a CSV file with a square image in each row.

    Floats are 0 to 1 or 0 to 255, whole numbers 0 to 255. In an archive: x_train, y_train, x_test, y_test, or images
    and labels, or x and y, or an only array of any name. Of a CSV file, one column more is that of the labels.
    """
    options: Any = request.options
    path = expanded(needed_path("arrays", "an .npy, .npz, IDX or CSV file", request.path))
    rows: Rows
    understood: tuple[str, ...] = ()
    if not is_folder(path) and is_text(path):
        table = read_pixel_table(path, request.report)
        rows, labels, understood = table.rows, table.labels, table.notes
    else:
        rows, labels = open_rows(path)
    size = options.image_size or _native_size(path, rows.shape)
    highest, notes = _value_range(path, rows, request.report)
    height, width = rows.shape[1:3]
    resized = f" resized from {height} x {width}" if (height, width) != (size, size) else ""
    samples = stored(LazyImages(rows, highest, size), options.stream, "Reading images", request.report)
    title = f"{path.name}, {len(samples):,} images of {size} x {size}{resized}"
    return DataSet(title, "images", samples, labels, notes=(*understood, *notes))


def open_rows(path: Path) -> tuple[Rows, Labels | None]:
    """The rows of pixels of a file, shape (n, height, width) or (n, height, width, 3), and their labels.

    Raises:
        InputError: no such file, or none of images; nothing large was allocated.
    """
    if is_folder(path):
        raise refusal(path, "is a folder; allowed: an .npy, .npz, IDX or CSV file (data.name = 'images' reads folders)")
    start = first_bytes(path, len(NPY_MAGIC))
    if start.startswith(ZIP_MAGIC):
        parts = read_archive(path, GROUPS, "images", _read_images, any_name=True)
        shapes = sorted({images.shape[1:] for images, _ in parts})
        if len(shapes) > 1:
            raise refusal(path, f"is refused: its images are of several shapes, {shapes[0]} and {shapes[1]}")
        found = [labels for _, labels in parts if labels is not None]
        images = np.concatenate([images for images, _ in parts]) if len(parts) > 1 else parts[0][0]
        return images, np.concatenate(found) if len(found) == len(parts) else None
    if start.startswith(NPY_MAGIC[:6]):
        return _npy_rows(path), None
    return read_images(path), None


def image_shape(path: Path, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape without a last axis of 1; refused unless it is one of images."""
    if len(shape) == 4 and shape[3] == 1:
        shape = shape[:3]
    if len(shape) != 3 and not (len(shape) == 4 and shape[3] == 3):
        allowed = "(count, height, width), with or without a last 1 or 3"
        raise refusal(path, f"is refused: {name} has shape {shape}; allowed: {allowed}")
    check_images_shape(path, name, (shape[0], shape[1], shape[2]))
    return shape


def _read_images(path: Path, name: str, stream: Stream) -> Array:
    header = read_header(path, name, stream, LEVELS)
    shape = image_shape(path, name, header.shape)
    return read_values(path, name, stream, header).reshape(shape)


def _npy_rows(path: Path) -> Rows:
    """An .npy file's rows: left in the file, unless its first axis runs fastest."""
    size = file_size(path)
    try:
        with path.open("rb") as stream:
            header = read_header(path, "the array", stream, LEVELS)
            shape = image_shape(path, "the array", header.shape)
            _check_size(path, header, size)
            if header.fortran_order:
                return read_values(path, "the array", stream, header).reshape(shape)
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    return FileRows(path, header.offset, shape, header.dtype)


def _check_size(path: Path, header: Header, size: int) -> None:
    if header.offset + header.bytes != size:
        follow = f"{max(0, size - header.offset):,} bytes follow"
        raise refusal(path, f"is damaged: its header announces {header.bytes:,} bytes (shape {header.shape}), {follow}")


def _native_size(path: Path, shape: tuple[int, ...]) -> int:
    height, width = shape[1:3]
    if height == width and SMALLEST <= height <= LARGEST:
        return height
    message = f"the images of {path.name} are {height} x {width}; give a size from {SMALLEST} to {LARGEST}"
    raise InputError(f"data.image_size is not given: {message}", "data.image_size")


def _value_range(path: Path, rows: Rows, report: Report) -> tuple[float, tuple[str, ...]]:
    """The value of white, 1 or 255, and what should be said of it.

    Raises:
        InputError: a value is not a number, or outside both ranges.
    """
    whole = rows.dtype.kind in "iu"
    low, high = np.inf, -np.inf
    count = rows.shape[0]
    per_row = max(1, int(np.prod(rows.shape[1:])))
    for block in blocks(count, max(1, SCANNED // per_row)):
        report("Checking values", int(block[0]) / count)
        values = rows[block]
        if not whole and not np.isfinite(values).all():
            first = int(block[int(np.argmax(~np.isfinite(values).reshape(len(block), -1).all(axis=1)))])
            raise refusal(
                path, f"is refused: image {first} (counted from 0) holds NaN or infinity; allowed: {LEVELS.allowed}"
            )
        low, high = min(low, float(values.min())), max(high, float(values.max()))
        # Bytes are within the range; that they are not all 0 and 1 is soon seen.
        if rows.dtype == np.uint8 and high > 1:
            break
    if low < 0 or high > 255:
        raise refusal(path, f"is refused: its values are {low:g} to {high:g}; allowed: {LEVELS.allowed}")
    if whole and high == 1:
        return 255.0, ("The values are 0 and 1 of 255, nearly black; saved as floats they would be black and white.",)
    return (255.0 if whole or high > 1 else 1.0), ()
