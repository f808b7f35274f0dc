"""Numbers as people type them: with a decimal point or comma, with spaces between thousands, as 1e-3."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.errors import InputError

# Longer texts are no numbers, and Python takes its time to find out.
LONGEST = 60
MINUS_SIGNS = str.maketrans({"−": "-", "–": "-"})
EXPONENT = r"(?:[eE][+-]?\d{1,4})?"
PLAIN = re.compile(rf"[+-]?(?:\d+\.?\d*|\.\d+){EXPONENT}", re.ASCII)
DECIMAL_COMMA = re.compile(rf"[+-]?\d*,\d+{EXPONENT}", re.ASCII)
# 1,000 is one with three decimals to some, a thousand to others. 0,001 cannot be a number of thousands.
UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
COMMA_THOUSANDS = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d*)?{EXPONENT}", re.ASCII)
POINT_THOUSANDS = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:\.\d{{3}})+,\d+{EXPONENT}", re.ASCII)
SPACES = re.compile(r"(?<=\d)[\s\u00a0\u2009\u202f](?=\d{3}(?!\d))")


def _tr(text: str) -> str:
    return QCoreApplication.translate("NumberText", text)


def read_number(text: str) -> float:
    """The number that a text is.

    Raises:
        InputError: it is none, or could be two; the sentence says what to write.
    """
    stripped = SPACES.sub("", text.strip()).translate(MINUS_SIGNS)
    if len(stripped) > LONGEST:
        raise InputError(_tr("“{text}…” is too long for a number").format(text=stripped[:20]))
    if UNCLEAR.fullmatch(stripped):
        said = _tr("“{text}” may be {small} or {large}: write one of them")
        raise InputError(said.format(text=stripped, small=stripped.replace(",", "."), large=stripped.replace(",", "")))
    if PLAIN.fullmatch(stripped):
        return float(stripped)
    # If there are several commas, or a point after one, the commas separate thousands.
    if COMMA_THOUSANDS.fullmatch(stripped):
        return float(stripped.replace(",", ""))
    if POINT_THOUSANDS.fullmatch(stripped):
        return float(stripped.replace(".", "").replace(",", "."))
    if DECIMAL_COMMA.fullmatch(stripped):
        return float(stripped.replace(",", "."))
    raise InputError(_tr("“{text}” is not a number such as 0.001 or 1e-3").format(text=stripped))


def read_count(text: str) -> int:
    """The whole number that a text is: 1,000 is a thousand, for counts have no decimals.

    Raises:
        InputError: it is none.
    """
    try:
        number = read_number(text)
    except InputError:
        stripped = SPACES.sub("", text.strip())
        if not UNCLEAR.fullmatch(stripped):
            raise InputError(_not_whole(text)) from None
        number = float(stripped.replace(",", ""))
    whole = SPACES.sub("", text.strip()).replace(",", "")
    if re.fullmatch(r"[+-]?\d+", whole) and number == float(whole):
        # Every digit, even if a float does not have as many.
        return int(whole)
    if number != number // 1 or abs(number) == float("inf"):
        raise InputError(_not_whole(text))
    return int(number)


def _not_whole(text: str) -> str:
    return _tr("“{text}” is not a whole number such as 64").format(text=text.strip()[:LONGEST])
