"""Steps a second: the tutorials' loop, ours headless and under the window, and the bare matrix products, in one run."""

from __future__ import annotations

from statistics import median

from benchmarks.drivers import Headless, Windowed, in_turn, per_second
from benchmarks.matrix_products import matrix_products
from benchmarks.report import Row, parser, show
from benchmarks.tutorial_loop import tutorial_iteration
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.training.assembly import load_data

ENDLESS = {"training.steps": None, "training.epochs": None}


def ratio(results: dict[str, list[float]], over: str, under: str) -> float:
    """The median of the ratios round by round."""
    return median(a / b for a, b in zip(results[over], results[under], strict=True))


def measure_preset(config: RunConfig, names: list[str], seconds: float, rounds: int) -> dict[str, list[float]]:
    """Steps a second of each of `names`, a list over rounds."""
    data = load_data(config)
    headless = Headless(config)
    windowed = Windowed(config) if "window" in names else None
    measurements = {"headless": lambda: headless.measure(seconds)}
    if windowed is not None:
        measurements["window"] = lambda: windowed.measure(seconds)
    if "products" in names:
        products = matrix_products(config, data.sample_shape)
        measurements["products"] = lambda: per_second(products, seconds)
    if "tutorial" in names:
        iterate = tutorial_iteration(config, data)
        iterate()
        measurements["tutorial"] = lambda: per_second(iterate, seconds)
    for measure in measurements.values():
        measure()  # warm up
    results = in_turn(measurements, rounds)
    headless.close()
    if windowed is not None:
        windowed.close()
    return results


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    mnist = ENDLESS | {"data.name": "mnist", "data.path": str(arguments.mnist)}
    config = replace_keys(preset("tutorial-mnist").config, mnist)
    names = ["headless", "window", "products", "tutorial"]
    results = measure_preset(config, names, arguments.seconds, arguments.rounds)
    rows += [Row(f"tutorial-mnist, {name}", median(results[name]), "steps/s") for name in names]
    rows += [
        Row("tutorial-mnist, headless / tutorials' loop", ratio(results, "headless", "tutorial"), "x", ">= 8"),
        Row("tutorial-mnist, headless / bare matrix products", ratio(results, "headless", "products"), "x", ">= 0.75"),
        Row("tutorial-mnist, window / headless", ratio(results, "window", "headless"), "x", ">= 0.92"),
    ]
    ring = replace_keys(preset("ring").config, ENDLESS)
    results = measure_preset(ring, ["headless", "tutorial"], arguments.seconds, arguments.rounds)
    rows += [Row(f"ring, {name}", median(results[name]), "steps/s") for name in ("headless", "tutorial")]
    rows.append(Row("ring, headless / tutorials' loop", ratio(results, "headless", "tutorial"), "x", ">= 60"))
    digits = replace_keys(preset("digits").config, ENDLESS)
    results = measure_preset(digits, ["headless", "window"], arguments.seconds, arguments.rounds)
    rows += [Row(f"digits, {name}", median(results[name]), "steps/s") for name in ("headless", "window")]
    rows.append(Row("digits, window / headless", ratio(results, "window", "headless"), "x"))
    show("Training speed", rows, arguments.json)


if __name__ == "__main__":
    main()
