"""How every benchmark reports: rows of a figure with its target, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

MNIST = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"


@dataclass(frozen=True)
class Row:
    """One figure; `target` reads like `>= 8` and is empty where none was set."""

    what: str
    value: float
    unit: str = ""
    target: str = ""

    @property
    def verdict(self) -> str:
        if not self.target:
            return ""
        relation, limit = self.target.split()
        met = self.value >= float(limit) if relation == ">=" else self.value <= float(limit)
        return "met" if met else "missed"


def parser(description: str) -> argparse.ArgumentParser:
    """The options that all benchmarks share."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    made.add_argument("--seconds", type=float, default=3.0, help="how long each measurement lasts")
    made.add_argument("--rounds", type=int, default=5, help="how often each is repeated, in turn; medians are shown")
    made.add_argument("--mnist", type=Path, default=MNIST, help="a folder with MNIST's IDX files")
    return made


def show(title: str, rows: list[Row], as_json: bool) -> None:
    """Print the rows."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    if as_json:
        print(
            json.dumps({"title": title, "machine": machine, "rows": [asdict(r) | {"verdict": r.verdict} for r in rows]})
        )
        return
    table = Table(title=f"{title} ({machine})", title_justify="left")
    for column in ("", "value", "unit", "target", ""):
        table.add_column(column, justify="right" if column == "value" else "left")
    for row in rows:
        table.add_row(
            row.what,
            f"{row.value:,.3g}" if row.value < 1000 else f"{row.value:,.0f}",
            row.unit,
            row.target,
            row.verdict,
        )
    Console(width=120).print(table)
