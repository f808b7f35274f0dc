"""TensorFlow, loaded at its first use: `from gan_desktop.training.backend import tf`.

Forms and the command line read the registries of objectives, networks and data sets long before anything computes.
Importing TensorFlow takes 3 s and blocks the window's interpreter lock, so it waits until the training thread asks.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

_lock = threading.Lock()


def load_tensorflow() -> Any:
    """Import TensorFlow, quietly and without Keras, of which nothing is used here.

    TensorFlow imports Keras eagerly for the sake of saved models that hold Keras optimizers, and tolerates its absence;
    that import is 40 % of the loading time (5.1 s -> 3.1 s measured). So it is hidden for the moment of the import.
    """
    with _lock:
        if "tensorflow" not in sys.modules:
            # Messages below errors go to stderr from C++, where they would break the progress bar.
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
            hide = "keras" not in sys.modules
            if hide:
                sys.modules["keras"] = None  # type: ignore[assignment]
            try:
                import tensorflow
            finally:
                if hide:
                    del sys.modules["keras"]
            tensorflow.get_logger().setLevel("ERROR")
        return sys.modules["tensorflow"]


class _LazyTensorFlow:
    def __getattr__(self, name: str) -> Any:
        value = getattr(load_tensorflow(), name)
        setattr(self, name, value)
        return value


if TYPE_CHECKING:
    import tensorflow as tf
else:
    tf = _LazyTensorFlow()

__all__ = ["load_tensorflow", "tf"]
