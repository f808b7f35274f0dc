"""Build the Keras model of a plan and write it: `python writer.py FORMAT FOLDER OUT`, in a process of its own.

FOLDER holds `plan.json`, `weights.npz` and `about.txt`. Nothing of this program is imported here.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ABOUT = "README.txt"


def build(layers: Sequence[Mapping[str, Any]], weights: Mapping[str, Any]) -> Any:
    """The model of these layers, with these weights by their names."""
    import keras

    inputs, made = [], []
    for layer in layers:
        if layer["kind"] == "Input":
            inputs.append(keras.Input(**layer["arguments"]))
            made.append(inputs[-1])
            continue
        given = [made[place] for place in layer["inputs"]]
        built = getattr(keras.layers, layer["kind"])(**layer["arguments"])
        made.append(built(given[0] if len(given) == 1 else given))
        built.set_weights([weights[name] for name in layer["weights"]])
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], made[-1], name="generator")


def write_keras(model: Any, out: Path, about: str) -> None:
    """Keras's own file, which is a .zip archive."""
    model.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(ABOUT, about)


def write_saved_model(model: Any, out: Path, about: str) -> None:
    """A folder for TensorFlow."""
    model.export(out, verbose=False)
    (out / ABOUT).write_text(about, encoding="utf-8")


def write_onnx(model: Any, out: Path, about: str) -> None:
    """A file for ONNX's many runtimes."""
    import onnx

    # Keras exports what it has seen at work alone.
    given = [np.zeros((1, *needed.shape[1:]), needed.dtype) for needed in model.inputs]
    model(given if len(given) > 1 else given[0])
    model.export(out, format="onnx", verbose=False)
    written = onnx.load(out)
    written.doc_string = about
    _name_ends(written.graph)
    onnx.save(written, out)


def _name_ends(graph: Any) -> None:
    """Call the output `output` and the number of samples `n`, in place of the converter's own words."""
    (output,) = graph.output
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = ["output" if name == output.name else name for name in names]
    output.name = "output"
    for end in (*graph.input, output):
        end.type.tensor_type.shape.dim[0].dim_param = "n"


WRITERS: dict[str, Callable[[Any, Path, str], None]] = {
    "keras": write_keras,
    "savedmodel": write_saved_model,
    "onnx": write_onnx,
}


def main(name: str, folder: Path, out: Path) -> None:
    layers = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz") as weights:
        model = build(layers, weights)
    WRITERS[name](model, out, (folder / "about.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
