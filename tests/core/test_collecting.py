"""Garbage is looked for again afterwards, whatever happened, and not among what was made."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from gan_desktop.core.collecting import without_collecting


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_inside_and_what_was_made_is_left_out_later() -> None:
    frozen = gc.get_freeze_count()
    with without_collecting():
        assert not gc.isenabled()
        made: list[list[object]] = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(made)


def test_an_error_leaves_it_on() -> None:
    with pytest.raises(ImportError), without_collecting():
        raise ImportError("a library is missing")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    with without_collecting():
        pass
    assert not gc.isenabled()
