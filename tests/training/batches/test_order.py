from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_desktop.training.backend import tf
from gan_desktop.training.batches.order import BatchIndex, multipliers, shuffled


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 60), st.data())
def test_each_epoch_holds_every_sample_once(count: int, data: st.DataObject) -> None:
    batch_size = data.draw(st.integers(1, count))
    index = BatchIndex(count, batch_size, seed=data.draw(st.integers(0, 2**31 - 1)))
    drawn = np.concatenate(
        [index(tf.constant(batch, tf.int64)).numpy() for batch in range(-(-3 * count // batch_size))]
    )
    for epoch in range(3):
        assert sorted(drawn[epoch * count : (epoch + 1) * count]) == list(range(count))


def test_epochs_differ_and_seeds_differ() -> None:
    def epoch(number: int, seed: int) -> list[int]:
        return list(BatchIndex(1000, 1000, seed)(tf.constant(number, tf.int64)).numpy())

    assert epoch(0, 1) != epoch(1, 1)
    assert epoch(0, 1) != epoch(0, 2)
    assert epoch(5, 1) == epoch(5, 1)


def test_large_counts_do_not_overflow() -> None:
    index = BatchIndex(9_999_991, 64, seed=0)
    drawn = index(tf.constant(10**9, tf.int64)).numpy()
    assert len(set(drawn)) == 64
    assert 0 <= drawn.min() <= drawn.max() < 9_999_991


def test_multipliers_share_no_factor() -> None:
    assert np.gcd(multipliers(1797, 0), 1797).max() == 1
    assert list(multipliers(1, 0)) in ([0], [1])


def test_the_lay_out_is_a_permutation_of_the_seed() -> None:
    assert sorted(shuffled(50, 3)) == list(range(50))
    assert list(shuffled(50, 3)) != list(shuffled(50, 4))
