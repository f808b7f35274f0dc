"""What an export takes of a run: the plan of its generator, the weights, a few samples to compare with, and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.training.as_keras.families import plan_of
from gan_desktop.training.as_keras.plan import Plan
from gan_desktop.training.backend import tf
from gan_desktop.training.generating import trainer_at, uses_average
from gan_desktop.training.trainer import Trainer

# How many samples are compared.
COMPARED = 32

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Taken:
    """A generator as it was after a step.

    Attributes:
        weights: by our names; the plan says which layer they belong to.
        inputs: what the samples are made of, by the names of the model's inputs.
        outputs: what our network makes of them, as the exported model is to make it.
        about: what people should know who use the model.
    """

    plan: Plan
    weights: Arrays
    inputs: Arrays
    outputs: npt.NDArray[Any]
    about: str


def take_generator(run: Path, step: int | None, averaged: bool | None, report: Callable[[float], None]) -> Taken:
    """The generator of a run; of a game with several, the one whose samples are shown.

    Args:
        step: after which step; None for the last.
        averaged: whether with averaged weights; None if there are some.
        report: gets the share of the steps that are computed again.

    Raises:
        InputError: the run cannot be read, it has no such step or weights, or Keras has no such layers.
    """
    trainer = trainer_at(run, step, report)
    try:
        return _take(trainer, run, uses_average(trainer, averaged))
    finally:
        trainer.close()


def _take(trainer: Trainer, run: Path, averaged: bool) -> Taken:
    maker = trainer.game.maker
    network, player = trainer.maker_network, trainer.state.averaged if averaged else trainer.state.players[maker]
    name = "images" if len(trainer.input_shape) == 3 else "points" if trainer.game.translates else "latents"
    plan = plan_of(network, name)
    inputs: Arrays = {name: trainer.latents(COMPARED)}
    labels = trainer.labels(COMPARED)
    parameters, statistics = ({key: value.numpy() for key, value in part.items()} for part in player[:2])
    # On the processor, where the model is compared too: a GPU's convolutions may be rounded more coarsely.
    with tf.device("/CPU:0"):
        made, _ = network.apply(parameters, statistics, tf.constant(inputs[name]), training=False, labels=labels)
    if not np.isfinite(made).all():
        raise InputError(f"step {trainer.step}: the generator's samples are not finite by then; give an earlier step")
    if labels is not None:
        inputs["labels"] = labels
    about = _about(trainer, run, averaged, name)
    return Taken(plan, parameters | statistics, inputs, np.asarray(made), about)


def _about(trainer: Trainer, run: Path, averaged: bool, name: str) -> str:
    """What is to be known of inputs and outputs, for the file itself."""
    factor, offset = trainer.scaling.factor, trainer.scaling.offset
    latent, shape = trainer.config.latent, ", ".join(map(str, trainer.input_shape))
    drawn = "drawn from -1..1" if latent.latent_distribution == "uniform" else "drawn from the standard normal"
    sign, other = ("+", "-") if offset >= 0 else ("-", "+")
    scaled = f"values * {factor:.9g} {sign} {abs(offset):.9g}"
    which = f"{'averaged ' if averaged else ''}generator"
    said = [f"The {which} of the GAN Desktop run {run.absolute().name} at step {trainer.step}."]
    source = f"{name} of the source in the network's units: {scaled}" if trainer.game.translates else drawn
    said.append(f"Input '{name}': float32, shape (n, {shape}), {source}.")
    if trainer.classes:
        names = trainer.data.class_names
        listed = f": {', '.join(f'{place} {title}' for place, title in enumerate(names))}" if names else ""
        said.append(f"Input 'labels': int32, shape (n,), classes 0 to {trainer.classes - 1}{listed}.")
    shape = ", ".join(map(str, trainer.data.sample_shape))
    said.append(f"Output: float32, shape (n, {shape}), in the network's units.")
    back = f"(output {other} {abs(offset):.9g}) / {factor:.9g}"
    if trainer.data.kind == "images":
        low, high = f"{offset:g}", f"{offset + factor:g}"
        said.append(f"Black is {low} and white is {high}. As images in 0..1: clip({back}, 0, 1).")
    else:
        said.append(f"As points in the data's units: {back}.")
    return "\n".join(said) + "\n"
