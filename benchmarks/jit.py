"""Whether XLA makes each network family's training faster here: what its `jit_compile` claims."""

from __future__ import annotations

from statistics import median

from benchmarks.drivers import in_turn, per_second
from benchmarks.report import Row, parser, show
from benchmarks.speed import ratio
from gan_desktop.core.presets import preset
from gan_desktop.core.registry import families
from gan_desktop.training.trainer import Trainer

PRESETS = {"mlp": ("digits", "ring", "tutorial-mnist")}
BLOCK = 8


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    for family, names in PRESETS.items():
        for name in names:
            trainers: dict[str, Trainer] = {}
            for mode in ("xla", "graph"):
                claimed = families[family].value.jit_compile
                families[family].value.jit_compile = mode == "xla"
                trainers[mode] = Trainer(preset(name).config)
                trainers[mode].compile()
                families[family].value.jit_compile = claimed
            measurements = {
                mode: lambda trainer=trainer: BLOCK * per_second(lambda: trainer.advance(BLOCK), arguments.seconds)
                for mode, trainer in trainers.items()
            }
            results = in_turn(measurements, arguments.rounds)
            rows += [Row(f"{family}, {name}, {mode}", median(results[mode]), "steps/s") for mode in trainers]
            rows.append(Row(f"{family}, {name}, xla / graph", ratio(results, "xla", "graph"), "x"))
    show("XLA or graph", rows, arguments.json)


if __name__ == "__main__":
    main()
