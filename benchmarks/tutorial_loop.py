"""The loop that GAN tutorials print, in Keras: `predict`, then three `train_on_batch`; written from their description.

It is one reading of several: `trainable` is `True` again when the models are first called. So in Keras 3 D trains in
its own two calls, and in the combined call too, towards calling fakes real, which costs about a twentieth more
multiplications than training G alone there. `docs/tutorials.md` says what the other readings do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.training.data.dataset import DataSet


def tutorial_iteration(config: RunConfig, data: DataSet) -> Callable[[], None]:
    """A function that does one iteration with the networks, batch size and rates of `config` (MLPs, Adam)."""
    import keras
    from keras import layers

    generator_options, discriminator_options = config.generator.options, config.discriminator.options
    latent_dim, batch = config.latent.latent_dim, config.training.batch_size

    def adam(rate: float) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(rate, beta_1=config.optimizer.beta_1)

    generator = keras.Sequential([layers.Input((latent_dim,))])
    for width in generator_options.widths:
        generator.add(layers.Dense(width))
        generator.add(layers.LeakyReLU(negative_slope=0.2))
        if generator_options.batch_norm:
            generator.add(layers.BatchNormalization(momentum=generator_options.batch_norm_momentum))
    generator.add(layers.Dense(int(np.prod(data.sample_shape)), activation=config.generator.output_activation))
    generator.add(layers.Reshape(data.sample_shape))

    discriminator = keras.Sequential([layers.Input(data.sample_shape), layers.Flatten()])
    for width in discriminator_options.widths:
        discriminator.add(layers.Dense(width))
        discriminator.add(layers.LeakyReLU(negative_slope=0.2))
    discriminator.add(layers.Dense(1, activation="sigmoid"))
    discriminator.compile(loss="binary_crossentropy", optimizer=adam(config.optimizer.d_learning_rate))

    discriminator.trainable = False
    latent = layers.Input((latent_dim,))
    combined = keras.Model(latent, discriminator(generator(latent)))
    combined.compile(loss="binary_crossentropy", optimizer=adam(config.optimizer.g_learning_rate))
    discriminator.trainable = True

    real, fake = np.ones((batch, 1), np.float32), np.zeros((batch, 1), np.float32)
    samples = data.take(np.arange(len(data)))
    samples = samples * 2 - 1 if data.kind == "images" else samples
    rng = np.random.default_rng(0)

    def iterate() -> None:
        chosen = samples[rng.integers(len(samples), size=batch)]
        generated = generator.predict(rng.normal(size=(batch, latent_dim)).astype(np.float32), verbose=0)
        discriminator.train_on_batch(chosen, real)
        discriminator.train_on_batch(generated, fake)
        combined.train_on_batch(rng.normal(size=(batch, latent_dim)).astype(np.float32), real)

    return iterate
