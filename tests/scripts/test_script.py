"""Every preset as a Keras script: it is a sentence, or it reads well, has our networks, and trains."""

from __future__ import annotations

import runpy
import subprocess
import sys
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.objective import objective_facts
from gan_desktop.core.presets import preset, presets
from gan_desktop.core.registry import objectives, penalties
from gan_desktop.scripts.data import script_data
from gan_desktop.scripts.losses import POINTS, TERMS
from gan_desktop.scripts.script import keras_script
from gan_desktop.training.assembly import build_network
from gan_desktop.training.backend import load_tensorflow
from gan_desktop.training.games.regularization import packed_shape

# What no script can express, by the key that the sentence names.
REFUSED = {
    "optimistic": "optimizer.d_optimizer",
    "stacked-digits": "data.name",
    "fail-memorising": "data.samples",
    "autopilot-cures": "autopilot.take_cures",
    "autopilot-schedule": "autopilot.schedule",
    **dict.fromkeys(("cycle-plane", "cycle-moons", "cycle-letters"), "game.name"),
    **dict.fromkeys(("outline-letters", "mosaic-letters", "super-letters", "super-photographs"), "game.name"),
}
WRITTEN = [name for name in presets() if name not in REFUSED]
# One of each kind: the others run with the slow tests.
USUAL = ("cgan", "wgan", "wgan-gp", "r3gan-style", "hinge-sn", "pacgan", "averaged", "label-smoothing")
STEPS = 3

# Of Keras itself, with these versions of NumPy and TensorFlow.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


def cases() -> list[Any]:
    return [pytest.param(name, marks=[] if name in USUAL else pytest.mark.slow) for name in WRITTEN]


def script_of(name: str, **changes: Any) -> tuple[RunConfig, str]:
    config = replace_keys(preset(name).config, changes)
    return config, keras_script(config, preset(name).title)


def run(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a script has made after a few steps."""
    load_tensorflow()
    import keras

    rng = np.random.default_rng(0)
    for name, shape in (("mnist", (28, 28)), ("fashion_mnist", (28, 28)), ("cifar10", (32, 32, 3))):
        images = rng.integers(0, 256, (300, *shape)).astype(np.uint8)
        labels = (np.arange(300) % 10).astype(np.uint8)
        parts = (images, labels), (images, labels)
        monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda parts=parts: parts)
    monkeypatch.chdir(folder)
    first, _, rest = script.partition("\nSTEPS = ")
    path = folder / "script.py"
    path.write_text(f"{first}\nSTEPS = {STEPS}\n{rest.partition(chr(10))[2]}", encoding="utf-8")
    return runpy.run_path(str(path))


@pytest.mark.parametrize("name", cases())
def test_a_script_trains_the_same_networks(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, script = script_of(name)
    made = run(script, tmp_path, monkeypatch)
    assert np.isfinite(float(made["d_loss"]))
    assert np.isfinite(float(made["g_loss"]))
    assert (tmp_path / "generator.keras").is_file()
    data = script_data(config)
    classes = data.classes if config.data.conditional else 0
    judged = packed_shape(data.shape, config.regularization.pack)
    ours = {
        "generator": build_network(config.generator, (config.latent.latent_dim,), data.shape, classes),
        "discriminator": build_network(config.discriminator, judged, (), classes),
    }
    for role, network in ours.items():
        own = sorted(tuple(value.shape) for value in network.init(0, 0)[0].values())
        assert sorted(tuple(weight.shape) for weight in made[role].trainable_weights) == own
    low, high = (0, 1) if config.generator.output_activation == "sigmoid" else (-1, 1)
    if data.is_images:
        assert (made["real"].min(), made["real"].max()) == (low, high)


@pytest.mark.parametrize("name", ["ring", "hinge-sn"])
def test_the_first_losses_are_near_those_of_balance(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fresh networks know nothing."""
    config, script = script_of(name)
    made = run(script, tmp_path, monkeypatch)
    balance = objective_facts(config.objective.objective).equilibrium(0.0)
    assert float(made["d_loss"]) == pytest.approx(balance.d_loss, rel=0.6)
    if name == "ring":
        assert float(made["g_loss"]) == pytest.approx(log(2), rel=0.6)


def test_scripts_are_clean(tmp_path: Path) -> None:
    for name in WRITTEN:
        script = script_of(name)[1]
        compile(script, name, "exec")
        assert script.count("\n") <= 150
        (tmp_path / f"{name.replace('-', '_')}.py").write_text(script, encoding="utf-8")
    rules = ["--select", "E,F,W,I,B,UP,SIM,C4,RET,PIE,N"]
    for command in (["check", "--no-cache", *rules], ["format", "--no-cache", "--check"]):
        options = ["--isolated", "--line-length", "120", str(tmp_path)]
        done = subprocess.run([sys.executable, "-m", "ruff", *command, *options], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_script_cannot_express_is_named(name: str) -> None:
    with pytest.raises(InputError) as refused:
        script_of(name)
    assert str(refused.value).startswith(f"{REFUSED[name]} = ")
    assert refused.value.key == REFUSED[name]


@pytest.mark.parametrize(
    "changes",
    [
        {"training.updates": "simultaneous"},
        {"training.d_steps": 0},
        {"discriminator.minibatch_stddev": True},
        {"data.image_size": 16},
        {"data.name": "images", "data.path": "/x/photographs", "data.conditional": True, "data.channels": "gray"},
        {"data.name": "images", "data.path": "/x/photographs"},
        {"discriminator.family": "translator"},
        {"regularization.packing": 2},
    ],
)
def test_keys_that_cannot_be_are_named(changes: dict[str, Any]) -> None:
    key = "data.channels" if changes.get("data.name") == "images" else next(iter(changes))
    if "data.conditional" in changes:
        key = "data.conditional"
    with pytest.raises(InputError, match=rf"^{key} = "):
        script_of("digits", **changes)


def test_a_folder_of_images_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    folder = tmp_path / "photo's"
    folder.mkdir()
    for number in range(4):
        Image.new("L", (20, 10), 60 * number).save(folder / f"{number}.png")
    changes = {"data.name": "images", "data.path": str(folder), "data.image_size": 8, "data.channels": "gray"}
    _, script = script_of("digits", **changes, **{"training.batch_size": 4})
    made = run(script, tmp_path, monkeypatch)
    assert made["real"].shape == (4, 8, 8, 1)
    assert sorted(made["real"][:, 4, 4, 0].tolist()) == pytest.approx([60 * n / 127.5 - 1 for n in range(4)], abs=1e-4)


def test_every_objective_and_penalty_has_words() -> None:
    assert set(TERMS) >= set(objectives)
    assert set(POINTS) >= set(penalties)


def test_a_title_cannot_break_out() -> None:
    config = preset("ring").config
    script = keras_script(config, 'a """\nprint(1)\n"""')
    assert script.startswith("\"\"\"a ''' print(1) ''': a GAN in Keras")
    compile(script, "script", "exec")
