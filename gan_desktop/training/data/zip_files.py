"""Zip files: opened with one sentence for what is wrong, and their members read without unpacking to disk."""

from __future__ import annotations

import io
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from gan_desktop.core.errors import InputError
from gan_desktop.training.data.files import file_size, read_at_most, refusal

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Bytes of an image file in an archive: each thread has one in memory.
LARGEST_MEMBER = 2**27
ENCRYPTED = 0x1


class MemberError(Exception):
    """A member of a zip file cannot be used; a few words that follow its name."""


@contextmanager
def refusing(path: Path, kind: str) -> Iterator[None]:
    """Say in one sentence what goes wrong with an archive.

    Args:
        path: the archive.
        kind: what it should be: "an .npz archive".
    """
    article, _, noun = kind.partition(" ")
    damaged = f"a damaged {noun}" if article in ("a", "an") else kind
    try:
        yield
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise refusal(path, f"is {damaged}: {str(error).rstrip('.')}") from None
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    except (NotImplementedError, RuntimeError, ValueError, KeyError) as error:
        # zipfile's own words about an unknown version, a password, or a name that is no text.
        raise refusal(path, f"is {kind} that cannot be read: {error}") from None


@dataclass(frozen=True)
class ZipMember:
    """A file within a zip file, which several threads may read at once.

    The archive is closed when the last of its members is gone.
    """

    info: zipfile.ZipInfo = field(compare=False)
    archive: zipfile.ZipFile = field(compare=False, repr=False)

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """A stream of all that the file holds; no more is read than it announces.

        Raises:
            MemberError: it announces too much, or is packed in a way that is not read.
            OSError, zipfile.BadZipFile, zlib.error: it is damaged.
        """
        info = self.info
        if info.flag_bits & ENCRYPTED:
            raise MemberError("is encrypted")
        if info.compress_type not in METHODS:
            raise MemberError(f"is packed by method {info.compress_type}; allowed: stored or deflated")
        if info.file_size > LARGEST_MEMBER:
            raise MemberError(f"announces {info.file_size:,} bytes, at most {LARGEST_MEMBER:,} are allowed")
        with self.archive.open(info) as stream:
            content = read_at_most(stream, info.file_size)
            # The read beyond the last byte is what makes zipfile check the sum.
            if stream.read(1) or len(content) != info.file_size:
                raise MemberError(f"announces {info.file_size:,} bytes, and others follow")
        return io.BytesIO(content)


def members(path: Path) -> dict[str, ZipMember]:
    """The files within a zip file by their names, from its directory alone.

    Raises:
        InputError: missing, damaged, or not a zip file.
    """
    file_size(path)
    with refusing(path, "a zip file"):
        archive = _opened(path)
        files = [info for info in archive.infolist() if not info.is_dir()]
        # Some programs of Windows separate folders by a backslash.
        return {info.filename.replace("\\", "/"): ZipMember(info, archive) for info in files}


def _opened(path: Path) -> zipfile.ZipFile:
    """The zip file. Its file on disk is closed once the object is gone, whatever else happens."""
    with ExitStack() as failed:
        file = failed.enter_context(path.open("rb"))
        archive = zipfile.ZipFile(file)
        failed.pop_all()
    weakref.finalize(archive, file.close)
    return archive
