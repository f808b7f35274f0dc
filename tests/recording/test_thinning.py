"""Which checkpoints go when room is short: properties over any run."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.recording.thinning import KeptCheckpoint, surplus

GAPS = st.lists(st.floats(0.1, 100.0), min_size=1, max_size=30)


def checkpoints(gaps: list[float], size: int = 10) -> list[KeptCheckpoint]:
    seconds, kept = 0.0, []
    for place, gap in enumerate(gaps):
        seconds += gap
        kept.append(KeptCheckpoint(100 * (place + 1), Path(f"{place}"), seconds, size))
    return kept


@given(GAPS, st.integers(0, 400), st.sets(st.integers(0, 3000), max_size=5))
def test_what_is_left_fits_and_what_is_needed_stays(gaps: list[float], room: int, needed: set[int]) -> None:
    kept = checkpoints(gaps)
    gone = surplus(kept, room, needed)
    left = [checkpoint for checkpoint in kept if checkpoint not in gone]
    assert left[-1] == kept[-1]
    stay = {max((c.step for c in kept if c.step <= step), default=0) for step in needed} | {kept[-1].step}
    assert {step for step in stay if step} <= {checkpoint.step for checkpoint in left}
    assert sum(c.size for c in left) <= room or all(c.step in stay for c in left)
    if sum(c.size for c in kept) <= room:
        assert gone == []


@given(st.integers(2, 200), st.integers(2, 20))
def test_an_even_run_stays_nearly_even(count: int, most: int) -> None:
    """Thinned one by one, as a run goes on, no gap grows beyond four times the ideal one."""
    left: list[KeptCheckpoint] = []
    for checkpoint in checkpoints([1.0] * count, size=1):
        left.append(checkpoint)
        gone = surplus(left, most)
        left = [one for one in left if one not in gone]
    times = [0.0, *(checkpoint.seconds for checkpoint in left)]
    widest = max(later - earlier for earlier, later in pairwise(times))
    assert widest <= 4 * max(1.0, count / most)


def test_no_checkpoints_no_surplus() -> None:
    assert surplus([], 0) == []
