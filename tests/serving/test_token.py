"""The file with the token."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.serving.token import TOKEN, read_or_make_token, token_file

posix = pytest.mark.skipif(os.name != "posix", reason="permission bits say nothing here")


def test_the_token_is_made_once() -> None:
    token = read_or_make_token()
    assert TOKEN.fullmatch(token)
    assert read_or_make_token() == token
    assert [path.name for path in token_file().parent.iterdir()] == [token_file().name]


@posix
def test_only_the_user_may_read_it() -> None:
    before = os.umask(0)
    try:
        read_or_make_token()
    finally:
        os.umask(before)
    assert token_file().stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o601])
def test_a_token_that_others_could_have_read_is_made_anew(mode: int) -> None:
    token = read_or_make_token()
    token_file().chmod(mode)
    assert read_or_make_token() != token
    assert token_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 43, b"a" * 44])
def test_a_damaged_token_is_made_anew(content: bytes) -> None:
    read_or_make_token()
    token_file().write_bytes(content)
    assert TOKEN.fullmatch(read_or_make_token())


@posix
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    token_file().parent.mkdir(parents=True)
    other = tmp_path / "other"
    other.write_text("a" * 43)
    other.chmod(0o600)
    token_file().symlink_to(other)
    with pytest.raises(InputError, match="cannot be used"):
        read_or_make_token()
    assert other.read_text() == "a" * 43


def test_what_is_no_file_is_refused() -> None:
    token_file().mkdir(parents=True)
    with pytest.raises(InputError, match=r"is not a file of your own: remove it|cannot be used"):
        read_or_make_token()


def test_several_that_make_it_at_once_agree() -> None:
    start, found = threading.Barrier(8), list[str]()

    def make() -> None:
        start.wait()
        found.append(read_or_make_token())

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8
