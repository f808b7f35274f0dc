"""Spectral normalisation (Miyato et al. 2018): a network whose kernels all have the largest singular value 1."""

from __future__ import annotations

from math import prod, sqrt
from typing import TYPE_CHECKING

from gan_desktop.training.backend import tf
from gan_desktop.training.networks import Network
from gan_desktop.training.random_streams import key, normal

if TYPE_CHECKING:
    from gan_desktop.training.networks import Tree

# Power iterations before the first step: enough to be right from the start. Later, one a step keeps up.
FIRST_ITERATIONS = 30
# The first index of what is drawn here, above the indices of any network's own parameters.
FIRST_DRAW = 2**20


class SpectralNorm:
    """Any network with every parameter of rank 2 or more divided by its largest singular value.

    A kernel is seen as a matrix with a column for each output. So a convolution's kernel, shape (height, width, inputs,
    outputs), has height * width * inputs rows. The singular vector u, shape (outputs,), is tracked among the statistics
    as `<parameter>/u`; each application in training takes one step of the power iteration.
    """

    def __init__(self, network: Network) -> None:
        self.network = network

    @property
    def jit_compile(self) -> bool:
        return self.network.jit_compile

    @property
    def per_sample(self) -> bool:
        return self.network.per_sample

    def init(self, seed: int, stream: int) -> tuple[Tree, Tree]:
        """The network's own parameters and statistics, with singular vectors that fit.

        A kernel that would start at 0, as the last one of a residual branch may, has no direction to keep. Its values
        are drawn instead.
        """
        parameters, statistics = self.network.init(seed, stream)
        for index, name in enumerate(matrices(parameters)):
            draw = FIRST_DRAW + 2 * index
            if not tf.reduce_any(parameters[name] != 0):
                shape = tuple(parameters[name].shape)
                parameters[name] = normal(shape, key(seed, stream, draw)) / sqrt(prod(shape[:-1]))
            u = unit(normal((parameters[name].shape[-1],), key(seed, stream, draw + 1)))
            for _ in range(FIRST_ITERATIONS):
                u, _ = power_iteration(as_matrix(parameters[name]), u)
            statistics[f"{name}/u"] = u
        return parameters, statistics

    def apply(
        self,
        parameters: Tree,
        statistics: Tree,
        inputs: tf.Tensor,
        *,
        training: bool,
        labels: tf.Tensor | None = None,
        key: tf.Tensor | None = None,
    ) -> tuple[tf.Tensor, Tree]:
        """The network's own outputs and statistics. Outside of training the singular vectors stay as they are."""
        own = dict(statistics)
        before = {name: own.pop(f"{name}/u") for name in matrices(parameters)}
        normalised, after = normalised_kernels(parameters, before)
        outputs, tracked = self.network.apply(normalised, own, inputs, training=training, labels=labels, key=key)
        vectors = after if training else before
        return outputs, tracked | {f"{name}/u": u for name, u in vectors.items()}

    def used(self, parameters: Tree, statistics: Tree) -> Tree:
        """The parameters as the network uses them, its kernels normalised."""
        return normalised_kernels(parameters, {name: statistics[f"{name}/u"] for name in matrices(parameters)})[0]


def normalised_kernels(parameters: Tree, vectors: Tree) -> tuple[Tree, Tree]:
    """Normalise the parameters whose singular vectors u are given; returns all parameters and the next vectors."""
    normalised, following = dict(parameters), {}
    for name, u in vectors.items():
        normalised[name], following[name] = normalise(parameters[name], u)
    return normalised, following


def matrices(parameters: Tree) -> list[str]:
    """The parameters that are normalised, in order of name."""
    return sorted(name for name, value in parameters.items() if value.shape.rank >= 2)


def as_matrix(kernel: tf.Tensor) -> tf.Tensor:
    return tf.reshape(kernel, [-1, kernel.shape[-1]])


def unit(vector: tf.Tensor) -> tf.Tensor:
    return tf.math.l2_normalize(vector, epsilon=1e-12)


def power_iteration(matrix: tf.Tensor, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """One step towards the first singular vectors (algorithm 1): u on the side of the outputs, v of the inputs."""
    v = unit(tf.linalg.matvec(matrix, u))
    return unit(tf.linalg.matvec(matrix, v, transpose_a=True)), v


def normalise(kernel: tf.Tensor, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The kernel over its largest singular value, v^T W u, and the next u.

    u and v are constants to the gradient, which is exact where they have converged (equations 10 to 12).
    """
    matrix = as_matrix(kernel)
    u, v = (tf.stop_gradient(vector) for vector in power_iteration(tf.stop_gradient(matrix), u))
    sigma = tf.tensordot(v, tf.linalg.matvec(matrix, u), 1)
    return kernel / sigma, u
