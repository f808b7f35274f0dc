"""What is seen of a GAN of points: the discriminator over the plane, and where the latent space is mapped to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import LatentConfig, RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.views import Surface
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.plane_views import CELLS, LINE_CELLS, NODES, PlaneViews, lattice

Make = Callable[..., Trainer]
Tiny = Callable[..., RunConfig]

pytestmark = pytest.mark.usefixtures("quick_compile")


def plane_of(trainer: Trainer) -> PlaneViews:
    return PlaneViews(trainer, trainer.data.summary().real)


def surface_of(trainer: Trainer, fakes: np.ndarray, label: int | None = None) -> Surface:
    return plane_of(trainer).surface(trainer.probe(), trainer.step, fakes, label)


def test_the_surface_is_what_the_discriminator_says_of_the_middles_of_cells(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.advance(3)
    surface = surface_of(trainer, trainer.sample(trainer.latents(100)))
    assert (surface.step, surface.unknown, surface.optimal_unknown) == (3, "", "")
    assert surface.logits.shape == (CELLS, CELLS)
    (left, right), (low, high) = surface.limits
    for row, column in ((0, 0), (0, CELLS - 1), (CELLS - 1, 0), (17, 40)):
        x = left + (right - left) * (column + 0.5) / CELLS
        y = low + (high - low) * (row + 0.5) / CELLS
        (logit,) = trainer.probe().logits(np.array([[x, y]], np.float32), None)
        assert surface.logits[row, column] == pytest.approx(logit, rel=1e-4, abs=1e-5)


def test_the_best_discriminator_cannot_tell_a_perfect_generator(tiny_trainer: Make) -> None:
    """Of a mixture whose modes are not equal, so that their shares count."""
    mixture = {
        "data.name": "mixture",
        "data.samples": 20_000,
        "data.centres": ((-1.0, 0.0), (1.0, 0.0)),
        "data.weights": (9.0, 1.0),
        "data.sigma": 0.2,
    }
    trainer = tiny_trainer(mixture)
    data = trainer.data
    optimal = surface_of(trainer, data.samples[:10_000]).optimal
    assert optimal is not None
    near = np.isfinite(optimal)
    assert 0.05 < near.mean() < 0.9
    assert abs(np.median(optimal[near])) < 0.1
    assert data.labels is not None
    one_mode = surface_of(trainer, data.samples[data.labels == 0]).optimal
    assert one_mode is not None
    left, right = (CELLS // 4, 3 * CELLS // 4)
    assert np.nanmax(one_mode[CELLS // 2, :left]) < 0.5
    assert np.nanmax(one_mode[CELLS // 2, right:]) > 2  # the missing mode is surely real


def test_of_one_class_the_best_discriminator_is_that_of_its_mode(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"data.conditional": True, "data.samples": 4000, "data.sigma": 0.2})
    data = trainer.data
    assert data.labels is not None
    of_mode = data.samples[data.labels == 3]
    right, wrong = (surface_of(trainer, of_mode, label).optimal for label in (3, 4))
    assert right is not None
    assert wrong is not None
    assert abs(np.nanmedian(right)) < 0.5
    assert np.nanmax(wrong) > 3
    assert (surface_of(trainer, of_mode, 3).logits != surface_of(trainer, of_mode, 4).logits).any()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"regularization.packing": 2}, "packs of 2 points"),
        ({"discriminator.minibatch_stddev": True}, "compares the points of a batch"),
        ({"data.conditional": True}, "choose a class"),
    ],
)
def test_where_a_point_has_no_logit_it_says_why(tiny_trainer: Make, changes: dict[str, Any], words: str) -> None:
    trainer = tiny_trainer(changes)
    surface = surface_of(trainer, np.zeros((5, 2), np.float32))
    assert words in surface.unknown
    assert surface.logits.size == 0
    assert surface.optimal is None


def test_of_numbers_the_surface_is_a_curve(tiny_config: Tiny, tmp_path: Path) -> None:
    np.save(tmp_path / "numbers.npy", np.linspace(-3, 3, 200))
    trainer = Trainer(replace_keys(tiny_config(), {"data.name": "points", "data.path": tmp_path / "numbers.npy"}))
    trainer.advance(3)
    surface = surface_of(trainer, trainer.sample(trainer.latents(100)))
    assert surface.limits.shape == (1, 2)
    assert surface.logits.shape == (LINE_CELLS,)
    (left, right), place = surface.limits[0], 100
    x = left + (right - left) * (place + 0.5) / LINE_CELLS
    assert surface.logits[place] == pytest.approx(
        trainer.probe().logits(np.array([[x]], np.float32), None)[0], rel=1e-4
    )
    assert surface.optimal is None
    assert surface.optimal_unknown == "the density that these data come from is not known"


def test_data_without_a_known_density_have_no_best_discriminator(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"data.name": "two_moons"})
    surface = surface_of(trainer, np.zeros((5, 2), np.float32))
    assert surface.logits.shape == (CELLS, CELLS)
    assert surface.optimal is None
    assert "not known" in surface.optimal_unknown


def test_the_manifold_is_where_the_lattice_goes(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    manifold = plane_of(trainer).manifold(trainer.step, None)
    assert manifold.points.shape == (NODES, NODES, 2)
    assert manifold.whole
    latent = np.array([[NormalDist().inv_cdf(0.99), 0.0]], np.float32)
    np.testing.assert_allclose(manifold.points[NODES // 2, -1], trainer.sample(latent)[0], rtol=1e-4, atol=1e-5)


def test_the_manifold_of_more_dimensions_is_a_part(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"latent.latent_dim": 3})
    manifold = plane_of(trainer).manifold(trainer.step, None)
    assert manifold.points.shape == (NODES, NODES, 2)
    assert not manifold.whole


def test_the_manifold_of_classes_is_that_of_the_one_that_is_shown(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"data.conditional": True})
    plane = plane_of(trainer)
    assert "choose a class" in plane.manifold(0, None).unknown
    assert plane.manifold(0, None).points.size == 0
    assert (plane.manifold(0, 1).points != plane.manifold(0, 2).points).any()


@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_the_lattice_spans_the_latents(dim: int, distribution: str) -> None:
    nodes = lattice(LatentConfig(latent_dim=dim, latent_distribution=distribution))
    assert nodes.shape == (1 if dim == 1 else NODES, NODES, dim)
    assert (np.diff(nodes[:, :, 0], axis=1) > 0).all()
    assert (nodes[:, :, 2:] == 0).all()
    end = 0.98 if distribution == "uniform" else NormalDist().inv_cdf(0.99)
    assert nodes[0, 0, 0] == pytest.approx(-end)
    assert nodes[0, -1, 0] == pytest.approx(end)
    if dim > 1:
        assert (np.diff(nodes[:, :, 1], axis=0) > 0).all()
        assert (nodes[:, 0, 1] == nodes[:, -1, 1]).all()
