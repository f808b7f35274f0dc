"""The conditional preset keeps its promise: the class that is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from gan_desktop.core.presets import preset
from gan_desktop.training.trainer import Trainer


@pytest.mark.slow
def test_the_class_that_is_asked_for_after_1000_steps() -> None:
    """A classifier fitted to the real ones finds it in at least 85 % of 1,000 samples, and in most of every class."""
    trainer = Trainer(preset("cgan").config)
    real, labels = trainer.data.samples.reshape(len(trainer.data), -1), trainer.data.labels
    assert labels is not None
    classifier = KNeighborsClassifier(5).fit(real[::2], labels[::2])
    assert classifier.score(real[1::2], labels[1::2]) > 0.95

    asked = np.arange(1000) % 10
    latents = trainer.latents(1000)

    def right() -> np.ndarray:
        found = classifier.predict(trainer.sample(latents, asked).reshape(1000, -1))
        return np.array([np.mean(found[asked == label] == label) for label in range(10)])

    assert right().mean() < 0.3
    trainer.advance(1000)
    assert right().mean() >= 0.85, right()
    assert right().min() >= 0.5, right()
    # Not one picture for each class: the samples of a class differ.
    samples = trainer.sample(latents, asked).reshape(1000, -1)
    for label in range(10):
        assert samples[asked == label].std(axis=0).mean() > 0.4 * real[labels == label].std(axis=0).mean()
