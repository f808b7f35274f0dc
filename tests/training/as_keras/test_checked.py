"""Exports of the generator: what is written is read again by others, and what is not the same is not written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.commands import Start
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.recording.exporting import export_run
from gan_desktop.training.as_keras import checked
from gan_desktop.training.as_keras.checked import ENVIRONMENT
from gan_desktop.training.as_keras.taken import take_generator
from tests.tiny import tiny_config
from tests.training.driving import Driver

CLASSES = {"data.conditional": True, "regularization.ema_decay": 0.9, "generator.batch_norm": True}


def run_of(driver: Driver, config: RunConfig, folder: Path) -> Path:
    """A kept run of three steps."""
    driver.send(Start(replace_keys(config, {"training.steps": 3}), out=folder / "run"))
    driver.wait_status(Status.FINISHED)
    return folder / "run"


@pytest.fixture
def points(driver: Driver, tmp_path: Path) -> Path:
    """A run of points, without classes."""
    return run_of(driver, tiny_config(tmp_path), tmp_path)


@pytest.fixture
def classes(driver: Driver, tmp_path: Path) -> Path:
    """A run of points with classes and an averaged generator."""
    return run_of(driver, replace_keys(tiny_config(tmp_path), CLASSES), tmp_path)


def stranger(folder: Path, program: str, file: Path) -> Any:
    """What somebody else's process, which has no path to this program, prints of a file."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(file)],
        env={"PATH": "", "KERAS_HOME": str(folder), **ENVIRONMENT},
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def test_keras_loads_a_conditional_generator(classes: Path, tmp_path: Path) -> None:
    told: list[float] = []
    file = export_run(classes, "keras", tmp_path / "x.keras", step=2, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    program = """
import sys, zipfile, keras
model = keras.saving.load_model(sys.argv[1])
print([tuple(given.shape) for given in model.inputs], model.output_shape)
print(zipfile.ZipFile(sys.argv[1]).read("README.txt").decode())
"""
    said = stranger(tmp_path, program, file)
    assert said.startswith("[(None, 2), (None,)] (None, 2)\nThe averaged generator of the GAN Desktop run ")
    assert "Input 'labels': int32, shape (n,), classes 0 to 7" in said
    assert "As points in the data's units: (output - 0) / 1." in said


@pytest.mark.slow
@pytest.mark.parametrize("name", ["keras", "savedmodel", "onnx"])
@pytest.mark.parametrize("chosen", ["cycle-letters", "super-letters", "dcgan-mnist"])
def test_games_and_images_are_written_in_every_format(name: str, chosen: str, driver: Driver, tmp_path: Path) -> None:
    pytest.importorskip("tf2onnx")
    small = {"generator.channels": 3, "discriminator.channels": 3, "training.batch_size": 4}
    run = run_of(driver, replace_keys(preset(chosen).config, small), tmp_path)
    written = export_run(run, name, tmp_path / f"x.{name}")
    assert written.is_dir() is (name == "savedmodel")


def test_what_makes_other_samples_is_not_written(points: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pretend(script: str, name: str, given: Path, out: Path, tell: object) -> None:
        out.write_text("a model")
        np.save(given / "outputs.npy", taken.outputs + 5e-4 * max(1, np.abs(taken.outputs).max()))

    taken = take_generator(points, None, None, lambda share: None)
    monkeypatch.setattr(checked, "_run", pretend)
    before = set(tmp_path.iterdir())
    sentence = (
        r"^export 'keras' was not written: read again, the model makes other samples .*, off by 0\.0005; allowed is"
    )
    with pytest.raises(InputError, match=sentence):
        export_run(points, "keras", tmp_path / "x.keras")
    assert set(tmp_path.iterdir()) == before


def test_a_process_that_fails_says_why_and_one_that_is_broken_off_ends(tmp_path: Path) -> None:
    fails = tmp_path / "fails.py"
    fails.write_text("raise ValueError('no such layer')")
    with pytest.raises(InputError, match=r"^export 'keras' failed: ValueError: no such layer$"):
        checked._run(str(fails), "keras", tmp_path, tmp_path / "x", lambda: None)

    class BrokenOffError(Exception):
        pass

    def tell() -> None:
        raise BrokenOffError

    # It ends by being killed alone.
    waits = tmp_path / "waits.py"
    waits.write_text("import threading\nthreading.Event().wait()")
    with pytest.raises(BrokenOffError):
        checked._run(str(waits), "keras", tmp_path, tmp_path / "x", tell)


def test_weights_are_raw_or_averaged_and_of_the_step(classes: Path) -> None:
    def weights(step: int | None, averaged: bool | None) -> Any:
        return take_generator(classes, step, averaged, lambda share: None).weights["dense_0/kernel"]

    assert (weights(None, None) == weights(3, True)).all()
    assert (weights(None, False) != weights(None, True)).any()
    assert (weights(2, False) != weights(3, False)).any()


def test_what_cannot_be_had_is_a_sentence(points: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^--averaged: this run has no averaged generator"):
        export_run(points, "keras", tmp_path / "x.keras", averaged=True)
    with pytest.raises(InputError, match=r"^--raw: 'csv' is not the generator; leave --raw out"):
        export_run(points, "csv", tmp_path / "x.csv", averaged=False)
