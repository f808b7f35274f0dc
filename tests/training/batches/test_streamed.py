"""A streamed run is the same run in memory, bit for bit; it reads a little ahead, and what cannot be read is told."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import DataLostError, InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.batches import streamed as streamed_batches
from gan_desktop.training.batches.streamed import READERS, WAITING
from gan_desktop.training.data.dataset import DataSet, Scaling
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.measuring import make_measurer
from tests.patience import SECONDS

BATCH = 8
CHUNK = 3  # batches
WINDOW = 4  # chunks
RNG = np.random.default_rng(0)
IMAGES = RNG.random((150, 8, 8, 1), np.float32)
LABELS = RNG.integers(0, 3, len(IMAGES))


class Lazy:
    """Lazy samples that note what is taken of them, and fail when told to."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        self.shape: tuple[int, ...] = array.shape
        self.taken: list[np.ndarray] = []
        self.failure: Exception | None = None
        self.changed = threading.Condition()

    def __len__(self) -> int:
        return len(self.array)

    def take(self, indices: np.ndarray) -> np.ndarray:
        with self.changed:
            self.taken.append(indices)
            self.changed.notify_all()
        if self.failure is not None:
            raise self.failure
        return self.array[indices]

    def wait_for(self, calls: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.taken) >= calls, SECONDS)


@pytest.fixture(autouse=True)
def _small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that a few steps go through, of chunks that are not as long as any of their calls."""
    chunk_bytes = CHUNK * BATCH * IMAGES[0].nbytes
    monkeypatch.setattr(streamed_batches, "CHUNK_SAMPLES", CHUNK * BATCH)
    monkeypatch.setattr(streamed_batches, "WINDOW_BYTES", WINDOW * chunk_bytes)


SMALL = {"generator.widths": (8,), "discriminator.widths": (8,)}
CONVOLUTIONAL = {
    f"{section}.{key}": value
    for section in ("generator", "discriminator")
    for key, value in {"family": "dcgan", "channels": 2}.items()
}


def config_of(changes: dict[str, Any] | None = None) -> RunConfig:
    basic = {
        "data.name": "digits",
        "training.batch_size": BATCH,
        "training.steps": None,
        "latent.latent_dim": 4,
    }
    return replace_keys(RunConfig(), basic | (SMALL if changes is None else changes))


def in_memory(config: RunConfig) -> Trainer:
    return Trainer(config, DataSet("images", "images", IMAGES, LABELS))


def streamed(config: RunConfig, lazy: Lazy | None = None) -> Trainer:
    return Trainer(config, DataSet("images", "images", lazy or Lazy(IMAGES), LABELS))


def run(trainer: Trainer, cuts: list[int]) -> str:
    """Steps with interventions; of `d_steps`, 20 are more than the window has room for."""
    for steps in cuts:
        trainer.advance(steps)
    for d_steps, steps in ((5, 3), (0, 4), (20, 2), (1, 7)):
        trainer.set("d_steps", d_steps)
        trainer.advance(steps)
    trainer.close()
    return trainer.weights_digest()


KINDS: dict[str, dict[str, Any]] = {
    "mlp": SMALL,
    "dcgan": CONVOLUTIONAL,
    "conditional": SMALL | {"data.conditional": True},
    # The generator's updates look at the last real batch too.
    "relative": SMALL
    | {"objective.objective": "relativistic", "training.updates": "simultaneous", "training.g_steps": 2},
    "wide from the start": SMALL | {"training.d_steps": 30},
}


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize("kind", KINDS)
def test_a_streamed_run_is_the_run_in_memory(kind: str) -> None:
    config = config_of(KINDS[kind])
    whole = run(in_memory(config), [40])
    trainer = streamed(config)
    for cuts in ([40], [1, 12, 27]):
        trainer.reset()
        assert run(trainer, cuts) == whole


def test_also_where_xla_compiles() -> None:
    digests = set()
    for trainer in (in_memory(config_of()), streamed(config_of())):
        for d_steps in (1, 3, 0):
            trainer.set("d_steps", d_steps)
            trainer.advance(10)
        trainer.close()
        digests.add(trainer.weights_digest())
    assert len(digests) == 1


@pytest.mark.usefixtures("quick_compile")
def test_a_checkpoint_goes_on_where_it_was_taken() -> None:
    trainer = streamed(config_of())
    trainer.advance(10)
    trainer.set("d_steps", 2)
    state, changes = trainer.state_arrays(), list(trainer.interventions)
    whole = trainer.advance(20).values
    digest = trainer.weights_digest()
    trainer.restore(state, 10, changes)
    parts = [trainer.advance(steps).values for steps in (7, 13)]
    trainer.close()
    assert trainer.weights_digest() == digest
    assert (np.concatenate(parts) == whole).all()


@pytest.mark.usefixtures("quick_compile")
def test_it_reads_a_little_ahead_and_no_further() -> None:
    lazy = Lazy(IMAGES)
    trainer = streamed(config_of(), lazy)
    trainer.compile()
    assert lazy.taken == []  # a run that is not begun reads nothing
    trainer.advance(1)
    # While nothing more is asked for: the chunk in use, and what fills every place to wait in.
    lazy.wait_for(1 + WAITING)
    trainer.sample(trainer.latents(64))
    trainer.close()
    assert 1 + WAITING <= len(lazy.taken) <= 1 + WAITING + READERS
    assert all(len(indices) == CHUNK * BATCH for indices in lazy.taken)


@pytest.mark.usefixtures("quick_compile")
def test_reading_ends_with_close_reset_and_restore() -> None:
    trainer = streamed(config_of())
    ends: list[Callable[[], None]] = [
        trainer.close,
        trainer.reset,
        lambda: trainer.restore(trainer.state_arrays(), trainer.step, []),
    ]
    for end in ends:
        trainer.advance(5)
        reader = weakref.ref(trainer._sources["real"]._reader._samples)  # type: ignore[attr-defined]
        assert reader() is not None
        end()
        # Its threads are joined before the call returns, so that nothing holds what they read from.
        assert reader() is None


@pytest.mark.usefixtures("quick_compile")
def test_a_trainer_that_is_dropped_keeps_no_data() -> None:
    lazy = Lazy(IMAGES)
    trainer = streamed(config_of(), lazy)
    trainer.advance(5)
    dropped = weakref.ref(lazy)
    del trainer, lazy
    gc.collect()
    assert dropped() is None


@pytest.mark.usefixtures("quick_compile")
def test_data_that_are_lost_are_told_after_the_steps_that_were_done() -> None:
    whole = in_memory(config_of())
    whole.advance(60)
    lazy = Lazy(IMAGES)
    trainer = streamed(config_of(), lazy)
    first = trainer.advance(5)
    lazy.failure = InputError("data.path: a.png cannot be read", "data.path")
    second = trainer.advance(60)
    # What had been read ahead was used, and no step is missing.
    assert first.next_step == second.first_step == 5
    assert 5 < second.next_step == trainer.step < 65
    with pytest.raises(DataLostError, match=r"^data\.path: a\.png cannot be read$") as lost:
        trainer.advance(1)
    assert lost.value.key == "data.path"
    # The files are back: it goes on as if nothing had been.
    lazy.failure = None
    trainer.advance(60 - trainer.step)
    trainer.close()
    assert trainer.weights_digest() == whole.weights_digest()


@pytest.mark.usefixtures("quick_compile")
def test_any_other_error_is_raised_as_it_is() -> None:
    lazy = Lazy(IMAGES)
    lazy.failure = ZeroDivisionError("broken on purpose")
    with pytest.raises(ZeroDivisionError, match="broken on purpose"):
        streamed(config_of(), lazy).advance(1)


def test_nothing_takes_all_images() -> None:
    lazy = Lazy(np.zeros((9000, 8, 8, 1), np.float32))
    data = DataSet("images", "images", lazy)
    config = config_of()
    trainer = Trainer(config, data)
    make_measurer(data, config)
    data.summary()
    trainer.sample(trainer.latents(8))
    taken = np.concatenate(lazy.taken)
    assert len(np.unique(taken)) < len(lazy)


def test_the_extent_of_points_is_found_in_parts() -> None:
    lazy = Lazy(RNG.normal(size=(9000, 2)).astype(np.float32))
    scaling = Scaling.fit(DataSet("points", "points", lazy), "tanh")
    assert np.abs(scaling.to_network(lazy.array)).max() == pytest.approx(0.9)
    assert max(len(indices) for indices in lazy.taken) < len(lazy) / 2
