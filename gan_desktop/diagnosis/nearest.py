"""The real samples nearest to one sample, and how near real samples are to each other."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis.distances import FEW_AXES
from gan_desktop.diagnosis.features import one_thread

# For how many samples the nearest other one is looked for, and how many multiplications that may take: a quarter of a
# second.
TYPICAL_OF = 500
MOST_PRODUCTS = 4e9
# How many numbers of the data are looked at in one go.
CHUNK = 2**21


class NearestReal:
    """Looks for the nearest real samples by the Euclidean distance, sample by sample and exactly.

    Args:
        samples: real ones, shape (n, *sample_shape); not copied.
    """

    def __init__(self, samples: FloatArray) -> None:
        self._rows = samples.reshape(len(samples), -1)
        self._chunk = max(1, CHUNK // max(1, self._rows.shape[1]))

    def nearest(self, sample: FloatArray, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """The indices of the `count` nearest ones, or of all if there are fewer, and their distances, ascending."""
        wanted = sample.reshape(-1)
        squared = np.empty(len(self._rows), np.float32)
        for start in range(0, len(squared), self._chunk):
            apart = self._rows[start : start + self._chunk] - wanted
            np.einsum("ij,ij->i", apart, apart, out=squared[start : start + self._chunk])
        found = np.argsort(squared, kind="stable")[:count]
        return found, np.sqrt(squared[found])

    @cached_property
    def typical(self) -> float:
        """The median distance from a real sample to the nearest other one, for up to 500 of them, evenly spread.

        Fewer are taken if the data are so large that it would take long. NaN if there is only one sample.
        """
        count, axes = self._rows.shape
        if count < 2:
            return float("nan")
        asked = int(min(TYPICAL_OF, count, max(1, MOST_PRODUCTS // (count * axes))))
        chosen = np.arange(asked) * count // asked
        return float(np.median(self._by_tree(chosen) if axes <= FEW_AXES else self._by_products(chosen)))

    def _by_tree(self, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.floating]:
        from scipy.spatial import KDTree

        distances: npt.NDArray[np.floating] = KDTree(self._rows).query(self._rows[chosen], k=[2])[0][:, 0]
        return distances

    def _by_products(self, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.floating]:
        """Find the nearest by products of matrices, which round, and then measure the distances by differences."""
        middle = self._rows[chosen].mean(axis=0)  # less this, all numbers are smaller, and so are the errors
        asked = self._rows[chosen] - middle
        best, nearest = np.full(len(chosen), np.inf), np.zeros(len(chosen), np.int64)
        for start in range(0, len(self._rows), self._chunk):
            part = self._rows[start : start + self._chunk] - middle
            with one_thread():
                table = part @ asked.T
            table *= -2
            table += np.einsum("ij,ij->i", part, part)[:, None]  # squared distances, less one number for each column
            inside = (chosen >= start) & (chosen < start + len(part))
            table[chosen[inside] - start, np.flatnonzero(inside)] = np.inf
            row = table.argmin(axis=0)
            value = table[row, np.arange(len(chosen))]
            nearest = np.where(value < best, start + row, nearest)
            best = np.minimum(best, value)
        distances: npt.NDArray[np.floating] = np.linalg.norm(self._rows[chosen] - self._rows[nearest], axis=1)
        return distances
