"""Scopes: a network is described once, by a function that asks a scope for what it needs by name.

Run in a scope that makes things, the description draws the parameters, with the shapes that come up on the way. Run in
a scope that holds them, it is the network. So no shape is written twice and no name can differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gan_desktop.core.errors import InputError
from gan_desktop.training.backend import tf
from gan_desktop.training.random_streams import key

if TYPE_CHECKING:
    from gan_desktop.training.networks import Tree

Shape = tuple[int, ...]
# (shape, (fan in, fan out), key) -> values; or one value for all.
Initializer = Callable[[Shape, tuple[float, float], "tf.Tensor"], "tf.Tensor"] | float

# Each random layer of a pass draws from a key of its own: training's keys count updates, which stay below 2 ** 40.
LAYER_KEYS = 2**40


class Scope:
    """One pass through a network whose parameters and statistics exist already.

    Attributes:
        training: whether this is a step of training, with normalisation by the batch, dropout and tracking.
        tracked: the statistics after this pass.
    """

    def __init__(self, parameters: Tree, statistics: Tree, training: bool, key_: tf.Tensor | None = None) -> None:
        self.parameters = parameters
        self.statistics = statistics
        self.tracked = dict(statistics)
        self.training = training
        self._key = key_
        self._keys_given = 0

    def parameter(
        self, name: str, shape: Shape, initializer: Initializer, fans: tuple[float, float] = (1, 1)
    ) -> tf.Tensor:
        """The trained tensor of that name."""
        return self.parameters[name]

    def statistic(self, name: str, shape: Shape, value: float) -> tf.Tensor:
        """The tracked tensor of that name as it was before this pass; `value` is what it starts from."""
        return self.statistics[name]

    def random_key(self) -> tf.Tensor:
        """The key of the next random layer, shape (2,) int64.

        Raises:
            ValueError: the pass has no key.
        """
        if self._key is None:
            raise ValueError("a pass with random layers needs a key in training")
        self._keys_given += 1
        return self._key + tf.constant([0, self._keys_given * LAYER_KEYS], tf.int64)


class MakingScope(Scope):
    """The first pass: makes each parameter and statistic that the description asks for."""

    def __init__(self, seed: int, stream: int) -> None:
        super().__init__({}, {}, training=False)
        self._seed, self._stream, self._drawn = seed, stream, 0

    def parameter(
        self, name: str, shape: Shape, initializer: Initializer, fans: tuple[float, float] = (1, 1)
    ) -> tf.Tensor:
        if callable(initializer):
            self.parameters[name] = initializer(shape, fans, key(self._seed, self._stream, self._drawn))
            self._drawn += 1
        else:
            self.parameters[name] = tf.fill(shape, float(initializer))
        return self.parameters[name]

    def statistic(self, name: str, shape: Shape, value: float) -> tf.Tensor:
        self.statistics[name] = tf.fill(shape, value)
        return self.statistics[name]


# Options of families that make an output depend on the whole batch.
BATCH_OPTIONS = ("batch_norm", "minibatch_stddev")


class ScopedNetwork:
    """A `Network` whose `forward` describes it in terms of a scope. Families keep their options in `options`."""

    options: object

    def __init__(self, input_shape: Shape, output_shape: Shape, output_activation: str, classes: int) -> None:
        self.input_shape = input_shape
        self.output_shape = output_shape
        self.output_activation = output_activation
        self.classes = classes

    @property
    def section(self) -> str:
        """The config section of this network: only discriminators end in logits."""
        return "generator" if self.output_shape else "discriminator"

    @property
    def per_sample(self) -> bool:
        compares = any(getattr(self.options, name, False) for name in BATCH_OPTIONS)
        return not compares and getattr(self.options, "normalisation", None) != "batch"

    def refuse_in_generator(self, option: str, value: bool) -> None:
        """Raise InputError if an option that looks at whole batches is on in a generator."""
        if value and self.section == "generator":
            path = f"generator.{option}"
            raise InputError(f"{path} = true: only a discriminator can compare the samples of a batch", path)

    def forward(self, scope: Scope, inputs: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Outputs of shape (batch, *output_shape); logits may be a map, shape (batch, rows, columns)."""
        raise NotImplementedError

    def init(self, seed: int, stream: int) -> tuple[Tree, Tree]:
        scope = MakingScope(seed, stream)
        self.forward(scope, tf.zeros([1, *self.input_shape]), tf.zeros([1], tf.int32) if self.classes else None)
        return scope.parameters, scope.statistics

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
        scope = Scope(parameters, statistics, training, key)
        return self.forward(scope, inputs, labels), scope.tracked
