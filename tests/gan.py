"""What the steps of a GAN report, for tests that make some up."""

from __future__ import annotations

from gan_desktop.core.config import RunConfig
from gan_desktop.core.figures import Figures
from gan_desktop.core.registry import metrics

FIGURES: Figures = RunConfig().game.figures
# The metrics of a GAN, which translates nothing.
METRICS = tuple(name for name, entry in metrics.items() if not entry.value.of_translations)
