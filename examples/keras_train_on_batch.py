"""The loop of the tutorials, with `train_on_batch`, recorded: `python examples/keras_train_on_batch.py [STEPS]`.

MNIST is downloaded by Keras; without a network, bars take its place.
"""

import sys

import keras
import numpy as np
from keras import layers

from gan_desktop.own_code import RunRecorder

BATCH, LATENT = 32, 100


def load_images() -> np.ndarray:
    """MNIST in -1..1, flat; else white bars at any place."""
    try:
        (images, _), _ = keras.datasets.mnist.load_data()
    except Exception:  # noqa: BLE001 - Keras raises nothing narrower
        columns = np.random.default_rng(0).integers(2, 24, (1000, 1, 1))
        images = 255 * np.broadcast_to(abs(np.arange(28) - columns) < 3, (1000, 28, 28))
    return images.reshape(-1, 784).astype("float32") / 127.5 - 1


def main(steps: int) -> None:
    images, rng = load_images(), np.random.default_rng(1)
    generator = keras.Sequential(
        [keras.Input([LATENT]), layers.Dense(128), layers.LeakyReLU(0.2), layers.Dense(784, "tanh")]
    )
    discriminator = keras.Sequential(
        [keras.Input([784]), layers.Dense(128), layers.LeakyReLU(0.2), layers.Dense(1, "sigmoid")]
    )
    discriminator.compile(keras.optimizers.Adam(2e-4, 0.5), "binary_crossentropy")
    gan = keras.Sequential([generator, discriminator])
    gan.compile(keras.optimizers.Adam(2e-4, 0.5), "binary_crossentropy")
    shown = rng.normal(size=(16, LATENT))
    with RunRecorder(
        "keras-loop",
        sample=lambda: generator.predict(shown, verbose=0).reshape(-1, 28, 28),
        image_range=(-1, 1),
        optimizers={"d": discriminator.optimizer, "g": gan.optimizer},
        steps=steps,
        data=images.reshape(-1, 28, 28),
        batch_size=BATCH,
    ) as recorder:
        for _ in recorder.steps():
            real = images[rng.integers(0, len(images), BATCH)]
            fake = generator.predict(rng.normal(size=(BATCH, LATENT)), verbose=0)
            discriminator.trainable = True
            d_loss = discriminator.train_on_batch(np.concatenate([real, fake]), np.repeat([[1.0], [0.0]], BATCH, 0))
            discriminator.trainable = False
            g_loss = gan.train_on_batch(rng.normal(size=(BATCH, LATENT)), np.ones((BATCH, 1)))
            recorder.record(d_loss=d_loss, g_loss=g_loss)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
