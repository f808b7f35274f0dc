"""Memory that ended runs leave behind: garbage is collected, and the memory is given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import cache
from typing import Any


@cache
def settle_imports() -> None:
    """Have the collector ignore TensorFlow's half a million objects. Called once TensorFlow is loaded, it acts once.

    They are never garbage. Without them a collection takes 10 ms instead of 300, during which the window stands still.
    """
    gc.freeze()
    _trim()


def give_back() -> None:
    """Collect what ended runs have left, such as the cycles between a run and what it is made of, and give it back.

    Compiling takes 100 to 300 MB for a moment, which the C library would keep otherwise.
    """
    gc.collect()
    _trim()


def _trim() -> None:
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Any:
    """The C library's function of that name; None if it has none."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
