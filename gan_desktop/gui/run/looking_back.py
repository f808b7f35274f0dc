"""The part of a `RunRecord` that looks back: the moment of the run that panels show, and what was then."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from gan_desktop.core.diagnosis import Alert, Diagnosed
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, RunStarted, Samples
from gan_desktop.core.history import History
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.measured import Measured
from gan_desktop.core.views import VIEW_OF, KeptView, View
from gan_desktop.gui.run.diagnosis_record import DiagnosisRecord
from gan_desktop.gui.run.earlier import EarlierViews
from gan_desktop.gui.run.metric_history import MetricHistory
from gan_desktop.gui.run.moment import Moment, alerts_at, controls_at, figures_at
from gan_desktop.gui.run.snapshots import SnapshotStore

T = TypeVar("T")


class LookingBack(QObject):
    """Signals:
    samples_changed: other samples are to be shown: new ones, or those of a moment on the timeline.
    moment_changed: another moment of the run is looked at, or what is now.
    unreadable: the sentence that says why earlier samples, views or lights cannot be shown.

    Attributes:
        then: the moment of the run that is looked at; None while the newest is. What panels show goes by it.
    """

    samples_changed = Signal()
    moment_changed = Signal()
    unreadable = Signal(str)

    run: RunStarted | None
    history: History
    measurement: Measured | None
    metric_history: MetricHistory
    diagnosis: DiagnosisRecord
    interventions: list[ControlChanged]
    samples: Samples | None
    snapshots: SnapshotStore
    views: dict[type, Any]
    earlier_views: EarlierViews
    is_opened: bool

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.then: Moment | None = None

    @property
    def first_step(self) -> int:
        """The first step that can be looked at; the record of a branch may lack what its parent had."""
        return self.history.first_step if len(self.history) else 0

    @property
    def step(self) -> int:
        """How many steps the run has taken, by what has come of it."""
        sampled = 0 if self.samples is None else self.samples.step
        return max(self.history.first_step + len(self.history), sampled)

    @property
    def moment(self) -> int | None:
        """The step that is looked at; None is the newest."""
        return None if self.then is None else self.then.step

    @property
    def is_live(self) -> bool:
        """Whether the newest of the run is shown, and not a moment of its past."""
        return self.then is None

    @property
    def shown_samples(self) -> Samples | None:
        """What sample views draw: the latest, or those nearest to the moment that is looked at."""
        return self.samples if self.then is None else self.then.samples

    @property
    def shown_measurement(self) -> Measured | None:
        """What was measured last, by now or by the moment that is looked at."""
        return self.measurement if self.then is None else self.then.measured

    @property
    def shown_alerts(self) -> dict[str, Alert]:
        """The alerts that stand, or stood at the moment that is looked at, by their detectors."""
        return self.diagnosis.alerts if self.then is None else self.then.alerts

    @property
    def shown_lights(self) -> Diagnosed | None:
        """The lights of now, or those kept nearest before the moment that is looked at."""
        return self.diagnosis.latest if self.then is None else self.then.lights

    def shown_view(self, kind: type[T]) -> T | None:
        """The picture of the networks' insides that panels show: the latest or, looking back, the one kept before then.

        What is not kept, such as a walk through the latents, is only of now. A run without networks has what was kept
        at its end.
        """
        then, latest = self.then, self.views.get(kind)
        if then is None and (latest is not None or not self.is_opened):
            return latest
        view = next((view for known, view in VIEW_OF.items() if known is kind), None)
        if view is None:
            return None
        found: Any = self._view_at(view, self.step) if then is None else None
        if then is not None:
            if view not in then.views:
                then.views[view] = self._view_at(view, then.step)
            found = then.views[view]
        return found

    def _view_at(self, view: View, step: int) -> KeptView | None:
        try:
            return self.earlier_views.at(view, step)
        except InputError as error:
            self.unreadable.emit(str(error))
            return None

    def look_at(self, step: int | None) -> None:
        """Look at a moment of the run, the nearest that there is; None, or the last step, is the newest again."""
        if step is not None:
            step = None if self.run is None or step >= self.step else max(step, self.first_step)
        if step == self.moment:
            return
        before, was_live = self.shown_samples, self.is_live
        self.then = None if step is None else self._moment(step)
        if self.shown_samples is not before or self.is_live is not was_live:
            self.samples_changed.emit()
        self.moment_changed.emit()

    def _moment(self, step: int) -> Moment:
        return Moment(
            step,
            self._samples_near(step),
            self.controls_at(step),
            alerts_at(self.diagnosis.past_alerts, step),
            figures_at(self.history, step),
            self.metric_history.before(step),
            self._lights_at(step),
        )

    def _lights_at(self, step: int) -> Diagnosed | None:
        try:
            return self.diagnosis.earlier.at(step)
        except InputError as error:
            self.unreadable.emit(str(error))
            return None

    def _samples_near(self, step: int) -> Samples | None:
        try:
            return self.snapshots.samples_near(step)
        except InputError as error:
            # What is shown says of which step it is, and stays.
            self.unreadable.emit(str(error))
            return self.shown_samples

    def controls_at(self, step: int) -> dict[str, ControlValue]:
        """The live controls after `step` steps; nothing without a run."""
        return {} if self.run is None else controls_at(self.run.config, self.interventions, step)
