"""The machine that a run has to itself."""

from __future__ import annotations

import os
from functools import cache


@cache
def usable_cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
