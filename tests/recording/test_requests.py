"""Requests that are left in a run folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.recording.requests import LARGEST, REQUESTS, Request, clear, send, take, this_author
from tests.recording.made_runs import made_run

AUTHOR = "remote:ann@laptop"


def test_requests_come_once_in_their_order_with_the_kinds_of_their_values(tmp_path: Path) -> None:
    sent = [
        Request("set", AUTHOR, "d_steps", 2),
        Request("set", AUTHOR, "r1_weight", 2.0),
        Request("set", AUTHOR, "objective", "hinge"),
        Request("pause", AUTHOR),
        Request("sample-now", AUTHOR),
        Request("resume", AUTHOR),
        Request("stop", AUTHOR),
    ]
    for request in sent:
        send(tmp_path, request)
    found = take(tmp_path)
    assert [taken.request for taken in found] == sent
    assert [type(taken.request.value) for taken in found[:3]] == [int, float, str]
    assert take(tmp_path) == []


def test_a_sender_knows_what_has_become_of_a_request(tmp_path: Path) -> None:
    sent = send(tmp_path, Request("pause", AUTHOR))
    assert (sent.is_waiting, sent.is_done) == (True, False)
    (taken,) = take(tmp_path)
    assert (sent.is_waiting, sent.is_done) == (False, False)
    sent.withdraw()  # too late
    assert not sent.is_done
    taken.done()
    assert (sent.is_waiting, sent.is_done) == (False, True)
    taken.done()
    other = send(tmp_path, Request("pause", AUTHOR))
    other.withdraw()
    assert take(tmp_path) == []


def test_what_was_taken_and_never_carried_out_is_cleared(tmp_path: Path) -> None:
    sent = send(tmp_path, Request("pause", AUTHOR))
    take(tmp_path)
    clear(tmp_path)
    assert sent.is_done
    assert not (tmp_path / REQUESTS).exists()


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "null", "[]", '{"what": "set"}', '{"what": "delete", "author": "x"}',
        '{"what": "stop", "author": "x", "more": 1}', '{"what": "set", "author": "x", "key": 3}',
        json.dumps({"what": "set", "author": "x", "key": "k" * 300, "value": 1}),
        json.dumps({"what": "stop", "author": "x" * 300}), '{"what": "stop", "author": "x"}' + " " * LARGEST,
    ],
)  # fmt: skip
def test_what_is_no_request_is_removed_and_does_nothing(tmp_path: Path, content: str) -> None:
    sent = send(tmp_path, Request("stop", AUTHOR))
    sent.path.write_text(content)
    assert take(tmp_path) == []
    assert sent.is_done


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    send(tmp_path, Request("stop", AUTHOR))
    mine = tmp_path / REQUESTS / "notes.json"
    mine.write_text('{"what": "stop", "author": "x"}')
    assert len(take(tmp_path)) == 1
    clear(tmp_path)
    assert mine.exists()


def test_a_folder_without_requests_has_none(tmp_path: Path) -> None:
    assert take(tmp_path) == []
    clear(tmp_path)
    send(tmp_path, Request("stop", AUTHOR))
    clear(tmp_path)
    assert not (tmp_path / REQUESTS).exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / REQUESTS).write_text("in the way")
    with pytest.raises(InputError, match="requests cannot be written: "):
        send(tmp_path, Request("stop", AUTHOR))


def test_an_author_is_one_short_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "a\nb" * 200)
    author = this_author()
    assert author.startswith("remote:a\\nb")
    assert len(author) < 120
    send(made_run(tmp_path / "run"), Request("stop", author))
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(OSError))
    assert this_author().startswith("remote:somebody@")
