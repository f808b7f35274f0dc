"""The trainer: one GAN, its data and its state on a device. The engine without Qt, commands or files."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import DataLostError, InputError
from gan_desktop.core.events import FloatArray, MetricsBlock, Picture
from gan_desktop.core.interventions import HAND, Intervention, check_control, config_after, current_controls
from gan_desktop.core.machine import distributions_note
from gan_desktop.training.assembly import (
    batch_sources,
    batches_per_step,
    build_networks,
    class_count,
    initial_state,
    input_shape,
    latent_source,
    load_data,
    make_setup,
)
from gan_desktop.training.backend import compiling, tf
from gan_desktop.training.block import CAPACITY, Block, Blocks
from gan_desktop.training.controls import Controls, controls_of, uses_of
from gan_desktop.training.data.dataset import REAL, SOURCE, DataSet, Scaling
from gan_desktop.training.data.derived import bicubic
from gan_desktop.training.data.given import Given, given
from gan_desktop.training.devices import choose_device, machine
from gan_desktop.training.engine.footprint import check_memory
from gan_desktop.training.makers import AVERAGED, Makers
from gan_desktop.training.networks import Network
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.state_arrays import digest_of, flatten, is_weight
from gan_desktop.training.train_step import TrainState
from gan_desktop.training.watching.probe import Probe


class Trainer:
    """Trains one GAN. A run is a function of (config, seed, interventions), however its steps are cut into calls."""

    def __init__(self, config: RunConfig, data: DataSet | None = None) -> None:
        """Load the data, unless given, and build both networks on the device; nothing is compiled before it is used.

        Raises:
            InputError: the data cannot be loaded, the batch is larger than the data, the device is not there, or its
                memory is too small for the networks.
        """
        self.initial_config = config
        self.config = config
        self.device = choose_device(config.training.device)
        self.machine = machine(self.device)
        self.notes = list(filter(None, [distributions_note()]))  # for the log
        self.data = data or load_data(config)
        self.scaling = Scaling.fit(self.data, config.generator.output_activation)
        self.step = 0
        self._batches = 0
        self.interventions: list[Intervention] = []
        self.diverged = False
        self.classes = class_count(config, self.data)
        check_memory(config, self.data, self.device.name)
        self.game = config.game.played
        networks = build_networks(config, self.data)
        with tf.device(self.device.name):
            self._sources = batch_sources(config, self.data, self.scaling)
            self._setup = make_setup(config, self.data, networks, self._sources)
            # One variable for each tensor: a block reads them once, works on values, and assigns them once.
            self.state: TrainState = tf.nest.map_structure(
                lambda value: tf.Variable(value, trainable=False), initial_state(self._setup, config.training.seed)
            )
            self._jit_compile = all(network.jit_compile for network in networks.values())
            self._blocks = Blocks(self._setup, self._jit_compile, uses_of(config))
            inputs = {turn.player: input_shape(config, turn, self.data) for turn in self.game.turns if turn.role == "g"}
            self.input_shape = inputs[self.game.maker]
            self._make = Makers(
                self._setup, self.state, inputs, self.scaling, self.data.kind, self.classes > 0, self.device.name
            )
            self._controls = self._control_tensors()

    def _control_tensors(self) -> Controls:
        with tf.device(self.device.name):
            return controls_of(self.config)

    def compile(self) -> None:
        """Trace and compile what `advance` and `sample` call. Otherwise they do it themselves at their first call.

        Here, programs that XLA compiled before are found in the user's cache.
        """
        with self._compiling(), tf.device(self.device.name):
            self._advance_by(0)
            self.sample(self.latents(1))

    def compile_any(self) -> None:
        """Compile what runs once a cure is turned on or off. Any thread may do it, also while `advance` runs."""
        with self._compiling(), tf.device(self.device.name):
            self._blocks.compile_any(self.state, self._controls)

    def _compiling(self) -> AbstractContextManager[None]:
        return compiling(self.notes) if self._jit_compile else nullcontext()

    def reset(self) -> None:
        """Go back to before the first step: the same seed, the same start, and nothing is compiled anew."""
        self.close()
        self.config = self.initial_config
        self._blocks.begin(uses_of(self.config))
        with tf.device(self.device.name):
            start = initial_state(self._setup, self.config.training.seed)
            tf.nest.map_structure(lambda variable, value: variable.assign(value), self.state, start)
            self._controls = self._control_tensors()
        self.step, self._batches, self.diverged = 0, 0, False
        self.interventions = []

    def close(self) -> None:
        """End the threads that read samples ahead; `advance` begins them anew. Nothing else is lost."""
        for source in self._sources.values():
            source.close()

    def state_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that training changes, by path (`generator/parameters/dense_0/kernel`)."""
        return {name: _values(variable) for name, variable in flatten(self.state)}

    def restore(self, arrays: dict[str, npt.NDArray[Any]], step: int, interventions: list[Intervention]) -> None:
        """Take up a state from `state_arrays`, the step it was taken at and the interventions made before.

        Raises:
            InputError: an array is missing, unknown, or of another shape or type; nothing is changed then.
        """
        variables = dict(flatten(self.state))
        for name in variables.keys() | arrays.keys():
            here = tuple(variables[name].shape) if name in variables else None
            there = arrays[name].shape if name in arrays else None
            if here != there:
                raise InputError(f"the checkpoint does not fit the networks: '{name}' has shape {there}, not {here}")
            if variables[name].dtype.as_numpy_dtype != arrays[name].dtype:
                raise InputError(f"the checkpoint does not fit the networks: '{name}' holds {arrays[name].dtype}")
        config = config_after(self.initial_config, interventions)
        self.close()
        for name, variable in variables.items():
            variable.assign(arrays[name])
        self.config, self.step, self.interventions = config, step, list(interventions)
        self._batches, self.diverged = int(arrays["batches"]), False
        self._controls = self._control_tensors()

    def advance(self, steps: int) -> MetricsBlock:
        """Take `steps` steps, fewer if one is not finite: then `diverged` is set, and that step is the last row.

        It also takes fewer when samples for the later steps cannot be read: the steps before come first.

        Raises:
            ValueError: `steps` is below 1, or the run has diverged.
            DataLostError: samples that are needed now cannot be read any more; no step was taken.
        """
        if steps < 1 or self.diverged:
            raise ValueError(f"cannot advance {steps} steps" + (": the run has diverged" if self.diverged else ""))
        first = self.step
        rows: list[npt.NDArray[Any]] = []
        while steps > 0 and not self.diverged:
            try:
                block = self._call_block(steps)
            except DataLostError:
                if not rows:
                    raise
                break
            taken = int(block.steps)
            rows.append(block.figures.numpy()[:taken])
            self.diverged = not bool(block.finite)
            self._batches = int(block.batches)
            self.step += taken
            steps -= taken
        return MetricsBlock(first, rows[0] if len(rows) == 1 else np.concatenate(rows), self.config.game.figures)

    def _call_block(self, steps: int) -> Block:
        """Take as many of `steps` steps as one call can."""
        with tf.device(self.device.name):
            most = min(steps, CAPACITY)
            return self._advance_by(self._make_ready(most))

    def _make_ready(self, steps: int) -> int:
        """Get the real batches of the next steps ready; returns for how many steps they are."""
        each = batches_per_step(self.config)
        return min(source.make_ready(self._batches, steps, each) for source in self._sources.values())

    @property
    def is_compiled(self) -> bool:
        """Whether the next step is compiled; if not, `advance` compiles it first."""
        return self._blocks(uses_of(self.config)).is_compiled

    def _advance_by(self, steps: int) -> Block:
        block = self._blocks(uses_of(self.config))
        return block(self.state, self._controls, tf.constant(steps))

    def set(self, name: str, value: object, author: str = HAND) -> Intervention:
        """Change a live control before the next step. No moment is lost.

        Another number compiles nothing anew; turning something on or off may, once (`compile_any` does that ahead).

        Raises:
            InputError: it is not a live control, or the value is not allowed.
        """
        key_, config = check_control(self.config, name, value)
        previous = current_controls(self.config)[key_]
        if key_ == "ema_decay" and previous == 0:
            self._start_average()
        self.config = config
        self._controls = self._control_tensors()
        change = Intervention(self.step, key_, current_controls(config)[key_], previous, author)
        self.interventions.append(change)
        return change

    def _start_average(self) -> None:
        """Let the average begin at the generator's weights of now: it stood still while it was off."""
        averaged, current = self.state.averaged, self.state.players[self.game.maker]
        for here, there in ((averaged.parameters, current.parameters), (averaged.statistics, current.statistics)):
            for name, variable in here.items():
                variable.assign(there[name])
        # Traced now, or the first picture of it would seem to cost so much that the next one is put off for a minute.
        self.sample(self.latents(1), averaged=True)

    @property
    def averages(self) -> bool:
        """Whether there is an averaged generator to sample from."""
        return self.config.regularization.ema_decay > 0

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
        return self.step + max(0, -(-batches // batches_per_step(self.config)))

    @property
    def maker_network(self) -> Network:
        """The network whose samples are shown."""
        return self._setup.networks[self.game.maker]

    def latents(self, count: int, draw: int = 0, stream: Stream = Stream.SHOWN_LATENTS) -> FloatArray:
        """What to make shown samples from, shape (count, *input_shape): fixed for a seed and a draw, not training's.

        These are latents or, if the maker translates, real samples of its source, as the network takes them.
        """
        given = self.given(count, draw, stream)
        if given is not None:
            return self.scaling.to_network(given.source)
        draw_latents = latent_source(self.config, count, self.config.training.seed)
        values: FloatArray = draw_latents(stream, tf.constant(draw, tf.int64)).numpy()
        return values

    def given(self, count: int, draw: int = 0, stream: Stream = Stream.SHOWN_LATENTS) -> Given | None:
        """The samples that `latents` gives, and what is known of each; None if samples are made from latents."""
        if not self.game.translates:
            return None
        return given(self.data, count, self.config.training.seed, draw, stream)

    def pictures(self, given: Given, translated: FloatArray) -> tuple[Picture, ...]:
        """The columns that the game shows of these samples, which `sample` has translated."""
        # By the domain that they come from and the makers that have translated them.
        known = {(SOURCE, ()): given.source, (REAL, ()): given.target, (SOURCE, (self.game.maker,)): translated}

        def along(domain: str, path: tuple[str, ...]) -> FloatArray:
            if (domain, path) not in known:
                *before, maker = path
                known[domain, path] = self._make(maker, self.scaling.to_network(along(domain, tuple(before))))
            return known[domain, path]

        made = []
        for picture in self.game.pictures:
            values = along(picture.domain, picture.path)
            if picture.enlarged:
                values = bicubic(values, *self.data.sample_shape[:2])
            made.append(Picture(picture.name, picture.title, values, picture.group))
        return tuple(made)

    def labels(self, count: int) -> npt.NDArray[np.int32] | None:
        """The classes of `count` shown samples, class by class, each as often as the others; None without classes."""
        if not self.classes:
            return None
        return (np.arange(count) * self.classes // count).astype(np.int32)

    def sample(
        self, latents: npt.NDArray[Any], labels: npt.NDArray[Any] | None = None, *, averaged: bool = False
    ) -> FloatArray:
        """Generated samples in data units, shape (len(latents), *sample_shape): images in 0..1.

        Batch norm uses its moving moments, so a sample depends only on its latent and its class.

        Args:
            latents: shape (n, *input_shape).
            labels: the class of each, shape (n,); `labels(n)` if the GAN is conditional and none are given.
            averaged: whether the averaged generator makes them, not the one in training.

        Raises:
            ValueError: latents or labels are of another shape, or a label is not a class.
        """
        if latents.shape[1:] != self.input_shape:
            raise ValueError(f"latents of shape {latents.shape}: expected (n, {', '.join(map(str, self.input_shape))})")
        classes = self.labels(len(latents)) if labels is None else np.asarray(labels)
        if classes is not None and (
            classes.shape != (len(latents),) or not np.isin(classes, range(self.classes)).all()
        ):
            raise ValueError(f"labels {classes}: expected {len(latents)} of 0..{self.classes - 1}")
        return self._make(AVERAGED if averaged else self.game.maker, latents, classes)

    def probe(self, *, with_batches: bool = False) -> Probe:
        """A look into both networks as they are now.

        Args:
            with_batches: whether updates of the next step will be asked for, which need its real batches.

        Raises:
            DataLostError: its samples cannot be read any more.
        """
        with tf.device(self.device.name):
            if with_batches:
                self._make_ready(1)
            state = tf.nest.map_structure(lambda variable: variable.read_value(), self.state)
        return Probe(
            self._setup, state, self._controls, self.scaling, self.data.kind, self.device.name, self._jit_compile
        )

    def weights_digest(self) -> str:
        """The SHA-256 of every variable of all networks, in order of network and name."""
        return digest_of({name: _values(variable) for name, variable in flatten(self.state) if is_weight(name)})

    def parameter_counts(self) -> tuple[int, int]:
        """The number of trained parameters of all makers and of all judges."""
        counts = {"g": 0, "d": 0}
        for turn in self.game.turns:
            parameters = self.state.players[turn.player].parameters.values()
            counts[turn.role] += sum(int(np.prod(value.shape)) for value in parameters)
        return counts["g"], counts["d"]


def _values(variable: tf.Variable) -> npt.NDArray[Any]:
    """A copy of what a variable holds. A checkpoint reads dozens of them, each in a third of the time of `numpy()`."""
    values: npt.NDArray[Any] = tf.raw_ops.ReadVariableOp(resource=variable.handle, dtype=variable.dtype).numpy()
    return values
