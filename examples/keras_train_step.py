"""A `keras.Model` with a `train_step`, recorded by a callback: `python examples/keras_train_step.py [EPOCHS]`.

The GAN learns a ring of eight clouds of points.
"""

import sys

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from gan_desktop.own_code import RunRecorder

BATCH, LATENT = 128, 8


def ring(count: int) -> np.ndarray:
    """Points in eight clouds on a circle."""
    rng = np.random.default_rng(0)
    angles = 2 * np.pi * rng.integers(0, 8, count) / 8
    centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (centres + rng.normal(0, 0.05, centres.shape)).astype("float32")


def network(inputs: int, outputs: int) -> keras.Model:
    return keras.Sequential(
        [keras.Input([inputs]), layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(outputs)]
    )


class Gan(keras.Model):
    """A generator and a discriminator, each with an optimizer of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.generator, self.discriminator = network(LATENT, 2), network(2, 1)
        self.d_optimizer, self.g_optimizer = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
        self.loss_of = keras.losses.BinaryCrossentropy(from_logits=True)

    def train_step(self, real: tf.Tensor) -> dict[str, tf.Tensor]:
        latents = tf.random.normal([tf.shape(real)[0], LATENT])
        with tf.GradientTape() as tape:
            on_real, on_fake = self.discriminator(real), self.discriminator(self.generator(latents))
            d_loss = self.loss_of(tf.ones_like(on_real), on_real) + self.loss_of(tf.zeros_like(on_fake), on_fake)
        weights = self.discriminator.trainable_variables
        self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)
        with tf.GradientTape() as tape:
            on_fake = self.discriminator(self.generator(latents))
            g_loss = self.loss_of(tf.ones_like(on_fake), on_fake)
        weights = self.generator.trainable_variables
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        return {"d_loss": d_loss, "g_loss": g_loss}


def main(epochs: int) -> None:
    points, gan = ring(4096), Gan()
    gan.compile()
    shown = tf.random.normal([500, LATENT], seed=1)
    with RunRecorder(
        "keras-train-step",
        sample=lambda: gan.generator(shown),
        optimizers={"d": gan.d_optimizer, "g": gan.g_optimizer},
        steps=epochs * len(points) // BATCH,
        data=points,
        batch_size=BATCH,
    ) as recorder:
        data = tf.data.Dataset.from_tensor_slices(points).shuffle(len(points)).batch(BATCH)
        gan.fit(data, epochs=epochs, callbacks=[recorder.callback()], shuffle=False, verbose=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
