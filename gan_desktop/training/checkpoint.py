"""Checkpoints: all that a run is at a step in one file, from which it goes on bit for bit.

A checkpoint is an .npz archive of plain arrays and one JSON text: NumPy alone can read it, and nothing in it can run.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.keys import dump_config, validate_config
from gan_desktop.core.paths import whole_file
from gan_desktop.diagnosis.course import Memory
from gan_desktop.recording.array_archive import read_arrays
from gan_desktop.training.state_arrays import digest_of
from gan_desktop.training.trainer import Trainer

# Format 1 had no diagnosis.
FORMAT = 2
META = "meta"
# Before the names of the diagnosis's arrays. No player has this name.
DIAGNOSIS = "diagnosis/"


def checkpoint_name(step: int) -> str:
    return f"step_{step:08d}.npz"


@dataclass(frozen=True)
class Checkpoint:
    """A run as it was after `step` steps. Its arrays are its own, so training may go on.

    `diagnosis` is what the diagnosis had seen by then; None in checkpoints of a trainer without one.
    """

    step: int
    config: RunConfig
    interventions: tuple[Intervention, ...]
    arrays: dict[str, npt.NDArray[Any]]
    diagnosis: Memory | None = None

    @cached_property
    def digest(self) -> str:
        """The digest of the weights."""
        return digest_of(self.arrays)


def take_checkpoint(trainer: Trainer, diagnosis: Memory | None = None) -> Checkpoint:
    """Copy a trainer's state."""
    interventions = tuple(trainer.interventions)
    return Checkpoint(trainer.step, trainer.initial_config, interventions, trainer.state_arrays(), diagnosis)


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint whole or not at all, on any thread; its folder is made if it is missing.

    Raises:
        RecordingError: the file cannot be written; what was there before stays.
    """
    seen = {} if checkpoint.diagnosis is None else checkpoint.diagnosis.arrays
    arrays = checkpoint.arrays | {f"{DIAGNOSIS}{name}": rows for name, rows in seen.items()}
    meta = {
        "format": FORMAT,
        "step": checkpoint.step,
        "config": dump_config(checkpoint.config),
        "interventions": [asdict(change) for change in checkpoint.interventions],
        "weights_digest": checkpoint.digest,
        "diagnosis": None if checkpoint.diagnosis is None else checkpoint.diagnosis.plain,
        # A flipped bit in the archive's directory can hide an array, which no sum over an array would tell.
        "arrays": sorted(arrays),
    }
    try:
        # Its parents are not made: a run folder that has gone must not come back with weights alone.
        path.parent.mkdir(exist_ok=True)
        with whole_file(path) as file:
            np.savez(file, allow_pickle=False, **{META: np.array(json.dumps(meta))}, **arrays)
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "there is not enough memory"
        raise RecordingError(f"{path} cannot be written: {reason}") from error


def save_checkpoint(path: Path, trainer: Trainer) -> None:
    """Write the trainer's state, as `write_checkpoint` does."""
    write_checkpoint(path, take_checkpoint(trainer))


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, and check that its weights are those that were written.

    Raises:
        InputError: the file is missing, damaged or of a newer format.
    """
    try:
        with path.open("rb") as file:
            arrays = read_arrays(file)
        meta = json.loads(str(arrays.pop(META)))
        if meta.get("arrays", sorted(arrays)) != sorted(arrays):
            raise InputError(f"{path} is damaged: it lacks arrays that were written")
        if meta["format"] > FORMAT:
            raise InputError(f"{path} has checkpoint format {meta['format']}; this version reads up to {FORMAT}")
        seen = {name.removeprefix(DIAGNOSIS): arrays.pop(name) for name in list(arrays) if name.startswith(DIAGNOSIS)}
        plain = meta.get("diagnosis")
        checkpoint = Checkpoint(
            int(meta["step"]),
            validate_config(meta["config"], str(path)),
            tuple(Intervention(**change) for change in meta["interventions"]),
            arrays,
            None if plain is None else Memory(plain, seen),
        )
        if meta.get("weights_digest", checkpoint.digest) != checkpoint.digest:
            raise InputError(f"{path} is damaged: its weights are not those that were written")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a checkpoint, or damaged: {error}") from None
    return checkpoint


def load_checkpoint(path: Path) -> Trainer:
    """Make a trainer that goes on where the checkpoint was taken, with the digest that it had there.

    Raises:
        InputError: the file is missing, damaged or of a newer format, or its data cannot be loaded.
    """
    checkpoint = read_checkpoint(path)
    trainer = Trainer(checkpoint.config)
    trainer.restore(checkpoint.arrays, checkpoint.step, list(checkpoint.interventions))
    return trainer
