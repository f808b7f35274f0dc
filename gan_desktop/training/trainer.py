"""The trainer: one GAN, its data and its state on a device. The engine without Qt, commands or files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import DiscriminatorConfig, GeneratorConfig, RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray, MetricsBlock
from gan_desktop.core.interventions import Intervention, check_control, current_controls
from gan_desktop.core.registry import objectives, optimizers
from gan_desktop.training.backend import tf
from gan_desktop.training.batches import BatchIndex, shuffled
from gan_desktop.training.block import CAPACITY, compile_block
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, Scaling, silent
from gan_desktop.training.devices import choose_device
from gan_desktop.training.networks import Network
from gan_desktop.training.optimizers import Optimizer
from gan_desktop.training.random_streams import Stream, key, normal, uniform
from gan_desktop.training.train_step import COUNTS, Controls, Gan, Player, TrainState


def load_data(config: RunConfig, report: Report = silent) -> DataSet:
    """Load the data set that `config` names.

    Raises:
        InputError: it cannot be had, or a batch would be larger than it.
    """
    loader = config.data.choices[config.data.name].value
    data: DataSet = loader(DataRequest(config.data.options, config.data.path, config.training.seed, report))
    batch_size = config.training.batch_size
    if batch_size > len(data):
        message = f"training.batch_size = {batch_size}: larger than the data ({len(data)} samples)"
        raise InputError(message, "training.batch_size")
    return data


class Trainer:
    """Trains one GAN. A run is a function of (config, seed, interventions), however its steps are cut into calls."""

    def __init__(self, config: RunConfig, data: DataSet | None = None) -> None:
        """Load the data, unless given, and build both networks on the device; nothing is compiled before it is used.

        Raises:
            InputError: the data cannot be had, the batch is larger than the data, or the device is not there.
        """
        self.initial_config = config
        self.config = config
        self.device = choose_device(config.training.device)
        self.data = data or load_data(config)
        self.scaling = Scaling.fit(self.data, config.generator.output_activation)
        self.step = 0
        self._batches = 0
        self.interventions: list[Intervention] = []
        self.diverged = False
        seed = config.training.seed
        self._generator = build_network(config.generator, (config.latent.latent_dim,), self.data.sample_shape)
        self._discriminator = build_network(config.discriminator, self.data.sample_shape, ())
        with tf.device(self.device.name):
            samples = self.scaling.to_network(self.data.samples[shuffled(len(self.data), seed)])
            self._gan = make_gan(config, self._generator, self._discriminator, tf.constant(samples))
            # One variable a tensor: a block reads them once, works on values, and assigns them once.
            self.state: TrainState = tf.nest.map_structure(
                lambda value: tf.Variable(value, trainable=False), initial_state(self._gan, seed)
            )
            jit_compile = self._generator.jit_compile and self._discriminator.jit_compile
            self._block = compile_block(self._gan, self.state, jit_compile)
            self._sample = self._compile_sample()
            self._controls = self._control_tensors()

    def _control_tensors(self) -> Controls:
        values = current_controls(self.config)
        with tf.device(self.device.name):
            return Controls(
                **{
                    name: tf.constant(values[name], tf.int32 if name in COUNTS else tf.float32)
                    for name in Controls._fields
                }
            )

    def compile(self) -> None:
        """Trace and compile what `advance` and `sample` call, which they do themselves at their first call."""
        with tf.device(self.device.name):
            self._block(self._controls, tf.constant(0))
        self.sample(self.latents(1))

    def reset(self) -> None:
        """Go back to before the first step: the same seed, the same start, and nothing is compiled anew."""
        self.config = self.initial_config
        with tf.device(self.device.name):
            start = initial_state(self._gan, self.config.training.seed)
            tf.nest.map_structure(lambda variable, value: variable.assign(value), self.state, start)
            self._controls = self._control_tensors()
        self.step, self._batches, self.diverged = 0, 0, False
        self.interventions = []

    def state_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that training changes, by path (`generator/parameters/dense_0/kernel`)."""
        return {name: variable.numpy() for name, variable in _flatten(self.state)}

    def restore(self, arrays: dict[str, npt.NDArray[Any]], step: int, interventions: list[Intervention]) -> None:
        """Take up a state from `state_arrays`, the step it was taken at and the interventions made before.

        Raises:
            InputError: an array is missing, unknown, or of another shape; nothing is changed then.
        """
        variables = dict(_flatten(self.state))
        for name in variables.keys() | arrays.keys():
            here = tuple(variables[name].shape) if name in variables else None
            there = arrays[name].shape if name in arrays else None
            if here != there:
                raise InputError(f"the checkpoint does not fit the networks: '{name}' has shape {there}, not {here}")
        config = self.initial_config
        for change in interventions:
            _, config = check_control(config, change.key, change.value)
        for name, variable in variables.items():
            variable.assign(arrays[name])
        self.config, self.step, self.interventions = config, step, list(interventions)
        self._batches, self.diverged = int(arrays["batches"]), False
        self._controls = self._control_tensors()

    def advance(self, steps: int) -> MetricsBlock:
        """Take `steps` steps, fewer if one is not finite: then `diverged` is set, and that step is the last row.

        Raises:
            ValueError: `steps` is below 1, or the run has diverged.
        """
        if steps < 1 or self.diverged:
            raise ValueError(f"cannot advance {steps} steps" + (": the run has diverged" if self.diverged else ""))
        first, rows = self.step, []
        while steps > 0 and not self.diverged:
            with tf.device(self.device.name):
                block = self._block(self._controls, tf.constant(min(steps, CAPACITY)))
            taken = int(block.steps)
            rows.append(block.figures.numpy()[:taken])
            self.diverged = not bool(block.finite)
            self._batches = int(block.batches)
            self.step += taken
            steps -= taken
        return MetricsBlock(first, rows[0] if len(rows) == 1 else np.concatenate(rows))

    def set(self, name: str, value: object) -> Intervention:
        """Change a live control before the next step. Nothing is compiled anew and no moment is lost.

        Raises:
            InputError: it is not a live control, or the value is not allowed.
        """
        key_, config = check_control(self.config, name, value)
        previous = current_controls(self.config)[key_]
        self.config = config
        self._controls = self._control_tensors()
        change = Intervention(self.step, key_, current_controls(config)[key_], previous)
        self.interventions.append(change)
        return change

    @property
    def epoch(self) -> float:
        """Real samples drawn so far, over the size of the data set."""
        return self._batches * self.config.training.batch_size / len(self.data)

    def total_steps(self) -> int | None:
        """The step at which the run ends, if nothing changes any more; None when it goes on until it is stopped."""
        training = self.config.training
        if training.epochs is None:
            return training.steps
        batches = -(-training.epochs * len(self.data) // training.batch_size) - self._batches
        return self.step + max(0, -(-batches // max(training.d_steps, 1)))

    def latents(self, count: int, draw: int = 0, stream: Stream = Stream.SHOWN_LATENTS) -> FloatArray:
        """Latents to show samples of, shape (count, latent_dim): fixed for a seed and a draw, apart from training's."""
        draw_latents = latent_source(self.config, count)
        values: FloatArray = draw_latents(stream, tf.constant(draw, tf.int64)).numpy()
        return values

    def sample(self, latents: npt.NDArray[Any]) -> FloatArray:
        """Generated samples in data units, shape (len(latents), *sample_shape): images in 0..1.

        Batch norm uses its moving moments, so a sample depends on its latent alone.

        Raises:
            ValueError: latents are not of shape (n, latent_dim).
        """
        if latents.ndim != 2 or latents.shape[1] != self.config.latent.latent_dim:
            raise ValueError(f"latents of shape {latents.shape}: expected (n, {self.config.latent.latent_dim})")
        with tf.device(self.device.name):
            outputs = self._sample()(tf.constant(latents, tf.float32)).numpy()
        samples = self.scaling.to_data(outputs)
        return np.clip(samples, 0, 1) if self.data.kind == "images" else samples

    def _compile_sample(self) -> Any:
        signature = [tf.TensorSpec([None, self.config.latent.latent_dim], tf.float32)]
        generator, player = self._generator, self.state.generator

        @tf.function(autograph=False, input_signature=signature)
        def sample(latents: tf.Tensor) -> tf.Tensor:
            outputs, _ = generator.apply(player.parameters, player.statistics, latents, training=False)
            return outputs

        return cache(sample.get_concrete_function)

    def weights_digest(self) -> str:
        """The SHA-256 of every variable of both networks, in order of network and name."""
        digest = hashlib.sha256()
        for player in (self.state.generator, self.state.discriminator):
            for variables in (player.parameters, player.statistics):
                for name in sorted(variables):
                    digest.update(variables[name].numpy().tobytes())
        return digest.hexdigest()

    def parameter_counts(self) -> tuple[int, int]:
        """The number of trained parameters of the generator and of the discriminator."""
        players = (self.state.generator, self.state.discriminator)
        generator, discriminator = (
            sum(int(np.prod(value.shape)) for value in player.parameters.values()) for player in players
        )
        return generator, discriminator


def _flatten(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested dicts and named tuples, with their paths, in a fixed order."""
    if hasattr(tree, "_asdict"):
        tree = tree._asdict()
    if not isinstance(tree, dict):
        yield path, tree
        return
    for name in sorted(tree):
        yield from _flatten(tree[name], f"{path}/{name}" if path else name)


def build_network(
    section: GeneratorConfig | DiscriminatorConfig, input_shape: tuple[int, ...], output_shape: tuple[int, ...]
) -> Network:
    """The network that a config section describes.

    A discriminator's `output_activation` is folded into the loss, so the network itself ends in logits.
    """
    activation = section.output_activation if output_shape else "linear"
    family: type[Network] = section.choices[section.family].value
    return family(section.options, input_shape, output_shape, activation)


def latent_source(config: RunConfig, count: int) -> Any:
    """The function (stream, index) -> latents of shape (count, latent_dim): normal, or uniform in -1..1."""
    shape = (count, config.latent.latent_dim)
    seed = config.training.seed
    if config.latent.latent_distribution == "uniform":
        return lambda stream, index: uniform(shape, key(seed, stream, index), -1.0, 1.0)
    return lambda stream, index: normal(shape, key(seed, stream, index))


def make_gan(config: RunConfig, generator: Network, discriminator: Network, samples: tf.Tensor) -> Gan:
    """Put together what a config names; `samples` are the real ones, scaled, on the device."""
    index = BatchIndex(samples.shape[0], config.training.batch_size, config.training.seed)
    make_d, make_g = (optimizers[n].value for n in (config.optimizer.d_optimizer, config.optimizer.g_optimizer))
    d_optimizer: Optimizer = make_d(config.optimizer)
    g_optimizer: Optimizer = make_g(config.optimizer)
    return Gan(
        generator=generator,
        discriminator=discriminator,
        objective=objectives[config.objective.objective].value,
        d_optimizer=d_optimizer,
        g_optimizer=g_optimizer,
        real_batch=lambda number: tf.gather(samples, index(number)),
        latents=latent_source(config, config.training.batch_size),
        d_loss_scale=0.5 if config.objective.d_loss_halves == "mean" else 1.0,
    )


def initial_state(gan: Gan, seed: int) -> TrainState:
    """Both networks as drawn from the seed, with fresh moments, before the first step."""

    def player(network: Network, optimizer: Optimizer, stream: Stream) -> Player:
        parameters, statistics = network.init(seed, stream)
        return Player(parameters, statistics, optimizer.init(parameters), tf.constant(0, tf.int64))

    return TrainState(
        generator=player(gan.generator, gan.g_optimizer, Stream.GENERATOR_INIT),
        discriminator=player(gan.discriminator, gan.d_optimizer, Stream.DISCRIMINATOR_INIT),
        step=tf.constant(0, tf.int64),
        batches=tf.constant(0, tf.int64),
    )
