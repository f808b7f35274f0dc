"""What keeps others out: only this computer, only who has the token, and no page of a browser from elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any

from aiohttp import web

from gan_desktop.core.errors import InputError, one_line, shown, suggest
from gan_desktop.serving.messages import LARGEST, MalformedError
from gan_desktop.serving.served import NotNowError, NotTakenError

# What the endpoint may listen on, with the address of each.
LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
BEARER = "Bearer "
STATUSES = {MalformedError: 400, NotNowError: 409, NotTakenError: 504}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def check_host(host: str) -> str:
    """The address of a host that only this computer reaches.

    Raises:
        InputError: it is another one.
    """
    if host not in LOOPBACK:
        raise InputError(f"--host = {shown(host)}: only this computer may reach the endpoint: {suggest('', LOOPBACK)}")
    return LOOPBACK[host]


def refusal(status: int, reason: str, **headers: str) -> web.Response:
    """An answer that says in a sentence why nothing was done."""
    return web.json_response(refused(InputError(reason)), status=status, headers=headers)


def refused(error: InputError, whose: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The same as JSON; `whose` says which message it answers."""
    key = {"key": error.key} if error.key else {}
    return {"ok": False, **(whose or {}), "error": one_line(str(error)), **key}


def status_of(error: InputError) -> int:
    """The status of HTTP that an answer has which refuses something so."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 422)


def guard(token: str, port: int) -> Any:
    """The middleware that every request goes through, whatever it asks for.

    A page from elsewhere may have the browser send requests here, under a name that leads here: Host or Origin tells.
    """
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    origins = {f"http://{host}" for host in hosts}

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_here(request.remote):
            return refusal(403, f"requests from {shown(request.remote)} are refused: only this computer may send them")
        if (host := request.headers.get("Host", "").lower()) not in hosts:
            return refusal(403, f"Host {shown(host)} is refused: must be {_any_of(hosts)}")
        if (origin := request.headers.get("Origin")) is not None and origin.lower() not in origins:
            return refusal(403, f"Origin {shown(origin)} is refused: must be {_any_of(origins)}, or not be there")
        if not _has_token(request, token):
            reason = "the token is missing or wrong: send 'Authorization: Bearer TOKEN', with what is in the token file"
            return refusal(401, reason, **{"WWW-Authenticate": "Bearer"})
        return await _told(request, handler)

    return checked


def _is_here(remote: str | None) -> bool:
    try:
        return ip_address(remote or "").is_loopback
    except ValueError:
        return False


def _any_of(names: set[str]) -> str:
    return " or ".join(sorted(names))


def _has_token(request: web.Request, token: str) -> bool:
    given = request.headers.get("Authorization", "")
    # Bytes: texts that are not ASCII cannot be compared in constant time.
    known = given.removeprefix(BEARER).encode("utf-8", "surrogateescape")
    return given.startswith(BEARER) and secrets.compare_digest(known, token.encode())


async def _told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the handler answers, or why it does not."""
    try:
        return await handler(request)
    except InputError as error:
        return web.json_response(refused(error), status=status_of(error))
    except web.RequestPayloadError:
        return refusal(400, "the message is no HTTP that can be read")
    except web.HTTPRequestEntityTooLarge:
        return refusal(413, f"the message is larger than the {LARGEST:,} bytes that are allowed")
    except web.HTTPException as error:
        return refusal(error.status, f"{request.method} {shown(request.path)}: {error.reason}")
