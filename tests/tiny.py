"""A run that is over in a moment, as a config file and in Python."""

from __future__ import annotations

from pathlib import Path

from gan_desktop.core.config import RunConfig
from gan_desktop.core.presets import load_config

TOML = """
[data]
name = "ring"
samples = 96

[generator]
widths = [8]
output_activation = "linear"

[discriminator]
widths = [8]

[latent]
latent_dim = 2

[training]
batch_size = 8
steps = 40
"""

# Changes with which it diverges within a few steps: with SGD, which takes whole gradients, R1 at a hundred throws D
# about.
DIVERGES = {
    "optimizer.d_optimizer": "sgd",
    "optimizer.d_learning_rate": 1.0,
    "regularization.r1_weight": 100.0,
}


def write_tiny(folder: Path) -> Path:
    """A config file: 2-D data, eight neurons in each network, 40 steps, 12 to an epoch."""
    path = folder / "tiny.toml"
    path.write_text(TOML)
    return path


def tiny_config(folder: Path) -> RunConfig:
    """The config that is in that file."""
    return load_config(write_tiny(folder)).config
