"""What is drawn behind the losses: the runs before a start, and what the parent of a branch did without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gan_desktop.core.diagnosis import Alert
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import RunStarted
from gan_desktop.core.history import History
from gan_desktop.core.own_code import OWN_CODE
from gan_desktop.core.past import Ancestor
from gan_desktop.gui.alerts.words import detector_title
from gan_desktop.gui.look import words
from gan_desktop.gui.plotting.ghosts import Ghost, losses_of
from gan_desktop.gui.run.continuing import ancestors_of
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.timeline.aside import Aside
from gan_desktop.recording.past import read_past

# What is known of a parent: its losses, and its alerts with the steps at which they ended.
Known = tuple[History, Sequence[tuple[Alert, int | None]]]
# More than these, and the run that is shown is hard to see.
MOST_GHOSTS = 3


@dataclass(frozen=True)
class _Shown:
    """The run that the record shows, which the next one replaces."""

    history: History
    # As long as it is shown, the record adds to them.
    alerts: Sequence[tuple[Alert, int | None]]
    folder: Path | None
    # What it learns: losses of another game, or on other data, say nothing beside those of the next run.
    task: tuple[str, str]


class EarlierRuns(QObject):
    """Keeps the ghosts of the run that the record shows.

    Signals:
        changed: there are other ghosts.

    Attributes:
        keeps: whether the curves of a run stay when the next one starts.
        ghosts: the newest first.
    """

    changed = Signal()

    def __init__(self, record: RunRecord, aside: Aside, keeps: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._record, self._aside = record, aside
        self.keeps = keeps
        self.ghosts: tuple[Ghost, ...] = ()
        self._shown: _Shown | None = None
        record.run_started.connect(self._on_started)

    def keep(self, on: bool) -> None:
        """Set whether curves stay. Those that stand go if not; what belongs to a branch remains."""
        self.keeps = on
        if not on:
            self._show(ghost for ghost in self.ghosts if ghost.is_parent)

    def _show(self, ghosts: object) -> None:
        self.ghosts = tuple(ghosts)  # type: ignore[arg-type]
        self.changed.emit()

    @Slot()
    def _on_started(self) -> None:
        run = self._record.run
        assert run is not None
        before, self._shown = (
            self._shown,
            _Shown(self._record.history, self._record.diagnosis.past_alerts, run.run_folder, _task(run)),
        )
        if before is not None and before.folder is not None and before.folder == run.run_folder:
            return  # the same run goes on
        ancestors = ancestors_of(run)
        if ancestors:
            self._show(())
            self._look_for(ancestors[0], before)
        elif run.past is not None or not self.keeps or (before is not None and before.task != self._shown.task):
            self._show(())
        else:
            self._keep(before)

    def _keep(self, before: _Shown | None) -> None:
        """Add the run that was shown to those that stay, and count anew how long ago each was."""
        kept = [ghost for ghost in self.ghosts if not ghost.is_parent]
        if before is not None and len(before.history):
            kept.insert(0, Ghost(losses_of(before.history), ""))
        labels = (self.tr("1 run ago"), self.tr("2 runs ago"), self.tr("3 runs ago"))
        self._show(replace(ghost, label=label) for ghost, label in zip(kept, labels, strict=False))

    def _look_for(self, parent: Ancestor, before: _Shown | None) -> None:
        """Show what the parent did after the branch began, as it was shown before or as it was recorded."""
        shown = self._record.history
        if before is not None and before.folder == parent.folder:
            self._show_parent(parent, shown, (losses_of(before.history), before.alerts))
        else:
            self._aside.do(partial(_read, parent), partial(self._show_parent, parent, shown))

    def _show_parent(self, parent: Ancestor, branch: History, known: Known | None) -> None:
        # An answer may come when another run is shown.
        if branch is not self._record.history or known is None:
            return
        history, alerts = known
        if history.first_step + len(history) > parent.step:
            self._show((Ghost(history, self._label(parent, alerts), parent.step, is_parent=True),))

    def _label(self, parent: Ancestor, alerts: Sequence[tuple[Alert, int | None]]) -> str:
        """The parent, with the first alert that it had after the branch began."""
        later = [alert for alert, _ in alerts if alert.step > parent.step]
        if not later:
            return self.tr("parent")
        first = min(later, key=lambda alert: alert.step)
        title = words.lowered(detector_title(first.detector))
        return self.tr("parent: {alert} at {n}").format(alert=title, n=words.count(first.step))


def _task(run: RunStarted) -> tuple[str, str]:
    return (OWN_CODE, run.name) if run.own_code else (run.config.game.name, run.config.data.name)


def _read(parent: Ancestor) -> Known | None:
    """The losses and the alerts of the parent; None if it has gone."""
    try:
        record, past = read_past(parent.folder)
    except InputError:
        return None
    return (losses_of(past.history), past.alerts) if record.facts.get("id") == parent.id else None
