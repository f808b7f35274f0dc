"""The classifier and the principal components agree with scikit-learn's, which would take a second to import."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.utils.extmath import randomized_svd

from gan_desktop.diagnosis.features import leading_directions
from gan_desktop.diagnosis.gaussians import fit_gaussians


@pytest.mark.parametrize("shrinkage", [0.01, 0.5])
def test_classes_are_told_as_by_scikit_learn(shrinkage: float) -> None:
    digits = load_digits()
    points = (digits.data[:, 10:40] / 16).astype(np.float32)
    fitted, others = points[:1200], points[1200:]
    expected = QuadraticDiscriminantAnalysis(reg_param=shrinkage).fit(fitted, digits.target[:1200])
    model = fit_gaussians(fitted, digits.target[:1200], 10, shrinkage)
    np.testing.assert_array_equal(model.predict(others), expected.predict(others))
    densities = model.log_densities(others)
    posterior = np.exp(densities - densities.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(posterior, expected.predict_proba(others), atol=1e-4)


def test_a_rare_class_is_less_likely_between_two() -> None:
    random = np.random.default_rng(0)
    points = np.concatenate([random.normal(-1, 1, (900, 1)), random.normal(1, 1, (100, 1))]).astype(np.float32)
    labels = np.repeat([0, 1], [900, 100])
    model = fit_gaussians(points, labels, 2, 0.0)
    # Of two Gaussians of variance 1 around -1 and 1 with shares p and q, the border is at log(p / q) / 2.
    border = np.log(9) / 2
    assert model.predict(np.array([[border - 0.3], [border + 0.3]], np.float32)).tolist() == [0, 1]


@pytest.mark.parametrize("shape", [(500, 64), (60, 300), (2000, 600)])
def test_principal_components_are_those_of_scikit_learn(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    # Like images: variances that fall quickly, and none after the first.
    values = random.normal(size=shape) * 0.9 ** np.arange(shape[1])
    rows = (values @ np.linalg.qr(random.normal(size=(shape[1], shape[1])))[0]).astype(np.float32)
    rows -= rows.mean(axis=0)
    count = min(32, *shape)
    expected = randomized_svd(rows, count, random_state=0)[2]
    found = leading_directions(rows, count)
    assert found.shape == (count, shape[1])
    np.testing.assert_allclose(found @ found.T, np.eye(count), atol=1e-4)
    np.testing.assert_allclose(np.abs(np.sum(found * expected, axis=1)), 1, atol=5e-3)
    assert (found[np.arange(count), np.abs(found).argmax(axis=1)] > 0).all()


def test_components_of_nothing_are_finite() -> None:
    assert np.isfinite(leading_directions(np.zeros((20, 16), np.float32), 16)).all()


def test_measuring_digits_imports_no_scikit_learn(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = (
        "import sys\n"
        "from gan_desktop.core.keys import replace_keys\n"
        "from gan_desktop.core.config import RunConfig\n"
        "from gan_desktop.training.assembly import load_data\n"
        "from gan_desktop.training.watching.measuring import make_measurer\n"
        "config = replace_keys(RunConfig(), {'data.name': 'digits'})\n"
        "make_measurer(load_data(config), config)\n"
        "loaded = {'sklearn', 'pandas', 'tensorflow', 'scipy.stats', 'matplotlib'} & sys.modules.keys()\n"
        "assert not loaded, loaded\n"
    )
    result = run_python("-c", code)
    assert result.returncode == 0, result.stderr
