"""What the steps of a GAN report, for tests that make some up."""

from __future__ import annotations

from gan_desktop.core.config import RunConfig
from gan_desktop.core.figures import Figures

FIGURES: Figures = RunConfig().game.figures
