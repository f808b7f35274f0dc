"""Downloads into the cache, with progress: each file is checked against a known hash and kept whole or not at all.

The only module that uses the network. `GAN_DESKTOP_MIRROR` replaces the address that files are fetched from.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gan_desktop.core.errors import InputError
from gan_desktop.core.paths import remove_abandoned, whole_file
from gan_desktop.training.data.dataset import Report

# Where Keras's own loaders fetch the same files.
BASE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
# Seconds until connecting is given up, and until a silent connection is: a machine without a network answers soon.
TIMEOUTS = (3, 10)
CHUNK = 2**16
IDX_FILES = "a folder that holds its IDX files"


@dataclass(frozen=True)
class RemoteFile:
    """A file to be had by name from `base`: `digest` as `sha256:...` or `md5:...`, `size` in bytes."""

    name: str
    digest: str
    size: int
    base: str = BASE_URL


def base_url(base: str = BASE_URL) -> str:
    """The address that file names are appended to: `base`, unless there is a mirror."""
    return (os.environ.get("GAN_DESKTOP_MIRROR") or base).rstrip("/") + "/"


def is_cached(files: Sequence[RemoteFile], folder: Path) -> bool:
    """Whether every file is in `folder`, whole and unchanged. Uses no network."""
    from pooch.hashes import hash_matches

    try:
        return all((folder / file.name).is_file() and hash_matches(folder / file.name, file.digest) for file in files)
    except OSError:
        return False


def fetch(files: Sequence[RemoteFile], folder: Path, title: str, report: Report, instead: str = IDX_FILES) -> None:
    """Download the `files` that are not yet in `folder`, or are damaged there.

    Args:
        files: what to fetch.
        folder: made where it is missing.
        title: what the files are, for messages.
        report: told the progress over all files; an exception that it raises cancels the download.
        instead: what `data.path` may lead to if nothing can be downloaded, for messages.

    Raises:
        InputError: there is no network, no such file at the address, another content than expected, or a folder that
            cannot be written. No partial file is left behind in any case.
    """
    done, total = 0, sum(file.size for file in files)
    for file in files:
        try:
            _fetch_file(file, folder, _Progress(report, f"Downloading {title}", done, total, file.size))
        except _FailedError as error:
            message = f"{title} could not be downloaded: {error}; set data.path to {instead}"
            raise InputError(message, "data.path") from None
        done += file.size


class _FailedError(Exception):
    """A download failed, and why."""


class _TooLargeError(Exception):
    """More has come than the file has bytes."""


class _Progress:
    """Reports how much has come, and remembers an exception of `report`, which is not a failure of the download."""

    def __init__(self, report: Report, message: str, done: int, total: int, size: int) -> None:
        self._report = report
        self._message = message
        self._done = done
        self._total = total
        self._size = size
        self._received = 0
        self.cancelled: BaseException | None = None

    def __call__(self, received: int) -> None:
        self._received += received
        # A server that never stops sending would fill the disk.
        if self._received > self._size:
            raise _TooLargeError
        try:
            self._report(self._message, (self._done + self._received) / self._total)
        except BaseException as error:
            self.cancelled = error
            raise


class _WatchedFile:
    """A file that tells the progress of what is written to it, and hashes it.

    pooch's own progress bar counts whole chunks only.
    """

    def __init__(self, file: IO[bytes], progress: _Progress, digest: str) -> None:
        self._file = file
        self._progress = progress
        algorithm, self._expected = digest.split(":")
        self._hash = hashlib.new(algorithm)

    @property
    def is_as_expected(self) -> bool:
        """Whether what was written has the digest."""
        return self._hash.hexdigest() == self._expected

    def write(self, content: bytes) -> None:
        self._progress(len(content))
        self._hash.update(content)
        self._file.write(content)

    def flush(self) -> None:
        self._file.flush()


def _download(url: str, path: Path, digest: str, progress: _Progress) -> None:
    """Fetch one file, whole or not at all.

    Raises:
        ValueError: it has another digest.
        OSError: it cannot be written, or `requests` failed.
    """
    import pooch
    import requests

    # Compression on the way would change the bytes of a file that is itself compressed.
    headers = {"Accept-Encoding": "identity"}
    progress(0)
    with whole_file(path) as target, ExitStack() as responses:

        def close_later(response: requests.Response, **_: object) -> None:
            responses.callback(response.close)

        # pooch leaves the connection open when a download fails or is cancelled.
        hooks = {"response": close_later}
        downloader = pooch.HTTPDownloader(chunk_size=CHUNK, timeout=TIMEOUTS, headers=headers, hooks=hooks)
        watched = _WatchedFile(target, progress, digest)
        downloader(url, watched, None)
        if not watched.is_as_expected:
            raise ValueError


def _fetch_file(file: RemoteFile, folder: Path, progress: _Progress) -> None:
    url = base_url(file.base) + file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)  # what killed downloads left behind
        if not is_cached([file], folder):
            _download(url, folder / file.name, file.digest, progress)
    except (OSError, ValueError, _TooLargeError) as error:  # errors of requests are OSErrors
        if error is progress.cancelled:
            raise
        raise _FailedError(_failure(error, url, file, folder)) from None


def _failure(error: Exception, url: str, file: RemoteFile, folder: Path) -> str:
    """What went wrong with a download, in a sentence."""
    import requests

    if isinstance(error, requests.HTTPError):
        answer = f"{error.response.status_code} {error.response.reason}" if error.response is not None else str(error)
        return f"{url} answered {answer}"
    if isinstance(error, requests.RequestException):
        return f"{url} cannot be reached ({_reason(error)})"
    if isinstance(error, _TooLargeError):
        return f"what {url} sends is larger than the {file.size:,} bytes expected"
    if isinstance(error, OSError):
        return f"the cache {folder} cannot be written ({error.strerror or error})"
    return f"what {url} sent is not the file expected (its hash differs)"


def _reason(error: Exception) -> str:
    """A few words for what requests says in a page."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return type(error).__name__
