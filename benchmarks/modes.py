"""How many modes each method covers: ring and grid, several seeds, beside the published tables.

There are two protocols. Compare figures within one of them only:

short   ring of radius .667 and sigma .0333, grid as PacGAN's; 2-64-64 leaky ReLU MLPs, z in R^2, batch 256, ten D steps
        a step, Adam 1e-3 for D and 1e-4 for G, beta1 .5: the plain GAN collapses. Each method changes what it names.
pacgan  Lin et al. 2018: ring of radius 1 and sigma .01, grid of sigma .05; z in R^2, G 4 x 400 batch norm and ReLU, D
        3 x 200 maxout(5), non-saturating, Adam 1e-4, beta1 .8, batch 100. They trained for 400,000 steps.

Weights are the same on all data: 1 for R1, R2 and DRAGAN, .1 for WGAN-GP, .2 for instance noise. On the ring of 'short'
that is 25 times the R1 that is usual for its spread of .667, and half of it on the grid (`core/usual.py`).

A mode is covered if it is the nearest one to at least one of those of 2,500 fakes that are within 3 sigma of a mode.
Mode KL is over those fakes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from gan_desktop.core.config import RunConfig, live_keys
from gan_desktop.core.keys import replace_keys
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.measuring import make_measurer

Changes = dict[str, Any]
METRICS = ("modes_covered", "high_quality_share", "mode_kl")

POINTS: Changes = {"generator.output_activation": "linear", "latent.latent_dim": 2}
SHORT: Changes = POINTS | {
    "generator.widths": (64, 64),
    "discriminator.widths": (64, 64),
    "training.batch_size": 256,
    "training.d_steps": 10,
    "optimizer.d_learning_rate": 1e-3,
    "optimizer.g_learning_rate": 1e-4,
    "optimizer.beta_1": 0.5,
}
PACGAN: Changes = POINTS | {
    "generator.widths": (400, 400, 400, 400),
    "generator.activation": "relu",
    "generator.batch_norm": True,
    "generator.batch_norm_place": "before_activation",
    "discriminator.widths": (200, 200, 200),
    "discriminator.activation": "maxout",
    "training.batch_size": 100,
    "optimizer.d_learning_rate": 1e-4,
    "optimizer.g_learning_rate": 1e-4,
    "optimizer.beta_1": 0.8,
}
PROTOCOLS = {"short": SHORT, "pacgan": PACGAN}
DATA: dict[tuple[str, str], Changes] = {
    ("short", "ring"): {"data.name": "ring", "data.radius": 0.667, "data.sigma": 0.0333},
    ("short", "grid"): {"data.name": "grid"},
    ("pacgan", "ring"): {"data.name": "ring"},
    ("pacgan", "grid"): {"data.name": "grid"},
}
STEPS = {"short": 3000, "pacgan": 10_000}

METHODS: dict[str, Changes] = {
    "GAN": {},
    "LSGAN": {"objective": "least_squares"},
    "WGAN": {"objective": "wasserstein", "weight_clip": 0.1, "beta_1": 0.0, "beta_2": 0.9},
    "WGAN-GP": {"objective": "wasserstein", "gradient_penalty_weight": 0.1, "beta_1": 0.5, "beta_2": 0.9},
    "R1": {"r1_weight": 1.0},
    "R2": {"r2_weight": 1.0},
    "DRAGAN": {"dragan_weight": 1.0},
    "instance noise": {"instance_noise": 0.2},
    "RpGAN + R1 + R2": {"objective": "relativistic", "r1_weight": 1.0, "r2_weight": 1.0},
    "hinge + SN": {"objective": "hinge", "regularization.spectral_norm": True},
    "PacGAN2": {"regularization.packing": 2},
    "PacGAN4": {"regularization.packing": 4},
}
# The methods that are to cover the whole ring in every seed (science: settings known to heal).
HEALING = ("WGAN-GP", "R1", "RpGAN + R1 + R2")

# modes, high quality %, mode KL, as mean and standard error over ten trials: PacGAN's tables 1 and 2.
PUBLISHED = {
    ("ring", "GAN"): "6.3 +- .5   98.2   .45",
    ("ring", "PacGAN2"): "7.9 +- .1   95.6   .07",
    ("ring", "PacGAN4"): "7.8 +- .1   95.9   .07",
    ("grid", "GAN"): "17.3 +- .8   94.8   .70",
    ("grid", "PacGAN2"): "23.8 +- .7   91.3   .13",
    ("grid", "PacGAN4"): "24.8 +- .2   93.6   .04",
}


@dataclass(frozen=True)
class Result:
    """One method on one data set: each metric's value in each seed."""

    protocol: str
    data: str
    method: str
    steps: int
    values: dict[str, list[float]]
    seconds: float

    def cell(self, metric: str) -> str:
        """Mean +- standard error, over the seeds in which it is known: mode KL needs one fake near a mode."""
        values = np.array(self.values[metric]) * (100 if metric == "high_quality_share" else 1)
        known = values[np.isfinite(values)]
        if not len(known):
            return "unknown"
        error = known.std(ddof=1) / len(known) ** 0.5 if len(known) > 1 else np.nan
        seeds = f" ({len(known)} of {len(values)})" if len(known) < len(values) else ""
        return f"{known.mean():.3g} +- {error:.2g}{seeds}"


def run(protocol: str, data: str, methods: Sequence[str], seeds: int, steps: int) -> Iterator[Result]:
    """Each method's result. What can change live is changed live, on trainers that are compiled once for a seed."""
    base = replace_keys(RunConfig(), DATA[protocol, data] | PROTOCOLS[protocol])
    prepared: dict[tuple[object, ...], tuple[Trainer, Measurer]] = {}
    for method in methods:
        live = {key: value for key, value in METHODS[method].items() if key in live_keys()}
        fixed = {key: value for key, value in METHODS[method].items() if key not in live}
        values: dict[str, list[float]] = {metric: [] for metric in METRICS}
        started = time.perf_counter()
        for seed in range(seeds):
            which = (*fixed.items(), seed)
            if which not in prepared:
                trainer = Trainer(replace_keys(base, fixed | {"training.seed": seed}))
                prepared[which] = trainer, make_measurer(trainer.data, trainer.config)
            for metric, value in measure(*prepared[which], live, steps).items():
                values[metric].append(value)
        yield Result(protocol, data, method, steps, values, time.perf_counter() - started)


def measure(trainer: Trainer, measurer: Measurer, live: Changes, steps: int) -> dict[str, float]:
    """Train from the start with these controls, and measure what came of it."""
    trainer.reset()
    for key, value in live.items():
        trainer.set(key, value)
    trainer.advance(steps)
    found = measurer.measure(trainer.sample(trainer.latents(measurer.count, stream=Stream.METRIC_LATENTS)))
    return {metric: found[metric] for metric in METRICS}


def table(protocol: str, data: str, seeds: int, steps: int) -> Table:
    made = Table(title=f"{data}, protocol '{protocol}', {steps:,} steps, {seeds} seeds", title_justify="left")
    for column in ("method", "modes", "least", "high quality %", "mode KL", "published, pacgan protocol", "s"):
        made.add_column(column, justify="left" if column == "method" else "right")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--protocol", choices=PROTOCOLS, default="short")
    parser.add_argument("--data", choices=("ring", "grid"), action="append", help="both unless given")
    parser.add_argument("--method", choices=METHODS, action="append", help="all unless given")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="default: 3,000 for 'short', 10,000 for 'pacgan'")
    parser.add_argument("--json", action="store_true", help="print one JSON object a result instead of tables")
    arguments = parser.parse_args()
    steps = arguments.steps or STEPS[arguments.protocol]
    methods = arguments.method or list(METHODS)
    for data in arguments.data or ("ring", "grid"):
        shown = table(arguments.protocol, data, arguments.seeds, steps)
        for result in run(arguments.protocol, data, methods, arguments.seeds, steps):
            if arguments.json:
                print(json.dumps(asdict(result)), flush=True)
            least = f"{min(result.values['modes_covered']):.0f}"
            cells = [result.cell(metric) for metric in METRICS]
            published = PUBLISHED.get((data, result.method), "")
            shown.add_row(result.method, cells[0], least, *cells[1:], published, f"{result.seconds:.0f}")
        if not arguments.json:
            Console(width=140).print(shown)


if __name__ == "__main__":
    main()
