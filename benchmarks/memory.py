"""What one process holds after each of many short runs under the real window, and what is still alive of ended ones.

Each run has another seed, so that nothing of the last one can be used again. The first runs take more than the later
ones: TensorFlow, XLA and Qt then make what they keep for good.
"""

from __future__ import annotations

import gc
import sys

import psutil

from benchmarks.drivers import Windowed
from benchmarks.report import Row, parser, show
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status

MEGABYTE = 2**20


def alive(name: str) -> int:
    """How many objects of a class of that name there are."""
    gc.collect()
    return sum(type(thing).__name__ == name for thing in gc.get_objects())


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--runs", type=int, default=10)
    options.add_argument("--steps", type=int, default=300)
    options.add_argument("--preset", default="digits")
    options.add_argument("--same-seed", action="store_true", help="start the same run again each time")
    arguments = options.parse_args()
    config = replace_keys(preset(arguments.preset).config, {"training.steps": arguments.steps})
    window = Windowed(config)
    rows: list[Row] = []
    process = psutil.Process()
    for number in range(arguments.runs):
        if number:
            seed = 0 if arguments.same_seed else number
            window.window.model.form.edit({"training.seed": config.training.seed + seed})
            window.window.model.start()
            window.wait_until(lambda: window.window.model.is_starting is False and window.status is Status.TRAINING)
        else:
            window.window.model.start_or_resume()
        window.wait_until(lambda: window.status is Status.FINISHED)
        window.spin(0.5)
        resident = process.memory_info().rss / MEGABYTE
        counts = {name: alive(name) for name in ("Trainer", "Reference", "Run", "ConcreteFunction", "FuncGraph")}
        print(f"run {number + 1}: {resident:.0f} MB, {counts}", file=sys.stderr, flush=True)
        rows.append(Row(f"after run {number + 1}", resident, "MB"))
    rows.append(Row("more after the last run than after the second", rows[-1].value - rows[1].value, "MB"))
    window.close()
    show("Memory over many runs", rows, arguments.json)


if __name__ == "__main__":
    main()
