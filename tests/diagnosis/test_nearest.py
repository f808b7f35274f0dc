"""The nearest real samples are those of a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.diagnosis import nearest
from gan_desktop.diagnosis.nearest import NearestReal

SHAPES = [(2,), (4, 4, 1), (5, 5, 3)]


def samples(count: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, *shape)).astype(np.float32)


def typical_by_loop(real: np.ndarray) -> float:
    apart = [[np.linalg.norm(one - other) for other in real] for one in real]
    return float(np.median([sorted(row)[1] for row in apart]))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("chunk", [1, 100, 2**21])
def test_nearest_is_that_of_a_loop(shape: tuple[int, ...], chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "CHUNK", chunk)
    real = samples(60, shape)
    for sample in samples(3, shape) / 3:
        apart = np.array([np.linalg.norm(sample - other) for other in real])
        found, distances = NearestReal(real).nearest(sample, 4)
        assert found.tolist() == np.argsort(apart)[:4].tolist()
        np.testing.assert_allclose(distances, np.sort(apart)[:4], rtol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("chunk", [1, 100, 2**21])
def test_typical_is_that_of_a_loop(shape: tuple[int, ...], chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "CHUNK", chunk)
    real = samples(50, shape)
    assert NearestReal(real).typical == pytest.approx(typical_by_loop(real), rel=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_few_samples_of_many_say_what_is_typical(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    real = samples(400, shape)
    everyone = NearestReal(real).typical
    monkeypatch.setattr(nearest, "TYPICAL_OF", 100)
    assert NearestReal(real).typical == pytest.approx(everyone, rel=0.2)


def test_near_copies_far_from_zero_are_told_apart() -> None:
    """Products of matrices would round such distances to nothing."""
    real = samples(30, (8,)) * 1e-3 + 100
    assert NearestReal(real).typical == pytest.approx(typical_by_loop(real), rel=0.5)
    _, distances = NearestReal(real).nearest(real[3], 1)
    assert distances[0] == 0


def test_two_alike_are_0_apart_and_one_alone_has_no_distance() -> None:
    assert NearestReal(np.ones((2, 3), np.float32)).typical == 0
    assert np.isnan(NearestReal(np.ones((1, 3), np.float32)).typical)
    assert NearestReal(np.ones((1, 3), np.float32)).nearest(np.ones(3, np.float32), 3)[0].tolist() == [0]
