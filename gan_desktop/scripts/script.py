"""Puts a script together. It has nothing in it that the config does not ask for, and reads as if written by hand."""

from __future__ import annotations

import re
from textwrap import indent

from gan_desktop.core.autopilot import SECTION, rules_of
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import shortened
from gan_desktop.core.registry import rules
from gan_desktop.scripts.data import ScriptData, scaling, script_data
from gan_desktop.scripts.losses import (
    compares,
    d_loss_lines,
    penalties_on,
    penalty_lines,
    script_terms,
    slopes_function,
)
from gan_desktop.scripts.networks import FAN_IN, spelt
from gan_desktop.scripts.refusing import refuse
from gan_desktop.training.as_keras.families import plan_of
from gan_desktop.training.assembly import build_network
from gan_desktop.training.games.regularization import packed_shape

# How long a run goes on that has no length.
STEPS = 10_000
LONGEST_TITLE = 70
INITIALIZERS = ("RandomNormal", "RandomUniform", "VarianceScaling")


def keras_script(config: RunConfig, title: str) -> str:
    """The script that trains the GAN of a config.

    Raises:
        InputError: a script cannot express something; the sentence names the key.
    """
    _check(config)
    data = script_data(config)
    networks = _networks(config, data)
    used = [name for name in INITIALIZERS if f"{name}(" in networks]
    imports = ["import keras", "import numpy as np", "import tensorflow as tf", "from keras import layers, ops"]
    imports += [f"from keras.initializers import {', '.join(used)}"] if used else []
    parts = [
        f'"""{_plain(title)}: a GAN in Keras, written by GAN Desktop."""\n',
        "\n".join([*imports, *data.imports, ""]),
        _constants(config),
        f"{data.code}{scaling(data, config.generator.output_activation)}",
    ]
    whole = "\n".join(parts) + "\n" + networks + "\n\n" + _training(config, data) + _loop(config)
    # Parts that are functions ask for two empty lines before and after them, whatever is beside them.
    return re.sub(r"\n{4,}", "\n\n\n", whole)


def _plain(title: str) -> str:
    """A title that may stand in a docstring."""
    return shortened(" ".join(title.split()), LONGEST_TITLE).translate(str.maketrans('"\\', "'/"))


def _check(config: RunConfig) -> None:
    """Raise InputError if the config asks for what no template has."""
    optimizers = config.optimizer.d_optimizer, config.optimizer.g_optimizer
    for name in rules_of(config):
        raise refuse(config, f"{SECTION}.{next(iter(rules[name].options.model_fields))}")
    for path, is_meant in {
        "game.name": config.game.name != "gan",
        "optimizer.d_optimizer": optimizers[0] not in OPTIMIZERS,
        "optimizer.g_optimizer": optimizers[1] not in OPTIMIZERS,
        "training.updates": config.training.updates != "alternating",
        "training.d_steps": config.training.d_steps == 0,
        "training.g_steps": config.training.g_steps == 0,
    }.items():
        if is_meant:
            raise refuse(config, path)


def _constants(config: RunConfig) -> str:
    training, regularization = config.training, config.regularization
    steps = f"{training.steps or STEPS:_}"
    if training.epochs is not None:
        steps = f"{training.epochs} * len(real) // BATCH_SIZE"
    lines = [f"BATCH_SIZE = {training.batch_size}", f"LATENT_DIM = {config.latent.latent_dim}"]
    lines += [f"D_STEPS = {training.d_steps}"] if training.d_steps > 1 else []
    lines += [f"G_STEPS = {training.g_steps}"] if training.g_steps > 1 else []
    lines += [f"WEIGHT_CLIP = {regularization.weight_clip:g}"] if regularization.weight_clip else []
    lines += [f"INSTANCE_NOISE = {regularization.instance_noise:g}"] if regularization.instance_noise else []
    lines += [f"EMA_DECAY = {regularization.ema_decay:g}"] if regularization.ema_decay else []
    lines += [f"PACK = {regularization.pack}  # samples that are judged together"] if regularization.pack > 1 else []
    seed = [f"rng = np.random.default_rng({training.seed})", f"keras.utils.set_random_seed({training.seed})"]
    return "\n".join([f"STEPS = {steps}", *lines, "", *seed, ""])


def _networks(config: RunConfig, data: ScriptData) -> str:
    """Both networks, the averaged generator if there is one, and the optimizers."""
    regularization = config.regularization
    classes = data.classes if config.data.conditional else 0
    if regularization.pack > 1 and data.is_images:
        raise refuse(config, "regularization.packing", "a script packs points alone")
    if config.discriminator.family == "translator":
        raise refuse(config, "discriminator.family", "a script has no judge of patches")
    generator = build_network(config.generator, (config.latent.latent_dim,), data.shape, classes)
    judged = packed_shape(data.shape, regularization.pack)
    discriminator = build_network(config.discriminator, judged, (), classes)
    made = spelt("generator", plan_of(generator, "latents").layers)
    judge = plan_of(discriminator, "samples").layers
    made += spelt("discriminator", judge, regularization.spectral_norm)
    if regularization.ema_decay:
        made += "averaged = keras.models.clone_model(generator)\naveraged.set_weights(generator.get_weights())\n"
    optimizer = config.optimizer
    made += f"d_optimizer = {_optimizer(config, optimizer.d_optimizer, optimizer.d_learning_rate)}\n"
    made += f"g_optimizer = {_optimizer(config, optimizer.g_optimizer, optimizer.g_learning_rate)}\n"
    return f"\n\n{FAN_IN}\n\n{made}" if "fan_in_normal(" in made else made


OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}


def _optimizer(config: RunConfig, name: str, rate: float) -> str:
    optimizer, arguments = config.optimizer, [f"{rate:g}"]
    if name == "adam":
        arguments.append(f"beta_1={optimizer.beta_1:g}")
        arguments += [f"beta_2={optimizer.beta_2:g}"] if optimizer.beta_2 != 0.999 else []
    if name == "sgd" and optimizer.momentum:
        arguments.append(f"momentum={optimizer.momentum:g}")
    return f"keras.optimizers.{OPTIMIZERS[name]}({', '.join(arguments)})"


def _training(config: RunConfig, data: ScriptData) -> str:
    """The functions that make one update each."""
    rank = len(data.shape)
    parts = [slopes_function(config, rank)] if penalties_on(config) else []
    parts += [_train_discriminator(config, data), _train_generator(config, data)]
    if config.regularization.ema_decay:
        parts.append(AVERAGE)
    return "\n\n".join(parts)


def _called(config: RunConfig, network: str, given: str) -> str:
    labelled = f"[{given}, labels]" if config.data.conditional else given
    return f"{network}({labelled}, training=True)"


def _draw(config: RunConfig) -> str:
    if config.latent.latent_distribution == "uniform":
        return "tf.random.uniform((BATCH_SIZE, LATENT_DIM), -1, 1)"
    return "tf.random.normal((BATCH_SIZE, LATENT_DIM))"


def _as_seen(config: RunConfig, data: ScriptData, name: str) -> list[str]:
    """The lines that change samples into what the discriminator is shown."""
    lines = []
    if config.regularization.pack > 1:
        lines.append(f"{name} = ops.reshape({name}, (-1, PACK * {data.shape[0]}))")
    if config.regularization.instance_noise:
        lines.append(f"{name} += INSTANCE_NOISE * tf.random.normal(tf.shape({name}))")
    return lines


def _train_discriminator(config: RunConfig, data: ScriptData) -> str:
    labels = ", labels" if config.data.conditional else ""
    before = [
        f"latents = {_draw(config)}",
        f"fake = {_called(config, 'generator', 'latents')}",
        *_as_seen(config, data, "real"),
        *_as_seen(config, data, "fake"),
    ]
    taped = [
        f"real_logits = {_called(config, 'discriminator', 'real')}",
        f"fake_logits = {_called(config, 'discriminator', 'fake')}",
        *d_loss_lines(config),
        *penalty_lines(config, len(data.shape)),
    ]
    after = [
        "gradients = tape.gradient(loss, discriminator.trainable_weights)",
        "d_optimizer.apply(gradients, discriminator.trainable_weights)",
    ]
    if config.regularization.weight_clip:
        after += [
            "for weight in discriminator.trainable_weights:",
            "    weight.assign(ops.clip(weight, -WEIGHT_CLIP, WEIGHT_CLIP))",
        ]
    head = f'@tf.function\ndef train_discriminator(real{labels}):\n    """One update of the discriminator."""\n'
    return head + _body(before, taped, after)


def _train_generator(config: RunConfig, data: ScriptData) -> str:
    relative = compares(config)
    given = ", ".join([*(["real"] if relative else []), *(["labels"] if config.data.conditional else [])])
    before = [f"latents = {_draw(config)}", *(_as_seen(config, data, "real") if relative else [])]
    taped = [
        f"fake = {_called(config, 'generator', 'latents')}",
        *_as_seen(config, data, "fake"),
        *([f"real_logits = {_called(config, 'discriminator', 'real')}"] if relative else []),
        f"fake_logits = {_called(config, 'discriminator', 'fake')}",
        f"loss = ops.mean({script_terms(config).g})",
    ]
    after = [
        "gradients = tape.gradient(loss, generator.trainable_weights)",
        "g_optimizer.apply(gradients, generator.trainable_weights)",
    ]
    told = "One update of the generator, through the discriminator."
    head = f'@tf.function\ndef train_generator({given}):\n    """{told}"""\n'
    return head + _body(before, taped, after)


def _body(before: list[str], taped: list[str], after: list[str]) -> str:
    inner = "\n".join(f"    {line}" for line in taped)
    lines = [*before, "with tf.GradientTape() as tape:", inner, *after, "return loss", ""]
    return indent("\n".join(lines), "    ")


AVERAGE = '''\
@tf.function
def update_average():
    """The averaged generator follows the one in training."""
    for mean, weight in zip(averaged.weights, generator.weights, strict=True):
        mean.assign(EMA_DECAY * mean + (1 - EMA_DECAY) * weight)
'''


TOLD = 'print(f"step {step}: d_loss {float(d_loss):.3f}, g_loss {float(g_loss):.3f}")'


def _loop(config: RunConfig) -> str:
    conditional, training = config.data.conditional, config.training
    given = ["real[batch]", *(["labels[batch]"] if conditional else [])]
    asked = [*(given[:1] if compares(config) else []), *given[1:]]
    d_lines = [
        "batch = rng.integers(len(real), size=BATCH_SIZE)",
        f"d_loss = train_discriminator({', '.join(given)})",
    ]
    g_lines = [f"g_loss = train_generator({', '.join(asked)})"]
    lines = [*_repeated("D_STEPS", training.d_steps, d_lines), *_repeated("G_STEPS", training.g_steps, g_lines)]
    lines += ["update_average()"] if config.regularization.ema_decay else []
    lines += [
        "if step % 100 == 0:",
        '    print(f"step {step}: d_loss {float(d_loss):.3f}, g_loss {float(g_loss):.3f}")',
    ]
    kept = "averaged" if config.regularization.ema_decay else "generator"
    labels = 'labels = labels.astype("int32")\n' if conditional else ""
    body = "\n".join(f"    {line}" for line in lines)
    return f'\n\n{labels}for step in range(STEPS):\n{body}\n\n{kept}.save("generator.keras")\n'


def _repeated(constant: str, times: int, lines: list[str]) -> list[str]:
    if times == 1:
        return lines
    return [f"for _ in range({constant}):", *(f"    {line}" for line in lines)]
