"""What every network family can do, found through the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import families
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import Network, sample_logits
from gan_desktop.training.random_streams import Stream

Make = Callable[..., Network]
Batch = Callable[..., tf.Tensor]

SIZES = (8, 28, 32, 33, 64, 100, 128)
CHANNELS = (1, 3, 6)
IMAGE = (8, 8, 1)
KEY = (7, 11)

every_family = pytest.mark.parametrize("family", list(families))


@pytest.fixture(params=["generator", "discriminator"])
def make(request: pytest.FixtureRequest) -> Make:
    return request.getfixturevalue(request.param)


def initial(network: Network, seed: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    return network.init(seed, Stream.GENERATOR_INIT)


def inputs_of(network: Any, batch: Batch, count: int = 3, seed: int = 0) -> tf.Tensor:
    return batch(count, *network.input_shape, seed=seed)


def labels_of(network: Any, count: int = 3) -> tf.Tensor | None:
    return tf.range(count) % network.classes if network.classes else None


def moved(tree: dict[str, Any], scale: float = 0.1) -> dict[str, Any]:
    """Parameters as after some training: none is where it started."""
    noise = {name: tf.random.stateless_normal(value.shape, [i, 5]) for i, (name, value) in enumerate(tree.items())}
    return {name: value + scale * noise[name] for name, value in tree.items()}


@every_family
@pytest.mark.parametrize("size", SIZES)
def test_images_of_every_size_and_number_of_channels(
    family: str, size: int, generator: Make, discriminator: Make, batch: Batch
) -> None:
    for channels in CHANNELS:
        shape = (size, size, channels)
        made, judge = generator(family, shape), discriminator(family, shape)
        fakes, _ = made.apply(*initial(made), batch(2, 5), training=False)
        assert fakes.shape == (2, *shape)
        assert 0 < tf.reduce_max(tf.abs(fakes)) <= 1
        logits, _ = judge.apply(*initial(judge), fakes, training=False)
        # One logit for a sample, or for each of its patches.
        assert logits.shape[0] == 2
        assert len(logits.shape) in (1, 3)
        assert np.isfinite(logits).all()


@every_family
@pytest.mark.parametrize("classes", [0, 3])
def test_weights_are_a_function_of_the_seed(family: str, classes: int, make: Make) -> None:
    network = make(family, classes=classes)
    first, again, other = (initial(network, seed)[0] for seed in (1, 1, 2))
    assert list(first) == list(again)
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
    drawn = [name for name, value in first.items() if len(set(value.numpy().flat)) > 1]
    assert len(drawn) >= 2
    for name in drawn:
        assert (first[name].numpy() != other[name].numpy()).all(), name


@every_family
@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_sample_alone_is_the_sample_in_its_batch(
    family: str, batch_norm: bool, classes: int, make: Make, batch: Batch
) -> None:
    network = make(family, classes=classes, batch_norm=batch_norm)
    parameters, statistics = initial(network)
    parameters, statistics = moved(parameters), moved(statistics)
    inputs, labels = inputs_of(network, batch), labels_of(network)
    together, kept = network.apply(parameters, statistics, inputs, training=False, labels=labels)
    for index in range(3):
        one = slice(index, index + 1)
        label = None if labels is None else labels[one]
        alone, _ = network.apply(parameters, statistics, inputs[one], training=False, labels=label)
        np.testing.assert_allclose(alone, together[one], rtol=1e-4, atol=1e-5)
    assert set(kept) == set(statistics)
    for name, value in statistics.items():
        np.testing.assert_array_equal(kept[name], value)


@every_family
@pytest.mark.parametrize("batch_norm", [False, True])
def test_training_tracks_statistics_of_the_same_structure(
    family: str, batch_norm: bool, make: Make, batch: Batch
) -> None:
    network = make(family, batch_norm=batch_norm)
    parameters, statistics = initial(network)
    assert bool(statistics) == batch_norm
    _, tracked = network.apply(parameters, statistics, inputs_of(network, batch), training=True)
    assert list(tracked) == list(statistics)
    for name, value in statistics.items():
        assert tracked[name].shape == value.shape
        assert (tracked[name].numpy() != value.numpy()).any(), name


@every_family
def test_labels_change_what_comes_out(family: str, make: Make, batch: Batch) -> None:
    network = make(family, classes=3)
    parameters, statistics = initial(network)
    same = tf.repeat(inputs_of(network, batch, 1), 3, axis=0)
    outputs, _ = network.apply(moved(parameters), statistics, same, training=False, labels=tf.range(3))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(outputs[one] - outputs[other]).max() > 1e-5


@every_family
def test_dropout_is_drawn_from_the_key_in_training_alone(family: str, make: Make, batch: Batch) -> None:
    network, sure = make(family, dropout=0.5), make(family)
    parameters, statistics = initial(network)
    parameters = moved(parameters)
    inputs = inputs_of(network, batch)

    def outputs(key: tuple[int, int]) -> np.ndarray:
        key_ = tf.constant(key, tf.int64)
        return network.apply(parameters, statistics, inputs, training=True, key=key_)[0].numpy()

    np.testing.assert_array_equal(outputs(KEY), outputs(KEY))
    assert (outputs(KEY) != outputs((7, 12))).any()
    still, _ = network.apply(parameters, statistics, inputs, training=False)
    np.testing.assert_array_equal(still, sure.apply(parameters, statistics, inputs, training=False)[0])
    with pytest.raises(ValueError, match="needs a key"):
        network.apply(parameters, statistics, inputs, training=True)


@every_family
@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_no_parameter_is_dead(family: str, batch_norm: bool, classes: int, make: Make, batch: Batch) -> None:
    """Each has a gradient, if not at the start, where residual branches are silent, then a little further on."""
    network = make(family, classes=classes, batch_norm=batch_norm)
    parameters, statistics = initial(network)
    inputs, labels = inputs_of(network, batch, 6), labels_of(network, 6)
    largest = dict.fromkeys(parameters, 0.0)
    for values in (parameters, moved(parameters)):
        with tf.GradientTape() as tape:
            tape.watch(values)
            outputs, _ = network.apply(values, statistics, inputs, training=True, labels=labels)
            loss = tf.reduce_sum(outputs * batch(*outputs.shape, seed=9))
        gradients = tape.gradient(loss, values)
        for name, gradient in gradients.items():
            assert isinstance(gradient, tf.Tensor), name
            assert np.isfinite(gradient).all(), name
            largest[name] = max(largest[name], float(tf.reduce_max(tf.abs(gradient))))
    floor = 1e-4 * max(largest.values())
    assert not [name for name, value in largest.items() if value < floor]


def penalty_and_gradient(
    network: Network, statistics: dict[str, Any], inputs: tf.Tensor, labels: Any, jit: bool = False
) -> Any:
    """The squared norm of the logits' gradient at the inputs, as R1 has it, and its gradient: traced as in training.

    Each logit has a weight of its own: behind one layer of batch norm the plain sum of all is the same for any inputs.
    """
    weights = 0.5 + tf.range(len(inputs), dtype=tf.float32) / len(inputs)

    @tf.function(autograph=False, jit_compile=jit)
    def compute(parameters: dict[str, Any]) -> tuple[tf.Tensor, dict[str, Any]]:
        with tf.GradientTape() as outer:
            outer.watch(parameters)
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                key = tf.constant(KEY, tf.int64)
                outputs, _ = network.apply(parameters, statistics, inputs, training=True, labels=labels, key=key)
                logits = sample_logits(outputs)
            penalty = tf.reduce_sum(tf.square(inner.gradient(logits, inputs, weights)))
        zero = tf.UnconnectedGradients.ZERO
        return penalty, outer.gradient(penalty, parameters, unconnected_gradients=zero)

    return compute


PENALISED = [
    {"activation": "swish"},
    {"activation": "elu", "batch_norm": True},
    {"activation": "swish", "dropout": 0.3, "minibatch_stddev": True, "classes": 3},
]


@every_family
@pytest.mark.parametrize("options", PENALISED, ids=["plain", "batch_norm", "all else"])
def test_a_gradient_penalty_has_the_right_gradient(
    family: str, options: dict[str, Any], discriminator: Make, batch: Batch
) -> None:
    network = discriminator(family, **options)
    parameters, statistics = initial(network)
    parameters = moved(parameters, 0.3)
    inputs, labels = inputs_of(network, batch, 6), labels_of(network, 6)
    compute = penalty_and_gradient(network, statistics, inputs, labels)
    penalty, gradient = compute(parameters)
    # Along the gradient itself, where the slope is its norm.
    norm = float(tf.linalg.global_norm(list(gradient.values())))
    assert norm > 0.01  # far above what rounding leaves of a gradient that is none
    step = 0.01 * float(penalty) / norm  # the penalty becomes 1 % more or less, far more than rounding makes of it
    ahead, behind = (
        float(compute({name: value + way * step * gradient[name] / norm for name, value in parameters.items()})[0])
        for way in (1, -1)
    )
    assert (ahead - behind) / (2 * step) == pytest.approx(norm, rel=0.01)


ACTIVATIONS = [
    (family, activation)
    for family in families
    for activation in get_args(families[family].options.model_fields["activation"].annotation)
]


@pytest.mark.parametrize(("family", "activation"), ACTIVATIONS)
def test_every_kernel_is_reached_by_a_gradient_penalty(
    family: str, activation: str, discriminator: Make, batch: Batch
) -> None:
    network = discriminator(family, activation=activation)
    parameters, statistics = initial(network)
    _, gradient = penalty_and_gradient(network, statistics, inputs_of(network, batch, 6), None)(moved(parameters))
    for name, value in gradient.items():
        assert np.isfinite(value).all(), name
        assert not name.endswith("kernel") or np.abs(value).max() > 0, name


@every_family
def test_the_minibatch_deviation_is_the_discriminators(family: str, generator: Make, discriminator: Make) -> None:
    counts = [
        sum(int(np.prod(value.shape)) for value in initial(discriminator(family, minibatch_stddev=on))[0].values())
        for on in (False, True)
    ]
    assert counts[1] > counts[0]
    with pytest.raises(InputError, match=r"generator.minibatch_stddev = true: only a discriminator") as refusal:
        generator(family, minibatch_stddev=True)
    assert refusal.value.key == "generator.minibatch_stddev"


@every_family
def test_the_size_of_the_batch_may_be_open(family: str, generator: Make, batch: Batch) -> None:
    network = generator(family, (9, 9, 1), dropout=0.5)
    parameters, statistics = initial(network)

    @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, 5], tf.float32)])
    def sample(latents: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        still, _ = network.apply(parameters, statistics, latents, training=False)
        drawn, _ = network.apply(parameters, statistics, latents, training=True, key=tf.constant(KEY, tf.int64))
        return still, drawn

    for count in (1, 4):
        assert [samples.shape for samples in sample(batch(count, 5))] == [(count, 9, 9, 1)] * 2


BY_XLA = [name for name in families if vars(families[name].value)["jit_compile"]]


@pytest.mark.parametrize("family", BY_XLA)
def test_compiled_by_xla_it_is_the_same(family: str, discriminator: Make, batch: Batch) -> None:
    options = {"classes": 3, "dropout": 0.3, "minibatch_stddev": True, "batch_norm": True}
    network = discriminator(family, **options)
    parameters, statistics = initial(network)
    inputs, labels = inputs_of(network, batch), labels_of(network)
    plain, compiled = (
        penalty_and_gradient(network, statistics, inputs, labels, jit)(moved(parameters)) for jit in (False, True)
    )
    np.testing.assert_allclose(compiled[0], plain[0], rtol=1e-3)
    # Of the largest gradient of all: in some parameters it is 0 but for rounding.
    scale = max(np.abs(value).max() for value in plain[1].values())
    for name, value in plain[1].items():
        np.testing.assert_allclose(compiled[1][name], value, rtol=1e-3, atol=1e-4 * scale)
