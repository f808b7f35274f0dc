"""A program that talks to an endpoint, with nothing but the standard library."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from gan_desktop.serving.server import Server
from tests.patience import SECONDS


class Client:
    """Sends requests to a server; headers that are None are left out.

    Attributes:
        seen: the number of the newest event that `events` has given.
    """

    def __init__(self, server: Server, name: str = "tester") -> None:
        self._place = urlsplit(server.url)
        self._headers = {"Authorization": f"Bearer {server.token}"}
        self._name = name
        self.seen = 0
        self._waiting: list[dict[str, Any]] = []

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str | None] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """The status, the body and the headers of the answer."""
        wanted = {name: text for name, text in {**self._headers, **(headers or {})}.items() if text is not None}
        connection = HTTPConnection(str(self._place.hostname), self._place.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, wanted)
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    def get(self, path: str, code: int = 200) -> Any:
        """What JSON the path gives."""
        status, content, _ = self.send("GET", path)
        assert status == code, content
        return json.loads(content)

    def do(self, action: str, code: int = 200, **fields: object) -> Any:
        """The answer to an action."""
        body = {"action": action, "author": self._name, **fields}
        status, content, _ = self.send("POST", "/actions", json.dumps(body).encode())
        assert status == code, content
        return json.loads(content)

    def events(self, wait: float = 0) -> list[dict[str, Any]]:
        """What has happened since the last time."""
        found = self.get(f"/events?since={self.seen}&wait={wait:g}")
        self.seen = found["next"]
        events: list[dict[str, Any]] = found["events"]
        return events

    def wait_for(self, kind: str, **about: object) -> dict[str, Any]:
        """The next event of that type, of which this is true."""
        while True:
            self._waiting = self._waiting or self.events(wait=20)
            while self._waiting:
                event = self._waiting.pop(0)
                if event["type"] == kind and all(event.get(name) == value for name, value in about.items()):
                    return event
