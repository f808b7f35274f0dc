"""The generator as a model for other programs, which is read again and compared before it is there."""

from __future__ import annotations

from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.registry import exports

KERAS = ("keras",)
ONNX = ("keras", "onnx", "onnxruntime", "tf2onnx")


@exports.register(
    "keras", title="The generator, as a Keras model", facts=Format(10, ".keras", KERAS, of_generator=True)
)
def write_keras(order: Order) -> None:
    """Made of Keras's own layers: keras.saving.load_model is all it takes. README.txt in it says the scale."""
    _write("keras", order)


@exports.register(
    "savedmodel",
    title="The generator, as a SavedModel",
    facts=Format(11, "-savedmodel", KERAS, is_folder=True, of_generator=True),
)
def write_saved_model(order: Order) -> None:
    """A folder that TensorFlow and its servers load, without Keras. README.txt in it says the scale."""
    _write("savedmodel", order)


@exports.register("onnx", title="The generator, as ONNX", facts=Format(12, ".onnx", ONNX, of_generator=True))
def write_onnx(order: Order) -> None:
    """For the runtimes of browsers, phones and other languages. Its doc_string says the scale."""
    _write("onnx", order)


def _write(name: str, order: Order) -> None:
    # It knows the engine, which a list of formats has no need of.
    from gan_desktop.training.as_keras.checked import write_generator

    write_generator(name, order)
