"""Pictures of the networks' insides that the engine makes while somebody looks: events, like those of `core.events`.

Arrays are never written to again. A window says by the command `Watch` which pictures it wants.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
# The two roles of a game: judges, as the discriminator is, and makers, as the generator is.
Role = Literal["d", "g"]


class View(StrEnum):
    """What can be looked at."""

    SURFACE = "surface"  # points: the discriminator over the plane or the line, and the Bayes-optimal one
    MANIFOLD = "manifold"  # points: where a lattice of latents is mapped to
    ARROWS = "arrows"  # points: where the generator is pulled at its samples
    LAYERS = "layers"  # gradient norms, update ratios and spectral norms
    SCORES = "scores"  # the discriminator's logits of real and fake samples


@dataclass(frozen=True)
class Surface:
    """The discriminator over the plane, or over the line if the data have one dimension.

    Attributes:
        limits: the range of x and of y, shape (2, 2); for a line, shape (1, 2).
        logits: the logits at the middles of n x n cells, shape (n, n): row 0 has the smallest y, column 0 the smallest
            x; for a line, shape (n,).
        optimal: the logit log p_data - log p_G of the Bayes-optimal discriminator at the same places, NaN where both
            densities are negligible; None if the density of the data is not known.
        unknown: why there is no surface (the discriminator judges packs, say); then `logits` is empty.
        optimal_unknown: why there is no `optimal`.
    """

    step: int
    limits: npt.NDArray[np.float64]
    logits: FloatArray
    optimal: FloatArray | None = None
    unknown: str = ""
    optimal_unknown: str = ""


@dataclass(frozen=True)
class Manifold:
    """Where the generator maps a lattice of latents, shape (rows, columns, 2), in which neighbours have near latents.

    Attributes:
        points: one row if the latent space has one dimension.
        whole: false if the latent space has more than two dimensions: then the lattice lies in a plane through it.
        unknown: why there is no lattice (no class was chosen, say); then `points` is empty.
    """

    step: int
    points: FloatArray
    whole: bool = True
    unknown: str = ""


@dataclass(frozen=True)
class Arrows:
    """The direction in which the generator's loss falls fastest at generated `points`; both have the shape (n, 2).

    It is minus the gradient of the loss of that one sample with respect to its own place, in data units.
    """

    step: int
    points: FloatArray
    directions: FloatArray


@dataclass(frozen=True)
class Layer:
    """One parameter of a network, and the next update that it gets.

    Attributes:
        gradient_norm, weight_norm: L2 norms of its gradient, penalties included, and of itself.
        update_ratio: the L2 norm of what the update changes over that of the parameter: 0 if the network is frozen,
            NaN if the parameter is 0.
        spectral_norm: the largest singular value of a kernel as the network uses it; NaN for a vector.
    """

    network: Role
    name: str
    gradient_norm: float
    weight_norm: float
    update_ratio: float
    spectral_norm: float


@dataclass(frozen=True)
class Layers:
    """Every parameter at the first update of each network in the next step: the discriminator's, then the generator's
    against it."""

    step: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Scores:
    """The discriminator's logits of real and of fake samples, each of shape (n,).

    It judges as it does outside of training: batch norm uses its moving moments, and there is no instance noise and no
    dropout. If it judges packs, there is a logit for each pack.
    """

    step: int
    real: FloatArray
    fake: FloatArray


# What is kept of a run, for whoever looks back at it.
KeptView = Surface | Manifold | Arrows | Layers | Scores
VIEW_OF: dict[type[KeptView], View] = {
    Surface: View.SURFACE,
    Manifold: View.MANIFOLD,
    Arrows: View.ARROWS,
    Layers: View.LAYERS,
    Scores: View.SCORES,
}


@dataclass(frozen=True)
class Walked:
    """What the generator makes of the latents that were asked for by `Walk`, in data units."""

    step: int
    latents: FloatArray
    values: FloatArray


@dataclass(frozen=True)
class Inspected:
    """A generated sample that was asked about, beside the real samples that are nearest to it.

    Attributes:
        index: the place of the sample among the shown ones.
        sample: the sample in data units, shape (*sample_shape).
        logit: the discriminator's; NaN if it judges packs.
        neighbours: the nearest real samples, shape (k, *sample_shape), and their `distances`, shape (k,).
        typical: the median distance from a real sample to the nearest other one.
        class_name: the class that a classifier of real images gives it; empty if there is none.
        patches: sigmoid of the logit of each patch, shape (rows, columns), if the discriminator judges patches; `logit`
            is then the mean of the patches' logits. Else None.
    """

    step: int
    index: int
    sample: FloatArray
    logit: float
    neighbours: FloatArray
    distances: FloatArray
    typical: float
    class_name: str = ""
    patches: FloatArray | None = None


@dataclass(frozen=True)
class UpdateShown:
    """Slow motion: one update within the step that comes next, as it will be. Then the step is taken as always.

    Attributes:
        step: how many steps were taken before this one.
        network: the network that is updated: for the `number`-th of `of` times in the step, from 1.
        loss_before, loss_after: that network's loss on the batch of the update, as the figures d_loss and g_loss.
        samples: the shown samples after it.
        surface: the discriminator after it, for points.
        is_last: whether the step was taken with it: the run is now a step further.
        is_backward: whether it is an update of the second pair, in a game of two.
    """

    step: int
    network: Role
    number: int
    of: int
    loss_before: float
    loss_after: float
    samples: FloatArray
    surface: Surface | None = None
    is_last: bool = False
    is_backward: bool = False


EVENTS: tuple[type, ...] = (Surface, Manifold, Arrows, Layers, Scores, Walked, Inspected, UpdateShown)
