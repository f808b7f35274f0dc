"""The default preset keeps its promise: recognisable digits, all ten of them."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from gan_desktop.core.presets import DEFAULT_PRESET, preset
from gan_desktop.training.trainer import Trainer


def test_all_ten_digits_after_3000_steps() -> None:
    """A classifier fitted to the real ones sees each in at least 3 % of 1,000 samples, and sees what is real."""
    trainer = Trainer(preset(DEFAULT_PRESET).config)
    real, labels = trainer.data.samples.reshape(len(trainer.data), -1), trainer.data.labels
    assert labels is not None
    classifier = KNeighborsClassifier(5).fit(real[::2], labels[::2])
    assert classifier.score(real[1::2], labels[1::2]) > 0.95

    noise = trainer.sample(trainer.latents(1000)).reshape(1000, -1)
    trainer.advance(3000)
    samples = trainer.sample(trainer.latents(1000)).reshape(1000, -1)
    shares = np.bincount(classifier.predict(samples), minlength=10) / 1000
    assert len(shares) == 10
    assert shares.min() >= 0.03, shares

    # Classes alone could be had from noise: the samples are also near real digits, as other real ones are.
    def distance(points: np.ndarray) -> float:
        return float(np.median(classifier.kneighbors(points, 1)[0]))

    assert distance(samples) < 1.5 * distance(real[1::2])
    assert distance(noise) > 2 * distance(real[1::2])
