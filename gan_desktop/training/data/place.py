"""What is at a path. It is looked at once, however many data sets ask whether it is theirs."""

from __future__ import annotations

import os
import tarfile
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gan_desktop.core.paths import expanded
from gan_desktop.training.data.dataset import Indices, Report
from gan_desktop.training.data.files import first_bytes, is_folder, refusal
from gan_desktop.training.data.idx import GZIP_MAGIC
from gan_desktop.training.data.image_scan import Scan, holds_images, scan_images
from gan_desktop.training.data.npy import NPY_MAGIC, PLAIN, read_header
from gan_desktop.training.data.npz import ZIP_MAGIC, archive_shapes
from gan_desktop.training.data.pixel_text import is_pixel_table

# How many images a preview shows, and how many pixels each side has.
THUMBNAILS = 24
THUMBNAIL_SIDE = 64


class Place:
    """A folder or a file that somebody wants to train on; `source` is another one, of images to be translated into it.

    Every look raises InputError if the path is missing, cannot be read, or is damaged in the part that is looked at.
    """

    def __init__(self, given: Path, source: Path | None = None) -> None:
        self.given = given
        self.path = expanded(given)
        self.is_folder = is_folder(self.path)
        self.source = None if source is None else Place(source)
        self._scan: Scan | None = None

    def suggestion(self, name: str) -> dict[str, Any]:
        """The config values with which that data set reads it."""
        return {"data.name": name, "data.path": str(self.given)}

    @cached_property
    def entries(self) -> list[os.DirEntry[str]]:
        """What lies in the folder; nothing for a file."""
        if not self.is_folder:
            return []
        try:
            return list(os.scandir(self.path))
        except OSError as error:
            raise refusal(self.path, f"cannot be read: {error.strerror or error}") from None

    def scan(self, report: Report) -> Scan:
        """The images in the folder or the zip file, looked for once."""
        if self._scan is None:
            self._scan = scan_images(self.given, report, self.entries)
        return self._scan

    @cached_property
    def start(self) -> bytes:
        """What the file begins with; nothing for a folder."""
        return b"" if self.is_folder else first_bytes(self.path, len(NPY_MAGIC))

    @cached_property
    def is_zip_of_images(self) -> bool:
        return self.start.startswith(ZIP_MAGIC) and holds_images(self.path)

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes that the arrays of an .npy or .npz file announce, which loading checks; none for other files."""
        if self.start.startswith(ZIP_MAGIC):
            return [] if self.is_zip_of_images else archive_shapes(self.path)
        if not self.start.startswith(NPY_MAGIC[:6]):
            return []
        try:
            with self.path.open("rb") as stream:
                return [read_header(self.path, "the array", stream, PLAIN).shape]
        except OSError as error:
            raise refusal(self.path, f"cannot be read: {error.strerror or error}") from None

    @cached_property
    def is_gzip(self) -> bool:
        return self.start.startswith(GZIP_MAGIC)

    @cached_property
    def is_packed_tar(self) -> bool:
        """Whether it is a .tar.gz: the first block of a tar file says so."""
        import gzip

        if not self.is_gzip:
            return False
        try:
            with gzip.open(self.path) as unpacked:
                block = unpacked.read(tarfile.BLOCKSIZE)
        except (OSError, EOFError, ValueError):
            return False
        return block[257:262] == b"ustar"

    @cached_property
    def is_text(self) -> bool:
        """Whether it may be a table, as far as its first bytes tell."""
        known = (ZIP_MAGIC, NPY_MAGIC[:6], GZIP_MAGIC)
        return bool(self.start) and b"\0" not in self.start and not self.start.startswith(known)

    @cached_property
    def is_pixel_table(self) -> bool:
        """Whether its first line has the columns of a square image."""
        return self.is_text and is_pixel_table(self.path)


def spread(count: int, most: int) -> Indices:
    """The places of at most `most` of `count` samples, evenly over all of them."""
    return np.linspace(0, count - 1, min(most, count)).round().astype(np.int64)
