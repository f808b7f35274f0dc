"""How often a conditional GAN on the digits makes the class it is asked for, judged by a classifier of real scans."""

from __future__ import annotations

import argparse
from statistics import mean

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.report import Row, show
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.training.trainer import Trainer

SAMPLES = 1000


def class_shares(trainer: Trainer) -> tuple[list[float], float]:
    """The share of samples that are right, of each class asked for, and of real scans that the classifier gets right.

    The classifier is fitted to one half of the real scans and tried on the other.
    """
    real, labels = np.asarray(trainer.data.samples).reshape(len(trainer.data), -1), trainer.data.labels
    asked = trainer.labels(SAMPLES)
    assert labels is not None
    assert asked is not None
    classifier = KNeighborsClassifier(5).fit(real[::2], labels[::2])
    found = classifier.predict(trainer.sample(trainer.latents(SAMPLES), asked).reshape(SAMPLES, -1))
    shares = [float(np.mean(found[asked == label] == label)) for label in range(trainer.classes)]
    return shares, float(classifier.score(real[1::2], labels[1::2]))


def main() -> None:
    arguments = options().parse_args()
    rows: list[Row] = []
    right: list[float] = []
    for seed in range(arguments.seeds):
        trainer = Trainer(replace_keys(preset(arguments.preset).config, {"training.seed": seed}))
        trainer.advance(arguments.steps)
        shares, real = class_shares(trainer)
        right.append(mean(shares))
        rows += [
            Row(f"seed {seed}, the class that was asked for", 100 * right[-1], "%", ">= 85"),
            Row(f"seed {seed}, the class that is worst", 100 * min(shares), "%"),
        ]
    rows.append(Row("mean over seeds", 100 * mean(right), "%", ">= 85"))
    rows.append(Row("real scans, for comparison", 100 * real, "%"))
    show(f"{arguments.preset} after {arguments.steps:,} steps, {SAMPLES:,} samples", rows, arguments.json)


def options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    made.add_argument("--preset", default="cgan", help="a preset whose data are the digits and conditional")
    made.add_argument("--steps", type=int, default=2000, help="how long each training lasts")
    made.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0")
    return made


if __name__ == "__main__":
    main()
