"""Fakes of each class beside real samples of it."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.diagnosis.within_classes import classes_unknown, within_classes

SCALES = np.array([0.0, 0.5, 1.0, 2.0])


def clouds(count: int, seed: int, scales: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Four classes of points far from each other, each spread by its scale."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 4
    spread = np.ones(4) if scales is None else scales
    points = 10 * labels[:, None] + spread[labels, None] * rng.normal(size=(count, 2))
    return points.astype(np.float32), labels.astype(np.int64)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.of("points", *clouds(8000, 0), conditional=True)


def test_diversity_is_the_scale_of_each_class(reference: Reference) -> None:
    found = within_classes(*clouds(1000, 1, SCALES)[:1], reference, clouds(1000, 1)[1])
    np.testing.assert_allclose(found.diversity, SCALES, rtol=0.15, atol=1e-6)
    assert found.coverage[0] < 0.2
    assert found.coverage[2] > 0.8
    assert found.recall[0] == 0
    assert found.recall[1] < 0.8 < found.recall[2]


def test_in_whatever_order_the_classes_come(reference: Reference) -> None:
    points, labels = clouds(1000, 1)
    order = np.argsort(labels, kind="stable")
    measurer = Measurer(reference, 1000)
    mixed, sorted_ = measurer.measure(points, labels), measurer.measure(points[order], labels[order])
    # The first fakes of a sorted set are of the first classes alone, and so are the metrics of all together.
    assert sorted_["class_diversity"] == pytest.approx(mixed["class_diversity"], rel=1e-5)
    assert mixed["coverage"] > 0.9


def test_a_class_of_few_fakes_is_not_known(reference: Reference) -> None:
    points, labels = clouds(1000, 1)
    kept = (labels != 3) | (np.cumsum(labels == 3) <= 9)
    found = within_classes(points[kept], reference, labels[kept])
    assert np.isnan([found.diversity[3], found.coverage[3], found.recall[3]]).all()
    assert np.isfinite(found.diversity[:3]).all()


def test_why_it_is_not_known() -> None:
    points, labels = clouds(400, 0)
    assert classes_unknown(Reference.of("points", points)) == "the samples have no classes"
    many = Reference.of("points", points, np.arange(400) % 200, conditional=True)
    assert classes_unknown(many) == "there are 200 classes, too many to look at each"
    assert classes_unknown(Reference.of("points", points, labels, conditional=True)) == ""
