"""The samples on which a translating game is shown and measured: samples of its source, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.random_streams import STREAMS, Stream


@dataclass(frozen=True)
class Given:
    """Samples to be translated, in data units.

    Attributes:
        source: shape (n, *source_shape).
        target: samples of the target's domain, shape (n, *sample_shape): the partner of each if the data are pairs,
            else any samples.
        labels: the classes of `source`, shape (n,), or None.
    """

    source: FloatArray
    target: FloatArray
    labels: npt.NDArray[np.int64] | None


def given(data: DataSet, count: int, seed: int, draw: int, stream: Stream) -> Given:
    """Draw `count` samples to be translated: held-out ones, if the data have them.

    Args:
        data: of two domains.
        draw: another number gives other samples.
        stream: says what the samples are for.
    """
    assert data.source is not None
    rng = np.random.Generator(np.random.Philox(key=[seed, STREAMS * draw + stream]))
    source, target = held_out_or_all(data.source), held_out_or_all(data)
    rows = rng.integers(len(source), size=count)
    others = rows if data.paired else rng.integers(len(target), size=count)
    return Given(source.take(rows), target.take(others), None if source.labels is None else source.labels[rows])


def held_out_or_all(data: DataSet) -> DataSet:
    """The samples of a data set that are not trained on, or all of them where none are held out."""
    if data.held_out is None:
        return data
    return DataSet(data.title, data.kind, data.held_out, data.held_out_labels, class_names=data.class_names)
