"""The part of a script that makes or loads the real samples: a template for each data set."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.image_size import height_width
from gan_desktop.scripts.refusing import refuse


@dataclass(frozen=True)
class ScriptData:
    """Real samples as a script has them: `code` makes `real`, in data units, and `labels` if they are asked for.

    Attributes:
        shape: of a sample.
        classes: how many there are; 0 if none are known.
        imports: further lines of imports.
    """

    code: str
    shape: tuple[int, ...]
    classes: int = 0
    imports: tuple[str, ...] = ()

    @property
    def is_images(self) -> bool:
        return len(self.shape) == 3


def script_data(config: RunConfig) -> ScriptData:
    """The data of a config.

    Raises:
        InputError: a script cannot have them; the sentence names the key.
    """
    name = config.data.name
    if name not in TEMPLATES:
        raise refuse(config, "data.name", f"a script can have {', '.join(TEMPLATES)}")
    if config.data.path is not None and name != "images":
        raise refuse(config, "data.path", "a script loads these data by itself")
    data = TEMPLATES[name](config, config.data.options)
    if config.data.conditional and not data.classes:
        raise refuse(config, "data.conditional", f"a script does not know the classes of '{name}'")
    return data


def _ring(config: RunConfig, options: Any) -> ScriptData:
    code = f"""\
# Points of {options.modes} Gaussians on a circle.
labels = rng.integers({options.modes}, size={options.samples:_})
angles = 2 * np.pi * labels / {options.modes}
real = {options.radius} * np.stack([np.cos(angles), np.sin(angles)], axis=1)
real += rng.normal(0, {options.sigma}, real.shape)
"""
    return ScriptData(code, (2,), options.modes)


def _grid(config: RunConfig, options: Any) -> ScriptData:
    code = f"""\
# Points of {options.side} x {options.side} Gaussians on a square.
axis = np.linspace({-options.radius}, {options.radius}, {options.side})
centres = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
labels = rng.integers(len(centres), size={options.samples:_})
real = centres[labels] + rng.normal(0, {options.sigma}, ({options.samples:_}, 2))
"""
    return ScriptData(code, (2,), options.side**2)


def _mixture(config: RunConfig, options: Any) -> ScriptData:
    centres = ", ".join(f"[{x}, {y}]" for x, y in options.centres)
    weights = options.weights or ()
    shares = ""
    if len(set(weights)) > 1:
        shares = f", p=[{', '.join(f'{weight / sum(weights):.12g}' for weight in weights)}]"
    code = f"""\
# Points of {len(options.centres)} Gaussians.
centres = np.array([{centres}])
labels = rng.choice(len(centres), size={options.samples:_}{shares})
real = centres[labels] + rng.normal(0, {options.sigma}, ({options.samples:_}, 2))
"""
    return ScriptData(code, (2,), len(options.centres))


def _two_moons(config: RunConfig, options: Any) -> ScriptData:
    code = f"""\
# Points of two interleaved half circles.
labels = rng.integers(2, size={options.samples:_})
angles = rng.uniform(0, np.pi, {options.samples:_})
upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
lower = np.stack([1 - np.cos(angles), 0.5 - np.sin(angles)], axis=1)
real = np.where(labels[:, None] == 0, upper, lower) - (0.5, 0.25)
real += rng.normal(0, {options.noise}, real.shape)
"""
    return ScriptData(code, (2,), 2)


def _spirals(config: RunConfig, options: Any) -> ScriptData:
    code = f"""\
# Points of {options.arms} spirals around one centre.
labels = rng.integers({options.arms}, size={options.samples:_})
radii = np.sqrt(rng.uniform(0, 1, {options.samples:_}))
angles = 2 * np.pi * ({options.turns} * radii + labels / {options.arms})
real = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
real += rng.normal(0, {options.noise}, real.shape)
"""
    return ScriptData(code, (2,), options.arms)


def _digits(config: RunConfig, options: Any) -> ScriptData:
    if options.image_size != 8:
        raise refuse(config, "data.image_size", "a script has these scans as they are, at 8 pixels")
    if options.samples:
        raise refuse(config, "data.samples", "a script trains on all scans")
    labels = "labels = digits.target\n" if config.data.conditional else ""
    code = f"""\
# Digits, 1,797 scans of 8 x 8 pixels, values 0 to 1.
digits = load_digits()
real = digits.images[..., None] / 16
{labels}"""
    return ScriptData(code, (8, 8, 1), 10, ("from sklearn.datasets import load_digits",))


def _of_keras(module: str, title: str, shape: tuple[int, int, int]) -> Callable[[RunConfig, Any], ScriptData]:
    """A data set that Keras downloads: its training and its test part together."""

    def template(config: RunConfig, options: Any) -> ScriptData:
        if options.image_size != shape[0]:
            raise refuse(config, "data.image_size", f"a script has these images as they are, at {shape[0]} pixels")
        channel = "[..., None]" if shape[2] == 1 else ""
        names = ("train, train_labels", "test, test_labels") if config.data.conditional else ("train, _", "test, _")
        # CIFAR-10 has a column of them.
        flat = "" if shape[2] == 1 else "[:, 0]"
        labels = f"labels = np.concatenate([train_labels, test_labels]){flat}\n" if config.data.conditional else ""
        code = f"""\
# {title}, downloaded once, values 0 to 1.
({names[0]}), ({names[1]}) = keras.datasets.{module}.load_data()
real = np.concatenate([train, test]){channel} / 255
{labels}"""
        return ScriptData(code, shape, 10)

    return template


def _images(config: RunConfig, options: Any) -> ScriptData:
    if options.channels == "auto":
        raise refuse(config, "data.channels", "a script needs 'gray' or 'color'")
    if config.data.path is None:
        raise refuse(config, "data.path", "a script needs the folder")
    if config.data.path.suffix.lower() == ".zip":
        raise refuse(config, "data.path", "a script reads a folder of images, and no .zip")
    height, width = height_width(options.image_size)
    mode = "grayscale" if options.channels == "gray" else "rgb"
    code = f"""\
# All images below a folder, values 0 to 1.
images = keras.utils.image_dataset_from_directory(
    {json.dumps(str(config.data.path), ensure_ascii=False)},
    labels=None,
    batch_size=None,
    color_mode="{mode}",
    image_size=({height}, {width}),
    interpolation="bicubic",
    {options.fit}_to_aspect_ratio=True,
)
real = np.clip(np.stack(list(images.as_numpy_iterator())) / 255, 0, 1)
"""
    return ScriptData(code, (height, width, 1 if options.channels == "gray" else 3))


MNIST = _of_keras("mnist", "MNIST", (28, 28, 1))

TEMPLATES: dict[str, Callable[[RunConfig, Any], ScriptData]] = {
    "ring": _ring,
    "grid": _grid,
    "mixture": _mixture,
    "two_moons": _two_moons,
    "spirals": _spirals,
    "digits": _digits,
    "mnist": MNIST,
    "mnist_or_digits": MNIST,
    "fashion_mnist": _of_keras("fashion_mnist", "Fashion-MNIST", (28, 28, 1)),
    "cifar10": _of_keras("cifar10", "CIFAR-10", (32, 32, 3)),
    "images": _images,
}


def scaling(data: ScriptData, output_activation: str) -> str:
    """The lines that bring `real` to the range of the generator's output, as `training.data.dataset.Scaling` does."""
    if output_activation == "linear" and not data.is_images:
        return 'real = real.astype("float32")\n'
    if data.is_images:
        return 'real = real.astype("float32")\n' if output_activation == "sigmoid" else SYMMETRIC
    share = "0.5 + 0.45 *" if output_activation == "sigmoid" else "0.9 *"
    return f'real = ({share} real / np.abs(real).max()).astype("float32")  # within the generator\'s range\n'


SYMMETRIC = 'real = (2 * real - 1).astype("float32")  # -1 to 1, as the generator gives them\n'
