"""What a mode has of its due: the data's own share, with what the classifier gets wrong counted off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gan_desktop.core.measured import Measured
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.diagnosis.shares import ModeShares, listed


def measured(shares: tuple[float, ...], due: tuple[float, ...], **more: Any) -> ModeShares:
    floors = tuple((share, 0.0) for share in due)
    return ModeShares(Measured(0, {}, None, {}, {}, 0.0, shares=shares, share_floors=floors, **more))


def test_a_share_is_compared_with_that_of_the_data() -> None:
    found = measured((0.5, 0.3, 0.2), (0.5, 0.4, 0.1))
    np.testing.assert_allclose(found.of_due, [1, 0.75, 2])
    assert found.held == 3
    # Of fakes that lie in no mode, nothing is said here.
    np.testing.assert_allclose(measured((0.05, 0.03, 0.02), (0.5, 0.4, 0.1)).of_due, [1, 0.75, 2])


def test_a_rare_mode_is_lost_as_a_frequent_one_is() -> None:
    for due, lost in (((0.9, 0.07, 0.03), 2), ((0.1, 0.2, 0.7), 2), ((0.5, 0.3, 0.2), 0)):
        left = 0.09 * due[lost]
        shares = np.array(due) * (1 - left) / (1 - due[lost])
        shares[lost] = left
        found = measured(tuple(shares.tolist()), due)
        assert np.flatnonzero(found.is_lost).tolist() == [lost]
        assert (found.held, found.names(found.is_lost)) == (2, str(lost))


def test_what_the_classifier_takes_for_a_class_is_none_of_it() -> None:
    """Two percent of other images are told to be of a class that is due three: without any, all of those are left."""
    lost = measured((0.98, 0.02), (0.95, 0.05), share_leaks=(0.0, 0.02))
    assert lost.of_due[1] == pytest.approx(0)
    assert lost.is_lost.tolist() == [False, True]
    # A class that cannot be told from the others is not judged.
    assert measured((0.98, 0.02), (0.98, 0.02), share_leaks=(0.0, 0.015)).is_judged.tolist() == [True, False]


def test_where_few_are_due_nothing_is_said() -> None:
    few = measured((1.0, 0.0), (0.995, 0.005), count=1000)
    assert few.is_judged.tolist() == [True, False]
    assert not few.is_lost.any()
    assert measured((1.0, 0.0), (0.99, 0.01), count=1000).is_lost.tolist() == [False, True]


def test_a_mode_with_fakes_around_it_is_not_lost() -> None:
    around = {"territories": (0.5, 0.5), "territory_floors": (0.5, 0.5)}
    assert measured((0.3, 0.01), (0.5, 0.5)).is_lost.tolist() == [False, True]
    assert not measured((0.3, 0.01), (0.5, 0.5), **around).is_lost.any()


def test_names_are_few() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"


def test_of_real_samples_every_mode_has_its_due(digits_reference: Reference) -> None:
    measurer = Measurer(digits_reference)
    real, _ = digits_reference.draw(measurer.count, 0, 1)
    found = ModeShares(measurer.measured(0, real))
    assert found.is_judged.all()
    assert np.abs(found.of_due - 1).max() < 0.5
    assert found.held == 10
