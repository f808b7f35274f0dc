"""Headers of images, each read once: a run does not read again what its preview has read.

Only the folder or zip file that was looked at last is remembered, and a file that has changed since is read anew.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from gan_desktop.training.data.dataset import Report
from gan_desktop.training.data.image_decoding import ImageHeader, ImageSource, read_image_header
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.zip_files import ZipMember

# What shows that a file has changed: its place on disk, size and time; for a member of a zip file, size and checksum.
Mark = tuple[int, ...]
Known = Mapping[str, tuple[Mark, ImageHeader]]

# The last place and its headers by name. Replaced only as a whole, since the preview and a run are in several threads.
_last: tuple[Path, Known] = Path(), {}


def read_headers(
    place: Path, files: Sequence[tuple[ImageSource, str]], report: Report
) -> Generator[ImageHeader | str, None, None]:
    """The header of each file, in order, or why it cannot be read.

    Args:
        place: the folder or the zip file.
        files: each with its name below the place.
        report: may raise to cancel.
    """
    global _last
    known = _last[1] if _last[0] == place else {}
    found: dict[str, tuple[Mark, ImageHeader]] = {}
    looked_at = in_threads(partial(_look, known), files, "Looking at images", report)
    with closing(looked_at) as headers:
        for (_, name), (mark, header) in zip(files, headers, strict=True):
            if mark is not None and not isinstance(header, str):
                found[name] = mark, header
            yield header
    _last = place, found


def _look(known: Known, file: tuple[ImageSource, str]) -> tuple[Mark | None, ImageHeader | str]:
    source, name = file
    # Before it is read: a file that changes meanwhile is read anew the next time.
    mark = _mark(source)
    if name in known and known[name][0] == mark:
        return known[name]
    return mark, read_image_header(source)


def _mark(source: ImageSource) -> Mark | None:
    """What shows whether a file has changed; None if that cannot be known."""
    if isinstance(source, ZipMember):
        return source.info.CRC, source.info.file_size, source.info.compress_type, source.info.flag_bits
    if not isinstance(source, Path):
        return None
    try:
        status = source.stat()
    except OSError:  # reading it says why
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
