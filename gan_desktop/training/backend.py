"""TensorFlow, loaded at its first use: `from gan_desktop.training.backend import tf`.

Forms and the command line read the registries of objectives, networks and data sets long before anything computes.
Importing TensorFlow takes 3 s and blocks the window's interpreter lock, so it waits until the training thread asks.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from gan_desktop.core import last_words
from gan_desktop.core.collecting import without_collecting
from gan_desktop.core.machine import usable_cores
from gan_desktop.training.compiled_programs import ask_xla_to_keep, kept_programs

_lock = threading.Lock()
_threads = 0  # 0 for as many as there are


def load_tensorflow() -> Any:
    """Import TensorFlow quietly, and without Keras, which is not used here.

    TensorFlow imports Keras eagerly for the sake of saved models that hold Keras optimizers, and tolerates its absence;
    that import is 40 % of the loading time (5.1 s -> 3.1 s measured). So Keras is hidden during the import.
    """
    with _lock:
        if "tensorflow" not in sys.modules:
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            # Most convolutions here are so small that they wait for other threads longer than they compute. If the
            # calling thread computes too, the smaller networks train 1.4 times as fast, and the largest lose 6 %.
            os.environ.setdefault("TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD", "1")
            ask_xla_to_keep()
            hide = "keras" not in sys.modules
            if hide:
                sys.modules["keras"] = None  # type: ignore[assignment]
            try:
                with quiet_stderr(), without_collecting():
                    import tensorflow

                    if _threads:
                        tensorflow.config.threading.set_intra_op_parallelism_threads(_threads)
                        tensorflow.config.threading.set_inter_op_parallelism_threads(_threads)
                    # Listing devices initialises them, and prints complaints about a missing GPU driver.
                    tensorflow.config.list_physical_devices()
            finally:
                if hide:
                    del sys.modules["keras"]
            tensorflow.get_logger().setLevel("ERROR")
        return sys.modules["tensorflow"]


def set_threads(count: int) -> None:
    """Set how many threads compute a step; the last bits of the result depend on it. Call it before TensorFlow loads.

    Raises:
        RuntimeError: it is loaded already.
    """
    global _threads
    if "tensorflow" in sys.modules:
        raise RuntimeError("TensorFlow is loaded, and its threads are begun")
    _threads = count


def threads() -> int:
    """How many threads compute a step: as set here, else as the environment says, else all processors we may use."""
    from_environment = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return _threads or (int(from_environment) if from_environment.isdecimal() else 0) or usable_cores()


def compiling(notes: list[str]) -> AbstractContextManager[None]:
    """A context in which XLA's programs are found in the user's cache, or kept there; `notes` gets what goes wrong."""
    return kept_programs(load_tensorflow(), threads(), notes)


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
    with _held() as held:
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


@contextmanager
def _held() -> Iterator[BinaryIO]:
    """A file for what is held back: that for last words, which the next start finds if the process dies meanwhile."""
    try:
        file = last_words.open_file("loading")
    except OSError:
        with tempfile.TemporaryFile() as file:
            yield file
        return
    with file:
        try:
            yield file
        finally:
            last_words.drop_file("loading")


class _LazyTensorFlow:
    def __getattr__(self, name: str) -> Any:
        value = getattr(load_tensorflow(), name)
        setattr(self, name, value)
        return value


if TYPE_CHECKING:
    import tensorflow as tf
else:
    tf = _LazyTensorFlow()

__all__ = ["compiling", "load_tensorflow", "quiet_stderr", "set_threads", "tf", "threads"]
