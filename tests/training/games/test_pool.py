"""The pool of earlier fakes that judges are shown."""

import numpy as np
import numpy.typing as npt
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.backend import tf
from gan_desktop.training.games.pool import empty_pool, through_pool
from gan_desktop.training.random_streams import Stream, key
from gan_desktop.training.trainer import Trainer
from tests.training.games.test_cyclegan import TINY

Seen = npt.NDArray[np.float32]


def lead_through(size: int, batch: int, batches: int) -> list[tuple[Seen, Seen, Seen]]:
    """(fakes, what the judge sees, the pool after it) of each batch; every fake is another number."""
    pool = empty_pool(size, (1,))
    found = []
    for number in range(batches):
        fakes = 1 + np.arange(number * batch, (number + 1) * batch, dtype=np.float32)[:, None]
        keys = key(0, Stream.POOL_PLACES, number), key(0, Stream.POOL_COINS, number)
        seen, pool = through_pool(pool, tf.constant(fakes), *keys)
        found.append((fakes[:, 0], seen.numpy()[:, 0], pool["samples"].numpy()[:, 0]))
    return found


def test_while_there_is_room_the_fakes_come_out_as_they_are() -> None:
    first, second, *_ = lead_through(size=8, batch=4, batches=2)
    for fakes, seen, _ in (first, second):
        np.testing.assert_array_equal(seen, fakes)
    assert sorted(second[2]) == list(range(1, 9))


def test_then_half_of_them_are_swapped_for_earlier_ones() -> None:
    size, batch, batches = 20, 10, 200
    found = lead_through(size, batch, batches)
    before = found[size // batch - 1][2]
    swapped = 0
    for fakes, seen, after in found[size // batch :]:
        earlier = ~np.isin(seen, fakes)
        # What comes out was in the pool, no fake is there twice, and nothing is lost: it is seen or kept.
        assert np.isin(seen[earlier], before).all()
        assert len(set(after)) == size
        assert set(seen) | set(after) == set(fakes) | set(before)
        assert np.isin(fakes[earlier], after).all()
        swapped += int(earlier.sum())
        before = after
    coins = batch * (batches - size // batch)
    assert swapped == pytest.approx(coins / 2, abs=5 * np.sqrt(coins) / 2)


def test_a_batch_larger_than_the_pool_partly_passes_by() -> None:
    for fakes, seen, _ in lead_through(size=3, batch=8, batches=5):
        np.testing.assert_array_equal(seen[3:], fakes[3:])


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize("pool", [0, 6])
def test_a_run_keeps_it_with_its_state(pool: int) -> None:
    config = replace_keys(RunConfig(), TINY | {"game.pool": pool})
    trainer = Trainer(config)
    trainer.advance(5)
    arrays = trainer.state_arrays()
    assert ("kept/discriminator_back/samples" in arrays) == bool(pool)
    trainer.advance(5)
    digest = trainer.weights_digest()
    trainer.restore(arrays, 5, [])
    trainer.advance(5)
    assert trainer.weights_digest() == digest
