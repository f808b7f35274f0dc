"""The figures of every step as Parquet, which pandas, Polars, DuckDB and R read."""

from __future__ import annotations

import numpy as np

from gan_desktop.core.csv_tables import table_length
from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.registry import exports
from gan_desktop.exports.figures_csv import figures_of
from gan_desktop.recording.past import read_past

# Rows that are read and written together.
ROWS = 65536


@exports.register("parquet", title="Figures of every step, as Parquet", facts=Format(7, ".parquet", ("pyarrow",)))
def write_figures_parquet(order: Order) -> None:
    """The table of `csv` with its types: steps as 64-bit integers, figures as 32-bit floats."""
    import pyarrow
    from pyarrow import parquet

    record, past = read_past(order.run)
    table = figures_of(past.history)
    kinds = {name: pyarrow.int64() if name == "step" else pyarrow.float32() for name in table}
    about = {"run": record.folder.name, "config": str(record.facts.get("config", ""))}
    schema = pyarrow.schema(list(kinds.items()), metadata=about)
    length = table_length(table)
    with parquet.ParquetWriter(order.out, schema) as writer:
        for start in range(0, length, ROWS):
            rows = [np.asarray(column[start : start + ROWS]) for column in table.values()]
            writer.write_table(pyarrow.Table.from_arrays([pyarrow.array(row) for row in rows], schema=schema))
            order.progress(min(1.0, (start + ROWS) / length))
