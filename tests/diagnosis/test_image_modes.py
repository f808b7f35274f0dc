"""Classes as the modes of images: how right the classifier is, and that it says so where it cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.modes import NONE, mode_of
from gan_desktop.diagnosis.reference import Reference

Images = tuple[np.ndarray, np.ndarray]


def stacked(digits: Images, count: int, seed: int = 0) -> Images:
    """Three digits in the channels of one image; the label is the number they make."""
    images, labels = digits
    chosen = np.random.default_rng(seed).integers(len(images), size=(count, 3))
    together = np.concatenate([images[chosen[:, channel]] for channel in range(3)], axis=-1)
    return together, labels[chosen] @ [100, 10, 1]


def test_the_classifier_says_how_right_it_is(digits: Images, digits_reference: Reference) -> None:
    classifier = digits_reference.classifier
    assert classifier is not None
    assert classifier.accuracy > 0.97
    right = classifier.predict(digits_reference.held_out) == digits_reference.held_out_labels
    assert classifier.accuracy == right.mean()
    assert f"{100 * classifier.accuracy:.1f} % of 898 real images it was not fitted to" in classifier.note


def test_the_halves_share_no_image(digits_reference: Reference) -> None:
    halves = (digits_reference.samples, digits_reference.held_out)
    first, second = ({image.tobytes() for image in half} for half in halves)
    assert len(first) + len(second) > 1780
    assert not first & second


@pytest.mark.parametrize("digit", range(10))
def test_each_class_alone_is_one_mode(digit: int, digits_reference: Reference) -> None:
    classifier, labels = digits_reference.classifier, digits_reference.held_out_labels
    assert classifier is not None
    assert labels is not None
    images = digits_reference.held_out[labels == digit]
    images = images[classifier.predict(images) == digit]
    assert len(images) > 70
    measurer = Measurer(digits_reference)
    found = measurer.measure(images)
    assert found["modes_covered"] == 1
    assert found["mode_kl"] == pytest.approx(-np.log(digits_reference.class_shares[digit]))
    assert measurer.shares(images)[digit] == 1


def test_floors_of_images(digits_reference: Reference) -> None:
    measurer = Measurer(digits_reference)
    floors = measurer.floors()
    assert measurer.count == 1000
    assert floors["modes_covered"].mean == 10
    # The closed form, and how far from equally frequent the digits of this half are.
    shares = np.bincount(digits_reference.held_out_labels) / len(digits_reference.held_out)
    uneven = np.log(10) + np.sum(shares * np.log(shares))
    assert floors["mode_kl"].mean == pytest.approx(uneven + 9 / 2000, rel=0.4)
    assert "points alone" in measurer.unknown()["high_quality_share"]
    assert measurer.most() == {"modes_covered": 10}
    assert {"modes_covered", "mode_kl"} < set(measurer.notes())
    # As a binomial share has it.
    for share, (mean, deviation) in zip(shares, measurer.share_floors(), strict=True):
        assert mean == pytest.approx(share, abs=0.02)
        assert 0.3 < deviation / np.sqrt(share * (1 - share) / 1000) < 2.2


def test_images_that_are_not_finite_are_of_no_class(digits: Images, digits_reference: Reference) -> None:
    images = digits[0][:20].copy()
    images[::2, 3, 3] = np.nan
    assert ((mode_of(images, digits_reference) == NONE) == (np.arange(20) % 2 == 0)).all()
    measurer = Measurer(digits_reference)
    found = measurer.measure(np.full_like(images, np.nan))
    assert found["modes_covered"] == 0
    assert np.isnan(found["mode_kl"])


def test_labels_may_be_any_numbers(digits: Images, digits_reference: Reference) -> None:
    images, labels = digits
    other = Reference.of("images", images, labels * 7 - 20)
    assert other.classes == 10
    assert (mode_of(images, other) == mode_of(images, digits_reference)).all()


def test_stacked_digits_have_a_thousand_modes(digits: Images) -> None:
    reference = Reference.of("images", *stacked(digits, 4000), channel_classes=10)
    measurer = Measurer(reference)
    assert (reference.modes, measurer.count) == (1000, 10_000)
    assert reference.classifier is not None
    assert reference.classifier.accuracy > 0.93
    images, labels = stacked(digits, 500, seed=3)
    assert (mode_of(images, reference) == labels).mean() > 0.93
    # Ten for each mode: a Poisson number of samples misses exp(-10) of the modes.
    floors = measurer.floors()
    assert floors["modes_covered"].mean > 998
    assert floors["mode_kl"].mean == pytest.approx(999 / 20_000, rel=0.3)
    same = np.repeat(images[:1], 50, axis=0)
    assert measurer.measure(same)["modes_covered"] == 1
    assert measurer.shares(same) == ()


def test_why_images_have_no_modes(digits: Images) -> None:
    images, labels = digits
    rare = np.where(np.arange(len(labels)) < 8, 10, labels)
    shuffled = np.random.default_rng(0).permutation(labels)
    for given, reason in (
        (None, "the images have no labels"),
        (np.zeros_like(labels), "all labelled images are of one class"),
        (rare, "a class has fewer than 10 labelled images"),
        (shuffled, "hardly more than by guessing"),
    ):
        measurer = Measurer(Reference.of("images", images, given))
        assert reason in measurer.unknown()["modes_covered"]
        assert not {"modes_covered", "mode_kl"} & set(measurer.known)
        assert measurer.share_floors() == ()


def test_small_colour_images_of_few_classes(digits: Images) -> None:
    """Fewer images of a class than pixels: the covariance still has a rank."""
    images, labels = digits
    few = np.flatnonzero(labels < 2)[:60]
    reference = Reference.of("images", np.repeat(images[few], 3, axis=-1), labels[few])
    assert reference.classifier is not None
    assert reference.classifier.accuracy > 0.9


def test_large_images_are_few(digits: Images) -> None:
    images = np.zeros((300, 512, 512, 1), np.float32)
    assert len(Reference.of("images", images).samples) == 64


def test_a_single_real_sample_has_no_floor(digits: Images) -> None:
    images, labels = digits
    assert Measurer(Reference.of("images", images[:1], labels[:1])).floors() == {}
    centre = np.zeros((1, 2), np.float32)
    one = Measurer(Reference.of("points", centre, centres=centre, sigma=0.1))
    assert one.floors() == {}
    assert one.measure(centre) == {"modes_covered": 1, "high_quality_share": 1}


def test_only_arrays_that_cannot_change_are_remembered(digits_reference: Reference) -> None:
    images = digits_reference.samples[:50].copy()
    calls = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    assert [digits_reference.remembered("x", images, compute) for _ in range(2)] == [1, 2]
    images.flags.writeable = False
    assert [digits_reference.remembered("x", images, compute) for _ in range(2)] == [3, 3]
