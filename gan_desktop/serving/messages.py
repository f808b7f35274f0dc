"""What programs send and get: an action as JSON, and events as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, NoReturn, get_args

from gan_desktop.core.diagnosis import AlertEnded, AlertRaised
from gan_desktop.core.errors import InputError, shown, suggest
from gan_desktop.core.events import (
    CheckpointSaved,
    ControlChanged,
    Event,
    MetricsBlock,
    Progress,
    Samples,
    StatusChanged,
)
from gan_desktop.core.interventions import REMOTE, ControlValue
from gan_desktop.core.measured import Measured
from gan_desktop.core.numbers import finite
from gan_desktop.recording.requests import What

ACTIONS: tuple[What, ...] = get_args(What)
# Bytes of a message.
LARGEST = 65_536
FIELDS = ("action", "key", "value", "author", "id")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")
HTTP = f"{REMOTE}:http"


class MalformedError(InputError):
    """The message is no action.

    Attributes:
        id: what the program calls it, as far as that could be read.
    """

    id = ""


@dataclass(frozen=True)
class Action:
    """What a program asks for.

    Attributes:
        name: one of `ACTIONS`.
        author: what the record will say.
        id: what the program calls it; it comes back with the answer.
        key, value: of `set`; the value is not checked yet.
    """

    name: What
    author: str
    id: str
    key: str = ""
    value: ControlValue | None = None

    @property
    def whose(self) -> dict[str, str]:
        """What the answer begins with, so that it is known which it answers."""
        return {"action": self.name, "id": self.id, "author": self.author}


def read_action(content: bytes | str) -> Action:
    """The action in a message.

    Raises:
        MalformedError: it is none; one sentence says why.
    """
    fields = _object(content)
    try:
        return _action(fields)
    except MalformedError as error:
        error.id = given if isinstance(given := fields.get("id"), str) else ""
        raise


def _action(fields: dict[str, Any]) -> Action:
    for field in fields:
        if field not in FIELDS:
            raise MalformedError(f"unknown field {shown(field)}: {suggest(field, FIELDS)}")
    name, author, number = fields.get("action"), fields.get("author"), fields.get("id", "")
    if name not in ACTIONS:
        given = "is missing" if name is None else f"= {shown(name)}"
        raise MalformedError(f"action {given}: allowed: {', '.join(ACTIONS)}")
    if author is not None and not (isinstance(author, str) and NAME.fullmatch(author)):
        raise MalformedError(f"author = {shown(author)}: must be a name of at most 60 letters, digits and . _ @ -")
    if not isinstance(number, str) or len(number) > 100:
        raise MalformedError(f"id = {shown(number)}: must be a text of at most 100 characters")
    key, value = _assignment(fields) if name == "set" else _nothing(name, fields)
    return Action(name, HTTP if author is None else f"{HTTP}:{author}", number, key, value)


def _object(content: bytes | str) -> dict[str, Any]:
    try:
        parsed = json.loads(content, parse_constant=_no_number)
    except MalformedError:
        raise
    except RecursionError:
        raise MalformedError("the message is not JSON that can be read: too many brackets in each other") from None
    except UnicodeDecodeError:
        raise MalformedError("the message is not JSON: it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MalformedError(f"the message is not JSON: {error}") from None
    except ValueError:
        raise MalformedError("the message is not JSON that can be read: a number has too many digits") from None
    if not isinstance(parsed, dict):
        raise MalformedError(
            f"the message is {shown(json.dumps(parsed))}: must be an object, as in {{'action': 'pause'}}"
        )
    return parsed


def _no_number(text: str) -> NoReturn:
    raise MalformedError(f"the message has {text}: must be a finite number")


def _assignment(fields: dict[str, Any]) -> tuple[str, ControlValue]:
    for field in ("key", "value"):
        if field not in fields:
            raise MalformedError(f"{field} is missing: 'set' needs key and value")
    key, value = fields["key"], fields["value"]
    if not isinstance(key, str):
        raise MalformedError(f"key = {shown(key)}: must be a text")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise MalformedError(f"{key} = {shown(value)}: must be a number or a text")
    return key, value


def _nothing(name: str, fields: dict[str, Any]) -> tuple[str, None]:
    for field in ("key", "value"):
        if field in fields:
            raise MalformedError(f"{field} = {shown(fields[field])}: '{name}' has no {field}")
    return "", None


@singledispatch
def plain_event(event: Event) -> dict[str, Any] | None:
    """An event as JSON holds it, with its `type` first; None for what programs do not hear of."""
    return None


@plain_event.register
def _(event: StatusChanged) -> dict[str, Any]:
    return {"type": "status", "step": event.step, "status": str(event.status)}


@plain_event.register
def _(event: ControlChanged) -> dict[str, Any]:
    named = {"key": event.key, "value": event.value, "previous": event.previous, "author": event.author}
    return {"type": "control", "step": event.step, **named}


@plain_event.register
def _(event: MetricsBlock) -> dict[str, Any]:
    figures = {name: finite(value) for name, value in event.last().items()}
    return {"type": "figures", "step": event.next_step, "figures": figures}


@plain_event.register
def _(event: Progress) -> dict[str, Any]:
    rate, left = finite(event.steps_per_second), finite(event.remaining_seconds)
    where = {"total_steps": event.total_steps, "epoch": event.epoch, "seconds": event.seconds}
    return {"type": "progress", "step": event.step, **where, "steps_per_second": rate, "remaining_seconds": left}


@plain_event.register
def _(event: Measured) -> dict[str, Any]:
    metrics = {name: finite(value) for name, value in event.values.items()}
    return {"type": "metrics", "step": event.step, "metrics": metrics}


@plain_event.register
def _(event: AlertRaised) -> dict[str, Any]:
    alert = event.alert
    words = {"level": str(alert.level), "message": str(alert.message)}
    return {"type": "alert", "step": alert.step, "detector": alert.detector, **words}


@plain_event.register
def _(event: AlertEnded) -> dict[str, Any]:
    words = {"detector": event.alert.detector, "message": str(event.message)}
    return {"type": "alert_ended", "step": event.step, **words}


@plain_event.register
def _(event: Samples) -> dict[str, Any]:
    return {"type": "samples", "step": event.step, "count": len(event.values)}


@plain_event.register
def _(event: CheckpointSaved) -> dict[str, Any]:
    return {"type": "checkpoint", "step": event.step, "digest": event.digest}
