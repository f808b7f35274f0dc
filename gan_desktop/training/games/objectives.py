"""Objectives: what the discriminator and the generator each minimise, as functions of logits.

Every objective has one signature: `real_logits` and `fake_logits` of shape (batch,), the result `Losses`, each of the
same shape: what training minimises is their mean. What is "relative" compares each fake with a real sample, so its
generator needs the real logits too; what has "targets" can have them smoothed; what has "log_odds" makes sigmoid(logit)
the probability of being real; one that "decides at zero" calls a sample real where its logit is positive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.combinations import DECIDES_AT_ZERO, HAS_TARGETS, LOG_ODDS
from gan_desktop.core.registry import objectives
from gan_desktop.training.backend import tf

if TYPE_CHECKING:
    LossFunction = Callable[[tf.Tensor, tf.Tensor], "Losses"]

RELATIVE = "relative"


class Losses(NamedTuple):
    """A loss for each sample, or their means. The discriminator minimises the sum or the mean of its two halves."""

    d_loss_real: tf.Tensor
    d_loss_fake: tf.Tensor
    g_loss: tf.Tensor


@objectives.register("non_saturating", title="Non-saturating", traits=[HAS_TARGETS, LOG_ODDS, DECIDES_AT_ZERO])
def non_saturating(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The generator raises log D(G(z)): its gradient stays strong while the discriminator wins.

    Goodfellow et al. 2014, section 3. With D = sigmoid(logit), -log D = softplus(-logit) and
    -log(1 - D) = softplus(logit), which are finite for every finite logit.
    """
    return Losses(
        d_loss_real=tf.nn.softplus(-real_logits),
        d_loss_fake=tf.nn.softplus(fake_logits),
        g_loss=tf.nn.softplus(-fake_logits),
    )


@objectives.register("minimax", title="Minimax (saturating)", traits=[HAS_TARGETS, LOG_ODDS, DECIDES_AT_ZERO])
def minimax(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The generator lowers log(1 - D(G(z))): the zero-sum game, whose gradient vanishes when the discriminator wins.

    Goodfellow et al. 2014, equation 1. The generator's loss is the negative of the discriminator's fake half.
    """
    d_loss_fake = tf.nn.softplus(fake_logits)
    return Losses(
        d_loss_real=tf.nn.softplus(-real_logits),
        d_loss_fake=d_loss_fake,
        g_loss=-d_loss_fake,
    )


@objectives.register("least_squares", title="Least squares (LSGAN)", traits=[HAS_TARGETS])
def least_squares(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The discriminator's output is pulled to 1 on real and to 0 on fake samples; the generator pulls it to 1.

    Mao et al. 2017, equation 9 (a = 0, b = c = 1), with its factors of one half. Far outputs are pulled hardest.
    """
    return Losses(
        d_loss_real=tf.square(real_logits - 1) / 2,
        d_loss_fake=tf.square(fake_logits) / 2,
        g_loss=tf.square(fake_logits - 1) / 2,
    )


@objectives.register("hinge", title="Hinge", traits=[HAS_TARGETS, DECIDES_AT_ZERO])
def hinge(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The discriminator stops learning from samples that it tells right by a margin of 1.

    Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17.
    """
    return Losses(
        d_loss_real=tf.nn.relu(1 - real_logits),
        d_loss_fake=tf.nn.relu(1 + fake_logits),
        g_loss=-fake_logits,
    )


@objectives.register("wasserstein", title="Wasserstein (WGAN)")
def wasserstein(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The critic's mean score of fakes minus that of reals: the negative of the distance it measures.

    Arjovsky et al. 2017, equation 2 and algorithm 1. A distance only while the critic's slope is bounded: by
    `weight_clip`, `gradient_penalty_weight` or `spectral_norm`; without one of them it grows without end.
    """
    return Losses(
        d_loss_real=-real_logits,
        d_loss_fake=fake_logits,
        g_loss=-fake_logits,
    )


@objectives.register("relativistic", title="Relativistic pairing (RpGAN)", traits=[RELATIVE])
def relativistic(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The discriminator tells which of a real and a fake sample is the real one, and the generator confuses it.

    Jolicoeur-Martineau 2019; Huang et al. 2024 (R3GAN), equation 2, with f(t) = -softplus(-t) on pairs of the batch.
    The discriminator's loss is one term, whose value is given to its two halves in equal parts.
    """
    difference = real_logits - fake_logits
    d_loss = tf.nn.softplus(-difference)
    return Losses(d_loss_real=d_loss / 2, d_loss_fake=d_loss / 2, g_loss=tf.nn.softplus(difference))


def chosen_losses(
    choice: tf.Tensor | int, real_logits: tf.Tensor, fake_logits: tf.Tensor, smoothing: tf.Tensor | None
) -> Losses:
    """The mean losses of the objective number `choice`, which may change from step to step.

    Args:
        choice: an objective's place in the registry; an int where it is known when the step is compiled, else int32.
        smoothing: the share by which a real sample counts as fake, for one-sided label smoothing: for the logistic
            loss a target of 1 - smoothing (Salimans et al. 2016, section 3.4), for others the same mixture. None for
            none at all.
    """
    known = choice if isinstance(choice, int) else tf.get_static_value(choice)

    def losses(real: tf.Tensor, fake: tf.Tensor) -> Losses:
        if known is not None:
            return Losses(*list(objectives.values())[int(known)].value(real, fake))
        # All of them, for they are a few numbers a sample: branches would take XLA half a minute to compile.
        first, *others = [entry.value(real, fake) for entry in objectives.values()]
        for number, other in enumerate(others, start=1):
            first = Losses(*(tf.where(choice == number, *pair) for pair in zip(other, first, strict=True)))
        return first

    asked = losses(real_logits, fake_logits)
    if smoothing is None:
        return Losses(*map(tf.reduce_mean, asked))
    # The other way round, the "fake" half is the loss of calling the real samples fake.
    real_as_fake = losses(fake_logits, real_logits).d_loss_fake
    smoothed = asked._replace(d_loss_real=(1 - smoothing) * asked.d_loss_real + smoothing * real_as_fake)
    return Losses(*map(tf.reduce_mean, smoothed))


def is_relative(choice: tf.Tensor | int) -> tf.Tensor | bool:
    """Whether the objective number `choice` compares fakes with reals in the generator's loss too."""
    if isinstance(choice, int):
        return RELATIVE in list(objectives.values())[choice].traits
    return tf.gather(tf.constant([RELATIVE in entry.traits for entry in objectives.values()]), choice)
