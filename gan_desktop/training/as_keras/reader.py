"""Load an exported model as a stranger would, and make samples: `python reader.py FORMAT FOLDER FILE`.

FOLDER holds `inputs.npz` and gets `outputs.npy`. Nothing of this program is imported here, and what has written the
file is no longer there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def read_keras(file: Path, inputs: Sequence[Any]) -> Any:
    """What Keras makes of the inputs."""
    import keras

    model = keras.saving.load_model(file)
    return model(inputs[0] if len(inputs) == 1 else list(inputs))


def read_saved_model(folder: Path, inputs: Sequence[Any]) -> Any:
    """What TensorFlow makes of the inputs."""
    import tensorflow as tf

    model = tf.saved_model.load(folder)
    given = [tf.constant(values) for values in inputs]
    return model.serve(given[0] if len(given) == 1 else given)


def read_onnx(file: Path, inputs: Sequence[Any]) -> Any:
    """What ONNX Runtime makes of the inputs."""
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    names = [needed.name for needed in session.get_inputs()]
    return session.run(None, dict(zip(names, inputs, strict=True)))[0]


READERS: dict[str, Callable[[Path, Sequence[Any]], Any]] = {
    "keras": read_keras,
    "savedmodel": read_saved_model,
    "onnx": read_onnx,
}


def main(name: str, folder: Path, file: Path) -> None:
    with np.load(folder / "inputs.npz") as kept:
        inputs = list(kept.values())
    np.save(folder / "outputs.npy", np.asarray(READERS[name](file, inputs)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
