"""How near images that were made come to the true ones that they belong to, pair by pair.

Every measure takes two float arrays of one shape (n, height, width, channels), values in 0..1, and is NaN if an image
that was made is not finite. Arrays of two shapes, or without an image, raise a ValueError.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis.features import one_thread

Floats = npt.NDArray[np.float64]

# The mean squared error of rounding to 256 levels: images that differ by less look the same.
LEAST_ERROR = (1 / 255) ** 2 / 12
# The constants of SSIM, Wang et al. 2004, section III.C.
WINDOW, SIGMA = 11, 1.5
K1, K2 = 0.01, 0.03
# How many values the images that are looked at in one go hold: several copies of them are in memory at once.
VALUES = 2**22


def psnr(made: FloatArray, true: FloatArray) -> float:
    """The peak signal-to-noise ratio in dB: 10 log10(1 / mean squared error) of all images together.

    The error is the mean over all images, pixels and channels. A mean of each image's own ratio would be ruled by plain
    images, which are nearly without error. Equal images would have an infinite ratio, so any error counts at least as
    much as rounding to 256 levels; the largest ratio is then 58.9 dB.
    """
    error = _average(lambda made, true: np.mean((made - true) ** 2, axis=(1, 2, 3)), made, true)
    return float(-10 * np.log10(max(error, LEAST_ERROR))) if np.isfinite(error) else float("nan")


def mean_absolute_error(made: FloatArray, true: FloatArray) -> float:
    """The mean distance of a value from the true one, over all pixels and channels."""
    return _average(lambda made, true: np.mean(np.abs(made - true), axis=(1, 2, 3)), made, true)


def gradient_energy_ratio(made: FloatArray, true: FloatArray) -> float:
    """How sharp images are beside the true ones: 1 if they are as sharp, less if blurred, more if noisy.

    It is the mean squared difference of neighbouring pixels, down and across, of all images together, over the same of
    the true ones. A plain image has next to none, so a ratio for each image would be a ratio of rounding errors. NaN if
    all true images are plain.
    """

    def energies(made: Floats, true: Floats) -> Floats:
        return np.stack([_gradient_energy(made), _gradient_energy(true)], axis=1)

    of_made, of_true = _averages(energies, made, true)
    return float(of_made / of_true) if of_true > 0 else float("nan")


def ssim(made: FloatArray, true: FloatArray) -> float:
    """The structural similarity, averaged over all windows and channels; it is 1 if images are equal.

    Wang, Bovik, Sheikh and Simoncelli 2004, equation 13: windows of 11 x 11 weighted by a Gaussian of standard
    deviation 1.5, wherever they lie within the image, K1 = 0.01, K2 = 0.03 and a range of 1. Smaller images have the
    largest window with an odd side that fits.
    """
    weights = _window(min(made.shape[1:3]))

    def similarities(made: Floats, true: Floats) -> Floats:
        mean_made, mean_true = _blurred(made, weights), _blurred(true, weights)
        variance_made = _blurred(made**2, weights) - mean_made**2
        variance_true = _blurred(true**2, weights) - mean_true**2
        covariance = _blurred(made * true, weights) - mean_made * mean_true
        alike = (2 * mean_made * mean_true + K1**2) * (2 * covariance + K2**2)
        most = (mean_made**2 + mean_true**2 + K1**2) * (variance_made + variance_true + K2**2)
        return np.mean(alike / most, axis=(1, 2, 3))

    return _average(similarities, made, true)


def _average(measure: Callable[[Floats, Floats], Floats], made: FloatArray, true: FloatArray) -> float:
    return float(_averages(measure, made, true))


def _averages(measure: Callable[[Floats, Floats], Floats], made: FloatArray, true: FloatArray) -> Floats:
    """The mean over images of what `measure` gives, shape (n, ...), in double precision and a few images at a time."""
    if made.shape != true.shape or not made.size:
        raise ValueError(f"made images of shape {made.shape} and true ones of shape {true.shape} are no pairs")
    step = max(1, VALUES // made[0].size)
    with one_thread(), np.errstate(all="ignore"):
        parts = [
            measure(made[start : start + step].astype(np.float64), true[start : start + step].astype(np.float64))
            for start in range(0, len(made), step)
        ]
    found: Floats = np.concatenate(parts).mean(axis=0)
    return found if np.isfinite(made).all() else np.full_like(found, np.nan)


def _gradient_energy(images: Floats) -> Floats:
    """The mean squared difference of neighbours, down plus across, shape (n,)."""
    down, across = np.diff(images, axis=1), np.diff(images, axis=2)
    energy: Floats = np.mean(down**2, axis=(1, 2, 3)) + np.mean(across**2, axis=(1, 2, 3))
    return energy


def _window(side: int) -> Floats:
    """The weights along one side of a window for images whose shorter side is `side`, summing to 1."""
    width = min(WINDOW, side - 1 + side % 2)
    weights: Floats = np.exp(-((np.arange(width) - width // 2) ** 2) / (2 * SIGMA**2))
    return weights / weights.sum()


def _blurred(images: Floats, weights: Floats) -> Floats:
    """The weighted mean of each window within the images, shape (n, height - w + 1, width - w + 1, channels)."""
    windows = np.lib.stride_tricks.sliding_window_view
    down = windows(images, len(weights), axis=1) @ weights
    across: Floats = windows(down, len(weights), axis=2) @ weights
    return across
