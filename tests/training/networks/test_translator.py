"""What is special about the translator: images in, images out, maps of logits, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.training.backend import tf
from gan_desktop.training.games.penalties import squared_slopes
from gan_desktop.training.networks import sample_logits
from gan_desktop.training.networks.spectral_norm import SpectralNorm, matrices
from gan_desktop.training.networks.translator import Translator, TranslatorOptions
from gan_desktop.training.random_streams import Stream

Batch = Callable[..., tf.Tensor]
GRAY = (16, 16, 1)
KEY = tf.constant([7, 11], tf.int64)


def maker(given: tuple[int, ...] = GRAY, made: tuple[int, ...] = GRAY, classes: int = 0, **options: Any) -> Translator:
    return Translator(TranslatorOptions(**{"channels": 2, **options}), given, made, "linear", classes)


def judge(shape: tuple[int, ...] = GRAY, classes: int = 0, **options: Any) -> Translator:
    return Translator(TranslatorOptions(**{"channels": 2, **options}), shape, (), "linear", classes)


def outputs_of(network: Translator, inputs: tf.Tensor, parameters: dict[str, Any] | None = None) -> np.ndarray:
    """What the network makes as it is drawn, or with other parameters."""
    drawn, statistics = network.init(0, Stream.GENERATOR_INIT)
    labels = tf.range(len(inputs)) % network.classes if network.classes else None
    used = drawn if parameters is None else parameters
    outputs: np.ndarray = network.apply(used, statistics, inputs, training=True, labels=labels, key=KEY)[0].numpy()
    return outputs


def drawn(network: Translator) -> dict[str, Any]:
    return network.init(0, Stream.GENERATOR_INIT)[0]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ((16, 16, 1), (16, 16, 1)),
        ((16, 16, 1), (32, 32, 1)),
        ((8, 8, 1), (32, 32, 1)),
        ((28, 28, 1), (28, 28, 1)),
        ((16, 16, 1), (16, 16, 3)),
        ((9, 14, 3), (18, 28, 1)),
        ((5,), (17, 12, 3)),
    ],
)
@pytest.mark.parametrize("options", [{}, {"skips": False, "blocks": 0}, {"halvings": 0}, {"classes": 3}], ids=str)
def test_images_of_images(given: tuple[int, ...], made: tuple[int, ...], options: dict[str, Any], batch: Batch) -> None:
    outputs = outputs_of(maker(given, made, **options), batch(2, *given))
    assert outputs.shape == (2, *made)
    assert np.isfinite(outputs).all()
    assert outputs[0].std() > 0


@pytest.mark.parametrize(
    ("shape", "halvings", "patches"),
    [((16, 16, 1), 2, (4, 4)), ((28, 28, 3), 3, (4, 4)), ((17, 9, 1), 2, (5, 3)), ((16, 8, 1), 1, (8, 4))],
)
def test_one_logit_for_each_patch(
    shape: tuple[int, ...], halvings: int, patches: tuple[int, ...], batch: Batch
) -> None:
    assert outputs_of(judge(shape, halvings=halvings), batch(2, *shape)).shape == (2, *patches)


@pytest.mark.parametrize(("halvings", "field"), [(1, 8), (2, 18)])
def test_a_pixel_changes_the_patches_that_hold_it_and_no_other(halvings: int, field: int, batch: Batch) -> None:
    side, row, column = 32, 13, 6
    network = judge((side, side, 1), halvings=halvings, normalisation="none", activation="swish")
    images = batch(1, side, side, 1)
    pixel = np.zeros((1, side, side, 1), np.float32)
    pixel[0, row, column] = 1
    before, after = outputs_of(network, images), outputs_of(network, images + pixel)
    stride = 2**halvings
    # A patch lies around its share of the image, stride pixels wide.
    firsts = np.arange(side // stride) * stride - (field - stride) // 2
    rows, columns = ((firsts <= place) & (place < firsts + field) for place in (row, column))
    np.testing.assert_array_equal((before != after)[0], rows[:, None] & columns)
    assert 0 < rows.sum() < len(rows)


def test_skips_lead_past_the_smallest_image(batch: Batch) -> None:
    images, others = batch(1, *GRAY), batch(1, *GRAY, seed=1)
    for skips in (True, False):
        network = maker(skips=skips)
        # Nothing comes out of the smallest image: what is left came past it.
        parameters = drawn(network)
        width = network.width(2)
        kernel = parameters["up_1/kernel"].numpy()
        assert kernel.shape[2] == width + (network.width(1) if skips else 0)
        kernel[:, :, :width] = 0
        parameters["up_1/kernel"] = tf.constant(kernel)
        one, other = (outputs_of(network, inputs, parameters) for inputs in (images, others))
        assert (np.abs(one - other).max() > 0.01) == skips


@pytest.mark.parametrize(
    ("given", "made"), [(GRAY, GRAY), (GRAY, (32, 32, 1)), ((8, 8, 3), (32, 32, 3)), ((9, 11, 1), (9, 11, 1))]
)
def test_at_the_start_nothing_is_added_to_the_input(
    given: tuple[int, ...], made: tuple[int, ...], batch: Batch
) -> None:
    images = batch(2, *given)
    network = maker(given, made, adds_input=True)
    resized = tf.image.resize(images, made[:2], "bicubic").numpy()
    np.testing.assert_allclose(outputs_of(network, images), resized, atol=1e-5)
    if given == made:
        np.testing.assert_array_equal(outputs_of(network, images), images)
    told = maker(given, made, adds_input=True, classes=3)
    np.testing.assert_array_equal(outputs_of(told, images), outputs_of(network, images))
    # What is added is what the network without the option makes.
    plain = maker(given, made)
    added = outputs_of(plain, images)
    np.testing.assert_allclose(outputs_of(network, images, drawn(plain)), added + resized, rtol=1e-4, atol=1e-4)


def test_the_output_activation_comes_after_the_input_is_added(batch: Batch) -> None:
    images = batch(2, *GRAY)
    network = Translator(TranslatorOptions(channels=2, adds_input=True), GRAY, GRAY, "tanh")
    np.testing.assert_allclose(outputs_of(network, images), np.tanh(images), atol=1e-6)


def test_blocks_start_by_adding_nothing(batch: Batch) -> None:
    shallow, deep = maker(blocks=0), maker(blocks=5)
    same = outputs_of(deep, batch(2, *GRAY), drawn(deep) | drawn(shallow))
    np.testing.assert_allclose(same, outputs_of(shallow, batch(2, *GRAY)), atol=1e-6)


@pytest.mark.parametrize("normalisation", ["none", "batch", "instance"])
def test_only_batch_norm_needs_the_batch(normalisation: str, batch: Batch) -> None:
    images = batch(3, *GRAY)
    for network in (maker(normalisation=normalisation), judge(normalisation=normalisation)):
        together, alone = outputs_of(network, images), outputs_of(network, images[:1])
        assert np.allclose(together[:1], alone, atol=1e-4) == network.per_sample == (normalisation != "batch")
        names = {name for name in drawn(network) if name.endswith("/scale")}
        assert all(f"/{normalisation}_norm" in name for name in names)
        assert bool(names) == (normalisation != "none")
    assert not judge(normalisation=normalisation, minibatch_stddev=True).per_sample


def test_each_patch_is_projected_on_the_label(batch: Batch) -> None:
    told, plain = judge(classes=3), judge()
    parameters, images = drawn(told), batch(4, *GRAY)
    table = parameters["embedding/table"].numpy()
    unconditional = {name: value for name, value in parameters.items() if name != "embedding/table"}
    # The features are seen by a last kernel that is 1 at its middle for one of them.
    kernel = np.zeros(parameters["logit/kernel"].shape, np.float32)
    expected = outputs_of(plain, images, unconditional)
    for channel in range(kernel.shape[2]):
        probe = kernel.copy()
        probe[1, 1, channel] = 1
        seen = outputs_of(plain, images, unconditional | {"logit/kernel": tf.constant(probe)})
        expected = expected + seen * table[[0, 1, 2, 0], channel][:, None, None]
    np.testing.assert_allclose(outputs_of(told, images, parameters), expected, rtol=1e-4, atol=1e-5)


def test_the_slope_of_a_sample_is_that_of_its_mean_logit(batch: Batch) -> None:
    network = judge(normalisation="none", activation="swish")
    parameters, images = drawn(network), batch(3, *GRAY)

    def logits(points: tf.Tensor) -> tf.Tensor:
        return network.apply(parameters, {}, points, training=True)[0]

    with tf.GradientTape() as tape:
        tape.watch(images)
        mean = tf.reduce_mean(logits(images), axis=[1, 2])
    slopes = tape.gradient(mean, images).numpy().reshape(3, -1)
    np.testing.assert_allclose(squared_slopes(logits, images), (slopes**2).sum(axis=1), rtol=1e-4)


def test_one_logit_a_sample_is_left_as_it_is(batch: Batch) -> None:
    one = batch(3)
    assert sample_logits(one) is one
    np.testing.assert_allclose(sample_logits(batch(3, 4, 5)), batch(3, 4, 5).numpy().mean(axis=(1, 2)), rtol=1e-4)


def test_spectral_normalisation_draws_and_tracks_every_kernel(batch: Batch) -> None:
    network = SpectralNorm(judge(classes=3))
    parameters, statistics = network.init(0, Stream.DISCRIMINATOR_INIT)
    assert set(matrices(parameters)) == {"down_0/kernel", "down_1/kernel", "logit/kernel", "embedding/table"}
    logits, _ = network.apply(parameters, statistics, batch(2, *GRAY), training=True, labels=tf.range(2))
    assert logits.shape == (2, 4, 4)


@pytest.mark.parametrize(
    ("make", "key", "sentence"),
    [
        (lambda: maker((5,), (2,)), "generator.family", "= 'translator': is for images, and the data are points of 2"),
        (lambda: maker(GRAY, (1,)), "generator.family", "= 'translator': is for images, and the data are single"),
        (lambda: judge((2,)), "discriminator.family", "= 'translator': is for images, and the data are points of 2"),
        (
            lambda: maker((8, 8, 1), (8, 8, 1), halvings=3),
            "generator.halvings",
            "= 3: needs images of at least 9 x 9 pixels, and the data are 8 x 8 x 1 pixels",
        ),
        (lambda: judge((4, 32, 1)), "discriminator.halvings", "= 2: needs images of at least 5 x 5 pixels"),
        (lambda: judge(halvings=0), "discriminator.halvings", "= 0: a judge of patches halves its images at least"),
        (
            lambda: maker(GRAY, (24, 24, 1)),
            "generator.family",
            "= 'translator': makes images as large as those it is given, or 2 or 4 times as large, and is given "
            "16 x 16 pixels to make 24 x 24",
        ),
        (lambda: maker(GRAY, (16, 32, 1)), "generator.family", "and is given 16 x 16 pixels to make 16 x 32"),
        (lambda: maker(GRAY, (8, 8, 1)), "generator.family", "and is given 16 x 16 pixels to make 8 x 8"),
        (lambda: maker((5,), adds_input=True), "generator.adds_input", "= true: adds an image, and G is given latents"),
        (
            lambda: maker(GRAY, (16, 16, 3), adds_input=True),
            "generator.adds_input",
            "= true: adds an image of as many channels as it makes, and is given 1 to make 3",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], Translator], key: str, sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        make()
    assert refusal.value.key == key
    assert str(refusal.value).startswith(f"{key} = ")
    assert sentence in str(refusal.value)
