"""Which weight of a penalty, and how much noise, fits which data: the rule in `core/usual.py` rests on these figures.

Each case is a preset with all penalties off, and each weight is `factor * unit`. The unit contains the spread of the
data: its square for penalties on slopes, the spread itself for WGAN-GP, and for noise the deviation of one number of a
sample. A good rule is one factor that covers all modes at good quality in every case. Figures are means over seeds
after 3,000 steps, and the fewest modes in a seed.

    python -m benchmarks.weights --penalty r1 --case "ring 1" --case digits --factor 0 --factor 0.1
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.diagnosing import data_traits
from gan_desktop.training.watching.measuring import make_measurer

Changes = dict[str, Any]
METRICS = ("modes_covered", "high_quality_share", "coverage", "frechet_distance")

CASES: dict[str, tuple[str, Changes]] = {
    "ring 1": ("ring-r1", {}),
    "ring 4": ("heal-collapse", {}),
    "ring .667": ("heal-hopping", {}),
    "grid": ("grid", {}),
    "moons": ("moons", {}),
    "mixture": ("mixture", {}),
    "digits": ("heal-collapse-digits", {}),
    "digits bn": ("digits", {}),
    "digits 28": ("heal-collapse-digits", {"data.image_size": 28}),
}
# The keys that get the weight, and what is changed beside them: WGAN-GP is for a critic, with rates that suit it.
PENALTIES: dict[str, tuple[tuple[str, ...], Changes]] = {
    "r1": (("r1_weight",), {}),
    "r2": (("r2_weight",), {}),
    "r1 and r2": (("r1_weight", "r2_weight"), {"objective": "relativistic"}),
    "wgan-gp": (
        ("gradient_penalty_weight",),
        {"objective": "wasserstein", "beta_1": 0.5, "beta_2": 0.9, "d_learning_rate": 3e-4, "g_learning_rate": 3e-4}
        | {"d_steps": 5},
    ),
    "dragan": (("dragan_weight",), {}),
    "noise": (("instance_noise",), {}),
}
FACTORS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
OFF = ("r1_weight", "r2_weight", "gradient_penalty_weight", "dragan_weight", "instance_noise")


class Row(NamedTuple):
    """One run: what weight it had, and what came of it."""

    penalty: str
    case: str
    seed: int
    spread: float
    factor: float
    weight: float
    values: dict[str, float]


def unit_of(penalty: str, spread: float, numbers: int) -> float:
    """What a weight of factor 1 is, for samples of so many numbers."""
    return {"wgan-gp": spread, "noise": spread / numbers**0.5}.get(penalty, spread**2)


def measure(trainer: Trainer, measurer: Measurer, steps: int) -> dict[str, float]:
    """Train for this many steps and measure what came of it; NaN if it diverged."""
    trainer.advance(steps)
    if trainer.diverged:
        return dict.fromkeys(METRICS, np.nan)
    found = measurer.measure(trainer.sample(trainer.latents(measurer.count, stream=Stream.METRIC_LATENTS)))
    return {name: found.get(name, np.nan) for name in METRICS}


def run(penalty: str, case: str, factors: Sequence[float], seeds: int, steps: int) -> Iterator[Row]:
    """Every weight of a penalty on one case, on trainers that are compiled once for a seed."""
    keys, changes = PENALTIES[penalty]
    name, different = CASES[case]
    config = replace_keys(preset(name).config, different | {f"regularization.{key}": 0.0 for key in OFF})
    for seed in range(seeds):
        trainer = Trainer(replace_keys(config, {"training.seed": seed}))
        measurer = make_measurer(trainer.data, trainer.config)
        spread = data_traits(trainer.data, trainer.scaling, measurer.reference).spread
        unit = unit_of(penalty, spread, int(np.prod(trainer.data.sample_shape)))
        for factor in factors:
            trainer.reset()
            for key, value in (changes | dict.fromkeys(keys, factor * unit)).items():
                trainer.set(key, value)
            yield Row(penalty, case, seed, spread, factor, factor * unit, measure(trainer, measurer, steps))


def table(rows: Sequence[Row], title: str) -> Table:
    """A line for each factor, over seeds."""
    made = Table(title=f"{title}, spread {rows[0].spread:.3g}", title_justify="left")
    for column in ("factor", "weight", "modes", "fewest", "high quality %", "coverage", "Frechet"):
        made.add_column(column, justify="right")
    for factor in dict.fromkeys(row.factor for row in rows):
        found = [row for row in rows if row.factor == factor]
        values = {metric: np.array([row.values[metric] for row in found]) for metric in METRICS}
        modes, quality, coverage, distance = (values[metric].mean() for metric in METRICS)
        fewest = f"{values['modes_covered'].min():.0f}"
        cells = [f"{modes:.3g}", fewest, f"{100 * quality:.0f}", f"{coverage:.2f}", f"{distance:.3g}"]
        made.add_row(f"{factor:g}", f"{found[0].weight:.3g}", *cells)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--penalty", choices=PENALTIES, default="r1")
    parser.add_argument("--case", choices=[*CASES, "mnist"], action="append", help="all unless given")
    parser.add_argument("--factor", type=float, action="append", help="0, and .01 to 1 in half decades, unless given")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--json", action="store_true", help="print one JSON object a run as well")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="a folder of MNIST's IDX files, for the case 'mnist'")
    arguments = parser.parse_args()
    if arguments.mnist is not None:
        CASES["mnist"] = ("heal-collapse-digits", {"data.name": "mnist", "data.path": arguments.mnist})
    elif "mnist" in (arguments.case or ()):
        parser.error("--case mnist needs --mnist DIR")
    for case in arguments.case or CASES:
        rows = []
        for row in run(arguments.penalty, case, arguments.factor or FACTORS, arguments.seeds, arguments.steps):
            rows.append(row)
            if arguments.json:
                print(json.dumps(row._asdict()), flush=True)
        title = f"{arguments.penalty} on {case}, {arguments.steps:,} steps, {arguments.seeds} seeds"
        Console(width=110).print(table(rows, title))


if __name__ == "__main__":
    main()
