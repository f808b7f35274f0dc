"""The run as TensorBoard shows it."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.history import CHUNK
from gan_desktop.core.past import Past
from gan_desktop.core.registry import exports
from gan_desktop.exports.kept import change_text, evenly, real_points
from gan_desktop.recording.past import read_past
from gan_desktop.recording.snapshots import sample_image

# TensorBoard shows about a thousand points of a curve. More than that many steps are thinned evenly.
MOST_STEPS = 100_000
MOST_PICTURES = 200


@exports.register("tensorboard", title="A log folder of TensorBoard", facts=Format(9, "-tensorboard", is_folder=True))
def write_tensorboard(order: Order) -> None:
    """A folder for `tensorboard --logdir`: figures, metrics, samples, and alerts and changes of controls as text."""
    from gan_desktop.training.backend import tf

    record, past = read_past(order.run)
    started = _seconds(record.facts.get("started"))
    order.out.mkdir()
    with _Events(tf, order.out, started) as events:
        for write, share in ((_write_figures, 0.7), (_write_metrics, 0.75), (_write_words, 0.8), (_write_samples, 1.0)):
            write(events, past)
            order.progress(share)


class _Events:
    """Writes a file of events: each a summary with the step that it is of."""

    def __init__(self, tf: Any, folder: Path, started: float) -> None:
        self._started = started
        self._make, self._summary = tf.compat.v1.Event, tf.compat.v1.Summary
        name = f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}"
        self._writer = tf.io.TFRecordWriter(str(folder / name))
        self._write(self._make(wall_time=started, file_version="brain.Event:2"))

    def __enter__(self) -> _Events:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def _write(self, event: Any) -> None:
        self._writer.write(event.SerializeToString())

    def scalars(self, step: int, values: dict[str, float]) -> None:
        found = [self._summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
        self._add(step, found)

    def text(self, step: int, tag: str, text: str) -> None:
        value = self._summary.Value(tag=tag)
        value.metadata.plugin_data.plugin_name = "text"
        value.tensor.dtype = 7  # a string
        value.tensor.string_val.append(text.encode())
        self._add(step, [value])

    def picture(self, step: int, tag: str, png: bytes, size: tuple[int, int]) -> None:
        value = self._summary.Value(tag=tag)
        value.image.encoded_image_string = png
        value.image.width, value.image.height = size
        self._add(step, [value])

    def _add(self, step: int, values: list[Any]) -> None:
        self._write(self._make(wall_time=self._started, step=step, summary=self._summary(value=values)))


def _write_figures(events: _Events, past: Past) -> None:
    history, names = past.history, past.history.figures.names
    stride = max(1, -(-len(history) // MOST_STEPS))
    tags = [f"figures/{name}" for name in names]
    for start in range(0, len(history), CHUNK):
        rows = history.values(names, start, start + CHUNK)
        for place in range(-start % stride, len(rows), stride):
            events.scalars(history.first_step + start + place, dict(zip(tags, rows[place].tolist(), strict=True)))


def _write_metrics(events: _Events, past: Past) -> None:
    for measured in past.measured:
        events.scalars(measured.step, {f"metrics/{name}": value for name, value in measured.values.items()})
        if measured.averaged:
            values = {f"metrics_averaged/{name}": value for name, value in measured.averaged.items()}
            events.scalars(measured.step, values)


def _write_words(events: _Events, past: Past) -> None:
    for alert, _ in past.alerts:
        events.text(alert.step, f"alerts/{alert.detector}", str(alert.message))
    for change in past.interventions:
        events.text(change.step, f"interventions/{change.key}", change_text(change))


def _write_samples(events: _Events, past: Past) -> None:
    for step, png, size in _pictures(past):
        events.picture(step, "samples", png, size)


def _pictures(past: Past) -> Iterator[tuple[int, bytes, tuple[int, int]]]:
    for saved in evenly(past, MOST_PICTURES):
        image, content = sample_image(saved.load(), real_points(past)), io.BytesIO()
        image.save(content, "PNG")
        yield saved.step, content.getvalue(), image.size


def _seconds(started: object) -> float:
    """The time at which the run was begun, in seconds since 1970; now, if it is not known."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(str(started)).timestamp()
    except ValueError:
        return time.time()
