"""Loading TensorFlow: quiet when all is well, and leaving Keras as it was."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import pytest

from gan_desktop.training.backend import quiet_stderr

# What a C++ library does: past Python's sys.stderr.
WORDS = b"words of a C++ library\n"

LOADING = """
import gc, os, sys
from gan_desktop.training.backend import load_tensorflow, tf
assert "tensorflow" not in sys.modules
tensorflow = load_tensorflow()
assert tensorflow is sys.modules["tensorflow"] is load_tensorflow()
assert tf.constant is tensorflow.constant
slow = {"keras", "sklearn", "scipy.stats", "pandas", "matplotlib", "tensorboard", "PySide6"} & sys.modules.keys()
assert not slow, slow
assert gc.isenabled()
assert gc.get_freeze_count() > 300_000
assert int(tf.constant(2) + 3) == 5
os.write(2, b"END OF LOADING\\n")
import keras
assert keras.ops.shape([[1, 2]]) == (1, 2)
"""


def test_words_are_held_back(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_stderr():
        os.write(2, WORDS)
    assert capfd.readouterr().err == ""
    os.write(2, WORDS)
    assert capfd.readouterr().err.encode() == WORDS


def speak_and_raise(error: BaseException) -> None:
    os.write(2, WORDS)
    raise error


@pytest.mark.parametrize(("error", "said"), [(ImportError("a library is missing"), WORDS), (KeyboardInterrupt(), b"")])
def test_words_come_out_with_an_error_but_not_with_ctrl_c(
    error: BaseException, said: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(type(error)), quiet_stderr():
        speak_and_raise(error)
    assert capfd.readouterr().err.encode() == said


def test_no_file_is_left_open() -> None:
    before = os.dup(2)
    os.close(before)
    for _ in range(3):
        with quiet_stderr():
            pass
    after = os.dup(2)
    os.close(after)
    assert after == before


def test_loading_is_quiet_and_leaves_keras_to_others(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    result = run_python("-c", LOADING)
    assert result.returncode == 0, result.stderr
    assert result.stderr.startswith("END OF LOADING\n")
