"""The thread that the endpoint runs in."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from concurrent.futures import Future
from pathlib import Path

from aiohttp import web

from gan_desktop.core.errors import InputError
from gan_desktop.serving.application import make_application
from gan_desktop.serving.guards import check_host
from gan_desktop.serving.served import Served
from gan_desktop.serving.token import read_or_make_token

# Seconds that requests under way have when the endpoint is closed.
LAST_SECONDS = 0.5
BACKLOG = 32


class Server:
    """An endpoint on this computer, from `start` to `stop`.

    Args:
        port: 0 takes any that is free.
        host: one of `guards.LOOPBACK`.

    Attributes:
        url: where it is, once it has been started.
        token: what programs have to show.
    """

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        self._address, self._port = check_host(host), port
        self._served = Served()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()
        self._listening: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="endpoint", daemon=True)
        self.url = self.token = ""

    def start(self) -> None:
        """Listen.

        Raises:
            InputError: the port is taken, or there can be no token.
        """
        self.token = read_or_make_token()
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        try:
            listener = socket.create_server((self._address, self._port), family=family, backlog=BACKLOG)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else error  # its own words name the address again
            reason = f"port {self._port} of {self._address} cannot be used: {why}"
            raise InputError(f"{reason}; --port 0 takes any that is free", "--port") from None
        self._listener, self._port = listener, listener.getsockname()[1]
        self.url = f"http://{f'[{self._address}]' if ':' in self._address else self._address}:{self._port}"
        self._thread.start()
        self._listening.result()

    def show(self, folder: Path | None) -> None:
        """Show the run in a folder from now on, or none; for any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._served.show, folder)

    def stop(self) -> None:
        """Close the endpoint, and wait for its thread; does nothing if that has been done."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._listening.done():
                raise
            self._listening.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        application = make_application(self._served, self.token, self._port)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=LAST_SECONDS)
        await runner.setup()
        following = asyncio.create_task(self._served.follow())
        try:
            await web.SockSite(runner, self._listener).start()
            self._listening.set_result(None)
            await self._stopped.wait()
        finally:
            following.cancel()
            self._served.show(None)
            await runner.cleanup()
            self._listener.close()
