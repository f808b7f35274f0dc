"""What generated samples are worth: closed forms of the three accuracies, their spread and the verdict."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import SampleKind
from gan_desktop.diagnosis.augmentation import (
    Accuracies,
    Labelled,
    Spread,
    classifier,
    described,
    measure,
    spread,
    verdict,
)
from gan_desktop.diagnosis.features import fit_features
from tests.diagnosis.conftest import ring

Digits = tuple[np.ndarray, np.ndarray]


def of_digits(digits: Digits, per_class: int) -> tuple[Labelled, Labelled]:
    """The first ones of each class, and all others."""
    images, labels = digits
    first = np.concatenate([np.flatnonzero(labels == label)[:per_class] for label in range(10)])
    others = np.setdiff1d(np.arange(len(labels)), first)
    return Labelled(images[first], labels[first]), Labelled(images[others], labels[others])


def on_ring(per_mode: int, seed: int) -> Labelled:
    labels = np.repeat(np.arange(8), per_mode)
    noise = np.random.default_rng(seed).normal(0, 0.01, (len(labels), 2))
    return Labelled((ring()[labels] + noise).astype(np.float32), labels)


def bars(per_class: int, seed: int) -> Labelled:
    """Images of a bright row, which is the class, with a little noise."""
    labels = np.repeat(np.arange(6), per_class)
    images = np.random.default_rng(seed).uniform(0, 0.2, (len(labels), 6, 6, 1)).astype(np.float32)
    images[np.arange(len(labels)), labels] += 0.8
    return Labelled(images, labels)


@pytest.mark.parametrize(("kind", "draw"), [("points", on_ring), ("images", bars)])
def test_separable_classes_are_all_told_right(kind: SampleKind, draw: Callable[[int, int], Labelled]) -> None:
    found = measure(kind, draw(5, 1), draw(40, 2), draw(50, 3))
    assert found == (1, 1, 1)
    assert found.gain == 0


def test_copies_of_the_real_samples_change_nothing(digits: Digits) -> None:
    """However many: the weights add up to the same. Sums in another order may turn a few of the test's 1,597."""
    real, test = of_digits(digits, 20)
    copies = Labelled(np.concatenate([real.samples] * 4), np.concatenate([real.labels] * 4))
    found = measure("images", real, copies, test)
    assert found.real > 0.8
    assert found.real_and_generated == pytest.approx(found.real, abs=0.005)
    assert found.generated == pytest.approx(found.real, abs=0.005)


def test_noise_alone_gives_chance(digits: Digits) -> None:
    real, test = of_digits(digits, 20)
    rng = np.random.default_rng(0)
    noise = Labelled(rng.random((1000, 8, 8, 1), np.float32), rng.permutation(np.repeat(np.arange(10), 100)))
    assert measure("images", real, noise, test).generated == pytest.approx(0.1, abs=0.06)


def test_one_image_for_all_classes_gives_chance(digits: Digits) -> None:
    real, test = of_digits(digits, 10)
    same = Labelled(np.repeat(real.samples[:1], 200, axis=0), np.repeat(np.arange(10), 20))
    assert measure("images", real, same, test).generated == pytest.approx(0.1, abs=0.02)


def test_more_real_samples_gain_and_false_labels_lose(digits: Digits) -> None:
    real, rest = of_digits(digits, 5)
    more, test = of_digits((rest.samples, rest.labels), 50)
    assert measure("images", real, more, test).gain > 0.02
    assert measure("images", real, Labelled(more.samples, (more.labels + 1) % 10), test).gain < -0.02


def test_the_test_is_not_looked_at_in_training(digits: Digits) -> None:
    """Each test sample is told alone as it is told among the others."""
    real, test = of_digits(digits, 10)
    parts = [Labelled(test.samples[rows], test.labels[rows]) for rows in (slice(0, 300), slice(300, None))]
    apart = [measure("images", real, real, part) for part in parts]
    right = sum(found.real * len(part.labels) for found, part in zip(apart, parts, strict=True))
    assert measure("images", real, real, test).real * len(test.labels) == pytest.approx(right, abs=2)


def test_of_few_samples_it_learns_more_than_simpler_classifiers(digits: Digits) -> None:
    """A weaker one would leave more to gain, and say less of the generated samples."""
    images, labels = digits
    shuffled = np.random.default_rng(0).permutation(len(labels))
    real, test = of_digits((images[shuffled], labels[shuffled]), 10)
    space = fit_features(real.samples)
    seen, asked = space.of(real.samples), space.of(test.samples)
    simpler = LogisticRegression(max_iter=1000), SVC(C=10)
    rates = [make_pipeline(StandardScaler(), each).fit(seen, real.labels).score(asked, test.labels) for each in simpler]
    assert measure("images", real, real, test).real > max(rates) + 0.05


def test_spread_over_seeds() -> None:
    assert spread([0.1, 0.2, 0.3]) == pytest.approx((0.2, 0.1))
    one = spread([0.25])
    assert one.mean == 0.25
    assert np.isnan(one.deviation)
    assert Accuracies(0.5, 0.75, 0.25).gain == 0.25


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (Spread(0.02, 0.01), ["add 2.00 points to", ", more than the 1.00 by which seeds differ."]),
        (Spread(-0.02, 0.01), ["take 2.00 points from", ", more than the 1.00 by which seeds differ."]),
        (Spread(0.01, 0.02), ["add 1.00 points to", "no more than the 2.00", "neither a gain nor a loss"]),
        (Spread(-1e-17, 0.0018), ["add 0.00 points to", "no more than the 0.18", "neither a gain nor a loss"]),
        (Spread(0.0, 0.0), ["add 0.00 points to", "no more than the 0.00", "neither a gain nor a loss"]),
        (Spread(0.01, float("nan")), ["add 1.00 points to", "one seed", "not known"]),
    ],
)
def test_the_verdict_says_whether_the_gain_is_larger_than_its_spread(gain: Spread, words: list[str]) -> None:
    sentence = verdict(20, gain)
    assert sentence.startswith("With 20 real of each class, ")
    for word in words:
        assert word in sentence


def test_the_classifier_is_named() -> None:
    assert "SVC" in described("images")
    assert "principal components" in described("images")
    assert "principal components" not in described("points")


def test_without_scikit_learn_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    with pytest.raises(InputError, match="augment needs scikit-learn"):
        classifier()


def test_scikit_learn_is_imported_when_it_is_used(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = "import sys, gan_desktop.diagnosis.augmentation; print(sorted({'sklearn', 'scipy'} & sys.modules.keys()))"
    assert run_python("-c", code).stdout.strip() == "[]"
