"""Packing, instance noise and weight clipping, each against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.training.backend import tf
from gan_desktop.training.games.regularization import clip_weights, instance_noise, pack_samples, packed_shape
from gan_desktop.training.random_streams import Stream, key

KEY = key(0, Stream.D_NOISE, 0)


@pytest.mark.parametrize("shape", [(2,), (4, 4, 1), (3, 5, 3)])
@pytest.mark.parametrize("pack", [1, 2, 3])
def test_a_pack_holds_its_samples_side_by_side(shape: tuple[int, ...], pack: int) -> None:
    samples = np.random.default_rng(0).normal(size=(6, *shape)).astype(np.float32)
    packs = pack_samples(tf.constant(samples), pack).numpy()
    assert packs.shape == (6 // pack, *packed_shape(shape, pack))
    for i, whole in enumerate(packs):
        for j, part in enumerate(np.split(whole, pack, axis=-1)):
            np.testing.assert_array_equal(part, samples[pack * i + j])


def test_noise_has_the_deviation_asked_for() -> None:
    noise = instance_noise((2, 100_000, 2), tf.constant(0.3), KEY).numpy()
    assert noise.std() == pytest.approx(0.3, rel=0.01)
    assert noise.mean() == pytest.approx(0, abs=0.005)
    assert (noise[0] != noise[1]).mean() > 0.99


def test_weights_are_clipped_where_a_limit_is_given() -> None:
    parameters = {"kernel": tf.constant([[-2.0, 0.005]]), "bias": tf.constant([0.5])}
    clipped = clip_weights(parameters, tf.constant(0.01))
    np.testing.assert_allclose(clipped["kernel"], [[-0.01, 0.005]])
    np.testing.assert_allclose(clipped["bias"], [0.01])
    for name, value in clip_weights(parameters, tf.constant(0.0)).items():
        np.testing.assert_array_equal(value, parameters[name])
