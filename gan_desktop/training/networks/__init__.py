"""Network families, one file each, as pure functions of their parameters.

A family is a class registered with `families.register` that follows `Network`. It is built for a generator, which takes
latents or samples and gives samples, or for a discriminator, which takes samples and gives one logit or a map of logits
for each. The easy way to follow `Network` is `ScopedNetwork` (in `scope.py`) and the layers of `layers.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gan_desktop.core.registry import Options
from gan_desktop.training.backend import tf

if TYPE_CHECKING:
    Tree = dict[str, tf.Tensor]


class Network(Protocol):
    """What the training step needs of a network.

    It is traced without AutoGraph and differentiated twice: gradient penalties are made of gradients of logits.
    """

    @property
    def jit_compile(self) -> bool:
        """Whether XLA makes this family's training faster on a CPU: measured, see `benchmarks/`."""
        ...

    @property
    def per_sample(self) -> bool:
        """Whether an output depends only on its own sample, in training too, so that batches may be put together."""
        ...

    def __init__(
        self,
        options: Options,
        input_shape: tuple[int, ...],
        output_shape: tuple[int, ...],
        output_activation: str,
        classes: int = 0,
    ) -> None:
        """`output_shape` is () for logits; `classes` is 0 for a network that does not get the label.

        Raises:
            InputError: this family cannot make or judge such samples.
        """
        ...

    def init(self, seed: int, stream: int) -> tuple[Tree, Tree]:
        """Parameters, which are trained, and statistics, which are tracked (batch norm's moving moments)."""
        ...

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
        """Outputs of shape (batch, *output_shape), and the statistics after this batch.

        Logits have shape (batch,) or (batch, rows, columns): one for each sample, or for each patch of it.

        Args:
            inputs: shape (batch, *input_shape).
            labels: shape (batch,) int32, given if the network has classes.
            key: the random key of this pass, shape (2,) int64, given in training: dropout draws from it.
        """
        ...


def sample_logits(logits: tf.Tensor) -> tf.Tensor:
    """One logit for each sample, shape (batch,): the mean over the patches of a map, shape (batch, rows, columns)."""
    return logits if logits.shape.rank == 1 else tf.reduce_mean(logits, axis=[1, 2])
