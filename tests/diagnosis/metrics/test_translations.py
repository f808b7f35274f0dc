"""Metrics of translations: what they are compared with, and when they are not asked for."""

from dataclasses import replace

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference, Sources
from gan_desktop.training.assembly import load_data
from gan_desktop.training.data.derived import bicubic
from gan_desktop.training.data.given import given
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.watching.measuring import check_condition, make_measurer

PAIRWISE = ("psnr", "ssim", "pixel_error", "sharpness")
TRANSLATIONS = ("class_kept", *PAIRWISE)
DIGITS = {"game.name": "super_resolution", "training.batch_size": 8}


def measurer_of(**changes: object) -> Measurer:
    config = replace_keys(RunConfig(), changes)
    return make_measurer(load_data(config), config)


def test_there_is_nothing_to_ask_where_nothing_is_translated() -> None:
    measurer = measurer_of()
    measured = measurer.measured(0, measurer.reference.held_out[:100])
    for name in TRANSLATIONS:
        assert name not in measured.values
        assert name not in measured.unknown
    # Who asks for one all the same is told why not.
    config = replace_keys(RunConfig(), {"training.stop_when": "psnr >= 20"})
    with pytest.raises(InputError, match="psnr cannot be known here: the generator makes its samples of latents"):
        check_condition(measurer, config)


def test_true_images_are_perfect_and_their_floor_is_bicubic() -> None:
    config = replace_keys(RunConfig(), DIGITS)
    data = load_data(config)
    measurer = make_measurer(data, config)
    pairs = given(data, measurer.count, config.training.seed, 0, Stream.METRIC_LATENTS)
    values = measurer.measure(pairs.target)
    assert values["ssim"] == pytest.approx(1)
    assert values["sharpness"] == pytest.approx(1)
    assert values["pixel_error"] == 0
    assert values["psnr"] == pytest.approx(58.92, abs=0.01)
    # The classifier errs a little, as on any real images.
    assert values["class_kept"] == pytest.approx(measurer.floors()["class_kept"].mean, abs=0.05)
    enlarged = measurer.measure(bicubic(pairs.source, 8, 8))
    for name in PAIRWISE:
        floor = measurer.floors()[name]
        assert floor.mean == pytest.approx(enlarged[name])
        assert floor.deviation == pytest.approx(0, abs=1e-9)
    assert enlarged["psnr"] < 30
    assert enlarged["sharpness"] < 0.9


def test_what_is_not_finite_leaves_them_undefined() -> None:
    measurer = measurer_of(**DIGITS)
    fakes = np.full((measurer.count, 8, 8, 1), np.nan, np.float32)
    values = measurer.measure(fakes)
    assert all(np.isnan(values[name]) for name in PAIRWISE)
    assert values["class_kept"] == 0


def test_classes_of_points_are_those_of_the_nearest_real_ones() -> None:
    measurer = measurer_of(
        **{"game.name": "cyclegan", "data.name": "two_domains", "data.pair": "moons_turned", "data.samples": 2000}
    )
    sources = measurer.reference.sources
    assert sources is not None
    assert sources.labels is not None
    first, second = (measurer.reference.samples[measurer.reference.labels == moon][0] for moon in (0, 1))
    kept = np.where(sources.labels[:, None] == 0, first, second)
    assert measurer.measure(kept)["class_kept"] == 1
    # The other way round is as good a map, and keeps none.
    assert measurer.measure(np.where(sources.labels[:, None] == 1, first, second))["class_kept"] == 0
    assert measurer.floors()["class_kept"].mean > 0.99
    assert set(PAIRWISE) <= measurer.unknown().keys()


def test_pairs_that_are_not_known_are_no_zero() -> None:
    measurer = measurer_of(**DIGITS)
    reference = measurer.reference
    assert reference.sources is not None
    unpaired = replace(reference, sources=Sources(reference.sources.labels))
    for name in PAIRWISE:
        metric = metrics[name].value()
        assert "is not known" in metric.unknown(unpaired, 100)
        assert metric.unknown(reference, 100) == ""
    unlabelled = replace(reference, sources=Sources(None, reference.sources.target))
    assert "classes" in metrics["class_kept"].value().unknown(unlabelled, 100)


def test_the_reference_of_a_gan_has_no_sources() -> None:
    samples = np.random.default_rng(0).random((100, 8, 8, 1)).astype(np.float32)
    assert Reference.of("images", samples).sources is None
