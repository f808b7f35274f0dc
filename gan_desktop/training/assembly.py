"""From a config to what trains: networks, optimizers, batches and latents put together, and the state to start from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gan_desktop.core.config import DiscriminatorConfig, GeneratorConfig, RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import games, optimizers
from gan_desktop.core.views import Role
from gan_desktop.training.backend import tf
from gan_desktop.training.batches.order import BatchIndex, shuffled
from gan_desktop.training.batches.sources import BatchSource, ByteBatches, MemoryBatches
from gan_desktop.training.batches.streamed import StreamedBatches
from gan_desktop.training.data.byte_images import ByteImages
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, Scaling, constant_note, silent
from gan_desktop.training.devices import choose_device
from gan_desktop.training.games.gan import DISCRIMINATOR, GENERATOR
from gan_desktop.training.games.regularization import packed_shape
from gan_desktop.training.networks import Network
from gan_desktop.training.networks.spectral_norm import SpectralNorm
from gan_desktop.training.random_streams import Seed, Stream, key, normal, seed_variable, uniform
from gan_desktop.training.train_step import Player, Setup, TrainState, Weights

INIT_STREAMS = {GENERATOR: Stream.GENERATOR_INIT, DISCRIMINATOR: Stream.DISCRIMINATOR_INIT}


def load_data(config: RunConfig, report: Report = silent) -> DataSet:
    """Load the data set that `config` names.

    Raises:
        InputError: it cannot be had, a batch would be larger than it, or labels are asked for and it has none.
    """
    loader = config.data.choices[config.data.name].value
    data: DataSet = loader(DataRequest(config.data.options, config.data.path, config.training.seed, report))
    batch_size = config.training.batch_size
    if batch_size > len(data):
        message = f"training.batch_size = {batch_size}: larger than the data ({len(data)} samples)"
        raise InputError(message, "training.batch_size")
    if config.data.conditional and data.labels is None:
        message = f"data.conditional = true: the data have no labels ({data.title})"
        raise InputError(message, "data.conditional")
    if data.is_constant:
        return replace(data, notes=(*data.notes, constant_note(data)))
    return data


def build_generator(config: RunConfig, data: DataSet) -> Network:
    """The generator that a config describes for these data.

    Raises:
        InputError: its family cannot make such samples.
    """
    return build_network(config.generator, (config.latent.latent_dim,), data.sample_shape, class_count(config, data))


def build_discriminator(config: RunConfig, data: DataSet) -> Network:
    """The discriminator that a config describes for these data: it judges packs, and may be spectrally normalised.

    Raises:
        InputError: its family cannot judge such samples.
    """
    shape = packed_shape(data.sample_shape, config.regularization.pack)
    network = build_network(config.discriminator, shape, (), class_count(config, data))
    return SpectralNorm(network) if config.regularization.spectral_norm else network


def check_networks(config: RunConfig, data: DataSet) -> None:
    """Whether there is the device and both networks can be built for these data; nothing is allocated.

    Raises:
        InputError: why not.
    """
    choose_device(config.training.device)
    build_generator(config, data)
    build_discriminator(config, data)


def class_count(config: RunConfig, data: DataSet) -> int:
    """The number of classes that both networks are told, 0 for none."""
    return data.classes if config.data.conditional else 0


def build_network(
    section: GeneratorConfig | DiscriminatorConfig,
    input_shape: tuple[int, ...],
    output_shape: tuple[int, ...],
    classes: int = 0,
) -> Network:
    """The network that a config section describes."""
    # A discriminator's `output_activation` is folded into the loss, so the network itself ends in logits.
    activation = section.output_activation if output_shape else "linear"
    family: type[Network] = section.choices[section.family].value
    return family(section.options, input_shape, output_shape, activation, classes)


def latent_source(config: RunConfig, count: int, seed: Seed) -> Any:
    """The function (stream, index) -> latents of shape (count, latent_dim): normal, or uniform in -1..1."""
    shape = (count, config.latent.latent_dim)
    if config.latent.latent_distribution == "uniform":
        return lambda stream, index: uniform(shape, key(seed, stream, index), -1.0, 1.0)
    return lambda stream, index: normal(shape, key(seed, stream, index))


def batch_source(config: RunConfig, data: DataSet, scaling: Scaling) -> BatchSource:
    """The data's batches: of samples laid out on the device, or of lazy ones as they are read."""
    seed = config.training.seed
    order = shuffled(len(data), seed)
    index = BatchIndex(len(data), config.training.batch_size, seed)
    labels = None
    if config.data.conditional and data.labels is not None:
        labels = tf.constant(data.labels[order], tf.int32)
    if isinstance(data.samples, np.ndarray):
        return MemoryBatches(data, order, index, scaling, labels)
    if isinstance(data.samples, ByteImages):
        return ByteBatches(data.samples, order, index, scaling, labels)
    return StreamedBatches(data, order, index, scaling, labels, batches_per_step(config))


def batches_per_step(config: RunConfig) -> int:
    """How many batches of real samples a step draws: one, where the discriminator is frozen and only measured."""
    return max(1, config.training.d_steps)


def make_setup(config: RunConfig, generator: Network, discriminator: Network, real_batch: BatchSource) -> Setup:
    """Put together what a config names."""
    seed = seed_variable(config.training.seed)
    names: dict[Role, str] = {"d": config.optimizer.d_optimizer, "g": config.optimizer.g_optimizer}
    return Setup(
        game=games[config.game.name].value(),
        networks={GENERATOR: generator, DISCRIMINATOR: discriminator},
        optimizers={role: optimizers[name].value() for role, name in names.items()},
        real_batch=real_batch,
        latents=latent_source(config, config.training.batch_size, seed),
        key=lambda stream, index: key(seed, stream, index),
        d_loss_scale=0.5 if config.objective.d_loss_halves == "mean" else 1.0,
        pack=config.regularization.pack,
        simultaneous=config.training.updates == "simultaneous",
    )


def initial_state(setup: Setup, seed: int) -> TrainState:
    """All players as drawn from the seed, with fresh moments, before the first step."""
    players = {}
    for turn in setup.game.turns:
        parameters, statistics = setup.networks[turn.player].init(seed, INIT_STREAMS[turn.player])
        moments = setup.optimizers[turn.role].init(parameters)
        players[turn.player] = Player(parameters, statistics, moments, tf.constant(0, tf.int64))
    maker = players[setup.game.maker]
    return TrainState(
        players=players,
        averaged=Weights(maker.parameters, maker.statistics),
        step=tf.constant(0, tf.int64),
        batches=tf.constant(0, tf.int64),
    )
