"""A Gaussian for each class, with a covariance of its own: quadratic discriminant analysis.

Hastie, Tibshirani and Friedman 2009, equations 4.12 and 4.54. The numbers are the same as those of scikit-learn's
`QuadraticDiscriminantAnalysis`, whose import costs most of a second at every start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Gaussians:
    """A Gaussian for each class.

    Attributes:
        means: their means, shape (classes, features).
        whitenings: the matrices that give each class a variance of 1 in every direction, shape (classes, features,
            features).
        offsets: the logarithm of each class's share, less half the logarithm of its covariance's determinant, shape
            (classes,).
    """

    means: FloatArray
    whitenings: FloatArray
    offsets: npt.NDArray[np.float64]

    def log_densities(self, points: FloatArray) -> npt.NDArray[np.float64]:
        """The logarithm of each class's density times its share, less a constant, shape (n, classes).

        Args:
            points: shape (n, features).
        """
        squares = [
            np.sum(((points - mean) @ whitening) ** 2, axis=1)
            for mean, whitening in zip(self.means, self.whitenings, strict=True)
        ]
        return self.offsets - 0.5 * np.array(squares).T

    def predict(self, points: FloatArray) -> Labels:
        """The class in which each point is most likely, shape (n,)."""
        return self.log_densities(points).argmax(axis=1)


def fit_gaussians(points: FloatArray, labels: Labels, classes: int, shrinkage: float) -> Gaussians:
    """Fit to points of shape (n, features).

    Args:
        labels: shape (n,); each class comes more often than there are features.
        shrinkage: how far each covariance is drawn towards that of independent features of variance 1, 0..1.
    """
    means, whitenings, offsets = [], [], []
    for label in range(classes):
        own = points[labels == label]
        mean = own.mean(axis=0)
        _, singular, directions = np.linalg.svd(own - mean, full_matrices=False)
        variances = (1 - shrinkage) * singular**2 / len(own) + shrinkage
        means.append(mean)
        whitenings.append(directions.T * variances**-0.5)
        offsets.append(np.log(len(own) / len(points)) - 0.5 * np.log(variances).sum())
    return Gaussians(np.array(means), np.array(whitenings), np.array(offsets, np.float64))
