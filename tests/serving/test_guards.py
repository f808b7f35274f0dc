"""Who may not use the endpoint, and what is refused before it does anything."""

from __future__ import annotations

import json
import socket

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.requests import REQUESTS
from gan_desktop.serving.guards import check_host
from gan_desktop.serving.messages import LARGEST
from gan_desktop.serving.server import Server
from tests.serving.client import Client
from tests.serving.conftest import Serve

PATHS = ("/state", "/actions", "/events", "/ws", "/samples.png", "/nothing")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.2", "example.org", ""])
def test_only_this_computer_may_be_listened_to(host: str) -> None:
    with pytest.raises(InputError, match=r"only this computer may reach the endpoint: allowed: 127\.0\.0\.1, "):
        Server(host=host)
    assert check_host("localhost") == "127.0.0.1"


def test_it_listens_on_the_loopback_address_alone(serve: Serve) -> None:
    server = serve(None)
    assert server._listener.getsockname() == ("127.0.0.1", server._port)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer é", "Basic {token}", "{token}x"])
def test_without_the_token_nothing_is_told(client: Client, path: str, token: str | None) -> None:
    given = None if token is None else token.format(token=client._headers["Authorization"].split()[1])
    status, content, headers = client.send("GET", path, headers={"Authorization": given})
    assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    assert json.loads(content)["error"].startswith("the token is missing or wrong: send 'Authorization: Bearer TOKEN'")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", "x@y"])
def test_a_foreign_host_is_refused(client: Client, path: str, host: str) -> None:
    status, content, _ = client.send("GET", path, headers={"Host": host.format(port=client._place.port)})
    assert status == 403
    assert "is refused: must be 127.0.0.1:" in json.loads(content)["error"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", ""])
def test_a_foreign_origin_is_refused(client: Client, origin: str) -> None:
    headers: dict[str, str | None] = {"Origin": origin.format(port=client._place.port)}
    for path in ("/state", "/ws"):
        status, content, _ = client.send("GET", path, headers=headers)
        assert status == 403
        assert "or not be there" in json.loads(content)["error"]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_the_names_of_this_computer_are_taken(client: Client, name: str) -> None:
    here = f"{name}:{client._place.port}"
    assert client.send("GET", "/state", headers={"Host": here, "Origin": f"http://{here}"})[0] == 200


def test_a_request_without_a_host_is_refused(client: Client) -> None:
    with socket.create_connection((str(client._place.hostname), int(client._place.port or 0))) as connection:
        connection.sendall(b"GET /state HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 403 ")


def test_a_message_that_is_too_large_is_refused(client: Client, recorder: Recorder) -> None:
    status, content, _ = client.send("POST", "/actions", b" " * (LARGEST + 1))
    assert (status, "larger than the 65,536 bytes" in json.loads(content)["error"]) == (413, True)
    assert not (recorder.folder / REQUESTS).exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 60_000, "is not JSON"),
        (b'{"action": ' * 5000, "is not JSON"),
        (b'{"action": "set", "key": "d_steps", "value": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b'"pause"', "must be an object"),
        (b"[]", "must be an object"),
        (b"{}", "action is missing: allowed: set, pause"),
        (b'{"action": "fly"}', "action = 'fly': allowed: set, pause"),
        (b"null", "the message is 'null': must be an object"),
        (b"[" * 60_000, "too many brackets in each other"),
        (b"9" * 60_000, "a number has too many digits"),
        (b'"\xff"', "it is not UTF-8"),
        (b'{"action": ["set"]}', "action = ['set']: allowed"),
        (b'{"action": "pause", "actoin": 1}', "unknown field 'actoin': did you mean 'action'?"),
        (b'{"action": "pause", "key": "d_steps"}', "'pause' has no key"),
        (b'{"action": "pause", "author": "a b"}', "author = 'a b': must be a name of at most 60"),
        (b'{"action": "pause", "author": ""}', "author = '': must be a name"),
        (b'{"action": "pause", "author": "' + b"a" * 61 + b'"}', "must be a name of at most 60"),
        (b'{"action": "pause", "id": 3}', "id = 3: must be a text of at most 100"),
        (b'{"action": "set", "key": "d_steps"}', "value is missing: 'set' needs key and value"),
        (b'{"action": "set", "value": 1}', "key is missing: 'set' needs key and value"),
        (b'{"action": "set", "key": 1, "value": 1}', "key = 1: must be a text"),
        (b'{"action": "set", "key": "d_steps", "value": true}', "d_steps = True: must be a number or a text"),
        (b'{"action": "set", "key": "d_steps", "value": null}', "d_steps = None: must be a number or a text"),
        (b'{"action": "set", "key": "d_steps", "value": [1]}', "d_steps = [1]: must be a number or a text"),
        (b'{"action": "set", "key": "d_steps", "value": NaN}', "the message has NaN: must be a finite number"),
    ],
)
def test_what_is_no_action_is_refused_in_a_sentence(
    client: Client, recorder: Recorder, content: bytes, reason: str
) -> None:
    status, answer, _ = client.send("POST", "/actions", content)
    assert status == 400
    assert reason in json.loads(answer)["error"]
    assert json.loads(answer)["ok"] is False
    assert not (recorder.folder / REQUESTS).exists()


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("g_learning_rate", 5, "optimizer.g_learning_rate = 5: must be at most 1"),
        ("g_learning_rate", 0, "optimizer.g_learning_rate = 0: must be greater than 0"),
        ("g_learning_rate", "fast", "optimizer.g_learning_rate = 'fast': must be a number"),
        ("g_learning_rate", 10**400, "must be a number"),
        ("d_steps", 1.5, "training.d_steps = 1.5: must be a whole number"),
        ("ema_decay", 1, "regularization.ema_decay = 1: must be less than 1"),
        ("objective", "hinges", "did you mean 'hinge'?"),
        ("objective", 3, "objective.objective = 3: must be a text"),
        ("latent_dim", 3, "'latent.latent_dim' cannot change while a run is under way; what can: objective, "),
        ("batch", 3, "unknown key 'batch': allowed: objective, "),
        ("x" * 5000, 3, "unknown key 'xxx"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_a_sentence(
    client: Client, recorder: Recorder, key: str, value: object, reason: str
) -> None:
    answer = client.do("set", 422, key=key, value=value, id="mine", author="tuner")
    assert reason in answer["error"]
    assert (answer["id"], answer["action"], answer["author"]) == ("mine", "set", "remote:http:tuner")
    assert not (recorder.folder / REQUESTS).exists()
    refused = client.wait_for("action", outcome="refused")
    assert reason in refused["reason"]


def test_other_routes_and_methods_are_refused_as_json(client: Client) -> None:
    for method, path, code in (("GET", "/../etc", 404), ("GET", "/", 404), ("DELETE", "/state", 405)):
        status, content, _ = client.send(method, path)
        assert status == code
        assert json.loads(content)["ok"] is False


@pytest.mark.parametrize(
    "query", ["since=x", "since=-1", "since=9", "since=" + "9" * 500, "wait=x", "wait=31", "wait=nan"]
)
def test_a_query_that_is_not_allowed_is_refused_in_a_sentence(client: Client, query: str) -> None:
    reason = client.get(f"/events?{query}", code=422)["error"]
    assert reason.startswith(f"{query.partition('=')[0]} = '")
    assert "must be " in reason


def test_a_message_that_is_no_action_is_answered_under_its_id(client: Client) -> None:
    _, answer, _ = client.send("POST", "/actions", b'{"action": "fly", "id": "mine"}')
    assert json.loads(answer)["id"] == "mine"
