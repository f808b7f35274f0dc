"""Steps a second beside PyTorch: the same networks, data and step, in turn, in one run.

PyTorch is not among this project's dependencies: `python3 -m uv run --with torch python -m benchmarks.beside_pytorch`.
"""

from __future__ import annotations

from statistics import median

from benchmarks.drivers import in_turn, per_second
from benchmarks.report import Row, parser, show
from benchmarks.speed import ENDLESS, ratio
from benchmarks.torch_families import PyTorch
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.training.trainer import Trainer

# Steps in a call: about as many as in a headless run.
CALL_SECONDS = 0.1
R1_R2 = {"regularization.r1_weight": 1.0, "regularization.r2_weight": 1.0}


def configs(mnist: str) -> dict[str, tuple[RunConfig, float]]:
    """What is measured, and the ratio that is wanted."""

    def family(name: str) -> RunConfig:
        return replace_keys(RunConfig(), ENDLESS | {"generator.family": name, "discriminator.family": name})

    ring = replace_keys(preset("ring").config, ENDLESS)
    on_mnist = ENDLESS | {"data.name": "mnist", "data.path": mnist}
    return {
        "tutorial-mnist": (replace_keys(preset("tutorial-mnist").config, on_mnist), 1.2),
        "ring": (ring, 2.3),
        "ring with R1 + R2": (replace_keys(ring, R1_R2), 2.0),
        "digits": (replace_keys(preset("digits").config, ENDLESS), 2.3),
        "dcgan on digits": (family("dcgan"), 1.8),
        "residual on digits": (family("residual"), 1.4),
    }


class Ours:
    """The engine alone, without commands, files or diagnosis, as the script in PyTorch is."""

    def __init__(self, config: RunConfig) -> None:
        self.trainer = Trainer(config)
        self.trainer.compile()
        self.trainer.advance(1)
        self.steps = max(1, round(CALL_SECONDS * per_second(lambda: self.trainer.advance(1), 1.0)))

    def measure(self, seconds: float) -> float:
        """Steps per second."""
        return self.steps * per_second(lambda: self.trainer.advance(self.steps), seconds)


def pytorch(config: RunConfig, *, compiled: bool) -> PyTorch | None:
    """PyTorch on this config; None if it is not installed, or cannot compile it."""
    try:
        return PyTorch(config, compiled=compiled)
    except ImportError:
        return None


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    for name, (config, wanted) in configs(str(arguments.mnist)).items():
        others = {"PyTorch": pytorch(config, compiled=False)}
        if not current_controls(config)["r1_weight"]:
            others["torch.compile"] = pytorch(config, compiled=True)
        there = {label: process for label, process in others.items() if process is not None}
        if not there:
            raise SystemExit("PyTorch is not installed: run this with `python3 -m uv run --with torch ...`")
        ours = Ours(config)
        measurements = {"ours": lambda ours=ours: ours.measure(arguments.seconds)} | {
            label: lambda process=process: process.measure(arguments.seconds) for label, process in there.items()
        }
        results = in_turn(measurements, arguments.rounds)
        for process in there.values():
            process.close()
        rows += [Row(f"{name}, {label}", median(results[label]), "steps/s") for label in results]
        rows += [
            Row(
                f"{name}, ours / {label}",
                ratio(results, "ours", label),
                "x",
                f">= {wanted}" if label == "PyTorch" else "",
            )
            for label in there
        ]
    show("Beside PyTorch", rows, arguments.json)


if __name__ == "__main__":
    main()
