"""A few samples of each class, and the others held out: as many of each, and none on both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.registry import datasets
from gan_desktop.training.data import few
from gan_desktop.training.data.dataset import DataRequest
from gan_desktop.training.data.few import balanced, few_of_each, most_of_each


def load(name: str, **options: object) -> Any:
    entry = datasets[name]
    return entry.value(DataRequest(entry.options(**options)))


@pytest.fixture(scope="module")
def digits() -> Any:
    return load("digits")


def rows(samples: np.ndarray) -> list[bytes]:
    return [sample.tobytes() for sample in samples]


def split(data: Any, per_class: int, seed: int) -> Any:
    """With arrays in every field."""
    return few_of_each(data, per_class, seed)


@pytest.mark.parametrize(("per_class", "seed"), [(1, 0), (10, 0), (10, 1), (100, 7)])
def test_as_many_of_each_and_all_others_held_out(digits: Any, per_class: int, seed: int) -> None:
    found = split(digits, per_class, seed)
    assert np.bincount(found.labels).tolist() == [per_class] * 10
    assert not set(rows(found.samples)) & set(rows(found.held_out))
    assert len(found.samples) + len(found.held_out) == 1797
    # Each with its own label.
    known = dict(zip(rows(digits.samples), digits.labels, strict=True))
    assert [known[row] for row in rows(found.samples)] == found.labels.tolist()
    assert [known[row] for row in rows(found.held_out)] == found.held_out_labels.tolist()


def test_the_choice_goes_by_the_seed_and_fewer_are_among_more(digits: Any) -> None:
    few_, again, more, other = (split(digits, *asked) for asked in ((5, 3), (5, 3), (9, 3), (5, 4)))
    np.testing.assert_array_equal(few_.samples, again.samples)
    np.testing.assert_array_equal(few_.held_out, again.held_out)
    assert set(rows(few_.samples)) < set(rows(more.samples))
    assert len(set(rows(few_.samples)) & set(rows(other.samples))) < 10


def test_the_digits_that_the_option_keeps_are_those_of_seed_0(digits: Any) -> None:
    kept = load("digits", samples=30)
    np.testing.assert_array_equal(digits.samples[balanced(digits.labels, 30)], kept.samples)


def test_what_was_held_out_before_stays_so() -> None:
    data = load("ring", samples=200)
    found = split(data, 5, 0)
    assert set(rows(data.held_out)) & set(rows(found.held_out))
    assert set(rows(found.samples)) <= set(rows(data.samples))
    assert not set(rows(found.samples)) & set(rows(found.held_out))


def test_copies_of_what_is_trained_on_are_not_held_out() -> None:
    """Without a jitter, letters in one style are one image each."""
    data = load("letters", jitter=0.0, samples=260, styles="gothic_english", image_size=8)
    assert len(split(data, 1, 0).held_out) == 0


def test_no_more_are_held_out_than_there_is_use_for(digits: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few, "MOST_HELD_OUT", 100)
    assert len(split(digits, 10, 0).held_out) == 100
    monkeypatch.setattr(few, "LARGEST_BYTES", 40 * 4 * 64)
    assert len(split(digits, 10, 0).held_out) == 40


def test_how_many_can_be_had(digits: Any) -> None:
    # Of the 174 eights one is left to test on.
    assert most_of_each(digits) == (173, 8)
    small = replace(digits, samples=digits.samples[:20], labels=np.repeat([0, 1], [5, 15]))
    assert most_of_each(small) == (4, 0)
    with_more = replace(small, held_out=digits.samples[20:22], held_out_labels=np.array([0, 1]))
    assert most_of_each(with_more) == (5, 0)
