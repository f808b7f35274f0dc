"""Downloads from a stand-in server: whole and checked, or one sentence and nothing left behind."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.training.data import download
from gan_desktop.training.data.dataset import silent
from gan_desktop.training.data.download import RemoteFile, fetch, is_cached

CONTENT = bytes(range(256)) * 1024


def remote(name: str, content: bytes) -> RemoteFile:
    return RemoteFile(name, f"sha256:{hashlib.sha256(content).hexdigest()}", len(content))


FILE = remote("file.npz", CONTENT)


@pytest.fixture
def server(server: Any) -> Any:
    """The stand-in server with one file."""
    server.contents[FILE.name] = CONTENT
    return server


def refusal(file: RemoteFile, folder: Path) -> str:
    with pytest.raises(InputError) as refused:
        fetch([file], folder, "MNIST", silent)
    sentence = str(refused.value)
    assert refused.value.key == "data.path"
    assert sentence.startswith("MNIST could not be downloaded: ")
    assert sentence.endswith("; set data.path to a folder that holds its IDX files")
    assert "\n" not in sentence
    return sentence


def nothing_is_in(folder: Path) -> bool:
    return not folder.is_dir() or not list(folder.iterdir())


def test_a_download_with_progress(server: Any, cache: Path) -> None:
    second = remote("second.gz", b"second")
    server.contents[second.name] = b"second"
    reports: list[tuple[str, float | None]] = []
    assert not is_cached([FILE, second], cache)
    fetch([FILE, second], cache, "MNIST", lambda *report: reports.append(report))
    assert is_cached([FILE, second], cache)
    assert (cache / FILE.name).read_bytes() == CONTENT
    assert sorted(path.name for path in cache.iterdir()) == ["file.npz", "second.gz"]
    fractions = [fraction for _, fraction in reports]
    assert {message for message, _ in reports} == {"Downloading MNIST"}
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert len(fractions) > 4


def test_what_is_there_is_not_asked_for(server: Any, cache: Path) -> None:
    fetch([FILE], cache, "MNIST", silent)
    fetch([FILE], cache, "MNIST", silent)
    assert server.asked == [FILE.name]


def test_a_damaged_file_is_fetched_again(server: Any, cache: Path) -> None:
    cache.mkdir()
    (cache / FILE.name).write_bytes(b"damaged")
    assert not is_cached([FILE], cache)
    fetch([FILE], cache, "MNIST", silent)
    assert (cache / FILE.name).read_bytes() == CONTENT


def test_another_content_than_expected(server: Any, cache: Path) -> None:
    server.contents[FILE.name] = CONTENT[::-1]
    assert "/files/file.npz sent is not the file expected (its hash differs)" in refusal(FILE, cache)
    assert nothing_is_in(cache)


def test_a_damaged_file_stays_when_no_better_one_comes(server: Any, cache: Path) -> None:
    cache.mkdir()
    (cache / FILE.name).write_bytes(b"damaged")
    server.contents.clear()
    refusal(FILE, cache)
    assert [path.name for path in cache.iterdir()] == [FILE.name]


def test_more_content_than_expected_is_not_waited_for(server: Any, cache: Path) -> None:
    assert "is larger than the 1,000 bytes expected" in refusal(replace(FILE, size=1000), cache)
    assert nothing_is_in(cache)


def test_a_file_that_is_not_there(server: Any, cache: Path) -> None:
    assert "/files/missing.npz answered 404 Not Found" in refusal(replace(FILE, name="missing.npz"), cache)
    assert nothing_is_in(cache)


def test_a_connection_that_breaks_off(server: Any, cache: Path) -> None:
    server.announced[FILE.name] = len(CONTENT)
    server.contents[FILE.name] = CONTENT[:1000]
    assert "cannot be reached (the connection broke off)" in refusal(FILE, cache)
    assert nothing_is_in(cache)


def test_no_connection(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GAN_DESKTOP_MIRROR", f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert "cannot be reached (no connection)" in refusal(FILE, cache)
    assert nothing_is_in(cache)


def test_a_server_that_says_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "TIMEOUTS", (1, 0.1))
    with socket.create_server(("127.0.0.1", 0)) as silent_server:
        monkeypatch.setenv("GAN_DESKTOP_MIRROR", f"http://127.0.0.1:{silent_server.getsockname()[1]}")
        assert "cannot be reached (no answer in time)" in refusal(FILE, cache)
    assert nothing_is_in(cache)


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1/", "http://"])
def test_an_address_that_is_none(address: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_DESKTOP_MIRROR", address)
    assert f"{address.rstrip('/')}/file.npz cannot be reached" in refusal(FILE, cache)
    assert nothing_is_in(cache)


@pytest.mark.parametrize("error", [KeyboardInterrupt, InputError("cancelled"), OSError("cancelled"), RuntimeError])
def test_a_report_that_raises_cancels(server: Any, cache: Path, error: type[BaseException]) -> None:
    def cancel_halfway(message: str, fraction: float | None) -> None:
        if fraction and fraction > 0.4:
            raise error

    with pytest.raises(error if isinstance(error, type) else type(error)) as cancelled:
        fetch([FILE], cache, "MNIST", cancel_halfway)
    assert "could not be downloaded" not in str(cancelled.value)
    assert nothing_is_in(cache)


def test_a_cache_that_cannot_be_made(server: Any, cache: Path) -> None:
    cache.write_bytes(b"a file where the folder should be")
    sentence = refusal(FILE, cache / "mnist")
    assert f"the cache {cache / 'mnist'} cannot be written (Not a directory)" in sentence
    assert not is_cached([FILE], cache / "mnist")


def test_a_disk_that_is_full(server: Any, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download._WatchedFile, "write", full)
    assert f"the cache {cache} cannot be written (No space left on device)" in refusal(FILE, cache)
    assert nothing_is_in(cache)


def test_a_cache_without_permission(server: Any, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.mkdir()

    def forbidden(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    assert f"the cache {cache} cannot be written (Permission denied)" in refusal(FILE, cache)


def test_what_a_killed_download_left_is_removed(server: Any, cache: Path) -> None:
    cache.mkdir()
    (cache / ".file.npz.abcdefgh.tmp").write_bytes(CONTENT[:1000])
    fetch([FILE], cache, "MNIST", silent)
    assert [path.name for path in cache.iterdir()] == ["file.npz"]


def test_the_address_without_an_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_DESKTOP_MIRROR")
    assert download.base_url() == download.BASE_URL
    assert download.base_url("https://example.org/data") == "https://example.org/data/"


def test_what_to_do_instead_is_said(cache: Path) -> None:
    with pytest.raises(InputError, match=r"; set data\.path to a folder of cats$"):
        fetch([FILE], cache, "Cats", silent, "a folder of cats")
