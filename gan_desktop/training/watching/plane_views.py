"""Views of a GAN of points: the discriminator over the plane beside the best one, and where a lattice is mapped to."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from gan_desktop.core import line
from gan_desktop.core.config import LatentConfig
from gan_desktop.core.events import FloatArray
from gan_desktop.core.plane import view_limits
from gan_desktop.core.views import Manifold, Surface
from gan_desktop.diagnosis.density import grid_points, optimal_discriminator
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.probe import Probe

# The surface: how many cells there are along each side of the visible part; for data of one dimension, along the line.
CELLS = 64
LINE_CELLS = 256
# The lattice: how many nodes each side has, and the quantiles of the latents of the first and the last.
NODES = 21
QUANTILES = (0.01, 0.99)


class PlaneViews:
    """What can be seen of one GAN of points.

    Args:
        trainer: the GAN's.
        real: the real points that are shown, in data units, shape (n, 2): they decide which part of the plane is seen;
            or numbers, shape (n, 1), for which there is only a surface, which is a curve.
        source: in a game that translates, points of the source, which are in view as well.
    """

    def __init__(self, trainer: Trainer, real: FloatArray, source: FloatArray | None = None) -> None:
        self._trainer = trainer
        self.limits = view_limits(real, source)
        self.is_plane = real.shape[1] == 2
        places = grid_points(self.limits, CELLS) if self.is_plane else line.middles(self.limits, LINE_CELLS)[:, None]
        self._shape = places.shape[:-1]
        self._places = places.reshape(-1, real.shape[1]).astype(np.float32)
        self._lattice = self._inputs()

    def _inputs(self) -> FloatArray:
        """A lattice of inputs as the generator takes them: latents or, if it translates, points of the source."""
        trainer = self._trainer
        source = trainer.game.turn_of(trainer.game.maker).source
        if source is None:
            return lattice(trainer.config.latent)
        shown = trainer.data.domain(source).summary().real
        return trainer.scaling.to_network(grid_points(view_limits(shown), NODES).astype(np.float32))

    def surface(self, probe: Probe, step: int, fakes: FloatArray, label: int | None) -> Surface:
        """The discriminator's logits over the plane.

        The best discriminator is the one for losses whose optimum is log p_data - log p_G (`non_saturating`,
        `minimax`), and for samples without instance noise or label smoothing.

        Args:
            fakes: what p_G is estimated from, shape (n, axes).
            label: the class that both networks get, if the GAN is conditional.
        """
        unknown = self._unknown(label)
        if unknown:
            return Surface(step, self.limits, np.empty((0, 0), np.float32), unknown=unknown)
        labels = None if label is None else np.full(len(self._places), label)
        logits = probe.logits(self._places, labels).reshape(self._shape)
        data = self._trainer.data
        if data.centres is None or data.sigma is None:
            return Surface(
                step, self.limits, logits, optimal_unknown="the density that these data come from is not known"
            )
        centres, shares = data.centres, None
        if label is not None:  # a class of a mixture is one of its modes
            centres = centres[label : label + 1]
        elif data.labels is not None:
            shares = np.bincount(data.labels, minlength=len(centres)).astype(np.float64)
        optimal = optimal_discriminator(fakes, self.limits, CELLS, centres, data.sigma, shares)
        return Surface(step, self.limits, logits, optimal.astype(np.float32))

    def manifold(self, step: int, label: int | None) -> Manifold:
        """Where the generator maps its lattice; for a conditional generator, with one class."""
        trainer, lattice = self._trainer, self._lattice
        whole = lattice.shape[2] <= 2
        if trainer.classes and label is None:
            unknown = "the generator maps latents to other places for each class: choose a class"
            return Manifold(step, np.empty((0, 0, 2), np.float32), whole, unknown)
        latents = lattice.reshape(-1, lattice.shape[2])
        points = trainer.sample(latents, None if label is None else np.full(len(latents), label))
        return Manifold(step, points.reshape(*lattice.shape[:2], 2), whole)

    def _unknown(self, label: int | None) -> str:
        """Why the discriminator has no logit of a point."""
        config, game = self._trainer.config, self._trainer.game
        if game.turn_of(game.judge).source is not None:
            return "the discriminator judges a point beside the one that it was made of, and none by itself"
        if config.regularization.pack > 1:
            return f"the discriminator judges packs of {config.regularization.pack} points, not a single one"
        if getattr(config.discriminator.options, "minibatch_stddev", False):
            return "the discriminator compares the points of a batch, and judges none by itself"
        if self._trainer.classes and label is None:
            return "the discriminator judges the points of each class by themselves: choose a class"
        return ""


def lattice(latent: LatentConfig) -> npt.NDArray[np.float32]:
    """Latents whose neighbours are neighbours in the latent space, shape (rows, columns, latent_dim).

    Normal latents stand at even quantiles, so that each cell holds the same probability; uniform ones at even places.
    The columns go along the first dimension, the rows along the second; all others are 0. One dimension makes one row.
    """
    shares = np.linspace(*QUANTILES, NODES)
    if latent.latent_distribution == "uniform":
        places = 2 * shares - 1
    else:
        places = np.array([NormalDist().inv_cdf(share) for share in shares])
    rows = places if latent.latent_dim > 1 else np.zeros(1)
    latents = np.zeros((len(rows), NODES, latent.latent_dim), np.float32)
    latents[:, :, 0] = places
    if latent.latent_dim > 1:
        latents[:, :, 1] = rows[:, None]
    return latents
