"""Copies of training samples: all, half or none of the fakes, and what only looks like copying."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.diagnosis.distances import nearest_distances, tree_of
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from tests.diagnosis.conftest import draw, ring
from tests.gan import METRICS

Images = tuple[np.ndarray, np.ndarray]


def few_digits(digits: Images, number: int = 60) -> Reference:
    """Of a GAN that is trained on a few scans, where the others are known to be real."""
    order = np.random.default_rng(5).permutation(len(digits[0]))
    trained, others = order[:number], order[number:]
    images, labels = digits
    return Reference.of("images", images[trained], labels[trained], fresh=images[others], fresh_labels=labels[others])


def copied(reference: Reference, fakes: np.ndarray) -> float:
    return Measurer(reference).measure(fakes.astype(np.float32))["copied_share"]


def test_of_points_one_in_nine_is_a_copy_by_chance(ring_reference: Reference) -> None:
    """Among samples of an even density the squared distances to the nearest and the next are as U to 1."""
    floor = Measurer(ring_reference).floors()["copied_share"]
    deviation = np.sqrt(1 / 9 * 8 / 9 / 1000)
    assert floor.mean == pytest.approx(1 / 9, abs=4 * deviation / np.sqrt(10))
    assert 0.4 * deviation < floor.deviation < 2 * deviation
    assert copied(ring_reference, draw(ring(), 0.01, 2500, seed=9)) == pytest.approx(1 / 9, abs=4 * deviation)


def test_a_floor_is_the_same_whether_fresh_samples_are_known_or_not() -> None:
    points, fresh = draw(ring(), 0.01, 4000, seed=1), draw(ring(), 0.01, 50_000, seed=2)
    alone, beside = Reference.of("points", points), Reference.of("points", points, fresh=fresh)
    assert (alone.trained_seen, beside.trained_seen, len(beside.samples)) == (4000, 4000, 25_000)
    floors = [Measurer(reference).floors()["copied_share"].mean for reference in (alone, beside)]
    assert floors == pytest.approx([1 / 9, 1 / 9], abs=0.02)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_copies_of_images_are_counted(share: float, digits: Images) -> None:
    reference = few_digits(digits)
    assert Measurer(reference).floors()["copied_share"].mean < 0.01
    rng = np.random.default_rng(0)
    assert reference.trained_on is not None
    fakes = reference.held_out[:400].copy()
    number = int(share * len(fakes))
    fakes[:number] = reference.trained_on[rng.integers(len(reference.trained_on), size=number)]
    # A generator is never exact.
    noisy = fakes + rng.normal(0, 0.03, fakes.shape)
    assert copied(reference, noisy) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_copies_of_points_are_counted_above_the_floor(share: float) -> None:
    points = draw(ring(), 0.0333, 64, seed=3)
    reference = Reference.of("points", points, fresh=draw(ring(), 0.0333, 50_000, seed=4))
    floor = Measurer(reference).floors()["copied_share"].mean
    fakes = draw(ring(), 0.0333, 1000, seed=5)
    number = int(1000 * share)
    fakes[:number] = points[np.arange(number) % 64] + np.float32(1e-4)
    assert copied(reference, fakes) == pytest.approx(share + (1 - share) * floor, abs=0.04)


def test_where_all_real_samples_are_trained_on_copies_of_either_half_are_found(digits_reference: Reference) -> None:
    measurer = Measurer(digits_reference)
    # The floor leaves each one out: as the real ones are in the training set themselves, else all would be copies.
    assert measurer.floors()["copied_share"].mean < 0.01
    for half in (digits_reference.samples, digits_reference.held_out):
        assert copied(digits_reference, half) > 0.99
    assert "copied_share" not in measurer.notes()


def test_blurs_averages_and_shrunk_samples_are_no_copies(digits: Images) -> None:
    reference = few_digits(digits)
    assert reference.trained_on is not None
    trained = reference.trained_on
    first, second = np.random.default_rng(1).integers(len(trained), size=(2, 400))
    pairs = first != second
    mean = trained.mean(axis=0)
    around = reference.held_out[:400]
    blurred = sum(np.roll(around, shift, axis) for shift in (-1, 1) for axis in (1, 2)) / 8 + around / 2
    for fakes in (
        (trained[first] + trained[second])[pairs] / 2,
        mean + 0.7 * (reference.held_out[:400] - mean),
        np.repeat(mean[None], 400, axis=0),
        blurred,
    ):
        assert copied(reference, fakes) < 0.02


def test_what_is_not_finite_copies_nothing(digits_reference: Reference) -> None:
    fakes = digits_reference.samples[:400].copy()
    fakes[::2] = np.nan
    assert copied(digits_reference, fakes) == pytest.approx(0.5, abs=0.01)
    assert copied(digits_reference, np.full_like(fakes, np.inf)) == 0


def test_why_copies_cannot_be_known(digits: Images) -> None:
    images = digits[0]
    for reference, reason in (
        (Reference.of("images", images[:10]), "there are 10 training samples, at least 20 are needed"),
        (
            Reference.of("images", images[:40]),
            "there are 20 real samples held out for the noise floor, at least 50 are needed",
        ),
    ):
        assert Measurer(reference).unknown()["copied_share"] == reason
    few = Measurer(Reference.of("images", images), count=30)
    assert few.unknown()["copied_share"] == "there are 30 fakes, at least 50 are needed"


def test_it_is_said_where_not_all_training_samples_are_looked_at() -> None:
    reference = Reference.of("points", draw(ring(), 0.01, 60_001))
    assert Measurer(reference).notes()["copied_share"] == (
        "copies are looked for among 50,000 of 60,001 training samples"
    )


def test_trees_and_tables_find_the_same_neighbours() -> None:
    rng = np.random.default_rng(0)
    samples, others = rng.normal(size=(50, 3)).astype(np.float32), rng.normal(size=(200, 3)).astype(np.float32)
    samples[:5] = others[:5]
    by_tree, by_table = nearest_distances(samples, others, 3, tree_of(others)), nearest_distances(samples, others, 3)
    np.testing.assert_allclose(by_tree, by_table, rtol=1e-6)
    assert (by_table[:5, 0] == 0).all()


def test_fresh_samples_are_what_fakes_are_compared_with(digits: Images) -> None:
    """A few training samples do not limit what can be known, and their classes are the classes of all."""
    reference = few_digits(digits)
    measurer = Measurer(reference)
    assert reference.classifier is not None
    assert reference.classifier.accuracy > 0.97
    assert set(measurer.unknown()) & set(METRICS) == {"high_quality_share", "class_accuracy"}
    by_heart = np.resize(digits[0][np.random.default_rng(5).permutation(1797)[:60]], (1000, 8, 8, 1))
    found = measurer.measure(by_heart)
    assert found["copied_share"] == 1
    assert found["recall"] < 0.5 < found["precision"]
    one_class = Reference.of(
        "images", digits[0][:30], np.full(30, 7), fresh=digits[0][30:], fresh_labels=digits[1][30:]
    )
    assert one_class.classes == 10
