"""What the readers of image files share: limits, reading no more than announced, and one sentence for what is wrong.

A file's header is a claim, and nothing is allocated because of one: claims are checked against fixed limits and
against the bytes that really come.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import LONGEST_PATH, InputError, shortened
from gan_desktop.training.data.foreign import LOOKED_AT, foreign_kind

Pixels = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]

LARGEST_SIDE = 1024
# The bytes of one array once unpacked: twenty times MNIST. A small file that unpacks to more is refused on the way.
LARGEST_ARRAY = 2**30
CHUNK = 2**20


class Stream(Protocol):
    """Anything that reads bytes: a file, a gzip stream or a member of a zip archive."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Part:
    """Images that came together, such as a training set.

    Attributes:
        images: shape (n, height, width), grey levels 0..255.
        labels: shape (n,), or None.
    """

    images: Pixels
    labels: Labels | None = None


def refusal(path: Path, sentence: str) -> InputError:
    """The error that says `sentence` about the file that `data.path` led to."""
    return InputError(f"data.path: {shortened(str(path), LONGEST_PATH)} {sentence}", "data.path")


def is_folder(path: Path) -> bool:
    """Whether a path is a folder. `Path.is_dir` raises if a name is too long or holds a zero byte; this does not."""
    return os.path.isdir(path)  # noqa: PTH112


def scikit_learn_file(*parts: str) -> Path:
    """A file that comes with scikit-learn, which is not imported: that takes most of a second."""
    package = find_spec("sklearn")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0], *parts)


def first_bytes(path: Path, count: int) -> bytes:
    """The first bytes of a file, from which its kind is known.

    Raises:
        InputError: it is missing, empty, no regular file, unreadable, or of a kind that other programs read.
    """
    file_size(path)
    try:
        with path.open("rb") as file:
            start = file.read(max(count, LOOKED_AT))
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    if kind := foreign_kind(start):
        raise refusal(path, kind)
    return start[:count]


def file_size(path: Path) -> int:
    """The size in bytes of a file that is there and is not empty.

    Raises:
        InputError: missing, not a regular file (reading a pipe would wait for ever), or empty.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a zero byte in the name
        raise refusal(path, "does not exist") from None
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    if not stat.S_ISREG(status.st_mode):
        raise refusal(path, "is not a file")
    size = status.st_size
    if size == 0:
        raise refusal(path, "is empty (0 bytes)")
    return size


def read_at_most(stream: Stream, limit: int) -> bytearray:
    """The bytes up to the stream's end or up to `limit`, whichever comes first; memory grows only as bytes come."""
    content = bytearray()
    while len(content) < limit:
        piece = stream.read(min(CHUNK, limit - len(content)))
        if not piece:
            break
        content += piece
    return content


def check_images_shape(path: Path, what: str, shape: tuple[int, ...]) -> None:
    """Refuse counts and sizes that no set of images has, before anything is read.

    Args:
        what: the array's name in the sentence, such as "its header".
        shape: (count, height, width) as announced.
    """
    count, height, width = shape
    if count < 1:
        raise refusal(path, f"holds no images: {what} announces {count}, at least 1 is needed")
    if not (1 <= height <= LARGEST_SIDE and 1 <= width <= LARGEST_SIDE):
        raise refusal(
            path,
            f"is refused: {what} announces images of {height} x {width} pixels, 1 to {LARGEST_SIDE} a side are allowed",
        )


def check_labels(samples: Path | str, count: int, labels: Path | str, labels_count: int, noun: str = "images") -> None:
    """Refuse labels unless there is exactly one for each sample."""
    if count != labels_count:
        raise InputError(
            f"data.path: {labels} has {labels_count:,} labels and {samples} has {count:,} {noun}: "
            "there must be as many",
            "data.path",
        )
