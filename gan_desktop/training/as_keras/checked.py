"""Writes a generator as a model of others, and believes it only when a fresh process makes the same samples with it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from gan_desktop.core.errors import InputError, shortened
from gan_desktop.core.exporting import Order
from gan_desktop.training.as_keras import reader, writer
from gan_desktop.training.as_keras.taken import Taken, take_generator

# How far a number of a sample may be off, as a share of the largest one, or of 1.
TOLERANCE = 1e-5
# The line of a traceback that says what it was.
ERROR = re.compile(r"^[\w.]*(?:Error|Exception)\b.*", re.MULTILINE)
# The shares of the whole that are done when the run's weights are there, and when the model is written.
TAKEN, WRITTEN = 0.4, 0.7
# Seconds between two looks at whether a process has ended.
LOOK = 0.1
# No GPU: the samples to compare with were made on the processor. Keras as TensorFlow has it.
ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}


def write_generator(name: str, order: Order) -> None:
    """Write the generator of a run.

    Args:
        name: the format, "keras", "savedmodel" or "onnx".

    Raises:
        InputError: it cannot be taken, written or read again, or what was read makes other samples.
    """
    taken = take_generator(order.run, order.step, order.averaged, lambda share: order.progress(TAKEN * share))
    order.progress(TAKEN)
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder)
        (given / "plan.json").write_text(json.dumps(taken.plan.as_json()), encoding="utf-8")
        (given / "about.txt").write_text(taken.about, encoding="utf-8")
        np.savez(given / "weights.npz", **taken.weights)  # type: ignore[arg-type]
        np.savez(given / "inputs.npz", **taken.inputs)  # type: ignore[arg-type]
        _run(writer.__file__, name, given, order.out, partial(order.progress, TAKEN))
        _run(reader.__file__, name, given, order.out, partial(order.progress, WRITTEN))
        _compare(name, taken, given / "outputs.npy")
    order.progress(1.0)


def _run(script: str, name: str, given: Path, out: Path, tell: Callable[[], None]) -> None:
    """Run a script in a process of its own, which ends when `tell` raises.

    Raises:
        InputError: it failed; the sentence is its own last words.
    """
    # Not the folder of the script, whose names it would take for modules.
    command = [sys.executable, "-P", script, name, str(given), str(out)]
    # Keras would write its settings into the home folder.
    nothing, environment = subprocess.DEVNULL, os.environ | ENVIRONMENT | {"KERAS_HOME": str(given)}
    with subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE) as process:
        try:
            while True:
                tell()
                try:
                    _, said = process.communicate(timeout=LOOK)
                    break
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        errors = ERROR.findall(said.decode(errors="replace")) or [f"exit code {process.returncode}"]
        raise InputError(f"export '{name}' failed: {shortened(errors[-1], 300)}")


def _compare(name: str, taken: Taken, outputs: Path) -> None:
    """Raise InputError if the model that was read again makes other samples."""
    made = np.load(outputs)
    size = max(1.0, float(np.abs(taken.outputs).max()))
    same_shape = made.shape == taken.outputs.shape
    error = float(np.abs(made - taken.outputs).max()) / size if same_shape else np.inf
    if not error <= TOLERANCE:
        sentence = f"read again, the model makes other samples than the generator, off by {error:.1g}"
        raise InputError(f"export '{name}' was not written: {sentence}; allowed is {TOLERANCE:g}")
