"""Errors meant for a person: one sentence that names the thing, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# The most characters of a sentence, of a value in it and of a path. A longer sentence or path loses its middle, because
# the key stands at the beginning and what is allowed at the end.
LONGEST_SENTENCE, LONGEST_VALUE, LONGEST_PATH = 1500, 80, 300


class InputError(ValueError):
    """Input that cannot be used. Its text is shown as it is, and the command line exits with 2.

    Args:
        message: one sentence. It may repeat what a person typed: line ends and other control characters are made
            visible, and a long sentence is cut, so that it can be shown, written and encoded anywhere.
        key: the config key at fault (`training.batch_size`), so that a form can show the message
            beside its field.
    """

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(one_line(message))
        self.key = key


class DataLostError(InputError):
    """Samples that were there when the data set was loaded cannot be read any more: the run cannot go on."""


class RecordingError(RuntimeError):
    """The run folder could not be written. Nothing is lost: what waits is written at the next try."""


def printable(text: str) -> str:
    """A text that can be shown, written and encoded anywhere: file names may hold line ends and broken characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shortened(text: str, length: int) -> str:
    """The text as it can be shown, without its middle if it is longer than `length`."""
    return _cut(printable(_cut(text, length)), length)


def _cut(text: str, length: int) -> str:
    tail = length // 3
    return text if len(text) <= length else f"{text[: length - tail]}...{text[-tail:]}"


def one_line(sentence: str) -> str:
    """A sentence fit for a line of the terminal, the log and a form, whatever text it repeats."""
    return shortened(sentence, LONGEST_SENTENCE)


def shown(value: object, length: int = LONGEST_VALUE) -> str:
    """The value as it is written in a sentence; its end is cut if it is long."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # thousands of brackets; a whole number of thousands of digits
        return f"a {type(value).__name__} too large to be shown"
    return text if len(text) <= length else f"{text[:length]}..."


def named(text: str) -> str:
    """A name or a path in quotes, as it stands in a sentence; a long one loses its middle."""
    return f"'{shortened(text, LONGEST_PATH)}'"


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The end of a sentence about an unknown `word`: the near miss, or else all that is allowed."""
    names = list(dict.fromkeys(allowed))
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"allowed: {', '.join(names)}" if names else "none is allowed"
