"""Frozen dataclasses as JSON texts and back: measurements, alerts and lights, as files keep them.

Numbers that are not finite are written as `NaN` and `Infinity`, which Python reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from gan_desktop.core.measured import Measured

T = TypeVar("T")

# The fields of `Measured` that differ from one measurement of a run to the next; the others rarely do.
VARYING = ("step", "values", "averaged", "seconds", "shares", "territories", "by_class")
COMMON = tuple(field.name for field in fields(Measured) if field.name not in (*VARYING, "aside"))


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads and writes this kind; made once, which takes a while."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_json(value: object) -> str:
    """A frozen dataclass as JSON."""
    return _text(_adapter(type(value)).dump_python(value, warnings=False))


def from_json(kind: type[T], text: str) -> T:
    """What `to_json` has written.

    Raises:
        ValueError: it is not JSON, or not of this kind.
    """
    return validated(kind, _parsed(text))


def validated(kind: type[T], plain: Any) -> T:
    """The dataclass whose fields are in `plain`.

    Raises:
        ValueError: it is not of this kind.
    """
    try:
        made: T = _adapter(kind).validate_python(plain)
        return made
    except ValidationError as error:
        raise ValueError(f"not a {kind.__name__}: {error.errors()[0]['msg']}") from None


def measured_to_json(measured: Measured) -> tuple[str, str]:
    """A measurement as two texts: what all measurements of a run have in common, and the rest."""
    plain = _adapter(Measured).dump_python(measured)
    return _text({name: plain[name] for name in COMMON}), _text({name: plain[name] for name in VARYING})


def measured_from_json(common: str, varying: str) -> Measured:
    """The measurement that `measured_to_json` has written.

    Raises:
        ValueError: they are not JSON, or no measurement.
    """
    return validated(Measured, {**_parsed(common), **_parsed(varying)})


def pack_measured(measurements: Iterable[tuple[str, str]]) -> bytes:
    """Many measurements, each as `measured_to_json` gives it, as one JSON text: what several have in common is once."""
    common: dict[str, int] = {}
    rows = [f"[{common.setdefault(shared, len(common))},{own}]" for shared, own in measurements]
    return f'{{"common":[{",".join(common)}],"rows":[{",".join(rows)}]}}'.encode()


def unpack_measured(packed: bytes) -> list[Measured]:
    """The measurements that `pack_measured` has packed.

    Raises:
        ValueError: it is nothing of that kind.
    """
    plain = _parsed(packed)
    try:
        return [validated(Measured, {**plain["common"][place], **own}) for place, own in plain["rows"]]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"not a list of measurements: {error}") from None


def _text(plain: Any) -> str:
    return json.dumps(plain, separators=(",", ":"))


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:  # UnicodeDecodeError among them
        raise ValueError(f"not JSON: {error}") from None
