"""How much memory training takes at least, known before anything is built: networks too large would end in a crash.

Three things are counted. The state of a run (parameters, statistics, moments and the averaged generator) counts three
times, as measured with XLA and without: the variables, what a step is given and what it makes. One network's gradients
count once. So do the results of every product for one batch, which the gradients need. Networks of ten million
parameters took up to 20 % more.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import optimizers
from gan_desktop.training.assembly import build_player
from gan_desktop.training.backend import tf
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.engine.available_memory import available_memory, gpu_memory
from gan_desktop.training.networks import Network
from gan_desktop.training.networks.scope import Initializer, Scope, ScopedNetwork, Shape
from gan_desktop.training.networks.spectral_norm import SpectralNorm
from gan_desktop.training.train_step import Turn

FLOAT_BYTES = 4
COPIES = 3
# The operations whose results are kept until the gradients are computed.
PRODUCTS = ("MatMul", "BatchMatMulV2", "Conv2D", "Conv2DBackpropInput")
# Below this nothing is asked of the system: a GAN of this size trains anywhere.
SMALL = 256_000_000


class CountingScope(Scope):
    """A pass that makes nothing: its parameters and statistics are only shapes, which are counted."""

    def __init__(self) -> None:
        super().__init__({}, {}, training=True, key_=tf.zeros([2], tf.int64))

    def parameter(
        self, name: str, shape: Shape, initializer: Initializer, fans: tuple[float, float] = (1, 1)
    ) -> tf.Tensor:
        self.parameters[name] = tf.compat.v1.placeholder(tf.float32, shape)
        return self.parameters[name]

    def statistic(self, name: str, shape: Shape, value: float) -> tf.Tensor:
        self.statistics[name] = tf.compat.v1.placeholder(tf.float32, shape)
        return self.statistics[name]


@dataclass(frozen=True)
class NetworkSize:
    """The size of one network, in numbers of four bytes.

    Attributes:
        activations: what the gradients of one batch need.
    """

    parameters: int
    statistics: int
    activations: int


def network_size(network: Network, batch: int) -> NetworkSize | None:
    """The size of a network that is not built yet; None if it is not described by a scope."""
    inner = network.network if isinstance(network, SpectralNorm) else network
    if not isinstance(inner, ScopedNetwork):
        return None
    with tf.Graph().as_default() as graph:
        scope = CountingScope()
        inputs = tf.compat.v1.placeholder(tf.float32, [batch, *inner.input_shape])
        inner.forward(scope, inputs, tf.zeros([batch], tf.int32) if inner.classes else None)
        products = [output for op in graph.get_operations() if op.type in PRODUCTS for output in op.outputs]
    trees = scope.parameters, scope.statistics
    parameters, statistics = (sum(value.shape.num_elements() for value in tree.values()) for tree in trees)
    return NetworkSize(parameters, statistics, sum(product.shape.num_elements() or 0 for product in products))


def moments_of(name: str) -> int:
    """How many moments that optimizer keeps for each parameter."""
    with tf.Graph().as_default():
        return len(optimizers[name].value().init({"one": tf.zeros([1])}))


def least_memory(config: RunConfig, data: DataSet) -> int:
    """Bytes that training takes at least; 0 if that is not known.

    Raises:
        InputError: the networks do not fit the data.
    """
    sizes = network_sizes(config, data)
    if sizes is None:
        return 0
    state = COPIES * state_size(config, sizes)
    gradients = max(size.parameters for _, size in sizes)
    activations = max(size.activations for _, size in sizes)
    return FLOAT_BYTES * (state + gradients + activations)


def network_sizes(config: RunConfig, data: DataSet) -> list[tuple[Turn, NetworkSize]] | None:
    """The size of each player's network, with its turn; None if one is not known.

    Raises:
        InputError: the networks do not fit the data.
    """
    batches = {"g": config.training.batch_size, "d": max(1, config.training.batch_size // config.regularization.pack)}
    sizes = []
    for turn in config.game.played.turns:
        size = network_size(build_player(config, turn, data), batches[turn.role])
        if size is None:
            return None
        sizes.append((turn, size))
    return sizes


def state_size(config: RunConfig, sizes: list[tuple[Turn, NetworkSize]]) -> int:
    """The numbers in the state of a run."""
    moments = {"g": moments_of(config.optimizer.g_optimizer), "d": moments_of(config.optimizer.d_optimizer)}
    maker = config.game.played.maker
    averaged = sum(size.parameters + size.statistics for turn, size in sizes if turn.player == maker)
    return averaged + sum(size.parameters * (1 + moments[turn.role]) + size.statistics for turn, size in sizes)


def check_memory(config: RunConfig, data: DataSet, device: str) -> None:
    """Refuse networks that cannot be trained in the memory of the device, before they are built.

    Args:
        device: its name, `CPU` or `GPU:0`.

    Raises:
        InputError: they cannot; the sentence has the figure, the limit, and the key to look at.
    """
    needed = least_memory(config, data)
    if needed < SMALL:
        return
    kind, _, number = device.partition(":")
    limit = gpu_memory(int(number or 0)) if kind == "GPU" else _after_collecting(needed)
    if limit is not None and needed > limit:
        path, value = largest_key(config, data)
        where = f"{device} has" if kind == "GPU" else "the machine has left"
        raise InputError(
            f"{path} = {value}: training would take at least {amount(needed)} of memory, and {where} {amount(limit)}",
            path,
        )


def _after_collecting(needed: int) -> int:
    """The memory that is left. If it is too little, what the last run has left behind is collected first."""
    available = available_memory()
    if needed > available:
        gc.collect()
        available = available_memory()
    return available


def largest_key(config: RunConfig, data: DataSet) -> tuple[str, str]:
    """The config key that would save most memory if it were halved, and its value as a config has it."""
    saved = {}
    whole = least_memory(config, data)
    values: dict[str, Any] = {"training.batch_size": config.training.batch_size}
    values["latent.latent_dim"] = config.latent.latent_dim
    for section in ("generator", "discriminator"):
        options = getattr(config, section).options.model_dump()
        values |= {f"{section}.{name}": value for name, value in options.items()}
    for path, value in values.items():
        half = _halved(value)
        if half is None:
            continue
        try:
            saved[path] = whole - least_memory(replace_keys(config, {path: half}), data)
        except InputError:
            continue  # not every number is allowed everywhere
    path = max(saved, key=lambda path: saved[path])
    value = values[path]
    return path, str(list(value)) if isinstance(value, tuple) else str(value)


def _halved(value: Any) -> Any:
    """Half of a whole number, or of each in a list; None for anything else."""
    if isinstance(value, tuple) and value and all(type(part) is int for part in value):
        return tuple(max(1, part // 2) for part in value)
    return max(1, value // 2) if type(value) is int else None


def amount(size: int) -> str:
    """Bytes for people."""
    for unit, name in ((1e12, "TB"), (1e9, "GB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size / 1e6:.0f} MB"
