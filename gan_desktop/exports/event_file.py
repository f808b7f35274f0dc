"""A file of events, as TensorBoard reads them, written record by record."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from gan_desktop.core.diagnosis import Alert
from gan_desktop.core.events import ControlChanged, FloatArray, Samples
from gan_desktop.core.measured import Measured
from gan_desktop.exports.kept import change_text
from gan_desktop.recording.snapshots import sample_image


class EventFile:
    """Writes summaries, each with the step that it is of.

    Args:
        folder: where the file is made.
        moment: when what comes next happened, in seconds since 1970; it may be set again.
    """

    def __init__(self, folder: Path, moment: float) -> None:
        from gan_desktop.training.backend import tf

        self.moment = moment
        self._make, self._summary = tf.compat.v1.Event, tf.compat.v1.Summary
        self.path = folder / f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}"
        self._writer = tf.io.TFRecordWriter(str(self.path))
        self._write(self._make(wall_time=moment, file_version="brain.Event:2"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def flush(self) -> None:
        """Have readers see what was written."""
        self._writer.flush()

    def figures(self, step: int, values: Mapping[str, float]) -> None:
        self._scalars(step, "figures", values)

    def measured(self, measured: Measured) -> None:
        self._scalars(measured.step, "metrics", measured.values)
        if measured.averaged:
            self._scalars(measured.step, "metrics_averaged", measured.averaged)

    def alert(self, alert: Alert) -> None:
        self.text(alert.step, f"alerts/{alert.detector}", str(alert.message))

    def change(self, change: ControlChanged) -> None:
        self.text(change.step, f"interventions/{change.key}", change_text(change))

    def samples(self, samples: Samples, real: FloatArray | None) -> None:
        image, content = sample_image(samples, real), io.BytesIO()
        image.save(content, "PNG")
        value = self._summary.Value(tag="samples")
        value.image.encoded_image_string = content.getvalue()
        value.image.width, value.image.height = image.size
        self._add(samples.step, [value])

    def text(self, step: int, tag: str, text: str) -> None:
        value = self._summary.Value(tag=tag)
        value.metadata.plugin_data.plugin_name = "text"
        value.tensor.dtype = 7  # a string
        value.tensor.string_val.append(text.encode())
        self._add(step, [value])

    def _scalars(self, step: int, group: str, values: Mapping[str, float]) -> None:
        self._add(
            step, [self._summary.Value(tag=f"{group}/{tag}", simple_value=value) for tag, value in values.items()]
        )

    def _add(self, step: int, values: list[Any]) -> None:
        self._write(self._make(wall_time=self.moment, step=step, summary=self._summary(value=values)))

    def _write(self, event: Any) -> None:
        self._writer.write(event.SerializeToString())


def seconds_of(started: object) -> float:
    """The time at which a run was begun, in seconds since 1970; now, if it is not known."""
    try:
        return datetime.fromisoformat(str(started)).timestamp()
    except ValueError:
        return time.time()
