"""Every preset trains, with finite figures, and gives the same weights however its steps are cut into calls."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import paths
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.machine import differences, machine_from
from gan_desktop.core.presets import DEFAULT_PRESET, presets
from gan_desktop.core.registry import families
from gan_desktop.training.data import cifar10, mnist
from gan_desktop.training.data.download import RemoteFile
from gan_desktop.training.devices import choose_device, machine
from gan_desktop.training.trainer import Trainer

DIGESTS = Path(__file__).with_name("digests.json")
# More than the batch of any preset.
STAND_INS = 600


@pytest.fixture(autouse=True)
def _data_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise in the cache that passes for what would be downloaded, and no address that could be reached."""
    monkeypatch.setenv("GAN_DESKTOP_MIRROR", "http://127.0.0.1:9/")
    rng = np.random.default_rng(0)
    labels = (np.arange(STAND_INS) % 10).astype(np.uint8)
    pixels = rng.integers(0, 256, (STAND_INS, 28, 28)).astype(np.uint8)
    fashion = [
        cached("fashion_mnist", file, gzip.compress(idx(pixels if "images" in file.name else labels), 1))
        for file in mnist.FASHION_FILES
    ]
    monkeypatch.setattr(mnist, "FASHION_FILES", tuple(fashion))
    colours = rng.integers(0, 256, (STAND_INS, 3 * 32 * 32)).astype(np.uint8)
    records = np.concatenate([labels[:, None], colours], axis=1).tobytes()
    monkeypatch.setattr(cifar10, "ARCHIVE", cached("cifar10", cifar10.ARCHIVE, tar("data_batch_1.bin", records)))


def cached(folder: str, file: RemoteFile, content: bytes) -> RemoteFile:
    """Put `content` into the cache as that file; what the file then has to be."""
    path: Path = paths.cache_directory() / folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return replace(file, digest=f"sha256:{hashlib.sha256(content).hexdigest()}", size=len(content))


def idx(values: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def tar(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def trainer_of(name: str) -> Trainer:
    config = presets()[name].config
    # Drawing 100,000 points or stacking 128,000 digits is not what is tested.
    if getattr(config.data.options, "samples", 0) > 2000:
        config = replace_keys(config, {"data.samples": 2000})
    trainer = Trainer(config)
    assert trainer.data.sample_shape[:-1] in {(), (8, 8), (16, 16), (28, 28), (32, 32)}
    return trainer


def kind_of(name: str) -> tuple[str, ...]:
    """What an update runs through."""
    config = presets()[name].config
    return config.game.name, config.generator.family, config.discriminator.family, str(config.data.conditional)


# One of each kind here, the others by `.ci/run`.
FIRST = {kind_of(name): name for name in reversed(presets())}.values()


@pytest.mark.parametrize(
    "name", [name if name in FIRST else pytest.param(name, marks=pytest.mark.slow) for name in presets()]
)
def test_both_networks_of_every_preset_take_updates(name: str) -> None:
    """Update by update, as slow motion shows them: nothing is compiled, which takes most of the time."""
    trainer = trainer_of(name)
    training = trainer.config.training
    probe = trainer.probe(with_batches=True)
    for turn in trainer.game.turns:
        for number in range(min(training.d_steps, 2) if turn.role == "d" else 1):
            update = probe.update(turn, number, probe.state.players)
            probe = probe.at(update.state)
            assert all(np.isfinite(value) for value in update.figures.values())
    for player, old in trainer.state.players.items():
        new = probe.state.players[player]
        assert any((old.parameters[name].numpy() != new.parameters[name].numpy()).any() for name in old.parameters)
    samples = probe.samples(trainer.latents(4), trainer.labels(4))
    assert samples.shape == (4, *trainer.data.sample_shape)
    assert np.isfinite(samples).all()


# Compiled: the default here, the others by `.ci/run`; every kind of GAN that they are of in `test_assembly.py`.
COMPILED = [name if name == DEFAULT_PRESET else pytest.param(name, marks=pytest.mark.slow) for name in presets()]


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize("name", COMPILED)
def test_every_preset_trains_and_repeats(name: str) -> None:
    trainer = trainer_of(name)
    first = trainer.advance(10)
    digest = trainer.weights_digest()
    rest = trainer.advance(40)
    for block in (first, rest):
        assert np.isfinite(block.values).all()
    assert trainer.step == 50
    samples = trainer.sample(trainer.latents(4))
    assert samples.shape == (4, *trainer.data.sample_shape)
    assert np.isfinite(samples).all()

    trainer.reset()
    trainer.advance(3)
    trainer.advance(7)
    assert trainer.weights_digest() == digest


def digest_now(name: str) -> str:
    """The digest of a preset's weights after steps of its own block, and after others of the one for anything."""
    trainer = trainer_of(name)
    trainer.advance(10)
    trainer.set("r1_weight", 0.5 if current_controls(trainer.config)["r1_weight"] == 0 else 0.0)
    trainer.advance(5)
    return trainer.weights_digest()


@pytest.mark.slow
@pytest.mark.parametrize("name", presets())
def test_every_preset_has_the_digest_that_it_had(name: str, request: pytest.FixtureRequest) -> None:
    """`pytest -m slow --record-digests tests/training/test_every_preset.py` writes the table of this machine.

    Digests are those of one machine (`core/machine.py`); on one that has no table there is nothing to compare with.
    """
    now = machine(choose_device("CPU"))
    tables = json.loads(DIGESTS.read_text(encoding="utf-8"))
    here = [table for table in tables if not differences(machine_from(table["machine"]), now)]
    table = here[0] if here else {"machine": now.plain(), "digests": {}}
    if request.config.getoption("--record-digests"):
        table["digests"][name] = digest_now(name)
        DIGESTS.write_text(json.dumps(tables if here else [*tables, table], indent=2) + "\n", encoding="utf-8")
    elif not here:
        pytest.skip("no digests are kept of a machine like this one")
    else:
        assert digest_now(name) == table["digests"][name]


def test_what_every_family_shows_a_preset_for() -> None:
    shown = {section.family for p in presets().values() for section in (p.config.generator, p.config.discriminator)}
    assert shown == set(families)
