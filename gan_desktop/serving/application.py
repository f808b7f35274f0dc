"""The routes of the endpoint."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from gan_desktop.core.errors import InputError, shown
from gan_desktop.core.numbers import number_of
from gan_desktop.recording.run_entry import newest_picture
from gan_desktop.recording.run_folder import SAMPLES
from gan_desktop.serving.actions import describe
from gan_desktop.serving.guards import guard, refused, status_of
from gan_desktop.serving.messages import LARGEST, MalformedError, read_action
from gan_desktop.serving.served import NotNowError, Served

# Seconds for which a request may wait for events, and how many programs may listen at once.
LONGEST_WAIT, MOST_SOCKETS = 30.0, 32
HEARTBEAT = 30.0


def make_application(served: Served, token: str, port: int) -> web.Application:
    """The application; whoever runs it lets `served` follow its run."""
    endpoint = Endpoint(served)
    application = web.Application(middlewares=[guard(token, port)], client_max_size=LARGEST)
    application.add_routes(
        [
            web.get("/state", endpoint.state),
            web.get("/actions", endpoint.actions),
            web.post("/actions", endpoint.act),
            web.get("/events", endpoint.events),
            web.get("/ws", endpoint.socket),
            web.get("/samples.png", endpoint.samples),
        ]
    )
    application.on_shutdown.append(endpoint.close)
    return application


class Endpoint:
    """Answers requests about one run."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._sockets: set[web.WebSocketResponse] = set()

    async def state(self, _: web.Request) -> web.Response:
        """The run as it is now."""
        return web.json_response(self._served.state())

    async def actions(self, _: web.Request) -> web.Response:
        """What can be done with it."""
        return web.json_response(describe(self._served.view))

    async def act(self, request: web.Request) -> web.Response:
        """Do something with it."""
        status, answer = await self._answer(await request.read())
        return web.json_response(answer, status=status)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What has happened since an event."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self.socket(request)
        log, since = self._served.log, self._since(request)
        text = request.query.get("wait", "0")
        seconds = number_of(text)
        if seconds is None or not 0 <= seconds <= LONGEST_WAIT:
            raise InputError(f"wait = {shown(text)}: must be a number of seconds from 0 to {LONGEST_WAIT:g}")
        await log.wait(since, seconds)
        found = log.since(since)
        newest = found[-1]["seq"] if found else log.newest
        missed = since + 1 < log.oldest
        return web.json_response({"events": found, "next": newest, "oldest": log.oldest, "missed": missed})

    def _since(self, request: web.Request) -> int:
        """The number that a request gives; 0, for all events, if it gives none."""
        text, newest = request.query.get("since", "0"), self._served.log.newest
        if not re.fullmatch(r"\d{1,15}", text, re.ASCII) or int(text) > newest:
            raise InputError(f"since = {shown(text)}: must be the number of an event, from 0 to {newest}")
        return int(text)

    async def samples(self, _: web.Request) -> web.Response:
        """The newest picture of samples."""
        view = self._served.view
        picture = None if view is None else newest_picture(view.folder / SAMPLES)
        if picture is None:
            raise NotNowError("there is no picture of samples yet")
        try:
            content = await asyncio.to_thread(picture.read_bytes)
        except OSError as error:
            raise NotNowError(f"{picture} cannot be read: {error.strerror or error}") from None
        headers = {"X-Picture": picture.name, "Cache-Control": "no-store"}
        return web.Response(body=content, content_type="image/png", headers=headers)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Events as they come, and actions with their answers, each a JSON text."""
        if len(self._sockets) >= MOST_SOCKETS:
            raise NotNowError(f"{MOST_SOCKETS} programs listen already")
        since = self._since(request)
        socket = web.WebSocketResponse(max_msg_size=LARGEST, heartbeat=HEARTBEAT)
        await socket.prepare(request)
        self._sockets.add(socket)
        sending = asyncio.create_task(self._send_events(socket, since))
        try:
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    _, answer = await self._answer(message.data)
                    await socket.send_json({"type": "answer", **answer})
        except ConnectionError:
            pass  # it has gone
        finally:
            self._sockets.discard(socket)
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
        return socket

    async def _answer(self, message: str | bytes) -> tuple[int, dict[str, Any]]:
        """Do what a message asks for: the status of the answer, and the answer, which says which it answers."""
        try:
            action = read_action(message)
        except MalformedError as error:
            return status_of(error), refused(error, {"id": error.id})
        try:
            return 200, await self._served.do(action)
        except InputError as error:
            return status_of(error), refused(error, action.whose)

    async def _send_events(self, socket: web.WebSocketResponse, since: int) -> None:
        log = self._served.log
        with suppress(ConnectionError):
            while not socket.closed:
                await log.wait(since)
                for event in log.since(since):
                    await socket.send_json(event)
                    since = event["seq"]

    async def close(self, _: web.Application) -> None:
        """Say goodbye to all who listen."""
        for socket in tuple(self._sockets):
            await socket.close(code=1001, message=b"the endpoint is closed")
