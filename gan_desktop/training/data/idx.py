"""The IDX format of the MNIST files, read with every claim of the header checked.

Big-endian: two zero bytes, a type code, the count of dimensions, each dimension's size in four bytes, then the values.
The content tells whether a file is gzipped: browsers and archivers unpack such files without changing their names.
"""

from __future__ import annotations

import gzip
import zlib
from contextlib import nullcontext
from math import prod
from pathlib import Path

import numpy as np

from gan_desktop.training.data.files import (
    LARGEST_ARRAY,
    Labels,
    Pixels,
    Stream,
    check_images_shape,
    file_size,
    read_at_most,
    refusal,
)

GZIP_MAGIC = b"\x1f\x8b"
# What a file of images of unsigned bytes begins with.
IDX_IMAGES = b"\0\0\x08\x03"
UNSIGNED_BYTE = 0x08
DIMENSIONS = {"images": 3, "labels": 1}


def read_images(path: Path) -> Pixels:
    """The images of an IDX file, shape (n, height, width), grey levels 0..255.

    Raises:
        InputError: not an IDX file of images, or damaged; nothing large was allocated.
    """
    return _read(path, "images")


def read_labels(path: Path) -> Labels:
    """The labels of an IDX file, shape (n,), values 0..255.

    Raises:
        InputError: not an IDX file of labels, or damaged; nothing large was allocated.
    """
    return _read(path, "labels").astype(np.int64)


def _read(path: Path, kind: str) -> Pixels:
    size = file_size(path)
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == GZIP_MAGIC
            file.seek(0)
            with gzip.GzipFile(fileobj=file) if zipped else nullcontext(file) as stream:
                shape = _read_header(path, stream, kind)
                return _read_values(path, stream, shape, None if zipped else size)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refusal(path, f"is a damaged gzip file: {str(error).rstrip('.')}") from None
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None


def _read_header(path: Path, stream: Stream, kind: str) -> tuple[int, ...]:
    dimensions = DIMENSIONS[kind]
    magic = bytes(read_at_most(stream, 4))
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise refusal(
            path, f"is not an IDX file: it begins with 0x{magic.hex()}, one of {kind} with 0x00000{800 + dimensions}"
        )
    if magic[2] != UNSIGNED_BYTE:
        raise refusal(path, f"holds values of type code 0x{magic[2]:02x}; allowed: 0x08, unsigned bytes")
    if magic[3] != dimensions:
        raise refusal(path, f"is not an IDX file of {kind}: its dimension count is {magic[3]}, allowed: {dimensions}")
    sizes = bytes(read_at_most(stream, 4 * dimensions))
    if len(sizes) < 4 * dimensions:
        raise refusal(path, f"ends within its header, after {4 + len(sizes)} of {4 + 4 * dimensions} bytes")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    if kind == "images":
        check_images_shape(path, "its header", (shape[0], shape[1], shape[2]))
    if prod(shape) > LARGEST_ARRAY:
        raise refusal(
            path, f"is refused: its header announces {prod(shape):,} bytes, at most {LARGEST_ARRAY:,} are allowed"
        )
    return shape


def _read_values(path: Path, stream: Stream, shape: tuple[int, ...], file_bytes: int | None) -> Pixels:
    """Read exactly the values announced; `file_bytes` is the file's size, None if it is gzipped and so unknown."""
    announced = prod(shape)
    there = None if file_bytes is None else file_bytes - 4 - 4 * len(shape)
    if there is None or there == announced:
        content = read_at_most(stream, announced)
        # The read beyond the last value is also what makes a gzip stream check its sum.
        if len(content) == announced and not stream.read(1):
            return np.frombuffer(content, np.uint8).reshape(shape)
        there = len(content)
    found = f"{there:,} bytes follow" if there != announced else "more bytes follow"
    raise refusal(
        path, f"is damaged: its header announces {announced:,} bytes ({' x '.join(map(str, shape))}), but {found}"
    )
