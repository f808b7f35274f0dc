"""Modes, high quality and mode KL: against closed forms, a plain loop, and what must hold whatever the fakes are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.modes import NONE, mode_of, nearest
from gan_desktop.diagnosis.reference import Reference
from tests.diagnosis.conftest import MIXTURES, draw, mixture_reference, ring

COUNT = 2500
OF_MODES = ("modes_covered", "high_quality_share", "mode_kl")
RING = mixture_reference("ring")
MEASURER = Measurer(RING)

POINTS = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 60), st.just(2)),
    elements=st.sampled_from([0.0, 1.0, -1.0, 0.7071, 0.99, 1.02, np.nan, np.inf, 1e30])
    | st.floats(-2, 2, width=32, allow_nan=False),
)


@pytest.mark.parametrize("name", MIXTURES)
def test_floors_are_those_of_a_perfect_sampler(name: str) -> None:
    measurer = Measurer(mixture_reference(name))
    floors, modes = measurer.floors(), len(MIXTURES[name][0])
    assert measurer.count == COUNT
    assert (floors["modes_covered"].mean, floors["modes_covered"].deviation) == (modes, 0)
    perfect = 1 - np.exp(-4.5)
    deviation = np.sqrt(perfect * (1 - perfect) / COUNT)
    assert floors["high_quality_share"].mean == pytest.approx(perfect, abs=4 * deviation / np.sqrt(10))
    assert 0.4 * deviation < floors["high_quality_share"].deviation < 2 * deviation
    # 2 n KL is distributed as chi squared of K - 1: mean K - 1, variance 2 (K - 1).
    kl, kl_deviation = (modes - 1) / (2 * COUNT), np.sqrt(2 * (modes - 1)) / (2 * COUNT)
    assert floors["mode_kl"].mean == pytest.approx(kl, abs=4 * kl_deviation / np.sqrt(10))
    assert 0.4 * kl_deviation < floors["mode_kl"].deviation < 2 * kl_deviation


@pytest.mark.parametrize("name", MIXTURES)
@pytest.mark.parametrize("reached", [1, 4, 8])
def test_lost_modes_are_counted(name: str, reached: int) -> None:
    centres, sigma = MIXTURES[name]
    found = Measurer(mixture_reference(name)).measure(draw(centres[:reached], sigma, COUNT))
    assert found["modes_covered"] == reached
    assert found["mode_kl"] == pytest.approx(np.log(len(centres) / reached), abs=0.01)
    assert found["high_quality_share"] == pytest.approx(0.989, abs=0.008)


def test_one_mode_is_the_greatest_kl() -> None:
    for name, greatest in (("ring", 2.079), ("grid", 3.219)):
        centre = MIXTURES[name][0][:1]
        assert Measurer(mixture_reference(name)).measure(centre)["mode_kl"] == pytest.approx(greatest, abs=0.001)


def test_shrunk_modes_have_more_quality_than_a_perfect_sampler() -> None:
    found = MEASURER.measure(draw(ring(), 0.001, COUNT))
    assert found["high_quality_share"] == 1.0
    assert found["high_quality_share"] > MEASURER.floors()["high_quality_share"].mean


def test_fakes_between_the_modes_are_of_no_quality() -> None:
    between = (0.5 * (ring() + np.roll(ring(), 1, axis=0))).astype(np.float32)
    found = MEASURER.measure(between)
    assert (found["modes_covered"], found["high_quality_share"]) == (0, 0)
    # There is no distribution over modes, and no number is made up for it.
    assert np.isnan(found["mode_kl"])


@pytest.mark.parametrize("name", MIXTURES)
def test_three_sigma_is_within(name: str) -> None:
    centres, sigma = MIXTURES[name]
    reference = mixture_reference(name)
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for factor, within in ((2.999, True), (3.0, True), (3.001, False)):
        for centre in centres:
            points = (centre + factor * sigma * circle).astype(np.float32)
            assert ((mode_of(points, reference) != NONE) == within).all()


def test_what_is_not_finite_counts_for_nothing() -> None:
    fakes = draw(ring(), 0.001, 1000)
    fakes[::2] = np.nan
    fakes[1, 0] = np.inf
    found = MEASURER.measure(fakes)
    assert found["high_quality_share"] == 0.499
    assert found["modes_covered"] == 8
    nothing = MEASURER.measure(np.full((100, 2), np.nan, np.float32))
    assert (nothing["modes_covered"], nothing["high_quality_share"]) == (0, 0)
    assert sum(MEASURER.shares(np.full((100, 2), np.inf, np.float32))) == 0


@given(points=POINTS)
def test_it_is_the_plain_loop(points: np.ndarray) -> None:
    covered, good = set(), 0
    for point in points.astype(float):
        distances = [np.hypot(*(point - centre)) for centre in ring().astype(float)]
        if np.isfinite(point).all() and min(distances) <= 0.03 + 2e-7:
            covered.add(int(np.argmin(distances)))
            good += 1
    found = MEASURER.measure(points)
    assert found["modes_covered"] == len(covered)
    assert found["high_quality_share"] == pytest.approx(good / len(points))
    assert sum(MEASURER.shares(points)) == pytest.approx(good / len(points))


@given(points=POINTS, seed=st.integers(0, 99))
def test_the_order_of_fakes_does_not_matter(points: np.ndarray, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(points)
    assert MEASURER.measure(shuffled) == pytest.approx(MEASURER.measure(points), nan_ok=True)


@given(points=POINTS, more=POINTS)
def test_more_fakes_never_cover_fewer_modes(points: np.ndarray, more: np.ndarray) -> None:
    before = MEASURER.measure(points)["modes_covered"]
    assert MEASURER.measure(np.concatenate([points, more]))["modes_covered"] >= before


@given(points=POINTS)
def test_values_are_in_range(points: np.ndarray) -> None:
    found = MEASURER.measure(points)
    assert 0 <= found["modes_covered"] <= 8
    assert 0 <= found["high_quality_share"] <= 1
    assert np.isnan(found["mode_kl"]) == (found["modes_covered"] == 0)
    assert np.isnan(found["mode_kl"]) or 0 <= found["mode_kl"] <= np.log(8) + 1e-12


def test_many_modes_are_searched_in_pieces() -> None:
    axis = np.arange(100, dtype=np.float32)
    centres = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    chosen = np.random.default_rng(0).permutation(len(centres))[:700]
    index, distance = nearest(centres[chosen] + np.float32(0.25), centres)
    assert (index == chosen).all()
    np.testing.assert_allclose(distance, np.hypot(0.25, 0.25), rtol=1e-6)


def test_points_without_modes_are_unknown() -> None:
    unknown = Measurer(Reference.of("points", draw(ring(), 0.1, 1000)))
    assert {name: unknown.unknown()[name] for name in OF_MODES} == dict.fromkeys(
        OF_MODES, "the modes of these data are not known"
    )
    assert not set(OF_MODES) & (set(unknown.measure(np.zeros((5, 2), np.float32))) | set(unknown.floors()))
    assert unknown.shares(np.zeros((5, 2), np.float32)) == unknown.share_floors() == ()


def test_a_single_mode_has_no_kl() -> None:
    one = Measurer(Reference.of("points", draw(ring()[:1], 0.1, 1000), centres=ring()[:1], sigma=0.1))
    assert one.unknown()["mode_kl"] == "there is one mode alone"
    assert not {"modes_covered", "high_quality_share"} & one.unknown().keys()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("modes_covered", 8.0, "8"),
        ("modes_covered", 1000.0, "1,000"),
        ("modes_covered", 999.7, "999.7"),
        ("high_quality_share", 0.98889, "98.9 %"),
        ("mode_kl", 0.00136, "0.0014"),
        ("mode_kl", 2.0794, "2.08"),
        ("mode_kl", float("nan"), "–"),
    ],
)
def test_values_are_written_for_people(name: str, value: float, text: str) -> None:
    assert metrics[name].value.text(value) == text


def test_floors_are_written_with_their_deviation() -> None:
    assert metrics["high_quality_share"].value.floor_text(0.9889, 0.0021) == "98.9 ± 0.2 %"
    assert metrics["mode_kl"].value.floor_text(0.00136, 0.00081) == "0.0014 ± 0.0008"
    assert metrics["mode_kl"].value.floor_text(0.0073, 0.0029) == "0.007 ± 0.003"
    assert metrics["modes_covered"].value.floor_text(999.93, 0.31) == "999.9 ± 0.3"
    assert metrics["modes_covered"].value.floor_text(8.0, 0.0) == "8"
