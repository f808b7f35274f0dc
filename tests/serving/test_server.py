"""The endpoint over a run that is written here, without an engine: state, events, WebSocket, its begin and end."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, MetricsBlock, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.requests import REQUESTS, take
from gan_desktop.serving import served
from gan_desktop.serving.event_log import EventLog
from gan_desktop.serving.messages import LARGEST
from gan_desktop.serving.server import Server
from tests.gan import FIGURES
from tests.recording.made_runs import made_run
from tests.serving.client import Client
from tests.serving.conftest import Serve


def test_the_state_is_that_of_the_run(client: Client, recorder: Recorder) -> None:
    state = client.get("/state")
    assert (state["run"], state["status"], state["step"]) == (str(recorder.folder), "training", 10)
    assert state["controls"]["d_steps"] == 1
    recorder.on_event(MetricsBlock(10, np.ones((5, len(FIGURES)), np.float32), FIGURES))
    recorder.on_event(ControlChanged(15, "d_steps", 2, 1, "hand"))
    changed = client.wait_for("control", key="d_steps")
    assert (changed["value"], changed["previous"], changed["author"], changed["step"]) == (2, 1, "hand", 15)
    client.wait_for("figures", step=15)
    state = client.get("/state")
    assert (state["step"], state["controls"]["d_steps"], state["figures"]["d_loss"]) == (15, 2, 1.0)
    assert state["seq"] >= client.seen


def test_settings_have_types_limits_and_values(client: Client) -> None:
    known = client.get("/actions")
    assert [action["action"] for action in known["actions"]] == ["set", "pause", "resume", "sample-now", "stop"]
    settings = {setting["key"]: setting for setting in known["settings"]}
    assert "pixel_weight" not in settings  # it means nothing in this game
    rate = settings["g_learning_rate"]
    assert (rate["type"], rate["above"], rate["maximum"], rate["path"]) == ("number", 0, 1, "optimizer.g_learning_rate")
    steps = settings["d_steps"]
    assert (steps["type"], steps["minimum"], steps["maximum"], steps["value"]) == ("integer", 0, 1000, 1)
    assert (settings["objective"]["type"], "hinge" in settings["objective"]["choices"]) == ("string", True)
    assert settings["ema_decay"]["below"] == 1


def test_events_are_told_once_by_their_numbers(client: Client, recorder: Recorder) -> None:
    recorder.on_event(StatusChanged(Status.PAUSED, 10))
    paused = client.wait_for("status", status="paused")
    again = client.get(f"/events?since={paused['seq'] - 1}")
    assert again["events"][0] == paused
    assert client.get("/events")["events"][0]["seq"] == 1
    assert (again["missed"], again["oldest"]) == (False, 1)


def test_events_that_are_forgotten_are_missed(serve: Serve) -> None:
    server = serve(None)
    server._served.log = EventLog(most=2)
    client = Client(server)
    for _ in range(3):
        client.do("pause", 409)
    found = client.get("/events?since=0")
    assert ([event["seq"] for event in found["events"]], found["missed"], found["oldest"]) == ([2, 3], True, 2)
    assert client.get("/events?since=1")["missed"] is False


def test_a_request_that_nobody_takes_is_taken_back(
    client: Client, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "PATIENCE", 0.05)
    assert "'pause' was not carried out within" in client.do("pause", 504)["error"]
    assert list((recorder.folder / REQUESTS).iterdir()) == []
    assert client.wait_for("action", outcome="refused")["action"] == "pause"


def in_thread(client: Client, recorder: Recorder, act: Callable[[], None], code: int = 200, **action: Any) -> Any:
    """The answer to an action that the test itself carries out: it takes the request, acts, and says so."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(client.do(code=code, **action)))
    thread.start()
    while not (found := take(recorder.folder)):
        thread.join(0.005)
    act()
    found[0].done()
    thread.join()
    return answers[0]


def test_what_the_run_does_not_take_is_told(
    client: Client, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "GRACE", 0.05)
    answer = in_thread(client, recorder, lambda: None, 409, action="set", key="d_steps", value=2)
    assert answer["error"] == "the run did not take d_steps = 2: its run.log says why"


def test_a_change_is_answered_by_the_change_that_was_asked_for(client: Client, recorder: Recorder) -> None:
    def change() -> None:
        for value, author in ((2, "hand"), (3, "remote:http:tester"), (2, "remote:http:tester")):
            recorder.on_event(ControlChanged(10, "d_steps", value, 1, author))

    answer = in_thread(client, recorder, change, action="set", key="training.d_steps", value=2, id="mine")
    assert (answer["key"], answer["value"], answer["author"]) == ("d_steps", 2, "remote:http:tester")
    assert (answer["id"], answer["step"], answer["ok"]) == ("mine", 10, True)
    assert client.wait_for("action", outcome="done")["id"] == "mine"


def test_two_changes_that_do_not_go_together_are_refused_while_the_first_waits(
    client: Client, recorder: Recorder
) -> None:
    def other() -> None:
        assert "d_steps and g_steps are both 0" in client.do("set", 422, key="g_steps", value=0)["error"]
        recorder.on_event(ControlChanged(10, "d_steps", 0, 1, "remote:http:tester"))

    assert in_thread(client, recorder, other, action="set", key="d_steps", value=0)["value"] == 0


def test_a_run_that_ends_answers_all_who_wait(client: Client, recorder: Recorder) -> None:
    def end() -> None:
        recorder.on_event(StatusChanged(Status.STOPPED, 10))
        recorder.close(Status.STOPPED)

    assert in_thread(client, recorder, end, action="stop")["status"] == "stopped"
    assert "run 'run' is not being trained: stopped" in client.do("pause", 409)["error"]


def test_without_a_run_there_is_nothing_to_drive(serve: Serve, tmp_path: Path) -> None:
    server = serve(None)
    client = Client(server)
    assert client.get("/state") == {"run": None, "status": "none", "seq": 0}
    assert client.get("/actions")["settings"] == []
    assert client.do("pause", 409)["error"] == "no run is open"
    assert "no picture" in client.get("/samples.png", 409)["error"]
    server.show(tmp_path / "nowhere")
    assert "nowhere" in client.wait_for("lost")["message"]
    assert "nowhere" in client.do("pause", 409)["error"]
    server.show(made_run(tmp_path / "kept"))
    assert client.wait_for("run")["name"] == "kept"
    assert "is not being trained: finished" in client.do("resume", 409)["error"]
    server.show(None)
    while client.get("/state")["run"] is not None:
        pass


def test_the_newest_picture_is_given(client: Client, recorder: Recorder) -> None:
    recorder.keep_samples()
    recorder.flush()
    status, content, headers = client.send("GET", "/samples.png")
    assert (status, headers["Content-Type"], headers["X-Picture"]) == (200, "image/png", "step_00000010.png")
    assert content[:4] == b"\x89PNG"


def over_socket(client: Client, path: str, talk: Callable[[aiohttp.ClientWebSocketResponse], Awaitable[None]]) -> None:
    async def run() -> None:
        async with (
            aiohttp.ClientSession(headers=client._headers) as session,
            session.ws_connect(f"http://{client._place.netloc}{path}") as socket,
        ):
            await talk(socket)

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/ws", "/events"])
def test_a_socket_gives_events_and_takes_actions(client: Client, recorder: Recorder, path: str) -> None:
    async def talk(socket: aiohttp.ClientWebSocketResponse) -> None:
        assert (await socket.receive_json())["type"] == "run"
        recorder.on_event(StatusChanged(Status.PAUSED, 10))
        assert (await socket.receive_json())["status"] == "paused"
        for sent, error in (
            ("nonsense", "the message is not JSON"),
            (json.dumps({"action": "set", "key": "d_steps", "value": -1}), "training.d_steps = -1: must be at least 0"),
        ):
            await socket.send_str(sent)
            while (answer := await socket.receive_json())["type"] != "answer":
                pass
            assert answer["ok"] is False
            assert answer["error"].startswith(error)

    over_socket(client, f"{path}?since=0", talk)


def test_a_message_over_a_socket_that_is_too_large_ends_it(client: Client) -> None:
    async def talk(socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.send_str(" " * (LARGEST + 1))
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 1009

    over_socket(client, "/ws", talk)


def test_it_ends_while_programs_listen(recorder: Recorder) -> None:
    server = Server()
    server.start()
    server.show(recorder.folder)
    client = Client(server)
    client.wait_for("run")

    async def talk(socket: aiohttp.ClientWebSocketResponse) -> None:
        await asyncio.to_thread(server.stop)
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)

    over_socket(client, "/ws", talk)
    server.stop()
    server.show(None)
    with pytest.raises(ConnectionRefusedError):
        client.get("/state")


def test_a_port_that_is_taken_is_refused(serve: Serve) -> None:
    taken = serve(None)
    with pytest.raises(InputError, match=f"port {taken._port} of 127.0.0.1 cannot be used: .*--port 0 takes any"):
        Server(taken._port).start()
