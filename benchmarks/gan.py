"""What the steps of a GAN report."""

from __future__ import annotations

from gan_desktop.core.config import RunConfig

FIGURES = RunConfig().game.figures
