"""The window checked from inside: press start, watch the run to its end, say what came of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gan_desktop.core import events
from gan_desktop.core.status import Status
from gan_desktop.gui.shell.main_window import MainWindow


class _Watcher(QObject):
    """Presses start when the engine is ready, and quits the event loop at the run's end or at the first error."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        super().__init__()
        self._application = application
        self._window = window
        self.ended: events.RunEnded | None = None
        self.problem = ""
        window.training_thread.event_emitted.connect(self.on_event)

    @Slot(object)
    def on_event(self, event: events.Event) -> None:
        match event:
            case events.StatusChanged(Status.READY):
                self._window.header.start_button.click()
            case events.RunEnded():
                self.ended = event
            case events.StatusChanged(status, _, message) if status.is_final:
                if status is not Status.FINISHED:
                    self.problem = self.problem or message or str(status)
                self._application.quit()
            case events.EngineError(message) | events.CommandRefused(message):
                self.problem = message
                self._application.quit()

    @Slot()
    def on_timeout(self) -> None:
        self.problem = "the run did not end in time"
        self._application.quit()


def watch_run(application: QApplication, window: MainWindow, seconds: float) -> dict[str, Any]:
    """Run the event loop until the run that the start button begins has ended, then close the window.

    Returns:
        `ok`, `problem` (empty if ok), and the run's `status`, `step`, `seconds`, `steps_per_second`, `weights_digest`;
        `losses_shown` and `samples_shown` count what reached the window.
    """
    watcher = _Watcher(application, window)
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(watcher.on_timeout)
    timer.start(int(seconds * 1000))
    application.exec()
    timer.stop()
    window.close()
    ended, record = watcher.ended, window.model.record
    report: dict[str, Any] = {"ok": not watcher.problem and ended is not None, "problem": watcher.problem}
    if ended is not None:
        report |= {
            "status": str(ended.status),
            "step": ended.step,
            "seconds": round(ended.seconds, 3),
            "steps_per_second": round(ended.steps_per_second, 1),
            "weights_digest": ended.weights_digest,
        }
    report["losses_shown"] = len(record.history)
    report["samples_shown"] = 0 if record.samples is None else len(record.samples.values)
    return report
