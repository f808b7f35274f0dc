"""Objectives: what the discriminator and the generator each minimise, as functions of logits.

Every objective has one signature: `real_logits` and `fake_logits` of shape (batch,), the result `Losses`. It is called
in both updates; the half that an update does not differentiate is never computed, for the compiler removes it.
"""

from __future__ import annotations

from typing import NamedTuple

from gan_desktop.core.registry import objectives
from gan_desktop.training.backend import tf


class Losses(NamedTuple):
    """Scalars, means over the batch. The discriminator minimises the sum or the mean of its two halves."""

    d_loss_real: tf.Tensor
    d_loss_fake: tf.Tensor
    g_loss: tf.Tensor


@objectives.register("non_saturating", title="Non-saturating")
def non_saturating(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The generator raises log D(G(z)): its gradient stays strong while the discriminator wins.

    Goodfellow et al. 2014, section 3. With D = sigmoid(logit), -log D = softplus(-logit) and
    -log(1 - D) = softplus(logit), which are finite for every finite logit.
    """
    return Losses(
        d_loss_real=tf.reduce_mean(tf.nn.softplus(-real_logits)),
        d_loss_fake=tf.reduce_mean(tf.nn.softplus(fake_logits)),
        g_loss=tf.reduce_mean(tf.nn.softplus(-fake_logits)),
    )


@objectives.register("minimax", title="Minimax (saturating)")
def minimax(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The generator lowers log(1 - D(G(z))): the zero-sum game, whose gradient vanishes when the discriminator wins.

    Goodfellow et al. 2014, equation 1. The generator's loss is the negative of the discriminator's fake half.
    """
    d_loss_fake = tf.reduce_mean(tf.nn.softplus(fake_logits))
    return Losses(
        d_loss_real=tf.reduce_mean(tf.nn.softplus(-real_logits)),
        d_loss_fake=d_loss_fake,
        g_loss=-d_loss_fake,
    )
