"""The spectral norm against the decomposition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.diagnosis.spectra import spectral_norm


@given(
    shape=st.lists(st.integers(1, 40), min_size=2, max_size=3),
    scale=st.sampled_from([1e-20, 1e-3, 1.0, 1e15]),
    seed=st.integers(0, 99),
)
def test_it_is_the_largest_singular_value(shape: list[int], scale: float, seed: int) -> None:
    kernel = (scale * np.random.default_rng(seed).normal(size=shape)).astype(np.float32)
    expected = np.linalg.norm(kernel.reshape(-1, shape[-1]).astype(np.float64), ord=2)
    assert spectral_norm(kernel) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("shape", [(784, 256), (4, 4, 64, 128), (3, 3, 1, 64), (128, 1)])
def test_layers_as_they_are(shape: tuple[int, ...]) -> None:
    kernel = np.random.default_rng(0).normal(0, 0.02, shape).astype(np.float32)
    expected = np.linalg.norm(kernel.reshape(-1, shape[-1]), ord=2)
    assert spectral_norm(kernel) == pytest.approx(expected, rel=1e-3)
    assert spectral_norm(kernel) == spectral_norm(kernel)


def test_values_that_are_equal_or_nearly() -> None:
    assert spectral_norm(3 * np.eye(50, dtype=np.float32)) == pytest.approx(3)
    values = np.linspace(1, 1.001, 50)
    assert spectral_norm(np.diag(values)) == pytest.approx(1.001, rel=1e-3)
    assert spectral_norm(np.ones((60, 50), np.float32)) == pytest.approx(np.sqrt(3000), rel=1e-4)


def test_kernels_without_a_norm() -> None:
    assert spectral_norm(np.zeros((30, 40))) == 0
    broken = np.ones((30, 40), np.float32)
    broken[3, 4] = np.inf
    assert np.isnan(spectral_norm(broken))
    with pytest.raises(ValueError, match="two axes"):
        spectral_norm(np.ones(5))
