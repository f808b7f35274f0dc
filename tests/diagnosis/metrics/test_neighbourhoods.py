"""Precision, recall, density and coverage: the published self-tests, a plain loop, and what cannot be known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gan_desktop.diagnosis.distances import Overlap, mean_distance, overlap, squared_distances, squared_radii
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from tests.diagnosis.conftest import draw, ring

RINGS = {"PacGAN's": (1.0, 0.01), "the lessons'": (0.667, 0.0333)}
COUNT, DRAWS = 1000, 10

# Real samples on both sides, fakes on some modes, and modes shrunk to a tenth: figures of one draw, known beforehand.
KNOWN = {
    "real": {"precision": 0.988, "recall": 0.987, "density": 1.00, "coverage": 0.972},
    "4 of 8 modes": {"coverage": 0.499},
    "1 of 8 modes": {"coverage": 0.126},
    "shrunk": {"recall": 0.064, "coverage": 0.145},
}


def fakes_of(case: str, centres: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    modes = {"4 of 8 modes": 4, "1 of 8 modes": 1}.get(case, 8)
    return draw(centres[:modes], sigma / 10 if case == "shrunk" else sigma, COUNT, seed)


def draws(case: str, which: str) -> dict[str, np.ndarray]:
    """Each measure in each of several draws of real samples and fakes."""
    radius, sigma = RINGS[which]
    centres = (radius * ring()).astype(np.float32)
    found = []
    for number in range(DRAWS):
        real = draw(centres, sigma, COUNT, seed=1000 + number)
        found.append(overlap(real, squared_radii(real), fakes_of(case, centres, sigma, number)))
    return {name: np.array([getattr(one, name) for one in found]) for name in Overlap.__dataclass_fields__}


@pytest.mark.parametrize("which", RINGS)
@pytest.mark.parametrize("case", KNOWN)
def test_the_known_figures(case: str, which: str) -> None:
    """Ours is a mean over draws and theirs of one, so they differ by the deviation of one, times four; on any ring."""
    found = draws(case, which)
    for name, known in KNOWN[case].items():
        error = found[name].std(ddof=1) * np.sqrt(1 + 1 / DRAWS)
        assert 0 < error < 0.03
        assert found[name].mean() == pytest.approx(known, abs=4 * error), name


def test_coverage_of_real_samples_has_a_closed_form() -> None:
    """Naeem et al. 2020, lemma 1: no fake among the k nearest of all others, 1 - prod (n - i) / (2n - i)."""
    expected = 1 - np.prod([(COUNT - i) / (2 * COUNT - i) for i in range(1, 6)])
    found = draws("real", "PacGAN's")["coverage"]
    assert found.mean() == pytest.approx(expected, abs=4 * found.std(ddof=1) / np.sqrt(DRAWS))


# Few places, so that there are many ties; and any others.
PLACES = st.sampled_from([0.0, 1.0, 2.0, -1.0, 0.5]) | st.floats(-3, 3, width=32)


def sets(axes: int) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.float32, st.tuples(st.integers(7, 20), st.just(axes)), elements=PLACES)


def plain(real: np.ndarray, fake: np.ndarray, k: int) -> tuple[float, float, float, float]:
    """The definitions, one sample after the other, on squared distances."""

    def apart(a: np.ndarray, b: np.ndarray) -> float:
        total = 0.0
        for difference in a.astype(float) - b.astype(float):
            total += difference * difference
        return total

    def radii(samples: np.ndarray) -> list[float]:
        return [sorted(apart(a, b) for j, b in enumerate(samples) if j != i)[k - 1] for i, a in enumerate(samples)]

    of_real, of_fake = radii(real), radii(fake)
    precise = sum(any(apart(x, y) <= r for x, r in zip(real, of_real, strict=True)) for y in fake)
    recalled = sum(any(apart(x, y) <= r for y, r in zip(fake, of_fake, strict=True)) for x in real)
    inside = sum(apart(x, y) < r for x, r in zip(real, of_real, strict=True) for y in fake)
    covered = sum(min(apart(x, y) for y in fake) < r for x, r in zip(real, of_real, strict=True))
    return precise / len(fake), recalled / len(real), inside / (k * len(fake)), covered / len(real)


@given(real=sets(2), fake=sets(2), k=st.integers(1, 6))
def test_points_agree_with_a_plain_loop(real: np.ndarray, fake: np.ndarray, k: int) -> None:
    found = overlap(real, squared_radii(real, k), fake, neighbours=k)
    assert (found.precision, found.recall, found.density, found.coverage) == pytest.approx(plain(real, fake, k))


@given(seed=st.integers(0, 999), k=st.integers(1, 6), copies=st.integers(0, 10))
def test_features_agree_with_a_plain_loop(seed: int, k: int, copies: int) -> None:
    """By a product of matrices; also where fakes are copies, of real samples and of each other."""
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(3, 1, (2, 15, 32)).astype(np.float32)
    fake[:copies] = real[:copies]
    fake[-3:] = fake[-1]
    found = overlap(real, squared_radii(real, k), fake, neighbours=k)
    assert (found.precision, found.recall, found.density, found.coverage) == pytest.approx(plain(real, fake, k))


@given(first=sets(32), second=sets(32))
def test_distances_are_those_of_the_differences(first: np.ndarray, second: np.ndarray) -> None:
    expected = ((first[:, None].astype(float) - second) ** 2).sum(axis=-1)
    np.testing.assert_allclose(squared_distances(first, second), expected, atol=1e-10)
    assert (np.diag(squared_distances(first, first)) == 0).all()


def test_measures_are_of_the_first_samples_and_what_is_not_finite_is_near_nothing(ring_reference: Reference) -> None:
    measurer = Measurer(ring_reference)
    fakes = draw(ring(), 0.01, 2500)
    found = measurer.measure(fakes)
    fakes[1000:] = 99
    assert {name: measurer.measure(fakes)[name] for name in Overlap.__dataclass_fields__} == {
        name: found[name] for name in Overlap.__dataclass_fields__
    }
    fakes[:1000:2] = np.nan
    half = measurer.measure(fakes)
    assert half["precision"] == pytest.approx(found["precision"] / 2, abs=0.02)
    assert half["density"] == pytest.approx(found["density"] / 2, abs=0.05)
    # Half as many fakes are near half as many real ones at most twice as far: coverage is 1 - (2/3)^5 of one in two.
    assert half["coverage"] == pytest.approx(1 - (2 / 3) ** 5, abs=0.05)
    fakes[:] = np.inf
    nothing = measurer.measure(fakes)
    assert [nothing[name] for name in Overlap.__dataclass_fields__] == [0, 0, 0, 0]
    assert np.isnan(nothing["pairwise_diversity"])


def test_diversity_of_shrunk_and_of_spread_fakes(ring_reference: Reference) -> None:
    measurer = Measurer(ring_reference)
    fakes = draw(ring(), 0.01, 1000)
    for factor in (0.0, 0.5, 1.0, 2.0):
        assert measurer.measure(factor * fakes)["pairwise_diversity"] == pytest.approx(factor, rel=0.02)
    # Of a Gaussian of deviation s in the plane, two samples are sqrt(pi) s apart.
    assert mean_distance(draw(ring()[:1], 0.5, 2000)) == pytest.approx(np.sqrt(np.pi) * 0.5, rel=0.03)
    one = measurer.measure(draw(ring()[:1], 0.01, 1000))["pairwise_diversity"]
    between_modes = np.mean([np.hypot(*(ring()[0] - centre)) for centre in ring()])
    assert one == pytest.approx(np.sqrt(np.pi) * 0.01 / between_modes, rel=0.1)


def test_images_are_compared_by_their_features(digits_reference: Reference) -> None:
    measurer = Measurer(digits_reference)
    floors = measurer.floors()
    assert floors["precision"].mean > 0.95
    assert floors["recall"].mean > 0.93
    assert floors["density"].mean == pytest.approx(1, abs=0.05)
    # 359 of the 898 that are held out.
    assert "compare 359 fakes with as many real samples by their principal components" in measurer.notes()["recall"]
    assert digits_reference.held_out_labels is not None
    evens = digits_reference.held_out[digits_reference.held_out_labels % 2 == 0][:400]
    found = measurer.measure(evens)
    assert found["coverage"] == pytest.approx(0.5, abs=0.06)
    assert found["precision"] > 0.95
    mean = digits_reference.samples.mean(axis=0)
    shrunk = measurer.measure(mean + 0.3 * (digits_reference.held_out[:400] - mean))
    assert shrunk["recall"] < 0.1
    assert shrunk["pairwise_diversity"] == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(("number", "known"), [(10, False), (249, False), (250, True)])
def test_few_samples_are_said_to_be_too_few(number: int, known: bool, digits: tuple[np.ndarray, np.ndarray]) -> None:
    measurer = Measurer(Reference.of("images", digits[0][:number]))
    reason = measurer.unknown().get("precision", "")
    assert (reason == "") == known
    if not known:
        assert reason == (
            f"there are too few real samples: {number // 2 * 2}, in two halves, of which each needs 125 so that the "
            "noise floor can be measured too"
        )
        assert "pairwise_diversity" in measurer.unknown()
    few_fakes = Measurer(Reference.of("images", digits[0]), count=20)
    assert few_fakes.unknown()["coverage"] == "20 fakes are too few, at least 50 are needed"


def test_fewer_fakes_than_were_promised_are_undefined_or_measured(ring_reference: Reference) -> None:
    for number in (1, 2, 5, 6, 7):
        found = Measurer(ring_reference).measure(draw(ring(), 0.01, number))
        assert np.isnan(found["recall"]) == (number <= 5)
        assert np.isnan(found["pairwise_diversity"]) == (number < 2)


def test_numbers_are_compared_as_points_are() -> None:
    """Half of two bumps: half of the real samples is covered, and the fakes are where real ones are."""
    rng = np.random.default_rng(0)
    bumps = np.array([-1.0, 1.0])
    real = (bumps[rng.integers(2, size=4000)] + rng.normal(0, 0.1, 4000))[:, None].astype(np.float32)
    measurer = Measurer(Reference.of("points", real))
    half = (1 + rng.normal(0, 0.1, (2500, 1))).astype(np.float32)
    found, floors = measurer.measure(half), measurer.floors()
    assert found["precision"] == pytest.approx(1, abs=0.02)
    assert found["recall"] == pytest.approx(0.5, abs=0.05)
    assert found["coverage"] == pytest.approx(0.5, abs=0.06)
    # Two fakes are 2 sigma / sqrt(pi) apart, two real samples that or, as often, the distance of the bumps.
    within = 0.2 / np.sqrt(np.pi)
    assert found["pairwise_diversity"] == pytest.approx(within / ((within + 2) / 2), rel=0.1)
    assert floors["copied_share"].mean == pytest.approx(1 / 3, abs=0.05)
    assert {"modes_covered", "high_quality_share", "mode_kl"} <= measurer.unknown().keys()
    assert not {"precision", "recall", "coverage", "copied_share"} & measurer.unknown().keys()


@pytest.mark.parametrize(("digits_kept", "is_known"), [(5, True), (0, False)])
def test_rounded_numbers_have_no_balls(digits_kept: int, is_known: bool) -> None:
    real = np.random.default_rng(0).normal(170, 8, (2000, 1)).round(digits_kept).astype(np.float32)
    measurer = Measurer(Reference.of("points", real))
    unknown = measurer.unknown()
    for name in ("precision", "recall", "density", "coverage"):
        assert (name in unknown) != is_known
    assert ("copied_share" in unknown) != is_known
    assert not {"pairwise_diversity", "frechet_distance"} & unknown.keys()
    if not is_known:
        assert unknown["coverage"].endswith("are the same as 5 others, so that no ball tells what is near")
        assert unknown["copied_share"].startswith("most training samples are in the data more than once")
