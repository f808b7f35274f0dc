"""The figures that every training step reports, in the order of the columns of a metrics block."""

from __future__ import annotations

FIGURES: dict[str, str] = {
    "d_loss": "discriminator loss",
    "d_loss_real": "discriminator loss on real samples",
    "d_loss_fake": "discriminator loss on fake samples",
    "d_penalty": "penalties on the discriminator's slope, not counted in its loss",
    "g_loss": "generator loss",
    "real_score": "mean sigmoid(D(x)) over real samples",
    "fake_score": "mean sigmoid(D(G(z))) over fake samples",
    "d_accuracy": "share of real and fake samples that the discriminator tells right",
    "real_sign": "mean sign of D(x) over real samples, r_t of StyleGAN2-ADA",
    "d_gradient_norm": "global L2 norm of the discriminator's gradient",
    "g_gradient_norm": "global L2 norm of the generator's gradient",
}
FIGURE_NAMES: tuple[str, ...] = tuple(FIGURES)
COLUMN: dict[str, int] = {name: column for column, name in enumerate(FIGURE_NAMES)}
