"""Steps a second with samples in memory, read from an .npy file and decoded from a folder of PNG images for each batch.

Measured on two busy cores, over memory: 1.0 from a file; from a folder 0.84 for the MLP and 0.95 for the DCGAN.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.drivers import in_turn, per_second
from benchmarks.report import Row, parser, show
from benchmarks.speed import ratio
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.trainer import Trainer

COUNT, SIZE = 4096, 32
BLOCK = 8
NETWORKS = {"mlp": "MLP", "dcgan": "DCGAN"}


def write_images(folder: Path) -> dict[str, dict[str, Any]]:
    """The same colour images as one file and as many, and the config values that read them in each way."""
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, SIZE, SIZE, 3)).astype(np.uint8)
    np.save(folder / "images.npy", pixels)
    (folder / "images").mkdir()
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(folder / "images" / f"{number:05d}.png")
    array = {"data.name": "arrays", "data.path": str(folder / "images.npy"), "data.image_size": SIZE}
    files = {"data.name": "images", "data.path": str(folder / "images"), "data.image_size": SIZE}
    return {
        "memory": array | {"data.stream": "never"},
        "file": array | {"data.stream": "always"},
        "folder": files | {"data.stream": "always"},
    }


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        ways = write_images(Path(folder))
        for family, title in NETWORKS.items():
            networks = {"generator.family": family, "discriminator.family": family, "training.steps": None}
            trainers = {way: Trainer(replace_keys(RunConfig(), networks | data)) for way, data in ways.items()}
            for trainer in trainers.values():
                trainer.advance(BLOCK)
            measurements = {
                way: lambda trainer=trainer: BLOCK * per_second(lambda: trainer.advance(BLOCK), arguments.seconds)
                for way, trainer in trainers.items()
            }
            results = in_turn(measurements, arguments.rounds)
            for trainer in trainers.values():
                trainer.close()
            rows += [Row(f"{title}, {way}", median(results[way]), "steps/s") for way in ways]
            rows += [Row(f"{title}, {way} / memory", ratio(results, way, "memory"), "x") for way in ("file", "folder")]
    show("Data read while training", rows, arguments.json)


if __name__ == "__main__":
    main()
