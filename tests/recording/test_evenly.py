"""What is thinned out evenly."""

from __future__ import annotations

from gan_desktop.recording.evenly import Evenly


def test_many_steps_leave_few_that_lie_evenly() -> None:
    kept: set[int] = set()
    evenly = Evenly()
    for step in range(1000):
        if evenly.is_next():
            kept.add(step)
            gone = evenly.add(step, 10)
            for before, step_gone in zip(evenly.steps, gone, strict=False):
                # Between the two there is nothing else.
                assert sorted(kept).index(before) + 1 == sorted(kept).index(step_gone)
            kept -= set(gone)
    assert sorted(kept) == evenly.steps
    assert 5 <= len(kept) <= 10
    gaps = {after - before for before, after in zip(evenly.steps, evenly.steps[1:], strict=False)}
    assert len(gaps) == 1


def test_it_goes_on_from_what_is_kept_and_forgets_what_is_later() -> None:
    evenly = Evenly([0, 10, 20, 30])
    evenly.forget_after(20)
    assert evenly.add(25, 10) == []
    assert evenly.steps == [0, 10, 20, 25]
