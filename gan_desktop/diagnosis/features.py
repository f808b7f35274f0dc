"""The space in which images are compared: the principal components of the real ones, in units of pixel values.

Distances between points in the plane mean something as they are. Distances between images are dominated by what no eye
sees, so images are compared by their leading principal components, which the classifier of the real images uses too.
These are not whitened. A distance is then the distance between the images themselves, without the directions in which
real ones hardly differ; whitening would blow these up until every image is as far from every other.

Noise and specks lie in just those directions. So one more feature says how much of an image the components leave over:
the length of the rest. With it, a distance is still at most the distance between the images, and nearer to it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gan_desktop.core.events import FloatArray

# More components do not make the classifier more accurate, and cost time at every measurement.
COMPONENTS = 32
# How many vectors are followed besides the wanted ones.
OVERSAMPLES = 10


@cache
def _threads() -> Any:
    # SciPy brings a BLAS of its own, whose threads can be limited only when it is there.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Keep BLAS to one thread meanwhile: on a busy machine, its threads wait for each other 20 times as long."""
    limits: AbstractContextManager[Any] = _threads().limit(limits=1, user_api="blas")
    return limits


@dataclass(frozen=True)
class FeatureSpace:
    """Projects images on components of the real ones.

    Attributes:
        mean: the mean of the real images, flat, shape (pixels,).
        components: orthonormal, shape (components, pixels), in the order of how much real images vary along them.
        per_channel: whether every channel is an image of its own, projected for itself.
    """

    mean: FloatArray
    components: FloatArray
    per_channel: bool

    def of(self, images: FloatArray) -> FloatArray:
        """The features, shape (n, features), of images of shape (n, height, width, channels); finite if these are.

        They are the components, and last the length of what these leave over. If channels are images of their own, the
        features of one channel stand beside those of the next.
        """
        flat = _flat(channel_images(images) if self.per_channel else images)
        # Pixels that are nearly the largest float32 overflow, and the result is not finite.
        with one_thread(), np.errstate(over="ignore", invalid="ignore"):
            rest = flat - self.mean
            projected = rest @ self.components.T
            rest -= projected @ self.components
            left = np.sqrt(np.einsum("ij,ij->i", rest, rest))
        features = np.concatenate([projected, left[:, None]], axis=1)
        return features.reshape(len(images), -1).astype(np.float32, copy=False)

    def left_over(self, features: FloatArray) -> FloatArray:
        """The energy of each image that the components leave over, in squared pixel values, shape (n,)."""
        lengths = features.reshape(len(features), -1, len(self.components) + 1)[..., -1]
        energy: FloatArray = (lengths.astype(np.float64) ** 2).sum(axis=1)
        return energy


def fit_features(images: FloatArray, per_channel: bool = False) -> FeatureSpace:
    """The principal components of images of shape (n, height, width, channels)."""
    flat = _flat(channel_images(images) if per_channel else images)
    mean = flat.mean(axis=0)
    with one_thread():
        components = leading_directions(flat - mean, min(COMPONENTS, *flat.shape))
    return FeatureSpace(mean, components.astype(np.float32, copy=False), per_channel)


def leading_directions(rows: FloatArray, count: int) -> FloatArray:
    """The first `count` right singular vectors of a matrix, their largest entries above 0, shape (count, columns).

    Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1. The numbers of iterations and of additional vectors are
    scikit-learn's. To decompose a whole matrix of 60,000 rows would take a minute, to import scikit-learn most of a
    second.
    """
    iterations = 7 if count < 0.1 * min(rows.shape) else 4
    start = np.random.RandomState(0).normal(size=(rows.shape[1], count + OVERSAMPLES))
    basis = start.astype(rows.dtype, copy=False)
    for _ in range(iterations):
        basis = np.linalg.qr(rows @ basis)[0]
        basis = np.linalg.qr(rows.T @ basis)[0]
    basis = np.linalg.qr(rows @ basis)[0]
    found: FloatArray = np.linalg.svd(basis.T @ rows, full_matrices=False)[2][:count]
    largest = found[np.arange(len(found)), np.abs(found).argmax(axis=1)]
    return found * np.sign(largest)[:, None]


def channel_images(images: FloatArray) -> FloatArray:
    """Every channel as an image, shape (n * channels, height, width); the channels of one image follow each other."""
    count, height, width, channels = images.shape
    return np.moveaxis(images, -1, 1).reshape(count * channels, height, width)


def _flat(images: FloatArray) -> FloatArray:
    return images.reshape(len(images), -1)
