"""The same networks and step in PyTorch, if it is installed, as a person would write them in a script.

Its optimizer is the fused one, which is the fastest. `torch.compile` needs a C++ compiler, and cannot do penalties.

It runs in a process of its own: PyTorch and TensorFlow each bring an LLVM, and one process can hold only one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.drivers import per_second
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.presets import dump_toml, load_config
from gan_desktop.training.assembly import load_data
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.networks.convolutional import MOST_DOUBLED, halvings

SLOPE = 0.2


class PyTorch:
    """The other process: it trains when it is told to, and says how fast."""

    def __init__(self, config: RunConfig, *, compiled: bool = False) -> None:
        """Start it.

        Args:
            compiled: whether both networks go through `torch.compile`.

        Raises:
            ImportError: PyTorch is not installed, or has no compiler though it needs one.
        """
        with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False) as file:
            file.write(dump_toml(config))
        mode = "compiled" if compiled else "eager"
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.torch_families", file.name, mode]
        # The errors about a missing compiler are of no interest.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        answer = self._read()
        Path(file.name).unlink()
        if answer != "ready":
            self.close()
            raise ImportError(answer or "PyTorch failed")

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def measure(self, seconds: float) -> float:
        """Steps per second."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return float(self._read())

    def close(self) -> None:
        self._process.communicate()


def torch_iteration(config: RunConfig, data: DataSet, *, compiled: bool = False) -> Callable[[], None]:
    """A function that does one step: an update of D on real and fake samples, and one of G (Adam, non-saturating).

    With R1 and R2, by double backward, if the config has them.

    Raises:
        ImportError: PyTorch is not installed.
    """
    import torch
    from torch.nn import functional

    make = {"mlp": mlps, "dcgan": dcgans, "residual": residuals}[config.generator.family]
    generator, discriminator = make(torch.nn, config, data.sample_shape)
    if compiled:
        generator, discriminator = torch.compile(generator), torch.compile(discriminator)
    betas = (config.optimizer.beta_1, config.optimizer.beta_2)
    g_optimizer = torch.optim.Adam(generator.parameters(), config.optimizer.g_learning_rate, betas, fused=True)
    d_optimizer = torch.optim.Adam(discriminator.parameters(), config.optimizer.d_learning_rate, betas, fused=True)
    everything = data.take(np.arange(len(data)))
    samples = torch.tensor(np.moveaxis(everything * 2 - 1, -1, 1).copy() if data.kind == "images" else everything)
    batch, latent_dim = config.training.batch_size, config.latent.latent_dim
    r1, r2 = (float(current_controls(config)[key]) for key in ("r1_weight", "r2_weight"))

    def penalty(logits: Any, points: Any) -> Any:
        (slopes,) = torch.autograd.grad(logits.sum(), points, create_graph=True)
        return slopes.square().flatten(1).sum(1).mean() / 2

    def iterate() -> None:
        real = samples[torch.randint(len(samples), (batch,))].requires_grad_(r1 > 0)
        fake = generator(torch.randn(batch, latent_dim)).detach().requires_grad_(r2 > 0)
        real_logits, fake_logits = discriminator(real), discriminator(fake)
        d_loss = functional.softplus(-real_logits).mean() + functional.softplus(fake_logits).mean()
        if r1:
            d_loss = d_loss + r1 * penalty(real_logits, real)
        if r2:
            d_loss = d_loss + r2 * penalty(fake_logits, fake)
        d_optimizer.zero_grad()
        d_loss.backward()
        d_optimizer.step()
        g_loss = functional.softplus(-discriminator(generator(torch.randn(batch, latent_dim)))).mean()
        g_optimizer.zero_grad()
        g_loss.backward()
        g_optimizer.step()

    return iterate


def mlps(nn: Any, config: RunConfig, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Dense layers, each with its activation and then, if asked for, batch norm."""
    generator, discriminator = config.generator.options, config.discriminator.options

    def layers(sizes: tuple[int, ...], batch_norm: bool) -> list[Any]:
        made = []
        for inputs, outputs in pairwise(sizes):
            made += [nn.Linear(inputs, outputs), nn.LeakyReLU(SLOPE)]
            made += [nn.BatchNorm1d(outputs)] if batch_norm else []
        return made

    # Points are the last layer's output as it is, images go through a tanh.
    end = [nn.Tanh(), nn.Unflatten(1, (shape[2], *shape[:2]))] if len(shape) == 3 else []
    return (
        nn.Sequential(
            *layers((config.latent.latent_dim, *generator.widths), generator.batch_norm),
            nn.Linear(generator.widths[-1], prod(shape)),
            *end,
        ),
        nn.Sequential(
            nn.Flatten(),
            *layers((prod(shape), *discriminator.widths), discriminator.batch_norm),
            nn.Linear(discriminator.widths[-1], 1),
        ),
    )


def widths(config: RunConfig, levels: int) -> list[int]:
    """Channels at each size of the image, the samples' first."""
    return [config.generator.options.channels * min(2**level, MOST_DOUBLED) for level in range(levels)]


def dcgans(nn: Any, config: RunConfig, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Strided convolutions of 4 x 4 with batch norm, and no bias where batch norm would cancel it."""
    sizes = [side for side, _ in halvings(*shape[:2])]
    width = widths(config, len(sizes) - 1)
    start = sizes[-1]
    made = [
        nn.Linear(config.latent.latent_dim, start * start * width[-1], bias=False),
        nn.Unflatten(1, (width[-1], start, start)),
    ]
    for level in reversed(range(len(width))):
        made += [nn.BatchNorm2d(width[level]), nn.ReLU()]
        made += [nn.ConvTranspose2d(width[level], width[level - 1] if level else shape[2], 4, 2, 1, bias=level == 0)]
        # 4 becomes 8, but 7 are wanted.
        made += [nn.ZeroPad2d((0, -1, 0, -1))] * (2 * sizes[level + 1] - sizes[level])
    judged: list[Any] = []
    for level in range(len(width)):
        odd = sizes[level] % 2
        judged += [nn.ZeroPad2d((1, 1 + odd, 1, 1 + odd))]
        judged += [nn.Conv2d(width[level - 1] if level else shape[2], width[level], 4, 2, bias=level == 0)]
        judged += [nn.BatchNorm2d(width[level])] if level else []
        judged += [nn.LeakyReLU(SLOPE)]
    last = nn.Linear(width[-1] * start * start, 1)
    return nn.Sequential(*made, nn.Tanh()), nn.Sequential(*judged, nn.Flatten(), last)


def residuals(nn: Any, config: RunConfig, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Residual blocks without normalisation."""

    class Block(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            convs = [nn.Conv2d(width, width, 3, 1, 1) for _ in range(2)]
            self.branch = nn.Sequential(nn.LeakyReLU(SLOPE), convs[0], nn.LeakyReLU(SLOPE), convs[1])

        def forward(self, inputs: Any) -> Any:
            return inputs + self.branch(inputs)

    sizes = [side for side, _ in halvings(*shape[:2])]
    width, start, blocks = widths(config, len(sizes)), sizes[-1], config.generator.options.blocks
    made: list[Any] = [
        nn.Linear(config.latent.latent_dim, start * start * width[-1]),
        nn.Unflatten(1, (width[-1], start, start)),
    ]
    judged: list[Any] = [nn.Conv2d(shape[2], width[0], 3, 1, 1)]
    for level in range(len(sizes)):
        if level:
            judged += [nn.AvgPool2d(2, ceil_mode=True)]
            judged += [nn.Conv2d(width[level - 1], width[level], 1, bias=False)] * (width[level] != width[level - 1])
        judged += [Block(width[level]) for _ in range(blocks)]
    for level in reversed(range(len(sizes))):
        made += [Block(width[level]) for _ in range(blocks)]
        if level:
            made += [nn.Conv2d(width[level], width[level - 1], 1, bias=False)] * (width[level] != width[level - 1])
            made += [nn.Upsample(sizes[level - 1])]
    made += [nn.LeakyReLU(SLOPE), nn.Conv2d(width[0], shape[2], 3, 1, 1), nn.Tanh()]
    judged += [nn.LeakyReLU(SLOPE), nn.Flatten(), nn.Linear(width[-1] * start * start, 1)]
    return nn.Sequential(*made), nn.Sequential(*judged)


def main() -> None:
    """Say that all is ready. Then, for every number of seconds read, say the steps a second measured over that time."""
    config = load_config(Path(sys.argv[1])).config
    try:
        iterate = torch_iteration(config, load_data(config), compiled=sys.argv[2] == "compiled")
        iterate()
    except ImportError:
        print("PyTorch is not installed", flush=True)
        return
    iterate()
    print("ready", flush=True)
    for line in sys.stdin:
        print(per_second(iterate, float(line)), flush=True)


if __name__ == "__main__":
    main()
