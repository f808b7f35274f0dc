"""Errors meant for a person: one sentence that names the thing, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Input that cannot be used. Its text is shown as it is, and the command line exits with 2.

    Args:
        message: one sentence.
        key: the config key at fault (`training.batch_size`), so that a form can show the message
            beside its field.
    """

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


class DataLostError(InputError):
    """Samples that were there when the data set was loaded cannot be read any more: the run cannot go on."""


class RecordingError(RuntimeError):
    """The run folder could not be written. Nothing is lost: what waits is written at the next try."""


def shown(value: object, length: int = 80) -> str:
    """The value as it is written in a sentence, cut where it is long."""
    text = repr(value)
    return text if len(text) <= length else f"{text[:length]}..."


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The end of a sentence about an unknown `word`: the near miss, or else all that is allowed."""
    names = list(dict.fromkeys(allowed))
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"allowed: {', '.join(names)}" if names else "none is allowed"
