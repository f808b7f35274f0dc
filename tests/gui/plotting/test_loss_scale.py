"""The height of a loss on the plot: grows with it, has an inverse, and is told in losses."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.core.events import MetricsBlock
from gan_desktop.gui.plotting.axes import LossAxis
from gan_desktop.gui.plotting.loss_scale import Linear, Logarithmic, Symmetric, linear_range
from tests.gan import FIGURES
from tests.gui.conftest import Bench
from tests.gui.fake_engine import losses

LINEAR = [1e-6, 0.01, 0.1, 1.0, 100.0]
SIZES = np.concatenate([[0.0], np.geomspace(1e-8, 1e30, 400)])
LOSSES = np.concatenate([-SIZES[:0:-1], SIZES])


@pytest.mark.parametrize("linear", LINEAR)
def test_the_symmetric_scale_grows_and_has_an_inverse(linear: float) -> None:
    scale = Symmetric(linear)
    heights = scale.heights(LOSSES)
    assert (np.diff(heights) > 0).all()
    assert heights[LOSSES == 0] == 0
    np.testing.assert_allclose(heights, -heights[::-1], rtol=1e-12)
    np.testing.assert_allclose([scale.loss(height) for height in heights], LOSSES, rtol=1e-9)


@pytest.mark.parametrize("linear", LINEAR)
def test_it_is_linear_about_0_and_counts_decades_beyond(linear: float) -> None:
    scale = Symmetric(linear)
    near = linear * np.linspace(-0.5, 0.5, 21)
    slopes = np.diff(scale.heights(near)) / np.diff(near)
    assert slopes.max() / slopes.min() < 1.04
    far = linear * 10.0 ** np.arange(1, 12)
    np.testing.assert_allclose(np.diff(scale.heights(far)), 1, rtol=0.005)
    np.testing.assert_allclose(scale.heights(far), np.arange(1, 12), atol=0.005)


def test_what_is_not_finite_has_no_height() -> None:
    assert np.isnan(Symmetric(1.0).heights(np.array([np.nan]))).all()
    assert np.isnan(Logarithmic().heights(np.array([0.0, -1.0, np.nan]))).all()
    np.testing.assert_array_equal(Linear().heights(np.array([-1.0, 2.0])), [-1, 2])


@pytest.mark.parametrize("linear", [1e-3, 0.1, 10.0])
@pytest.mark.parametrize(("low", "high"), [(-3, 4), (-0.02, 0.03), (1.1, 1.3), (-250, 250), (0, 1e9), (2, 2)])
@pytest.mark.parametrize("pixels", [40.0, 250.0, 2000.0])
def test_ticks_are_within_and_apart(linear: float, low: float, high: float, pixels: float) -> None:
    scale = Symmetric(linear)
    ticks = scale.ticks(low, high, pixels)
    assert all(low <= height <= high for height in ticks)
    assert len(ticks) <= max(12, pixels / 9)
    assert (np.diff(ticks) > 0).all()
    texts = [scale.text(height) for height in ticks]
    assert len(set(texts)) == len(texts)


def test_ticks_are_round_losses_with_0_among_them() -> None:
    scale = Symmetric(0.1)
    assert [scale.text(height) for height in scale.ticks(-2.1, 2.1, 100)] == [
        "−10",
        "−1",
        "−0.1",
        "0",
        "0.1",
        "1",
        "10",
    ]
    assert "0.5" in [scale.text(height) for height in scale.ticks(-2.1, 2.1, 400)]


@pytest.mark.parametrize("size", [1e-5, 0.03, 1.0, 700.0])
def test_the_linear_range_fits_the_losses(size: float) -> None:
    rng = np.random.default_rng(0)
    values = size * rng.normal(0, 1, 500)
    found = linear_range(values)
    assert np.log10(found) == pytest.approx(round(np.log10(found)))
    assert 0.1 * np.median(np.abs(values)) <= found <= np.median(np.abs(values))
    # It is kept while it fits, and not when it no longer does.
    assert linear_range(values, found) == found
    assert linear_range(values * 3, found) == found
    assert linear_range(values * 1e3, found) == pytest.approx(found * 1e3)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [np.nan, np.inf], [3e38, -1e-38], [1e-45, -1e-45]])
def test_no_losses_break_the_linear_range(values: list[float]) -> None:
    found = linear_range(np.array(values))
    assert np.isfinite(found)
    assert found > 0


def give(bench: Bench, d_loss: float) -> None:
    values = losses(len(bench.model.record.history), 500, 0)
    values[:, FIGURES.column("d_loss")] += d_loss
    bench.model.receive(MetricsBlock(len(bench.model.record.history), values, FIGURES))


def test_a_negative_loss_is_not_lost_on_the_logarithmic_axis(bench: Bench) -> None:
    panel = bench.show("losses")
    panel.log_check.setChecked(True)
    bench.start()
    give(bench, 0)
    panel.refresh()
    assert isinstance(panel.view.scale, Logarithmic)
    assert "linear" not in panel.caption.text()
    give(bench, -30)
    panel.refresh()
    panel.view.grab()
    assert isinstance(panel.view.scale, Symmetric)
    assert f"linear within ±{panel.view.scale.linear:g}" in panel.caption.text()
    _, heights = panel.view._raw["d"].getData()
    assert np.isfinite(heights).all()
    # Both halves of the curve are in view, and named in losses.
    low, high = panel.view.viewRange()[1]
    assert low < heights.min()
    assert heights.max() < high
    assert panel.view.overlay.content.ends[0].text.startswith("D −")
    axis = panel.view.getAxis("left")
    ((_, ticks),) = axis.tickValues(low, high, axis.height())
    assert {"0", "1", "−10"} <= set(axis.tickStrings(ticks, 1.0, 1.0))
    # Another run has its own.
    bench.start()
    give(bench, 0)
    panel.refresh()
    assert isinstance(panel.view.scale, Logarithmic)
    panel.log_check.setChecked(False)
    assert isinstance(panel.view.scale, Linear)


def test_an_axis_far_out_of_range_names_no_number() -> None:
    axis = LossAxis()
    axis.set_scale(Logarithmic())
    assert axis.logTickStrings([1e6, -1e6], 1.0, 1.0) == ["1e+300", "1e-300"]
    axis.set_scale(Symmetric(1.0))
    ((_, ticks),) = axis.tickValues(-1e9, 1e9, 300.0)
    assert all(np.isfinite(ticks))
