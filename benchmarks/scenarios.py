"""The runs on which the diagnosis is tried: presets, some of them on other data, and what has to be said of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset

# How many scans there are of each digit, of 928: the rarest has 3 %.
UNEQUAL = (178, 150, 120, 100, 90, 80, 70, 60, 50, 30)


@dataclass(frozen=True)
class Scenario:
    """A preset as it comes, or with changes, for a number of steps.

    Attributes:
        data: "mnist" or "unequal" for other data than the preset's.
        detectors: one of these has to raise an alert; empty for a healthy run, in which none may.
        only: how many of the seeds are run, if a step is slow.
    """

    preset: str
    steps: int
    changes: dict[str, Any] = field(default_factory=dict)
    data: str = ""
    detectors: tuple[str, ...] = ()
    only: int = 1000

    def config(self, seed: int, mnist: Path, folder: Path) -> RunConfig:
        """The run's config; if data are made for it, they are written to `folder` once."""
        changes = {**self.changes, "training.seed": seed}
        if self.data == "mnist":
            changes["data.path"] = str(mnist)
        elif self.data == "unequal":
            changes |= {"data.name": "arrays", "data.path": str(unequal_digits(folder))}
        return replace_keys(preset(self.preset).config, changes)


def unequal_digits(folder: Path) -> Path:
    """An .npz file of scikit-learn's digits of which some are much rarer than others."""
    from sklearn.datasets import load_digits

    path = folder / "unequal.npz"
    if not path.exists():
        bunch, rng = load_digits(), np.random.default_rng(0)
        rows = [rng.permutation(np.flatnonzero(bunch.target == digit))[:count] for digit, count in enumerate(UNEQUAL)]
        kept = np.concatenate(rows)
        np.savez(path, images=(bunch.images[kept] / 16 * 255).round().astype(np.uint8), labels=bunch.target[kept])
    return path


CONDITIONAL = {"data.conditional": True}
RARE = {"data.weights": (0.5, 0.3, 0.1, 0.07, 0.03)}

SCENARIOS: dict[str, Scenario] = {
    # What fails, and what has to say so.
    "fail-collapse": Scenario("fail-collapse", 3000, detectors=("mode_collapse",)),
    "fail-hopping": Scenario("fail-hopping", 4000, detectors=("mode_hopping",)),
    "fail-vanishing": Scenario("fail-vanishing", 1500, detectors=("discriminator_wins",)),
    "fail-divergence": Scenario("fail-divergence", 2000, detectors=("divergence",)),
    "fail-oscillation": Scenario("fail-oscillation", 4000, detectors=("oscillation",)),
    "fail-memorising": Scenario("fail-memorising", 5000, detectors=("memorising",)),
    "fail-collapse-digits": Scenario("fail-collapse-digits", 2000, detectors=("mode_collapse",)),
    "every class collapses": Scenario("fail-collapse-digits", 2000, CONDITIONAL, detectors=("class_collapse",)),
    # With batch norm, whose batches mix the classes, three to five of ten collapse by step 750, the others never.
    "some classes collapse": Scenario("cgan", 2500, {"generator.batch_norm": True}, detectors=("class_collapse",)),
    "a rare mode is lost": Scenario("mixture", 4000, RARE, detectors=("lost_modes", "mode_collapse")),
    "specks on MNIST": Scenario("tutorial-minimal", 2000, data="mnist", detectors=("specks",)),
    # What is healed or healthy: no alert may be raised.
    "heal-collapse": Scenario("heal-collapse", 3000),
    "heal-hopping": Scenario("heal-hopping", 4000),
    "heal-vanishing": Scenario("heal-vanishing", 3000),
    "heal-divergence": Scenario("heal-divergence", 3000),
    "heal-oscillation": Scenario("heal-oscillation", 4000),
    "heal-memorising": Scenario("heal-memorising", 3000),
    "digits": Scenario("digits", 4000),
    "unequal classes": Scenario("digits", 4000, data="unequal"),
    "cgan": Scenario("cgan", 4000),
    "cgan, unequal classes": Scenario("cgan", 4000, data="unequal"),
    "ring-r1": Scenario("ring-r1", 3000),
    "wgan-gp": Scenario("wgan-gp", 3000),
    "lsgan": Scenario("lsgan", 3000),
    "hinge-sn": Scenario("hinge-sn", 3000),
    "dragan": Scenario("dragan", 3000),
    "optimistic": Scenario("optimistic", 3000),
    "moons": Scenario("moons", 3000),
    "mixture": Scenario("mixture", 3000),
    "averaged": Scenario("averaged", 3000),
    "dcgan-mnist": Scenario("dcgan-mnist", 600, only=5),
}
