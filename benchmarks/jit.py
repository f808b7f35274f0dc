"""Whether XLA makes each network family's training faster here, which its `jit_compile` claims.

Measured on two cores, XLA over graph: 1.4 to 1.8 for the MLP on small networks, 0.16 for the DCGAN and 0.33 for the
residual networks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks.drivers import in_turn, per_second
from benchmarks.report import Row, parser, show
from benchmarks.speed import ratio
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.core.registry import families
from gan_desktop.training.trainer import Trainer

PRESETS = ("digits", "ring", "tutorial-mnist")
BLOCK = 8


def configs() -> dict[str, RunConfig]:
    """What is measured: some presets, and each family with its default options on the embedded digits."""
    on_digits = {
        f"{family}, defaults": replace_keys(RunConfig(), {"generator.family": family, "discriminator.family": family})
        for family in families
    }
    return {f"{preset(name).config.generator.family}, {name}": preset(name).config for name in PRESETS} | on_digits


@contextmanager
def compiled_by(mode: str, family: str) -> Iterator[None]:
    """Have the family claim XLA, or not, for a moment."""
    network: Any = families[family].value
    claimed = network.jit_compile
    network.jit_compile = mode == "xla"
    try:
        yield
    finally:
        network.jit_compile = claimed


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    for name, config in configs().items():
        trainers: dict[str, Trainer] = {}
        for mode in ("xla", "graph"):
            with compiled_by(mode, config.generator.family):
                trainers[mode] = Trainer(config)
                trainers[mode].compile()
        measurements = {
            mode: lambda trainer=trainer: BLOCK * per_second(lambda: trainer.advance(BLOCK), arguments.seconds)
            for mode, trainer in trainers.items()
        }
        results = in_turn(measurements, arguments.rounds)
        rows += [Row(f"{name}, {mode}", median(results[mode]), "steps/s") for mode in results]
        rows.append(Row(f"{name}, xla / graph", ratio(results, "xla", "graph"), "x"))
    show("XLA or graph", rows, arguments.json)


if __name__ == "__main__":
    main()
