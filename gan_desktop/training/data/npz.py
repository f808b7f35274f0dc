"""Images and labels from an .npz archive, as Keras keeps MNIST: headers checked before anything is unpacked.

`numpy.load` allocates what a header announces and, unless told not to, runs pickles. Here a header is matched with a
pattern, never evaluated, and only plain arrays of whole numbers are read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.training.data.files import (
    LARGEST_ARRAY,
    Labels,
    Part,
    Pixels,
    Stream,
    check_images_shape,
    check_labels,
    file_size,
    read_at_most,
    refusal,
)

ZIP_MAGIC = b"PK"
NPY_MAGIC = b"\x93NUMPY\x01\x00"
# Names of images and of their labels: Keras's, then what people write. The first group with images is taken.
GROUPS = ((("x_train", "y_train"), ("x_test", "y_test")), (("images", "labels"),), (("x", "y"),))

TYPE = re.compile(r"'descr'\s*:\s*'([<>|=]?[A-Za-z]\d*)'")
WHOLE_NUMBERS = re.compile(r"[<>|=]?[iu][1248]")
ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
# Python 2 wrote sizes with an L.
SHAPE = re.compile(r"'shape'\s*:\s*\(([\dL,\s]*)\)")


def read_npz(path: Path) -> list[Part]:
    """The images of an archive, with their labels where they are there.

    Raises:
        InputError: not a zip archive, damaged, without known names, or with arrays of other shapes or types.
    """
    file_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name.removesuffix(".npy") for name in archive.namelist()}
            return [_read_part(path, archive, arrays, *names) for names in _pairs(path, arrays)]
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise refusal(path, f"is a damaged .npz archive: {str(error).rstrip('.')}") from None
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    except (NotImplementedError, RuntimeError, ValueError, KeyError) as error:
        # zipfile's own words for a version it does not know, a password, a name that is no text.
        raise refusal(path, f"is an .npz archive that cannot be read: {error}") from None


def _pairs(path: Path, arrays: set[str]) -> list[tuple[str, str]]:
    """The names of images present, each with the name that its labels would have."""
    for group in GROUPS:
        found = [(images, labels) for images, labels in group if images in arrays]
        orphans = [labels for images, labels in group if labels in arrays and images not in arrays]
        if found and orphans:
            raise refusal(path, f"is incomplete: it holds the labels '{orphans[0]}' without their images")
        if found:
            return found
    allowed = ", ".join(images for group in GROUPS for images, _ in group)
    names = ", ".join(sorted(arrays)[:10]) or "nothing"
    raise refusal(path, f"holds no images: its arrays are {names}; allowed: {allowed}")


def _read_part(path: Path, archive: zipfile.ZipFile, arrays: set[str], images: str, labels: str) -> Part:
    pixels = _read_images(path, archive, images)
    if labels not in arrays:
        return Part(pixels)
    classes = _read_labels(path, archive, labels)
    check_labels(f"{path}: '{images}'", len(pixels), f"{path}: '{labels}'", len(classes))
    return Part(pixels, classes)


def _read_images(path: Path, archive: zipfile.ZipFile, name: str) -> Pixels:
    with archive.open(_member(path, archive, name)) as stream:
        dtype, order, shape = _read_header(path, name, stream)
        if len(shape) == 4 and shape[3] == 1:
            shape = shape[:3]
        if len(shape) != 3:
            raise refusal(
                path, f"is refused: '{name}' has shape {shape}; allowed: (count, height, width), with or without a 1"
            )
        check_images_shape(path, f"'{name}'", (shape[0], shape[1], shape[2]))
        return _read_values(path, name, stream, dtype, order, shape).astype(np.uint8)


def _read_labels(path: Path, archive: zipfile.ZipFile, name: str) -> Labels:
    with archive.open(_member(path, archive, name)) as stream:
        dtype, order, shape = _read_header(path, name, stream)
        if len(shape) == 2 and shape[1] == 1:
            shape = shape[:1]
        if len(shape) != 1:
            raise refusal(path, f"is refused: the labels '{name}' have shape {shape}; allowed: (count,)")
        return _read_values(path, name, stream, dtype, order, shape).astype(np.int64)


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    member = archive.getinfo(f"{name}.npy" if f"{name}.npy" in archive.namelist() else name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal(
            path, f"is refused: '{name}' is packed by method {member.compress_type}; allowed: stored or deflated"
        )
    return member


def _read_header(path: Path, name: str, stream: Stream) -> tuple[str, str, tuple[int, ...]]:
    """The type, the order ("C" or "F") and the shape that an array announces."""
    start = bytes(read_at_most(stream, len(NPY_MAGIC) + 2))
    if start[: len(NPY_MAGIC)] != NPY_MAGIC:
        raise refusal(path, f"is damaged: '{name}' begins with 0x{start.hex()}, not as a NumPy array of version 1.0")
    header = read_at_most(stream, int.from_bytes(start[len(NPY_MAGIC) :], "little")).decode("latin-1")
    dtype, order, shape = TYPE.search(header), ORDER.search(header), SHAPE.search(header)
    if not (dtype and order and shape):
        raise refusal(path, f"is refused: '{name}' is not a plain array (its header is {header.strip()[:80]!r})")
    if not WHOLE_NUMBERS.fullmatch(dtype[1]):
        kind = "Python objects" if "O" in dtype[1] else f"type '{dtype[1]}'"
        raise refusal(path, f"is refused: '{name}' holds {kind}; allowed: whole numbers 0 to 255")
    # Eighteen digits are beyond every limit; a million of them would take Python long to convert.
    sizes = tuple(int(size[:18]) for size in re.findall(r"\d+", shape[1]))
    return dtype[1], "F" if order[1] == "True" else "C", sizes


def _read_values(
    path: Path, name: str, stream: Stream, dtype: str, order: str, shape: tuple[int, ...]
) -> npt.NDArray[np.integer]:
    announced = prod(shape) * np.dtype(dtype).itemsize
    if announced > LARGEST_ARRAY:
        raise refusal(
            path, f"is refused: '{name}' announces {announced:,} bytes, at most {LARGEST_ARRAY:,} are allowed"
        )
    content = read_at_most(stream, announced)
    # The read beyond the last value is also what makes zipfile check the sum.
    if len(content) != announced or stream.read(1):
        found = f"{len(content):,} bytes follow" if len(content) != announced else "more bytes follow"
        raise refusal(path, f"is damaged: '{name}' announces {announced:,} bytes (shape {shape}), but {found}")
    values = np.frombuffer(content, dtype).reshape(shape, order="F" if order == "F" else "C")
    if values.size and (values.min() < 0 or values.max() > 255):
        raise refusal(
            path, f"is refused: '{name}' holds values from {values.min()} to {values.max()}; allowed: 0 to 255"
        )
    return values
