"""Delays under the window: from a slider's move to the first step that uses it, and the gaps of a 16 ms timer."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.drivers import Windowed
from benchmarks.report import Row, parser, show
from benchmarks.speed import ENDLESS
from gan_desktop.core import events
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset

TIMER_MS = 16
PRESETS = ("digits", "ring", "tutorial-mnist")


def slider_delays(window: Windowed, moves: int) -> list[float]:
    """Milliseconds from each move of the D rate's slider to the end of the first block that used it."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QSlider

    slider = window.window.findChild(QSlider, "d_learning_rate_slider")
    assert slider is not None
    confirmed: list[tuple[int, float]] = []
    first_use: list[float] = []

    def on_event(event: events.Event) -> None:
        if isinstance(event, events.ControlChanged):
            confirmed.append((event.step, 0.0))
        elif isinstance(event, events.MetricsBlock) and len(confirmed) > len(first_use):
            first_use.append(time.perf_counter())

    window.window.training_thread.event_emitted.connect(on_event, Qt.ConnectionType.DirectConnection)
    delays = []
    for move in range(moves):
        window.spin(0.1 + 0.013 * (move % 7))
        moved = time.perf_counter()
        slider.setValue(slider.value() + (-1) ** move)
        window.wait_until(lambda wanted=move + 1: len(first_use) >= wanted)  # type: ignore[misc]
        delays.append((first_use[-1] - moved) * 1000)
    return delays


def timer_gaps(window: Windowed, seconds: float) -> list[float]:
    """Milliseconds between the ticks of a 16 ms timer in the window's thread."""
    from PySide6.QtCore import Qt, QTimer

    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(TIMER_MS)
    window.spin(seconds)
    timer.stop()
    return list(np.diff(ticks) * 1000)


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows: list[Row] = []
    for name in PRESETS:
        window = Windowed(replace_keys(preset(name).config, ENDLESS))
        window.window.model.start_or_resume()
        window.spin(2)
        gaps = timer_gaps(window, arguments.seconds * arguments.rounds)
        delays = slider_delays(window, 8 * arguments.rounds)
        window.close()
        rows += [
            Row(f"{name}, 16 ms timer, p99 of the gap", float(np.percentile(gaps, 99)), "ms", "<= 40"),
            Row(f"{name}, slider to first step done, p95", float(np.percentile(delays, 95)), "ms", "<= 100"),
            Row(f"{name}, slider to first step done, median", float(np.median(delays)), "ms"),
        ]
    show("Answering while training", rows, arguments.json)


if __name__ == "__main__":
    main()
