"""Lines drawn with a round pen: how much ink there is, where it is, and that none is lost."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.training.data.glyphs import STYLES, load_glyphs
from gan_desktop.training.data.strokes import draw_lines, draw_poses, placed

SIZE = 32


def line(*ends: tuple[float, float]) -> np.ndarray:
    return np.array([[ends]], np.float32)


@pytest.mark.parametrize("pen", [1.0, 1.7, 3.0])
def test_a_line_has_the_ink_of_its_pen(pen: float) -> None:
    """The profile across a line is a box of the pen's width blurred by a pixel, so each column sums to the width.

    The two round ends make a disc, pi (pen^2 + 1/3) / 4. Its rim, of area pi pen, is grey, and brightness has slope 1
    there: a mean over 16 x 16 places within a pixel errs by at most half the diagonal of a place times that area.
    """
    length, places = 12, 16
    shifts = (np.stack(np.meshgrid(*[np.arange(places)] * 2), axis=-1).reshape(-1, 1, 1, 2) + 0.5) / places
    lines = (line((9, 15), (9 + length, 15)) + shifts).astype(np.float32)
    ink = draw_lines(lines, np.full(len(lines), pen), SIZE).sum(axis=(1, 2)).mean()
    disc = np.pi * (pen**2 + 1 / 3) / 4
    assert abs(ink - length * pen - disc) < np.sqrt(2) / 2 / places * np.pi * pen


def test_across_a_line_the_ink_is_the_pen_wherever_it_lies() -> None:
    lines = np.concatenate([line((4, y), (28, y)) for y in (15.0, 15.3, 15.5, 15.9)])
    columns = draw_lines(lines, np.full(4, 2.4), SIZE)[:, :, 8:24].sum(axis=1)
    np.testing.assert_allclose(columns, 2.4, rtol=1e-4)


def test_a_pixel_is_as_bright_as_the_pen_reaches() -> None:
    """Independently, pixel by pixel, of two lines that are neither horizontal nor vertical."""
    ends = np.array([[[3.3, 4.1], [12.2, 9.7]], [[12.2, 9.7], [6.0, 14.5]]])
    drawn = draw_lines(ends[None].astype(np.float32), np.array([2.2]), 16)[0]
    for row, column in np.ndindex(16, 16):
        pixel = np.array([column + 0.5, row + 0.5])
        along = [start + np.linspace(0, 1, 2001)[:, None] * (end - start) for start, end in ends]
        distance = np.linalg.norm(np.concatenate(along) - pixel, axis=1).min()
        assert drawn[row, column] == pytest.approx(np.clip(1.1 - distance + 0.5, 0, 1), abs=0.01)


def test_a_point_is_a_dot() -> None:
    dot = draw_lines(line((8.5, 8.5), (8.5, 8.5)), np.array([2.0]), 16)[0]
    assert dot[8, 8] == 1
    np.testing.assert_allclose(dot[8, 9], 0.5, rtol=1e-5)
    assert np.count_nonzero(dot) == 9


def test_what_moves_by_a_pixel_is_drawn_a_pixel_further() -> None:
    lines = line((8.25, 9.5), (17.75, 20.0))
    pens = np.array([1.5])
    moved = draw_lines(lines + np.array([3, 2], np.float32), pens, SIZE)
    np.testing.assert_allclose(moved[0, 2:, 3:], draw_lines(lines, pens, SIZE)[0, :-2, :-3], atol=1e-5)


def test_images_do_not_depend_on_how_many_are_drawn_together() -> None:
    rng = np.random.default_rng(0)
    lines, pens = rng.uniform(0, 64, (20, 3, 2, 2)).astype(np.float32), rng.uniform(1, 4, 20)
    one_by_one = [draw_lines(lines[i : i + 1], pens[i : i + 1], 64)[0] for i in range(20)]
    np.testing.assert_allclose(draw_lines(lines, pens, 64), one_by_one, atol=1e-5)


@pytest.mark.parametrize("size", [8, 16, 64])
def test_no_letter_leaves_its_image(size: int) -> None:
    poses = draw_poses(np.random.default_rng(1), 50, size, 1.0)
    for letters in load_glyphs("latin", STYLES):
        for glyph in letters:
            lines = placed(glyph, poses, size)
            edge = (poses.pens / 2)[:, None, None, None] - 1e-3
            assert (lines >= edge).all()
            assert (lines <= size - edge).all()


def test_without_jitter_all_poses_are_the_same_and_upright() -> None:
    poses = draw_poses(np.random.default_rng(1), 3, 16, 0.0)
    np.testing.assert_allclose(poses.maps, np.broadcast_to(poses.maps[0, 0, 0] * np.eye(2), (3, 2, 2)))
    assert (poses.shifts == 0).all()
    assert len(set(poses.pens)) == 1
