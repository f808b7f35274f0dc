"""The density of the data and of the fakes over the plane, and the best discriminator that there could be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray

Floats = npt.NDArray[np.float64]

# Less than this share of the highest density of the data is nothing: one fake in thousands is more.
NEGLIGIBLE = 1e-3
# The distance at which a Gaussian ends, in deviations.
REACH = 4.0


def cell_middles(limits: npt.NDArray[np.floating], cells: int) -> tuple[Floats, Floats]:
    """The middles of `cells` equal cells along x and along y, each of shape (cells,).

    Args:
        limits: the range of x and of y, shape (2, 2).
    """
    places = (np.arange(cells) + 0.5) / cells
    (left, right), (low, high) = limits.astype(np.float64)
    return left + (right - left) * places, low + (high - low) * places


def grid_points(limits: npt.NDArray[np.floating], cells: int) -> Floats:
    """The middles of all cells, shape (cells, cells, 2): row 0 has the smallest y, column 0 the smallest x."""
    return np.stack(np.meshgrid(*cell_middles(limits, cells)), axis=-1)


def mixture_density(
    points: npt.NDArray[np.floating],
    centres: npt.NDArray[np.floating],
    sigma: float,
    weights: npt.NDArray[np.floating] | None = None,
) -> Floats:
    """The density of a mixture of round Gaussians, shape (...), at points of shape (..., 2).

    Args:
        centres: shape (modes, 2).
        sigma: each one's standard deviation.
        weights: their shares, shape (modes,); None means equal shares.
    """
    shares = np.full(len(centres), 1 / len(centres)) if weights is None else weights / weights.sum()
    result = np.zeros(points.shape[:-1])
    for centre, share in zip(centres.astype(np.float64), shares, strict=True):
        squared = ((points - centre) ** 2).sum(axis=-1)
        result += share * np.exp(-squared / (2 * sigma**2))
    return result / (2 * np.pi * sigma**2)


def kernel_density(points: FloatArray, limits: npt.NDArray[np.floating], cells: int, bandwidth: float) -> Floats:
    """The density that points were drawn from: a Gaussian around each of them, shape (cells, cells) as `grid_points`.

    Each point is shared among the four middles around it, and its Gaussian is centred in these. The sharing spreads it
    too, by a sixth of a squared cell in each direction, and the Gaussian is narrowed by as much.

    Args:
        points: shape (n, 2); points that are not finite are nowhere.
        limits: the range of x and of y, shape (2, 2).
        bandwidth: the Gaussian's standard deviation, in units of the data.

    Raises:
        ValueError: the bandwidth is less than a cell, which the grid could not show.
    """
    sizes = np.diff(limits.astype(np.float64), axis=1)[:, 0] / cells
    deviations = bandwidth / sizes
    # A bandwidth of one cell, as `usual_bandwidth` computes it, may be a little less by rounding.
    if deviations.min() < 1 - 1e-9:
        raise ValueError(f"a bandwidth of {bandwidth:g} is less than a cell of {sizes.max():g}")
    # Points outside count too, as far as their Gaussians reach.
    beyond = np.ceil(REACH * deviations).astype(np.int64)
    finite = points[np.isfinite(points).all(axis=1)].astype(np.float64)
    places = (finite - limits[:, 0]) / sizes - 0.5 + beyond
    shape = cells + 2 * beyond
    places = places[((places >= 0) & (places < shape - 1)).all(axis=1)]
    whole = places.astype(np.int64)
    part = places - whole
    counts = np.zeros((shape[1], shape[0]))
    for right in (0, 1):
        for up in (0, 1):
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - up - part[:, 1])
            np.add.at(counts, (whole[:, 1] + up, whole[:, 0] + right), share)
    along_x, along_y = (_smoothing(cells, *pair) for pair in zip(beyond, deviations, strict=True))
    result: Floats = along_y @ counts @ along_x.T
    return result / (max(1, len(points)) * sizes.prod())


def _smoothing(cells: int, beyond: int, deviation: float) -> Floats:
    """The matrix that spreads what is on the cells and `beyond` more at each end, shape (cells, cells + 2 * beyond)."""
    narrowed = np.sqrt(deviation**2 - 1 / 6)
    apart = np.subtract.outer(np.arange(cells), np.arange(-beyond, cells + beyond)) / narrowed
    result: Floats = np.exp(-(apart**2) / 2) / (np.sqrt(2 * np.pi) * narrowed)
    return result


def usual_bandwidth(limits: npt.NDArray[np.floating], cells: int, sigma: float) -> float:
    """What `optimal_discriminator` smooths with: the modes' own deviation, and no less than the grid can tell."""
    return max(sigma, float(np.diff(limits.astype(np.float64), axis=1).max()) / cells)


def optimal_discriminator(
    fakes: FloatArray,
    limits: npt.NDArray[np.floating],
    cells: int,
    centres: npt.NDArray[np.floating],
    sigma: float,
    weights: npt.NDArray[np.floating] | None = None,
    bandwidth: float | None = None,
) -> Floats:
    """The logit log p_data - log p_G of the Bayes-optimal discriminator (Goodfellow et al. 2014, proposition 1).

    p_G is estimated from the fakes by Gaussians of the bandwidth h around them. p_data is known, and is smoothed in the
    same way: each mode has the variance sigma^2 + h^2. So a perfect generator has a logit of about 0. It would not if
    the estimate of p_G were compared with the data's own, sharper density.

    Args:
        fakes: shape (n, 2); fakes that are not finite are nowhere.
        limits: the range of x and of y, shape (2, 2).
        centres, sigma, weights: those of the data, as in `mixture_density`.
        bandwidth: None means `usual_bandwidth`.

    Returns:
        The logits at the middles of cells x cells cells, shape (cells, cells), as `grid_points`. Where one density is
        negligible, the least density that is not takes its place; where both are, the logit is NaN.
    """
    width = usual_bandwidth(limits, cells, sigma) if bandwidth is None else bandwidth
    smoothed = float(np.hypot(sigma, width))
    real = mixture_density(grid_points(limits, cells), centres, smoothed, weights)
    fake = kernel_density(fakes, limits, cells, width)
    # The highest is at a centre, whether or not a cell is.
    least = NEGLIGIBLE * float(mixture_density(centres, centres, smoothed, weights).max())
    logit = np.log(np.maximum(real, least)) - np.log(np.maximum(fake, least))
    return np.where((real < least) & (fake < least), np.nan, logit)
