"""One trial of augmentation: what the GAN gets, what it makes, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.assembly import load_data
from gan_desktop.training.augmenting import Trial, check_config, check_data
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.random_streams import Stream

TINY = {
    "data.name": "digits",
    "data.conditional": True,
    "generator.widths": (8,),
    "discriminator.widths": (8,),
    "latent.latent_dim": 2,
    "training.batch_size": 8,
    "training.steps": 4,
    "training.device": "CPU",
}

pytestmark = pytest.mark.usefixtures("quick_compile")


def config_of(changes: dict[str, Any] | None = None) -> RunConfig:
    return replace_keys(RunConfig(), TINY | (changes or {}))


@pytest.fixture(scope="module")
def digits() -> DataSet:
    return load_data(config_of())


def trained(config: RunConfig, data: DataSet, seed: int = 0, per_class: int = 3, fakes: int = 25) -> Trial:
    trial = Trial(config, data, per_class, fakes, seed)
    while not trial.is_trained:
        trial.advance()
    return trial


def test_the_gan_gets_the_few_and_no_test_sample(digits: DataSet) -> None:
    trial = trained(config_of(), digits)
    seen = trial.trainer.data
    assert seen.held_out is None
    assert np.bincount(trial.real.labels).tolist() == [3] * 10
    seen_rows = {row.tobytes() for row in np.asarray(seen.samples)}
    assert len(seen_rows) == 30
    assert not seen_rows & {row.tobytes() for row in trial.test.samples}
    np.testing.assert_array_equal(seen.samples, trial.real.samples)
    assert len(trial.test.labels) == 1797 - 30
    assert trial.trainer.step == 4


def test_the_same_seed_gives_the_same_accuracies(digits: DataSet) -> None:
    first, again, other = (trained(config_of(), digits, seed) for seed in (1, 1, 2))
    assert first.measure() == again.measure()
    assert first.trainer.weights_digest() == again.trainer.weights_digest()
    assert first.trainer.weights_digest() != other.trainer.weights_digest()
    assert other.measure() != first.measure()


def test_samples_are_of_each_class_and_by_the_averaged_generator(digits: DataSet) -> None:
    trial = trained(config_of({"regularization.ema_decay": 0.9}), digits, fakes=25)
    made = trial.generated()
    assert made.samples.shape == (25, 8, 8, 1)
    assert sorted(np.bincount(made.labels).tolist()) == [2] * 5 + [3] * 5
    latents = trial.trainer.latents(25, stream=Stream.METRIC_LATENTS)
    averaged = trial.trainer.sample(latents, made.labels, averaged=True)
    np.testing.assert_allclose(made.samples, averaged, rtol=1e-5, atol=1e-6)
    assert np.abs(trial.trainer.sample(latents, made.labels) - averaged).max() > 1e-5


def test_a_gan_that_diverged_is_not_measured(digits: DataSet) -> None:
    diverges = {
        "optimizer.d_optimizer": "sgd",
        "optimizer.d_learning_rate": 1.0,
        "regularization.r1_weight": 1e6,
        "training.steps": 200,
    }
    trial = trained(config_of(diverges), digits)
    assert trial.trainer.diverged
    assert trial.trainer.step < 200
    assert trial.measure() is None


def test_the_length_may_be_told_in_epochs_of_the_few(digits: DataSet) -> None:
    trial = Trial(replace_keys(config_of(), {"training.epochs": 2}), digits, 4, 10, 0)
    assert trial.steps == 10  # two passes over 40 samples, 8 at a time


def refusal(*arguments: Any) -> str:
    with pytest.raises(InputError) as refused:
        check_data(*arguments)
    return str(refused.value)


def test_what_config_is_refused() -> None:
    with pytest.raises(InputError, match=r"data.conditional = false: .* as cgan, or --set conditional=true"):
        check_config(config_of({"data.conditional": False}))
    with pytest.raises(InputError, match=r"training.steps is not given: .* --steps 5000"):
        check_config(RunConfig(data=config_of().data))
    check_config(config_of())


def test_what_data_are_refused(digits: DataSet) -> None:
    config = config_of()
    check_data(config, digits, (1, 173), 10)
    sentence = refusal(config, digits, (20, 174), 10)
    assert "--real = 174: must be a whole number from 1 to 173: class 8 has 174 real samples" in sentence
    assert "--fakes = 9: must be at least 10" in refusal(config, digits, (20,), 9)
    wide = config_of({"training.batch_size": 64})
    assert "training.batch_size = 64: at most 60 with --real 6" in refusal(wide, digits, (20, 6), 10)


def test_classes_that_cannot_be_told_apart_are_refused(digits: DataSet) -> None:
    samples = np.asarray(digits.samples)[:20]
    one = DataSet("One", "images", samples, np.zeros(20, np.int64))
    assert "at least 2 are needed" in refusal(config_of(), one, (2,), 10)
    gap = DataSet("Gap", "images", samples, np.repeat([0, 2], 10))
    assert "class 1 of 3 has no samples" in refusal(config_of(), gap, (2,), 10)


def test_copies_alone_leave_nothing_to_test_on() -> None:
    samples = np.repeat(np.eye(2, dtype=np.float32).reshape(2, 1, 2, 1), 10, axis=0)
    data = DataSet("Copies", "images", samples, np.repeat([0, 1], 10))
    with pytest.raises(InputError, match="--real = 4: every other sample is a copy"):
        Trial(config_of(), data, 4, 10, 0)
