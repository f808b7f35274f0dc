"""Which weight of a penalty, or noise, fits which data: what `core/usual.py` says is usual rests on these figures.

Each case is a preset without its penalty, and each weight is `factor * unit`, where the unit has the data's spread in
it (`core/usual.py`). A good rule is one factor that covers all modes at good quality in every case. Trained for 3,000
steps; figures are means over seeds, and the fewest modes in a seed.

    python -m benchmarks.weights --penalty r1 --case "ring 1" --case digits --factor 0 --factor 0.1
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.training.measuring import data_traits, make_measurer
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer

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
# What a penalty is measured with: the objective and the rates that its paper has.
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


def units(penalty: str, spread: float, pixels: int) -> float:
    """What a weight of factor 1 is: spread squared, for WGAN-GP the spread, of noise the deviation of one number."""
    return {"wgan-gp": spread, "noise": spread / pixels**0.5}.get(penalty, spread**2)


def measure(trainer: Trainer, measurer: Any, steps: int) -> dict[str, float]:
    trainer.advance(steps)
    if trainer.diverged:
        return dict.fromkeys(METRICS, np.nan)
    found = measurer.measure(trainer.sample(trainer.latents(measurer.count, stream=Stream.METRIC_LATENTS)))
    return {name: found.get(name, np.nan) for name in METRICS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--penalty", choices=PENALTIES, default="r1")
    parser.add_argument("--case", choices=CASES, action="append", help="all unless given")
    parser.add_argument("--factor", type=float, action="append", help="0 to 1 in half decades unless given")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--json", action="store_true", help="print one JSON object a row as well")
    arguments = parser.parse_args()
    keys, changes = PENALTIES[arguments.penalty]
    for case in arguments.case or CASES:
        name, different = CASES[case]
        config = replace_keys(preset(name).config, different | {f"regularization.{key}": 0.0 for key in OFF})
        shown = Table(title_justify="left")
        for column in ("factor", "weight", "modes", "fewest", "high quality %", "coverage", "Frechet"):
            shown.add_column(column, justify="right")
        factors = arguments.factor or FACTORS
        rows: dict[float, list[dict[str, float]]] = {factor: [] for factor in factors}
        for seed in range(arguments.seeds):
            trainer = Trainer(replace_keys(config, {"training.seed": seed}))
            measurer = make_measurer(trainer.data, trainer.config)
            spread = data_traits(trainer, measurer.reference).spread
            unit = units(arguments.penalty, spread, int(np.prod(trainer.data.sample_shape)))
            shown.title = (
                f"{arguments.penalty} on {case}, spread {spread:.3g}, unit {unit:.3g}, {arguments.steps} steps"
            )
            for factor in factors:
                trainer.reset()
                for key, value in (changes | dict.fromkeys(keys, factor * unit)).items():
                    trainer.set(key, value)
                rows[factor].append(measure(trainer, measurer, arguments.steps))
                if arguments.json:
                    print(
                        json.dumps([arguments.penalty, case, seed, factor, factor * unit, rows[factor][-1]]), flush=True
                    )
        for factor, found in rows.items():
            values = {metric: np.array([row[metric] for row in found]) for metric in METRICS}
            means = [values[metric].mean() for metric in METRICS]
            fewest = f"{values['modes_covered'].min():.0f}"
            cells = [f"{means[0]:.3g}", fewest, f"{100 * means[1]:.1f}", f"{means[2]:.2f}", f"{means[3]:.3g}"]
            shown.add_row(f"{factor:g}", f"{factor * unit:.3g}", *cells)
        Console(width=110).print(shown)


if __name__ == "__main__":
    main()
