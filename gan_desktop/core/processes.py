"""Which process is meant: the system gives old numbers to new processes, so a number alone does not tell."""

from __future__ import annotations

import psutil


def is_running(number: int, began: float, within: float) -> bool:
    """Whether the process with that number, which began at that time, still runs.

    Args:
        began: seconds since 1970.
        within: how many seconds two readings of when one process began may differ.
    """
    try:
        return abs(psutil.Process(number).create_time() - began) < within
    except psutil.Error:
        return False
