"""TensorFlow, loaded at its first use: `from gan_desktop.training.backend import tf`.

Forms and the command line read the registries of objectives, networks and data sets long before anything computes.
Importing TensorFlow takes 3 s and blocks the window's interpreter lock, so it waits until the training thread asks.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from gan_desktop.core.paths import cache_directory

_lock = threading.Lock()


def load_tensorflow() -> Any:
    """Import TensorFlow, quietly and without Keras, of which nothing is used here.

    TensorFlow imports Keras eagerly for the sake of saved models that hold Keras optimizers, and tolerates its absence;
    that import is 40 % of the loading time (5.1 s -> 3.1 s measured). So it is hidden for the moment of the import.
    """
    with _lock:
        if "tensorflow" not in sys.modules:
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            # Convolutions as small as most here wait for other threads longer than they compute: where the one that
            # calls computes too, the smaller networks train 1.4 times as fast, and the largest lose 6 %.
            os.environ.setdefault("TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD", "1")
            _keep_compiled_blocks()
            hide = "keras" not in sys.modules
            if hide:
                sys.modules["keras"] = None  # type: ignore[assignment]
            try:
                with quiet_stderr():
                    import tensorflow

                    # Looking for devices initialises them, with words about a missing GPU driver.
                    tensorflow.config.list_physical_devices()
            finally:
                if hide:
                    del sys.modules["keras"]
            tensorflow.get_logger().setLevel("ERROR")
        return sys.modules["tensorflow"]


def _keep_compiled_blocks() -> None:
    """Have XLA keep what it compiles, so that a program compiled before starts 3 s sooner.

    The folder is named for this processor and TensorFlow, since machine code does not travel.
    """
    if "tf_xla_persistent_cache_directory" in os.environ.get("TF_XLA_FLAGS", ""):
        return
    machine = "|".join([platform.machine(), platform.processor(), _processor_features(), version("tensorflow")])
    folder = cache_directory() / "xla" / hashlib.sha256(machine.encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # an unwritable cache only costs the time that it would have saved
    if any(character.isspace() for character in str(folder)):
        return  # TensorFlow splits its flags at spaces and has no quoting
    flags = os.environ.get("TF_XLA_FLAGS", "")
    os.environ["TF_XLA_FLAGS"] = f"{flags} --tf_xla_persistent_cache_directory={folder}".strip()


def _processor_features() -> str:
    """What distinguishes processors of one architecture, where the system says."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
            return "".join(sorted({line for line in file if line.startswith(("model name", "flags"))}))
    except OSError:
        return ""


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what C++ libraries write to stderr before their log levels are in force; on an error, let it out.

    TensorFlow greets everyone with ten lines on missing GPU drivers and rebuilding with other flags. They would tear
    the progress bar, and bury the one sentence that bad input gets.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError, ValueError):
        yield  # a windowed executable has no stderr
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        failed = False
        try:
            yield
        except Exception:  # but not for Ctrl-C, about which there is nothing to say
            failed = True
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            if failed:
                held.seek(0)
                os.write(2, held.read())


class _LazyTensorFlow:
    def __getattr__(self, name: str) -> Any:
        value = getattr(load_tensorflow(), name)
        setattr(self, name, value)
        return value


if TYPE_CHECKING:
    import tensorflow as tf
else:
    tf = _LazyTensorFlow()

__all__ = ["load_tensorflow", "quiet_stderr", "tf"]
