"""Reads .npz archives of plain arrays that may be damaged, or made to do harm.

`numpy.load` allocates what an array's header claims, and looks at the sum over an array only once it has understood
that header. Here nothing is understood before its sum is right, and no more is allocated than the archive holds.
"""

from __future__ import annotations

import io
import tokenize
import zipfile
import zlib
from math import prod
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

SUFFIX = ".npy"
# What a file may fail with that is no archive, or is one no more.
ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, KeyError, TypeError, ValueError, OverflowError, SyntaxError,
    tokenize.TokenError, MemoryError,
)  # fmt: skip


def read_arrays(stream: BinaryIO) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an archive as `numpy.savez` writes it, by their names.

    Raises:
        ValueError: it is damaged, packed, or holds something else than plain arrays.
        OSError: it cannot be read.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            # Several may claim the same bytes.
            if (claimed := sum(info.file_size for info in members)) > size:
                raise ValueError(f"it claims {claimed:,} bytes, and has {size:,}")
            return {info.filename.removesuffix(SUFFIX): _array(archive, info) for info in members}
    except ERRORS as error:
        raise ValueError(str(error) or type(error).__name__) from None


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> npt.NDArray[Any]:
    if not info.filename.endswith(SUFFIX) or info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{info.filename!r} is no plain array")
    content = archive.read(info)
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, runs_first, dtype = read_header(file)
    if dtype.hasobject:
        raise ValueError(f"{info.filename!r} holds Python objects")
    if prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(f"{info.filename!r} claims the shape {shape}")
    values = np.frombuffer(content, dtype, prod(shape), file.tell())
    return values.reshape(shape, order="F" if runs_first else "C").copy(order="K")
