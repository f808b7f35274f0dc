"""The Keras callback of a recorder. Keras is the person's own, and is loaded when a callback is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Protocol


class Records(Protocol):
    """What a callback needs of a recorder."""

    def record(self, **figures: Any) -> bool: ...


def recording_callback(recorder: Records) -> Any:
    """A `keras.callbacks.Callback` that records the logs of every batch, and ends the training when the run is over."""
    keras = importlib.import_module("keras")

    class RecordingCallback(keras.callbacks.Callback):  # type: ignore[name-defined]
        def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
            if not recorder.record(**(logs or {})):
                self.model.stop_training = True

    return RecordingCallback()
