"""Round numbers for axes that are drawn by hand."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most about `most` multiples of 1, 2 or 5 times a power of ten within the range."""
    span = high - low
    if not isfinite(span) or span <= 0:
        return []
    rough = span / max(1, most)
    power = 10.0 ** floor(log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough)
    return [number * step for number in range(ceil(low / step), floor(high / step) + 1)]
