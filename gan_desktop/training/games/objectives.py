"""Objectives: what the discriminator and the generator each minimise, as functions of logits.

All objectives have the same signature: `real_logits` and `fake_logits` of shape (batch,) to `Losses`, each of the same
shape. Training minimises their mean. Beside its function, an objective declares an `Objective`: its formula, what may
be asked of its logits, and where its losses rest when the fakes are like the real samples.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.objective import Equilibrium, Objective, objective_facts
from gan_desktop.core.registry import objectives
from gan_desktop.training.backend import tf

if TYPE_CHECKING:
    LossFunction = Callable[[tf.Tensor, tf.Tensor], "Losses"]


class Losses(NamedTuple):
    """A loss for each sample, or their means. The discriminator minimises the sum or the mean of its two halves."""

    d_loss_real: tf.Tensor
    d_loss_fake: tf.Tensor
    g_loss: tf.Tensor


def _logistic(smoothing: float) -> tuple[float, float]:
    """The optimal probability of being real, p = (1 - s) / 2, and the discriminator's loss with it.

    Goodfellow et al. 2014, proposition 1: D = p_data / (p_data + p_G). With smoothed targets, it is the share of real
    ones among all that are counted (Salimans et al. 2016). Without smoothing the loss is 2 ln 2.
    """
    real = (1 - smoothing) / 2
    return real, -(1 - smoothing) * log(real) - (1 + smoothing) * log(1 - real)


def _non_saturating_balance(smoothing: float) -> Equilibrium:
    """G's loss is -ln p: ln 2 without smoothing."""
    real, d_loss = _logistic(smoothing)
    return Equilibrium(d_loss, -log(real), log(real / (1 - real)))


@objectives.register(
    "non_saturating",
    title="Non-saturating",
    facts=Objective(
        formula="D: softplus(−D(x)) + softplus(D(G(z))), G: softplus(−D(G(z)))",
        has_targets=True,
        gives_log_odds=True,
        decides_at_zero=True,
        equilibrium=_non_saturating_balance,
    ),
)
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


def _minimax_balance(smoothing: float) -> Equilibrium:
    """G's loss is ln(1 - p), minus D's fake half: -ln 2 without smoothing."""
    real, d_loss = _logistic(smoothing)
    return Equilibrium(d_loss, log(1 - real), log(real / (1 - real)))


@objectives.register(
    "minimax",
    title="Minimax (saturating)",
    facts=Objective(
        formula="D: softplus(−D(x)) + softplus(D(G(z))), G: −softplus(D(G(z)))",
        has_targets=True,
        gives_log_odds=True,
        decides_at_zero=True,
        equilibrium=_minimax_balance,
    ),
)
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


def _least_squares_balance(smoothing: float) -> Equilibrium:
    """Mao et al. 2017, equation 11: the optimal output is (b p_data + a p_G) / (p_data + p_G), 1/2 for a = 0 and b = 1.

    So D's loss is 1/8 + 1/8 and G's is 1/8. With smoothed targets the output is (1 - s) / 2.
    """
    logit = (1 - smoothing) / 2
    d_loss = ((1 - smoothing) * (logit - 1) ** 2 + (1 + smoothing) * logit**2) / 2
    return Equilibrium(d_loss, (logit - 1) ** 2 / 2, logit)


@objectives.register(
    "least_squares",
    title="Least squares (LSGAN)",
    facts=Objective(
        formula="D: (D(x) − 1)²/2 + D(G(z))²/2, G: (D(G(z)) − 1)²/2",
        has_targets=True,
        equilibrium=_least_squares_balance,
    ),
)
def least_squares(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The discriminator's output is pulled to 1 on real and to 0 on fake samples; the generator pulls it to 1.

    Mao et al. 2017, equation 9 (a = 0, b = c = 1), with its factors of one half. Far outputs are pulled hardest.
    """
    return Losses(
        d_loss_real=tf.square(real_logits - 1) / 2,
        d_loss_fake=tf.square(fake_logits) / 2,
        g_loss=tf.square(fake_logits - 1) / 2,
    )


def _hinge_balance(smoothing: float) -> Equilibrium:
    """Lim and Ye 2017: D's loss is 2 for every logit in -1..1, so balance does not settle G's loss, which is -t.

    With smoothing, (1 - s)(1 - t) + (1 + s)(1 + t) = 2 + 2 s t falls with the logit down to -1.
    """
    if smoothing > 0:
        return Equilibrium(2 - 2 * smoothing, 1.0, -1.0)
    return Equilibrium(2.0, None)


@objectives.register(
    "hinge",
    title="Hinge",
    facts=Objective(
        formula="D: max(0, 1 − D(x)) + max(0, 1 + D(G(z))), G: −D(G(z))",
        has_targets=True,
        decides_at_zero=True,
        equilibrium=_hinge_balance,
    ),
)
def hinge(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The discriminator stops learning from samples that it tells right by a margin of 1.

    Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17.
    """
    return Losses(
        d_loss_real=tf.nn.relu(1 - real_logits),
        d_loss_fake=tf.nn.relu(1 + fake_logits),
        g_loss=-fake_logits,
    )


def _wasserstein_balance(smoothing: float) -> Equilibrium:
    """Arjovsky et al. 2017: the distance is 0. A critic may add any constant, so G's loss is not settled."""
    return Equilibrium(0.0, None)


@objectives.register(
    "wasserstein",
    title="Wasserstein (WGAN)",
    facts=Objective(formula="D: D(G(z)) − D(x), G: −D(G(z))", equilibrium=_wasserstein_balance),
)
def wasserstein(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Losses:
    """The critic's mean score of fakes minus that of reals: the negative of the distance it measures.

    Arjovsky et al. 2017, equation 2 and algorithm 1. It is a distance only while the critic's slope is bounded by
    `weight_clip`, `gradient_penalty_weight` or `spectral_norm`; without one of them it grows without end.
    """
    return Losses(
        d_loss_real=-real_logits,
        d_loss_fake=fake_logits,
        g_loss=-fake_logits,
    )


def _relativistic_balance(smoothing: float) -> Equilibrium:
    """Jolicoeur-Martineau 2019: the logits of a pair are equal in the mean, and both losses are softplus(0) = ln 2.

    Any constant logit is optimal.
    """
    return Equilibrium(log(2), log(2))


@objectives.register(
    "relativistic",
    title="Relativistic pairing (RpGAN)",
    facts=Objective(
        formula="D: softplus(D(G(z)) − D(x)), G: softplus(D(x) − D(G(z)))",
        is_relative=True,
        equilibrium=_relativistic_balance,
    ),
)
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
        choice: an objective's place in the registry; an int if it is known when the step is compiled, else int32.
        smoothing: the share by which a real sample counts as fake, for one-sided label smoothing: for the logistic
            loss a target of 1 - smoothing (Salimans et al. 2016, section 3.4), for others the same mixture. None for
            none at all.
    """
    known = choice if isinstance(choice, int) else tf.get_static_value(choice)

    def losses(real: tf.Tensor, fake: tf.Tensor) -> Losses:
        if known is not None:
            return Losses(*list(objectives.values())[int(known)].value(real, fake))
        # All are computed, since they are a few numbers a sample: XLA would take half a minute to compile branches.
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
        return objective_facts(list(objectives)[choice]).is_relative
    return tf.gather(tf.constant([objective_facts(name).is_relative for name in objectives]), choice)
