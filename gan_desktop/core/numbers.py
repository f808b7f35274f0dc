"""Numbers as configs write them, with digits 0 to 9 and a decimal point; and what to say of others."""

from __future__ import annotations

import re
from math import isfinite

# Some forms that TOML does not know as well: .5, 5. and +.5e3.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
# A number with a comma in place of the point, or between thousands.
COMMA = re.compile(r"[+-]?\d+,\d+(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def number_of(text: str) -> float | None:
    """The finite number that a text is, or None."""
    text = text.strip()
    return number if NUMBER.fullmatch(text) and isfinite(number := float(text)) else None


def how_to_write(text: str, is_whole: bool = False) -> str:
    """The end of a sentence about a text that is a number elsewhere in the world; empty if it is not one.

    Args:
        text: what was given.
        is_whole: whether a whole number was asked for, in which a comma stands between thousands.
    """
    text = text.strip()
    if COMMA.fullmatch(text):
        return f"; write {text.replace(',', '' if is_whole else '.')}"
    return "; the digits are 0 to 9" if any(c.isdigit() and not c.isascii() for c in text) else ""


def finite(value: float | None) -> float | None:
    """The value, or None if JSON could not hold it."""
    return value if value is not None and isfinite(value) else None
