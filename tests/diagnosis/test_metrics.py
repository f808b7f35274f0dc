"""What holds for every registered metric, whoever added it."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.metrics import in_order
from gan_desktop.diagnosis.reference import Reference
from tests.diagnosis.conftest import draw, ring

# Enough for some of each class.
COUNT = 600


def references(digits: tuple[np.ndarray, np.ndarray], ring_reference: Reference) -> dict[str, Reference]:
    images, labels = digits
    return {
        "a ring": ring_reference,
        "points of unknown modes": Reference.of("points", draw(ring(), 0.1, 3000)),
        "labelled images": Reference.of("images", images, labels),
        "images without labels": Reference.of("images", images),
        "images of a class that is asked for": Reference.of("images", images, labels, conditional=True),
        "one image": Reference.of("images", images[:1]),
    }


def in_place_of_fakes(reference: Reference) -> tuple[np.ndarray, Reference, np.ndarray | None]:
    """Real samples, and the class that each is asked for, where one is."""
    samples, labels = reference.draw(COUNT, 0, 10)
    return samples, reference, labels if reference.conditional else None


# They are about a game that translates, and known nowhere else.
TRANSLATIONS = tuple(name for name, entry in metrics.items() if entry.value.of_translations)


@pytest.mark.parametrize("name", metrics)
def test_a_metric_gives_a_number_or_says_why_not(
    name: str, digits: tuple[np.ndarray, np.ndarray], ring_reference: Reference
) -> None:
    metric = metrics[name].value()
    known = 0
    if name in TRANSLATIONS:
        known = 1  # `metrics/test_translations.py`
    for reference in references(digits, ring_reference).values():
        reason = metric.unknown(reference, COUNT)
        # It stands within a sentence: "Not known: {reason}."
        assert not reason.endswith(".")
        assert "\n" not in reason
        if not reason:
            known += 1
            value = metric.measure(*in_place_of_fakes(reference))
            assert isinstance(value, float)
            assert np.isfinite(value)
            assert value <= (metric.most(reference) or np.inf)
            assert metric.text(value)
    assert known > 0


@pytest.mark.parametrize("name", metrics)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_fakes_that_are_not_finite_are_no_failure(
    name: str, bad: float, digits: tuple[np.ndarray, np.ndarray], ring_reference: Reference
) -> None:
    metric = metrics[name].value()
    for reference in references(digits, ring_reference).values():
        if metric.unknown(reference, COUNT):
            continue
        drawn, _, asked = in_place_of_fakes(reference)
        fakes = drawn.copy()
        fakes[::2] = bad
        value = metric.measure(fakes, reference, asked)
        assert np.isfinite(value) or name in ("class_diversity", "class_coverage", "class_recall")
        fakes[:] = bad
        value = metric.measure(fakes, reference, asked)
        assert not np.isinf(value)
        assert not np.isnan(value) or metric.undefined


@pytest.mark.parametrize("name", metrics)
def test_real_samples_are_nearer_to_the_floor_than_collapsed_ones(
    name: str, digits: tuple[np.ndarray, np.ndarray], ring_reference: Reference
) -> None:
    """And on the side that `higher_is_better` says. Of the share of high quality, noise is what is worse."""
    metric = metrics[name].value()
    for reference in references(digits, ring_reference).values():
        if metric.unknown(reference, 1000):
            continue
        floor = Measurer(reference, 1000).floors()[name]
        collapsed = np.repeat(reference.held_out[:1], 1000, axis=0)
        noise = np.random.default_rng(0).normal(0.5, 0.5, collapsed.shape).astype(np.float32)
        asked = np.random.default_rng(0).integers(10, size=1000) if reference.conditional else None
        worse = [metric.measure(fakes, reference, asked) for fakes in (collapsed, noise)]
        signed = [value - floor.mean if metric.higher_is_better else floor.mean - value for value in worse]
        if not np.isfinite(signed).any():
            continue  # of a collapsed generator no class but one has a sample
        assert np.nanmin(signed) < -2 * floor.deviation


@pytest.mark.parametrize("name", metrics)
def test_its_docstring_names_the_source(name: str) -> None:
    if name in ("class_diversity", "class_accuracy", *TRANSLATIONS):
        return  # plain ratios of what the docstring says in full
    assert any(f"{century}" in metrics[name].description for century in ("19", "20"))


def test_metrics_have_an_order() -> None:
    orders = [entry.value.order for entry in in_order().values()]
    assert orders == sorted(set(orders))
    assert set(in_order()) == set(metrics)


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234.50"), (2.5e7, "2.5e+07"), (0.0, "0"), (0.999, "1.00")])
def test_numbers_of_any_size_are_short(value: float, text: str) -> None:
    assert metrics["frechet_distance"].value.text(value) == text


def test_floors_are_measured_once_and_are_the_same_every_time(ring_reference: Reference) -> None:
    first, second = Measurer(ring_reference), Measurer(ring_reference)
    assert first.floors() == second.floors()
    first.reference._memory.clear()
    calls = []
    for metric in first._metrics.values():
        metric.measure = lambda *_: calls.append(1) or 0.0  # type: ignore[method-assign]
    first.floors()
    assert calls == []


def test_what_matters_most_is_said_at_the_end_of_a_run() -> None:
    headlines = [name for name, entry in in_order().items() if entry.value.headline]
    assert headlines == [
        "class_kept",
        "psnr",
        "sharpness",
        "modes_covered",
        "high_quality_share",
        "mode_kl",
        "coverage",
    ]
