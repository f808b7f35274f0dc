"""GAN Desktop: watch a generative adversarial network learn, and take hold of it while it does."""

__version__ = "0.1.0"
