"""Which process is meant: numbers are given to new processes again, so a number alone does not tell."""

from __future__ import annotations

import psutil


def is_running(number: int, began: float, within: float) -> bool:
    """Whether the process of that number that began then still runs.

    Args:
        began: seconds since 1970.
        within: seconds by which two looks at the beginning of one process may differ.
    """
    try:
        return abs(psutil.Process(number).create_time() - began) < within
    except psutil.Error:
        return False
