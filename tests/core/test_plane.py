from __future__ import annotations

import numpy as np

from gan_desktop.core.plane import HEADROOM, view_limits


def test_limits_are_around_all_points_with_headroom() -> None:
    points = np.array([[-1, 0], [3, 2], [0, 1]], np.float32)
    np.testing.assert_allclose(
        view_limits(points), [[1 - 2 * HEADROOM, 1 + 2 * HEADROOM], [1 - HEADROOM, 1 + HEADROOM]]
    )


def test_points_in_one_place_have_room_around_them() -> None:
    low, high = view_limits(np.full((5, 2), 7, np.float32)).T
    assert (low < 7).all()
    assert (high > 7).all()


def test_without_points_there_is_a_view_all_the_same() -> None:
    assert view_limits(np.empty((0, 2))).tolist() == [[-1, 1], [-1, 1]]
    assert view_limits(np.empty((0, 1), np.float32)).tolist() == [[-1, 1]]
