"""Python's search for garbage, put off while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for garbage in here, and none later among what is made in here.

    TensorFlow makes 400,000 objects when it is imported. Searching them was a quarter of the loading time (2.1 -> 1.5
    CPU seconds measured), and every later search through them is a tenth of a second in which the window stands still.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_on:
            gc.enable()
