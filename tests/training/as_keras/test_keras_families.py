"""Every registered network, planned and built as a Keras model, gives what it gives itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import families
from gan_desktop.training.as_keras.families import plan_of
from gan_desktop.training.as_keras.writer import build, write_onnx
from gan_desktop.training.backend import load_tensorflow, tf

SMALL = {"widths": (6, 5), "channels": 3, "blocks": 1}
# What changes the layers; each family takes what it has.
OPTIONS: list[dict[str, Any]] = [
    {},
    {"batch_norm": True, "normalisation": "batch", "activation": "relu", "dropout": 0.3},
    {"batch_norm": True, "batch_norm_place": "before_activation", "activation": "elu", "initializer": "he_uniform"},
    {"activation": "maxout", "widths": (), "kernel_size": 5, "normalisation": "none", "skips": False},
    {"activation": "swish", "batch_norm": False, "adds_input": True, "halvings": 0},
]
# What is made of what: (input, output).
SHAPES = {
    "latents to images": ((5,), (8, 8, 1)),
    "latents to odd images": ((5,), (13, 30, 3)),
    "latents to points": ((5,), (2,)),
    "images to images": ((9, 12, 3), (9, 12, 3)),
    "images to larger images": ((8, 9, 1), (32, 36, 1)),
    "points to points": ((2,), (2,)),
}


def networks(family: str, shapes: str, classes: int) -> list[Any]:
    """A network of the family for each of the options that it takes, with weights that are not those of the start."""
    model, made = families[family].options, []
    given, output = SHAPES[shapes]
    for options in OPTIONS:
        chosen = {name: value for name, value in (SMALL | options).items() if name in model.model_fields}
        try:
            validated = model(**chosen)
            made.append(families[family].value(validated, given, output, "tanh", classes))
        except ValueError:  # it is not for such samples, or has no such activation
            continue
    return made


# Which family is for which of the shapes.
CASES = [(family, shapes) for family in families for shapes in SHAPES if networks(family, shapes, 0)]


def weights_of(network: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and statistics without any that are 0 or 1."""
    rng = np.random.default_rng(0)
    parts = network.init(0, 0)
    return tuple(
        {name: rng.uniform(0.2, 0.6, value.shape).astype(np.float32) for name, value in part.items()} for part in parts
    )  # type: ignore[return-value]


def compared(network: Any) -> tuple[Any, list[Any], Any]:
    """The Keras model, what it is given, and what the network makes of it."""
    load_tensorflow()
    parameters, statistics = weights_of(network)
    plan = plan_of(network, "inputs")
    model = build(json.loads(json.dumps(plan.as_json())), parameters | statistics)
    rng = np.random.default_rng(1)
    given: list[Any] = [rng.normal(size=(4, *network.input_shape)).astype(np.float32)]
    labels = None
    if network.classes:
        labels = np.arange(4, dtype=np.int32) % network.classes
        given.append(labels)
    own, _ = network.apply(parameters, statistics, tf.constant(given[0]), training=False, labels=labels)
    return model, given, own.numpy()


def close(made: Any, own: Any) -> None:
    assert np.abs(np.asarray(made).reshape(own.shape) - own).max() <= 1e-5 * max(1, np.abs(own).max())


def test_every_family_has_a_plan() -> None:
    assert {family for family, _ in CASES} == set(families)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize(("family", "shapes"), CASES)
def test_a_generator_makes_the_same_samples(family: str, shapes: str, classes: int) -> None:
    for network in networks(family, shapes, classes):
        model, given, own = compared(network)
        close(model(given if classes else given[0]), own)
        assert model.count_params() == sum(
            int(tf.size(value)) for part in network.init(0, 0) for value in part.values()
        )


@pytest.mark.slow
@pytest.mark.parametrize(("family", "shapes"), CASES)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_onnx_runtime_makes_the_same_samples(family: str, shapes: str, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime")
    for place, network in enumerate(networks(family, shapes, 3)):
        model, given, own = compared(network)
        file = tmp_path / f"{place}.onnx"
        write_onnx(model, file, "about")
        session = runtime.InferenceSession(file, providers=["CPUExecutionProvider"])
        names = [needed.name for needed in session.get_inputs()]
        close(session.run(None, dict(zip(names, given, strict=True)))[0], own)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("family", ["mlp", "dcgan", "residual"])
def test_a_judge_gives_the_same_logits(family: str, classes: int) -> None:
    model = families[family].options
    for options in OPTIONS[:2]:
        chosen = {name: value for name, value in (SMALL | options).items() if name in model.model_fields}
        network = families[family].value(model(**chosen), (9, 12, 3), (), "linear", classes)
        built, given, own = compared(network)
        close(built(given if classes else given[0]), own)


def test_what_keras_has_no_layers_for_is_a_sentence() -> None:
    options = families["mlp"].options.model_validate({"minibatch_stddev": True})
    network = families["mlp"].value(options, (2,), (), "linear", 0)
    with pytest.raises(InputError, match=r"^discriminator\.minibatch_stddev = true: Keras has no such layer$"):
        plan_of(network, "inputs")
    with pytest.raises(InputError, match=r"^object is a network of another package"):
        plan_of(object(), "inputs")
