"""What was measured of the samples, as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from gan_desktop.core.errors import InputError
from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.measured import Measured
from gan_desktop.core.registry import exports
from gan_desktop.exports.figures_csv import write_csv
from gan_desktop.recording.past import read_past

NAN = float("nan")


@exports.register("metrics-csv", title="Metrics of the samples, as CSV", facts=Format(8, "-metrics.csv"))
def write_metrics_csv(order: Order) -> None:
    """A line for each measurement and metric: the value, that of the averaged generator, and what real samples give."""
    _, past = read_past(order.run)
    write_csv(order, table_of(past.measured))


def table_of(measured: Sequence[Measured]) -> dict[str, list[object]]:
    """The columns of the table.

    Raises:
        InputError: nothing was measured.
    """
    if not measured:
        raise InputError("no metric of this run was measured")
    rows = [row for one in measured for row in _rows(one)]
    names = "step", "metric", "value", "averaged", "floor", "floor_deviation"
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _rows(one: Measured) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for name, value in one.values.items():
        floor = one.floors.get(name)
        known = (NAN, NAN) if floor is None else (floor.mean, floor.deviation)
        averaged = NAN if one.averaged is None else one.averaged.get(name, NAN)
        rows.append((one.step, name, value, averaged, *known))
    return rows
