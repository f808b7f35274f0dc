"""Samples in memory lie on the device once: neither in the graph nor in copies made on the way."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.assembly import batch_source
from gan_desktop.training.backend import tf
from gan_desktop.training.batches.order import BatchIndex, shuffled
from gan_desktop.training.batches.sources import ByteBatches, MemoryBatches
from gan_desktop.training.data import byte_images
from gan_desktop.training.data.byte_images import ByteImages, in_memory, room_for
from gan_desktop.training.data.dataset import DataSet, Scaling

MEMORY = """
import threading
import numpy as np
import psutil
from gan_desktop.core.config import RunConfig
from gan_desktop.training.assembly import batch_source
from gan_desktop.training.backend import tf
from gan_desktop.training.data.dataset import DataSet, Scaling

samples = np.ones((25_000, 32, 32, 3), np.float32)
data = DataSet("images", "images", samples)
tf.random.stateless_uniform([1], [0, 0])

process, seen, done = psutil.Process(), [], threading.Event()

def watch():
    while not done.is_set():
        seen.append(process.memory_info().rss)

watcher = threading.Thread(target=watch)
watcher.start()
before = process.memory_info().rss
source = batch_source(RunConfig(), data, Scaling(2.0, -1.0), 0)
batch = tf.function(lambda number: source(number).samples, autograph=False, jit_compile=True)
for number in range(3):
    batch(tf.constant(number, tf.int64))
done.set()
watcher.join()
print((max(seen) - before) / samples.nbytes)
"""


def test_batches_hold_the_shuffled_samples_scaled() -> None:
    samples = np.random.default_rng(0).random((50, 3), np.float32)
    labels = np.arange(50) % 4
    order, index, scaling = shuffled(50, 7), BatchIndex(50, 8, 7), Scaling(2.0, -1.0)
    shuffled_labels = tf.constant(labels[order], tf.int32)
    source = MemoryBatches(DataSet("points", "points", samples, labels), order, index, scaling, shuffled_labels)
    assert source.make_ready(123, 1000, 5) == 1000
    for number in (0, 5, 6, 1000):
        batch = source(tf.constant(number, tf.int64))
        places = order[index(tf.constant(number, tf.int64)).numpy()]
        assert (batch.samples.numpy() == scaling.to_network(samples[places])).all()
        assert (batch.labels.numpy() == labels[places]).all()


def test_images_kept_as_bytes_give_the_same_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = room_for((50, 4, 5, 3))
    pixels[:] = np.random.default_rng(0).integers(0, 256, pixels.shape, np.uint8)
    floats = in_memory(pixels)
    monkeypatch.setattr(byte_images, "LARGEST_AS_FLOATS", floats.nbytes - 1)
    kept = in_memory(pixels)
    assert isinstance(floats, np.ndarray)
    assert isinstance(kept, ByteImages)
    labels = np.arange(50) % 4
    config = replace_keys(RunConfig(), {"training.batch_size": 8, "data.conditional": True})
    scaling = Scaling(2.0, -1.0)
    sources = [batch_source(config, DataSet("images", "it", samples, labels), scaling, 0) for samples in (floats, kept)]
    assert [type(source) for source in sources] == [MemoryBatches, ByteBatches]
    draws = [tf.function(source, autograph=False) for source in sources]
    for number in (0, 6, 1000):
        expected, found = (draw(tf.constant(number, tf.int64)) for draw in draws)
        assert (expected.samples.numpy() == found.samples.numpy()).all()
        assert (expected.labels.numpy() == found.labels.numpy()).all()
    assert (kept.take(np.arange(3)) == floats[:3]).all()


def test_samples_are_no_constant_of_the_graph() -> None:
    samples = np.zeros((2000, 32, 32, 1), np.float32)
    source = batch_source(RunConfig(), DataSet("images", "images", samples), Scaling(2.0, -1.0), 0)
    function = tf.function(lambda number: source(number).samples, autograph=False)
    graph = function.get_concrete_function(tf.TensorSpec([], tf.int64)).graph
    assert graph.as_graph_def().ByteSize() < 100_000 < samples.nbytes


def test_one_copy_of_a_large_array_is_made_and_no_more(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """Of 300 MB; what TensorFlow itself takes up for its first function comes on top."""
    done = run_python("-c", MEMORY)
    assert done.returncode == 0, done.stderr
    assert 0.9 < float(done.stdout) < 1.6
