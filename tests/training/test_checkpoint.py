from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.training.checkpoint import checkpoint_name, load_checkpoint, save_checkpoint
from gan_desktop.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("quick_compile")

Make = Callable[..., Trainer]


def test_a_run_goes_on_bit_for_bit(tiny_trainer: Make, tmp_path: Path) -> None:
    trainer = tiny_trainer()
    trainer.advance(4)
    trainer.set("d_learning_rate", 3e-3)
    trainer.advance(3)
    path = tmp_path / checkpoint_name(trainer.step)
    save_checkpoint(path, trainer)
    trainer.advance(5)
    resumed = load_checkpoint(path)
    assert (resumed.step, resumed.config.optimizer.d_learning_rate) == (7, 3e-3)
    assert resumed.interventions == trainer.interventions
    resumed.advance(5)
    assert resumed.weights_digest() == trainer.weights_digest()


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "text", "foreign"])
def test_a_damaged_file_is_one_sentence(tiny_trainer: Make, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "step_00000000.npz"
    if damage != "missing":
        save_checkpoint(path, tiny_trainer())
    content = path.read_bytes() if path.exists() else b""
    if damage in ("empty", "short"):
        path.write_bytes(content[: len(content) // 2 if damage == "short" else 0])
    elif damage == "text":
        path.write_text("hello")
    elif damage == "foreign":
        np.savez(path, weights=np.zeros(3))
    with pytest.raises(InputError, match=r"step_00000000\.npz"):
        load_checkpoint(path)


def test_a_checkpoint_of_other_networks_is_refused_and_changes_nothing(tiny_trainer: Make) -> None:
    arrays = tiny_trainer({"generator.widths": (9,)}).state_arrays()
    trainer = tiny_trainer()
    before = trainer.weights_digest()
    with pytest.raises(InputError, match="does not fit"):
        trainer.restore(arrays, 3, [])
    assert trainer.weights_digest() == before


def test_an_unwritable_place_raises_and_keeps_the_old_file(
    tiny_trainer: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.npz"
    save_checkpoint(path, tiny_trainer())
    old = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RecordingError, match=r"checkpoint\.npz cannot be written: No space"):
        save_checkpoint(path, tiny_trainer())
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
