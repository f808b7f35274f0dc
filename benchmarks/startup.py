"""From the start of the process to the window on screen and to the first step, in fresh processes on a warm disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from statistics import median

from benchmarks.report import Row, parser, show

# Runs in a fresh process: the clock started when the parent noted the time in the environment.
PROBE = """
import os, sys, time
started = float(os.environ["BENCHMARK_STARTED"])
from gan_desktop import app
from gan_desktop.gui.shell.application import create_application
from gan_desktop.core import events
from gan_desktop.core.status import Status
from PySide6.QtCore import QObject, QEvent, Qt
application = create_application(["benchmark"])
window = app.create_window()
class Painted(QObject):
    done = False
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.done:
            self.done = True
            print("window", time.time() - started, flush=True)
        return False
painted = Painted()
window.installEventFilter(painted)
def on_event(event):
    if isinstance(event, events.StatusChanged) and event.status is Status.READY:
        print("ready", time.time() - started, flush=True)
        window.model.start()
    if isinstance(event, events.MetricsBlock):
        if event.first_step == 0:
            print("step", time.time() - started, flush=True)
        if event.next_step >= 1000:
            print("thousand", time.time() - started, flush=True)
            os._exit(0)
window.training_thread.event_emitted.connect(on_event, Qt.ConnectionType.DirectConnection)
window.show()
application.exec()
"""


def start_once(data_directory: str) -> dict[str, float]:
    """Seconds to each milestone of one fresh process."""
    import time

    environment = os.environ | {"BENCHMARK_STARTED": str(time.time()), "GAN_DESKTOP_DATA": data_directory}
    # This is as on a person's machine, where Python keeps what it compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not environment.get("DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    output = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout
    return {name: float(seconds) for name, seconds in (line.split() for line in output.splitlines())}


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = start_once(folder)
        starts = [start_once(folder) for _ in range(arguments.rounds)]
    rows = [
        Row("window painted, median", median(start["window"] for start in starts), "s", "<= 1.0"),
        Row("TensorFlow loaded, median", median(start["ready"] for start in starts), "s"),
        Row("first step, median", median(start["step"] for start in starts), "s", "<= 10"),
        Row("first step, first start measured", first["step"], "s"),
        Row(
            "start pressed to step 1,000 of digits, median",
            median(s["thousand"] - s["ready"] for s in starts),
            "s",
            "<= 15",
        ),
    ]
    show("Start of the program", rows, arguments.json)


if __name__ == "__main__":
    main()
