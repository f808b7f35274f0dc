"""Pairs made of one data set: in memory and lazy alike, held-out samples as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import degradations
from gan_desktop.training.data import derived, streaming
from gan_desktop.training.data.byte_images import ByteImages
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.derived import bicubic, with_source
from gan_desktop.training.data.levels import EIGHT_BITS
from gan_desktop.training.data.streaming import LazyImages

PIXELS = np.random.default_rng(0).integers(0, 256, (30, 16, 24, 3)).astype(np.uint8)
LAZY = LazyImages(PIXELS, EIGHT_BITS, "16x24")
FLOATS = LAZY.take(np.arange(30))
LABELS = np.arange(30) % 3
DATA = DataSet(
    "Noise",
    "images",
    FLOATS[:20],
    LABELS[:20],
    class_names=("a", "b", "c"),
    held_out=FLOATS[20:],
    held_out_labels=LABELS[20:],
)


@pytest.mark.parametrize("name", degradations)
def test_a_source_is_each_sample_degraded(name: str) -> None:
    data = with_source(DATA, name)
    degrade = degradations[name].value
    assert data.paired
    assert data.samples is DATA.samples
    assert data.source is not None
    assert data.source.title.startswith("Noise; ")
    assert (data.source.kind, data.source.class_names) == ("images", DATA.class_names)
    assert isinstance(data.source.samples, np.ndarray)
    np.testing.assert_array_equal(data.source.samples, degrade(FLOATS[:20]))
    np.testing.assert_array_equal(data.source.held_out, degrade(FLOATS[20:]))
    np.testing.assert_array_equal(data.source.labels, LABELS[:20])
    np.testing.assert_array_equal(data.source.held_out_labels, LABELS[20:])


@pytest.mark.parametrize("name", degradations)
def test_a_lazy_source_has_the_same_bits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = DataSet("Noise", "images", FLOATS)
    in_memory = with_source(plain, name).source
    lazy = with_source(replace(plain, samples=LAZY), name).source
    assert in_memory is not None
    assert lazy is not None
    assert isinstance(in_memory.samples, np.ndarray)
    assert not isinstance(lazy.samples, np.ndarray)
    assert lazy.samples.shape == in_memory.samples.shape
    assert len(lazy) == len(in_memory)
    indices = np.random.default_rng(1).integers(-30, 30, 50)
    np.testing.assert_array_equal(lazy.take(indices), in_memory.samples[indices])
    # Seven images at a time.
    monkeypatch.setattr(derived, "LARGEST_BLOCK", 4 * FLOATS[0].size * 7)
    few_at_a_time = with_source(replace(plain, samples=LAZY), name).source
    assert few_at_a_time is not None
    np.testing.assert_array_equal(few_at_a_time.take(indices), in_memory.samples[indices])
    with pytest.raises(IndexError):
        lazy.take(np.array([30]))


def test_bytes_in_memory_have_a_source_in_memory() -> None:
    source = with_source(DataSet("Noise", "images", ByteImages(PIXELS)), "half_size").source
    assert source is not None
    assert isinstance(source.samples, np.ndarray)
    np.testing.assert_array_equal(source.samples, degradations["half_size"].value(FLOATS))


def test_where_memory_is_short_the_source_is_lazy(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = with_source(DATA, "half_size").source
    monkeypatch.setattr(streaming, "available_memory", lambda: 1000)
    source = with_source(DATA, "half_size").source
    assert source is not None
    assert expected is not None
    assert not isinstance(source.samples, np.ndarray)
    np.testing.assert_array_equal(source.take(np.arange(20)), expected.samples)


def test_a_data_set_without_labels_or_held_out_samples() -> None:
    source = with_source(DataSet("Noise", "images", FLOATS), "outline").source
    assert source is not None
    assert (source.labels, source.held_out, source.held_out_labels, source.class_names) == (None,) * 4


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (DataSet("", "points", np.zeros((9, 2), np.float32)), "outline", "the data set is of points, and images are"),
        (replace(DATA, source=DATA), "outline", "the data set has two domains, and one domain of images is needed"),
        (replace(DATA, samples=FLOATS[:, :, :, :1]), "grey", "the images have 1 channel, and 3 are needed"),
        (replace(DATA, samples=FLOATS[:, :15]), "half_size", "the images have 15 x 24 pixels, and both sides must be"),
    ],
)
def test_what_has_no_such_source_is_refused(data: DataSet, name: str, reason: str) -> None:
    with pytest.raises(InputError, match=rf"game\.source = '{name}': {reason}") as refused:
        with_source(data, name)
    assert refused.value.key == "game.source"


def test_an_unknown_degradation_is_answered_with_the_near_miss() -> None:
    with pytest.raises(InputError, match="unknown degradation 'half_siz'"):
        with_source(DATA, "half_siz")


def test_a_source_that_is_filled_says_how_far_it_is() -> None:
    told: list[tuple[str, float | None]] = []
    with_source(DATA, "half_size", lambda message, fraction: told.append((message, fraction)))
    assert told == [("Degrading images", 0)]


def test_bicubic_enlarges_what_is_linear_to_what_it_was() -> None:
    down, across = np.mgrid[:16, :24]
    ramp = np.stack([(down + across) / 50, 1 - down / 20], axis=-1)[None].astype(np.float32)
    low = degradations["half_size"].value(ramp)
    enlarged = bicubic(low, 16, 24)
    assert enlarged.shape == ramp.shape
    assert enlarged.dtype == np.float32
    # Near the border the kernel is cut off.
    np.testing.assert_allclose(enlarged[:, 4:-4, 4:-4], ramp[:, 4:-4, 4:-4], atol=1e-3)
