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
