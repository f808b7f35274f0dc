"""What the window computes for one round of repaints, by panel: processor time, from an engine that only tells events.

Nothing trains, so that what is measured is the window's own. Each round gives the model what a run tells between two
repaints, refreshes one panel after the other, and lets them paint.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import time
from collections import defaultdict

from benchmarks.report import Row, parser, show

STEPS_IN_A_ROUND = 60
PRESETS = ("digits", "ring")


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("presets", nargs="*", default=PRESETS)
    options.add_argument("--steps", type=int, default=20_000, help="steps of the run before the first round")
    options.add_argument("--repaints", type=int, default=60)
    options.add_argument("--profile", type=int, default=0, help="print so many of the dearest functions")
    arguments = options.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows: list[Row] = []
    for name in arguments.presets:
        rows += measure(name, arguments.steps, arguments.repaints, arguments.profile)
    show("Processor time of one repaint", rows, arguments.json)


def measure(name: str, steps: int, repaints: int, profiled: int) -> list[Row]:
    import tempfile

    from PySide6.QtCore import QSettings

    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        return _measure(name, steps, repaints, profiled)


def _measure(name: str, steps: int, repaints: int, profiled: int) -> list[Row]:
    from PySide6.QtWidgets import QApplication

    from benchmarks.told_run import ToldRun, quiet_engine
    from gan_desktop.app import services
    from gan_desktop.core.presets import preset
    from gan_desktop.gui.repaint import is_seen
    from gan_desktop.gui.shell.application import create_application
    from gan_desktop.gui.shell.main_window import MainWindow

    application = QApplication.instance() or create_application(["benchmark"])
    window = MainWindow(quiet_engine, preset(name).config, services=services())
    # Only this script repaints anything.
    window.repainter._is_watched = lambda: False  # type: ignore[method-assign]
    window.resize(1440, 900)
    window.show()
    application.processEvents()
    run = ToldRun(window.model, preset(name).config)
    run.advance(steps)
    spent: dict[str, list[float]] = defaultdict(list)
    profile = cProfile.Profile(time.thread_time)
    for number in range(repaints + 10):
        # The first rounds are left out: they make what is made only once.
        counts = number >= 10
        started = time.thread_time()
        run.advance(STEPS_IN_A_ROUND)
        told = time.thread_time()
        everything = 0.0
        if counts:
            spent["taking events"].append(told - started)
        waiting = [widget for widget in window.repainter._waiting if is_seen(widget)]
        if profiled and counts:
            profile.enable()
        for widget in waiting:
            window.repainter._waiting.pop(widget, None)
            before = time.thread_time()
            widget.refresh()
            application.processEvents()
            took = time.thread_time() - before
            everything += took
            if counts:
                spent[type(widget).__name__].append(took)
        profile.disable()
        if counts:
            spent["all"].append(everything)
    window.close()
    window.deleteLater()
    if profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(profiled)
    # The lower quartile, because whatever else the machine does can only add to a time.
    return [Row(f"{name}, {what}", 1000 * sorted(times)[len(times) // 4], "ms") for what, times in spent.items()]


if __name__ == "__main__":
    main()
