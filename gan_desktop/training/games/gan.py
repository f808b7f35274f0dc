"""The game of Goodfellow et al. 2014: one generator against one discriminator."""

from __future__ import annotations

from typing import ClassVar

from gan_desktop.core.figures import Figure, Figures
from gan_desktop.core.registry import games

DISCRIMINATOR, GENERATOR = "discriminator", "generator"


@games.register("gan", title="GAN")
class GanGame:
    """The generator makes samples of latents, the discriminator tells them from real ones (Goodfellow et al. 2014)."""

    figures: ClassVar[Figures] = Figures(
        Figure("d_loss", "discriminator loss", DISCRIMINATOR, "loss"),
        Figure("d_loss_real", "discriminator loss on real samples", DISCRIMINATOR, "loss"),
        Figure("d_loss_fake", "discriminator loss on fake samples", DISCRIMINATOR, "loss"),
        Figure("d_penalty", "penalties on the discriminator's slope, not counted in its loss", DISCRIMINATOR, "loss"),
        Figure("g_loss", "generator loss", GENERATOR, "loss"),
        Figure("real_score", "mean sigmoid(D(x)) over real samples", DISCRIMINATOR, "score"),
        Figure("fake_score", "mean sigmoid(D(G(z))) over fake samples", DISCRIMINATOR, "score"),
        Figure(
            "d_accuracy", "share of real and fake samples that the discriminator tells right", DISCRIMINATOR, "score"
        ),
        Figure("real_sign", "mean sign of D(x) over real samples, r_t of StyleGAN2-ADA", DISCRIMINATOR, "score"),
        Figure("d_gradient_norm", "global L2 norm of the discriminator's gradient", DISCRIMINATOR, "norm"),
        Figure("g_gradient_norm", "global L2 norm of the generator's gradient", GENERATOR, "norm"),
    )
