"""The run as TensorBoard shows it."""

from __future__ import annotations

from collections.abc import Callable

from gan_desktop.core.exporting import Format, Order, nobody
from gan_desktop.core.history import CHUNK
from gan_desktop.core.past import Past
from gan_desktop.core.registry import exports
from gan_desktop.exports.event_file import EventFile, seconds_of
from gan_desktop.exports.kept import evenly, real_points
from gan_desktop.recording.past import read_past

# TensorBoard shows about a thousand points of a curve. More than that many steps are thinned evenly.
MOST_STEPS = 100_000
MOST_PICTURES = 200


@exports.register("tensorboard", title="A log folder of TensorBoard", facts=Format(9, "-tensorboard", is_folder=True))
def write_tensorboard(order: Order) -> None:
    """A folder for `tensorboard --logdir`: figures, metrics, samples, and alerts and changes of controls as text."""
    record, past = read_past(order.run)
    order.out.mkdir()
    with EventFile(order.out, seconds_of(record.facts.get("started"))) as events:
        write_past(events, past, order.progress)


def write_past(events: EventFile, past: Past, progress: Callable[[float], None] = nobody) -> None:
    """Write all that was recorded of a run; `progress` gets the share that is done."""
    for write, share in ((_write_figures, 0.7), (_write_others, 0.8), (_write_samples, 1.0)):
        write(events, past)
        progress(share)


def _write_figures(events: EventFile, past: Past) -> None:
    history, names = past.history, past.history.figures.names
    stride = max(1, -(-len(history) // MOST_STEPS))
    for start in range(0, len(history), CHUNK):
        rows = history.values(names, start, start + CHUNK)
        for place in range(-start % stride, len(rows), stride):
            events.figures(history.first_step + start + place, dict(zip(names, rows[place].tolist(), strict=True)))


def _write_others(events: EventFile, past: Past) -> None:
    for measured in past.measured:
        events.measured(measured)
    for alert, _ in past.alerts:
        events.alert(alert)
    for change in past.interventions:
        events.change(change)


def _write_samples(events: EventFile, past: Past) -> None:
    for saved in evenly(past, MOST_PICTURES):
        events.samples(saved.load(), real_points(past))
