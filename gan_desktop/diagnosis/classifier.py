"""A classifier of the real images that tells the classes of fakes: it is quick to fit and says how often it errs.

It is quadratic discriminant analysis on principal components. Fitted to 4,000 images of MNIST it is right on 97 % of
others, as a support vector machine is, and is 40 times as quick: 1,000 images in 3 ms. It loses less on blurred and
noisy images, which fakes are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis.features import FeatureSpace, one_thread
from gan_desktop.diagnosis.gaussians import Gaussians, fit_gaussians

Labels = npt.NDArray[np.int64]

# Each class's covariance is mixed with this much of the unit matrix; without it a fit to few images would overfit.
SHRINKAGE = 0.02
# Fewer images of a class say nothing about how it varies.
FEWEST = 10
# A classifier must be right, on average over the classes, this many times as often as a guess is.
BETTER_THAN_GUESSING = 1.25


@dataclass(frozen=True)
class Classifier:
    """Tells the class of an image or, if images are stacked, the classes of all channels.

    Attributes:
        space: what it sees of an image: its `components` leading features, or those of each channel.
        channels: how many images are stacked in one; 1 if they are not.
        channel_classes: how many classes each channel of stacked images has; else 0.
        accuracy: the share of `tried_on` real images, held out from fitting, whose class it gets right.
        is_guessing: whether it is hardly better than a guess, on average over the classes: always naming the commonest
            class is right as often as that class comes, and tells nothing.
    """

    model: Gaussians
    space: FeatureSpace
    components: int
    channels: int
    channel_classes: int
    accuracy: float
    tried_on: int
    is_guessing: bool

    @property
    def note(self) -> str:
        """One sentence on how far it can be trusted."""
        return (
            f"classes are told by a classifier that is right on {100 * self.accuracy:.1f} % of "
            f"{self.tried_on:,} real images it was not fitted to"
        )

    def predict(self, images: FloatArray) -> Labels:
        """The class of each image, shape (n,); the images are finite, shape (n, height, width, channels)."""
        return self.predict_features(self.space.of(images))

    def predict_features(self, features: FloatArray) -> Labels:
        """The class of each image whose features, shape (n, features), are known; shape (n,)."""
        return _predict(self.model, features, self.components, self.channels, self.channel_classes)


def _predict(model: Gaussians, features: FloatArray, components: int, channels: int, channel_classes: int) -> Labels:
    seen = _leading(features, components, channels)
    with one_thread():
        told = model.predict(seen)
    if not channel_classes:
        return told
    result: Labels = told.reshape(len(features), channels) @ _place_values(channels, channel_classes)
    return result


def fit_classifier(
    space: FeatureSpace,
    features: FloatArray,
    labels: Labels,
    held_out: FloatArray,
    held_out_labels: Labels,
    classes: int,
    channel_classes: int = 0,
) -> Classifier | None:
    """Fit to the `features` of some real images, shape (n, features), and try on the images `held_out`.

    Args:
        channel_classes: the same as in `Reference`: each channel is an image of its own.

    Returns:
        None if a class has too few images.
    """
    channels = held_out.shape[-1] if channel_classes else 1
    targets, kinds = labels, classes
    if channel_classes:
        targets = labels[:, None] // _place_values(channels, channel_classes) % channel_classes
        targets, kinds = targets.reshape(-1), channel_classes
    fewest = int(np.bincount(targets, minlength=kinds).min())
    if fewest < FEWEST:
        return None
    # A covariance has no more directions than its class has images.
    components = min(fewest - 1, len(space.components))
    with one_thread():
        model = fit_gaussians(_leading(features, components, channels), targets, kinds, SHRINKAGE)
    told = _predict(model, space.of(held_out), components, channels, channel_classes)
    accuracy = float((told == held_out_labels).mean())
    counts = np.bincount(held_out_labels, minlength=classes)
    right = np.bincount(held_out_labels[told == held_out_labels], minlength=classes)
    balanced = float((right[counts > 0] / counts[counts > 0]).mean())
    is_guessing = balanced < min(1.0, BETTER_THAN_GUESSING / classes)
    return Classifier(model, space, components, channels, channel_classes, accuracy, len(held_out), is_guessing)


def _leading(features: FloatArray, components: int, channels: int) -> FloatArray:
    """The leading features of every image or channel, shape (n * channels, components)."""
    return features.reshape(len(features) * channels, -1)[:, :components]


def _place_values(channels: int, base: int) -> Labels:
    return base ** np.arange(channels - 1, -1, -1, dtype=np.int64)
