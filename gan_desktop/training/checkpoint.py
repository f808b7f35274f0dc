"""Checkpoints: weights, optimizers, step and interventions in one file, from which a run goes on bit for bit.

A checkpoint is an .npz archive of plain arrays and one JSON text: NumPy alone can read it, and nothing in it can run.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.keys import dump_config, validate_config
from gan_desktop.core.paths import write_whole
from gan_desktop.training.trainer import Trainer

FORMAT = 1
META = "meta"


def checkpoint_name(step: int) -> str:
    return f"step_{step:08d}.npz"


def save_checkpoint(path: Path, trainer: Trainer) -> None:
    """Write the trainer's state, whole or not at all.

    Raises:
        OSError: the file cannot be written; what was there before stays.
    """
    meta = {
        "format": FORMAT,
        "step": trainer.step,
        "config": dump_config(trainer.initial_config),
        "interventions": [asdict(change) for change in trainer.interventions],
    }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{META: np.array(json.dumps(meta))}, **trainer.state_arrays())
    write_whole(path, buffer.getvalue())


def load_checkpoint(path: Path) -> Trainer:
    """A trainer that goes on where the checkpoint was taken, with the digest that it had there.

    Raises:
        InputError: the file is missing, damaged or of a newer format, or its data cannot be had.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays: dict[str, Any] = {name: archive[name] for name in archive.files}
        meta = json.loads(str(arrays.pop(META)))
        if meta["format"] > FORMAT:
            raise InputError(f"{path} has checkpoint format {meta['format']}; this version reads up to {FORMAT}")
        changes = [Intervention(**change) for change in meta["interventions"]]
        config, step = validate_config(meta["config"], str(path)), int(meta["step"])
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a checkpoint, or damaged: {error}") from None
    trainer = Trainer(config)
    trainer.restore(arrays, step, changes)
    return trainer
