"""Builds what trains from a config: its networks, optimizers, batches and latents, and the state to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gan_desktop.core.config import DiscriminatorConfig, GeneratorConfig, RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import GIVEN, datasets, degradations, families, optimizers
from gan_desktop.core.views import Role
from gan_desktop.training.backend import tf
from gan_desktop.training.batches.order import BatchIndex, shuffled
from gan_desktop.training.batches.sources import BatchSource, ByteBatches, MemoryBatches
from gan_desktop.training.batches.streamed import StreamedBatches
from gan_desktop.training.data.byte_images import ByteImages
from gan_desktop.training.data.dataset import REAL, SOURCE, DataRequest, DataSet, Report, Scaling, constant_note, silent
from gan_desktop.training.data.derived import with_source
from gan_desktop.training.devices import choose_device
from gan_desktop.training.games.regularization import packed_shape
from gan_desktop.training.networks import Network
from gan_desktop.training.networks.spectral_norm import SpectralNorm
from gan_desktop.training.random_streams import PAIR_STREAMS, Seed, Stream, key, normal, seed_variable, uniform
from gan_desktop.training.train_step import Player, Setup, TrainState, Turn, Weights

# What the parameters of each role are drawn from.
INIT_STREAMS: dict[Role, Stream] = {"g": Stream.GENERATOR_INIT, "d": Stream.DISCRIMINATOR_INIT}


def load_data(config: RunConfig, report: Report = silent) -> DataSet:
    """Load the data set that `config` names.

    Raises:
        InputError: it cannot be loaded, is smaller than a batch, does not fit the game, or lacks labels asked for.
    """
    request = DataRequest(config.data.options, config.data.path, config.training.seed, report)
    data = datasets[config.data.name].value(request)
    if config.game.makes_source:
        data = with_source(data, config.game.options.source)
    check_data(config, data)
    if data.is_constant:
        return replace(data, notes=(*data.notes, constant_note(data)))
    return data


def check_data(config: RunConfig, data: DataSet) -> None:
    """Check that these data can be trained on as the config says.

    Raises:
        InputError: they are smaller than a batch, do not fit the game, or lack labels asked for.
    """
    batch_size, domains = config.training.batch_size, [data.domain(name) for name in config.game.played.domains]
    fewest = min(domains, key=len)
    if batch_size > len(fewest):
        which = "data" if len(fewest) == len(data) else f"source, {fewest.title},"
        message = f"training.batch_size = {batch_size}: larger than the {which} ({len(fewest)} samples)"
        raise InputError(message, "training.batch_size")
    if SOURCE in config.game.played.domains and data.source is None:
        if hasattr(config.game.options, "source"):
            made = ", ".join(name for name in degradations if name != GIVEN)
            message = f"game.source = '{GIVEN}': the data have no source of their own ({data.title}); allowed: {made}"
            raise InputError(message, "game.source")
        message = f"game.name = '{config.game.name}': it takes data of two domains, and these have one ({data.title})"
        raise InputError(message, "game.name")
    if config.game.played.is_paired and not data.paired:
        message = f"game.name = '{config.game.name}': it takes pairs, and these data do not say which samples belong "
        raise InputError(f"{message}together ({data.title})", "game.name")
    if config.data.conditional and data.labels is None:
        message = f"data.conditional = true: the data have no labels ({data.title})"
        raise InputError(message, "data.conditional")


def build_networks(config: RunConfig, data: DataSet) -> dict[str, Network]:
    """The network of each player of the config's game, for these data.

    Raises:
        InputError: a family cannot make or judge such samples.
    """
    return {turn.player: build_player(config, turn, data) for turn in config.game.played.turns}


def build_player(config: RunConfig, turn: Turn, data: DataSet) -> Network:
    """The network of one player.

    A maker makes its samples from latents or from samples of another domain. A judge judges packs of samples, and its
    network may be spectrally normalised.
    """
    shape, classes = data.domain(turn.target).sample_shape, class_count(config, data)
    if turn.role == "g":
        return build_network(config.generator, input_shape(config, turn, data), shape, classes)
    if turn.source is not None:
        shape = shape_beside(config, shape, data.domain(turn.source).sample_shape)
    network = build_network(config.discriminator, packed_shape(shape, config.regularization.pack), (), classes)
    return SpectralNorm(network) if config.regularization.spectral_norm else network


def shape_beside(config: RunConfig, shape: tuple[int, ...], source: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a sample with its source as further channels.

    Raises:
        InputError: they are of different sizes.
    """
    if shape[:-1] != source[:-1]:
        sizes = [" x ".join(map(str, each[:-1])) for each in (source, shape)]
        message = f"game.name = '{config.game.name}': its judge sees each source beside its sample, so both have the "
        raise InputError(f"{message}same size; here sources are {sizes[0]} pixels and samples {sizes[1]}", "game.name")
    return (*shape[:-1], shape[-1] + source[-1])


def input_shape(config: RunConfig, turn: Turn, data: DataSet) -> tuple[int, ...]:
    """The shape of what a maker makes one sample from: a latent, or a sample of its source."""
    return (config.latent.latent_dim,) if turn.source is None else data.domain(turn.source).sample_shape


def check_networks(config: RunConfig, data: DataSet) -> None:
    """Check that the device is there and that all networks can be built for these data; nothing is allocated.

    Raises:
        InputError: it is not there, or a network cannot be built; the sentence says why.
    """
    choose_device(config.training.device)
    build_networks(config, data)


def class_count(config: RunConfig, data: DataSet) -> int:
    """The number of classes whose labels the networks get; 0 if they get none."""
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
    family = families[section.family].value
    return family(section.options, input_shape, output_shape, activation, classes)


def latent_source(config: RunConfig, count: int, seed: Seed) -> Any:
    """The function (stream, index) -> latents of shape (count, latent_dim): normal, or uniform in -1..1."""
    shape = (count, config.latent.latent_dim)
    if config.latent.latent_distribution == "uniform":
        return lambda stream, index: uniform(shape, key(seed, stream, index), -1.0, 1.0)
    return lambda stream, index: normal(shape, key(seed, stream, index))


def batch_sources(config: RunConfig, data: DataSet, scaling: Scaling) -> dict[str, BatchSource]:
    """The batches of each domain of the config's game."""
    # Unless the data are pairs, the other domain has an order of its own: samples at one place do not belong together.
    seeds = {REAL: config.training.seed, SOURCE: config.training.seed + (0 if data.paired else 1)}
    return {name: batch_source(config, data.domain(name), scaling, seeds[name]) for name in config.game.played.domains}


def batch_source(config: RunConfig, data: DataSet, scaling: Scaling, seed: int) -> BatchSource:
    """The batches of a data set: from samples laid out on the device, or from lazy ones as they are read."""
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
    """How many batches of real samples a step draws: at least one, since a frozen discriminator is still measured."""
    return max(1, config.training.d_steps)


def make_setup(
    config: RunConfig, data: DataSet, networks: Mapping[str, Network], batches: Mapping[str, BatchSource]
) -> Setup:
    """Put together what a config names."""
    game, seed = config.game.played, seed_variable(config.training.seed)
    names: dict[Role, str] = {"d": config.optimizer.d_optimizer, "g": config.optimizer.g_optimizer}
    return Setup(
        game=game,
        networks=networks,
        optimizers={role: optimizers[name].value() for role, name in names.items()},
        batches=batches,
        latents=latent_source(config, config.training.batch_size, seed),
        key=lambda stream, index: key(seed, stream, index),
        d_loss_scale=0.5 if config.objective.d_loss_halves == "mean" else 1.0,
        pack=config.regularization.pack,
        simultaneous=config.training.updates == "simultaneous",
        options=config.game.options,
        shapes={name: data.domain(name).sample_shape for name in game.domains},
    )


def initial_state(setup: Setup, seed: int) -> TrainState:
    """All players as drawn from the seed, with fresh moments, before the first step."""
    players = {}
    for turn in setup.game.turns:
        stream = INIT_STREAMS[turn.role] + PAIR_STREAMS * turn.pair
        parameters, statistics = setup.networks[turn.player].init(seed, stream)
        moments = setup.optimizers[turn.role].init(parameters)
        players[turn.player] = Player(parameters, statistics, moments, tf.constant(0, tf.int64))
    maker = players[setup.game.maker]
    return TrainState(
        players=players,
        averaged=Weights(maker.parameters, maker.statistics),
        step=tf.constant(0, tf.int64),
        batches=tf.constant(0, tf.int64),
        kept=setup.game.kept(setup),
    )
