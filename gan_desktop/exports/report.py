"""The report of a run: one HTML file that opens anywhere, without a network or a script."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from html import escape

import numpy as np

from gan_desktop import __version__
from gan_desktop.core.diagnosis import Level
from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.past import Past, SavedSamples
from gan_desktop.core.registry import detectors, exports
from gan_desktop.diagnosis.metrics import in_order
from gan_desktop.exports.chart import Curve, Mark, chart, figure_curve
from gan_desktop.exports.kept import change_text, real_points
from gan_desktop.exports.report_style import STYLE
from gan_desktop.recording.past import read_past
from gan_desktop.recording.reader import RunRecord
from gan_desktop.recording.run_entry import RunEntry, read_entry
from gan_desktop.recording.snapshots import sample_image

# How many steps the samples are shown of.
PICTURES = 4
# The most changes and alerts that are marked in a chart.
MOST_MARKS = 60


@exports.register("html", title="A report, as one HTML file", facts=Format(1, ".html"))
def write_report(order: Order) -> None:
    """The config, the curves, samples, alerts, changes and metrics beside what real samples give, on one page that
    needs no network.
    """
    record, past = read_past(order.run)
    order.progress(0.3)
    order.out.write_text(report(record, past, read_entry(order.run)), encoding="utf-8")
    order.progress(1.0)


def report(record: RunRecord, past: Past, entry: RunEntry) -> str:
    """The page."""
    parts = [
        _heading(record, past, entry),
        _diagnosis(past),
        _section("Losses", _losses(past)),
        _section("Samples", _samples(past)),
        _section("Metrics", _metrics(past)),
        _section("Alerts", _alerts(past)),
        _section("Changes of controls", _changes(past)),
        _section("Notes", f"<p>{_lines(entry.notes)}</p>" if entry.notes else ""),
        _section("Bookmarks", _rows((f"{mark.step:,}", mark.note) for mark in entry.bookmarks)),
        _section("Config", f"<pre>{escape(str(record.facts.get('config', '')))}</pre>"),
    ]
    title = escape(entry.name)
    head = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>'
        f'{title}</title><meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
    )
    foot = f"<footer>Written by GAN Desktop {escape(__version__)}</footer>"
    return f"{head}\n<body><main>\n{chr(10).join(part for part in parts if part)}\n{foot}</main></body></html>\n"


def _section(title: str, body: str) -> str:
    """A part of the page; nothing if there is nothing in it."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _rows(rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """A table; nothing if it has no rows."""
    lines = ["".join(f"<td>{_lines(cell)}</td>" for cell in row) for row in rows]
    head = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in heads)}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table>{head}<tbody>{body}</tbody></table>" if lines else ""


def moment(started: str) -> str:
    """When it was begun, as people read it."""
    with suppress(ValueError):
        return f"{datetime.fromisoformat(started).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return started


def _heading(record: RunRecord, past: Past, entry: RunEntry) -> str:
    facts = record.facts
    digests = record.digests
    known = {
        "state": str(entry.status),
        "steps": f"{past.step:,}",
        "preset": entry.preset,
        "game": entry.game,
        "data": past.data.title if past.data is not None else "",
        "seed": str(facts.get("seed", "")),
        "device": entry.device,
        "started": moment(entry.started),
        "trained": f"{past.seconds:,.0f} s",
        "branch of": " ← ".join(f"{ancestor.name} at step {ancestor.step:,}" for ancestor in past.ancestors),
        "tags": " ".join(entry.tags),
        "digest of the weights": f"{digests[max(digests)]} at step {max(digests):,}" if digests else "",
    }
    items = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in known.items() if value)
    return f"<header><h1>{escape(entry.name)}</h1><dl>{items}</dl></header>"


def _diagnosis(past: Past) -> str:
    if past.lights is None:
        return ""
    items = "".join(
        f'<li class="{aspect.level}"><b>{escape(aspect.name)}</b> {escape(str(aspect.sentence))}</li>'
        for aspect in past.lights.aspects
        if aspect.level is not Level.UNKNOWN
    )
    return _section(f"Diagnosis at step {past.lights.step:,}", f'<ul class="lights">{items}</ul>' if items else "")


def _marks(past: Past) -> list[Mark]:
    changes = [
        Mark(change.step, f"step {change.step:,}: {change_text(change)}", "change") for change in past.interventions
    ]
    alerts = [Mark(alert.step, f"step {alert.step:,}: {alert.message}", "alert") for alert, _ in past.alerts]
    return [*changes[-MOST_MARKS:], *alerts[-MOST_MARKS:]]


def _losses(past: Past) -> str:
    history = past.history
    losses = [name for name, figure in history.figures.items() if figure.kind == "loss" and name.endswith("_loss")]
    if not len(history) or not losses:
        return ""
    styles = {name: "d" if name.startswith("d") else "g" for name in losses}
    curves = [figure_curve(history, name, styles[name]) for name in losses[:2]]
    legend = " ".join(f'<span class="key {styles[name]}">{escape(name)}</span>' for name in losses[:2])
    marks = _marks(past)
    hints = " ".join(f'<span class="key {style}">{style}</span>' for style in sorted({mark.style for mark in marks}))
    return f"<p>{legend} {hints}</p>{chart('losses over steps', curves, marks)}"


def _samples(past: Past) -> str:
    wanted = [past.step * place / (PICTURES - 1) for place in range(PICTURES)] if past.samples else []
    chosen = {saved.step: saved for saved in (nearest(past.samples, step) for step in wanted)}
    return "".join(_picture(past, saved) for saved in chosen.values())


def nearest(samples: Sequence[SavedSamples], step: float) -> SavedSamples:
    """Those of the step that is nearest."""
    return min(samples, key=lambda saved: abs(saved.step - step))


def _picture(past: Past, saved: SavedSamples) -> str:
    content = io.BytesIO()
    sample_image(saved.load(), real_points(past)).save(content, "PNG")
    source = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
    caption = f"step {saved.step:,}"
    return f'<figure><img alt="samples at {caption}" src="{source}"><figcaption>{caption}</figcaption></figure>'


def _metrics(past: Past) -> str:
    """A table of the metrics at the end and at their best, and a curve of each that was measured more than once."""
    rows, charts = [], []
    for name, entry in in_order().items():
        metric = entry.value
        found = [one for one in past.measured if np.isfinite(one.values.get(name, np.nan))]
        if not found:
            continue
        last = past.measured[-1]
        best = (max if metric.higher_is_better else min)(found, key=lambda one: one.values[name])
        floor = found[-1].floors.get(name)
        averaged = (last.averaged or {}).get(name)
        rows.append(
            (
                entry.title,
                metric.text(last.values.get(name, float("nan"))),
                metric.text(averaged) if averaged is not None else "",
                f"{metric.text(best.values[name])} at step {best.step:,}",
                metric.floor_text(floor.mean, floor.deviation) if floor is not None else "",
            )
        )
        if len(found) > 1 and metric.headline:
            steps = np.array([one.step for one in found], np.float64)
            values = np.array([one.values[name] for one in found])
            drawing = chart(entry.title, [Curve(name, "g", steps, values)], level=floor.mean if floor else None)
            charts.append(f"<h3>{escape(entry.title)}</h3>{drawing}")
    heads = "metric", "at the end", "averaged", "at its best", "real samples give"
    return _rows(rows, heads) + "".join(charts)


def _alerts(past: Past) -> str:
    rows = []
    for alert, ended in past.alerts:
        title = detectors.title(alert.detector)
        until = f"to {ended:,}" if ended is not None else "to the end"
        rows.append((f"{alert.step:,} {until}", title, str(alert.message), "\n".join(map(str, alert.evidence))))
    return _rows(rows, ("steps", "alert", "what it says", "evidence"))


def _changes(past: Past) -> str:
    return _rows(
        ((f"{change.step:,}", change_text(change)) for change in past.interventions), ("before step", "change")
    )
