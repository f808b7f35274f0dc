"""Healing a run that fails on purpose: by the changes that can be made while it runs, or by starting its cure."""

from __future__ import annotations

from PySide6.QtCore import Slot

from gan_desktop.core.interventions import CURE, ControlValue, Intervention
from gan_desktop.core.presets import Preset, cure_of, live_cure, presets
from gan_desktop.gui.alerts.remedies import step_before
from gan_desktop.gui.alerts.words import changes_text, missing_changes
from gan_desktop.gui.look import words
from gan_desktop.gui.run.continuing import controls_at
from gan_desktop.gui.run.going import goal_sentence, way_text
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.widgets.row_button import RowButton
from gan_desktop.gui.widgets.style import describe


def cure_changes(record: RunRecord) -> tuple[tuple[str, ControlValue], ...]:
    """The changes of live controls that heal the run; none where it needs no cure, or has none of this kind."""
    failing = None if record.run is None else presets().get(record.run.name)
    cure = None if failing is None else cure_of(failing.name)
    return () if failing is None or cure is None else live_cure(failing.config, cure.config)


class HealButton(RowButton):
    """Stands below the lesson while the run is one of a preset that fails and has a cure; else it is not there."""

    def __init__(self, model: RunModel) -> None:
        super().__init__(flat=False)
        self._model, self._record = model, model.record
        self._cure: Preset | None = None
        self._changes: tuple[tuple[str, ControlValue], ...] = ()
        self._is_healed = False
        describe(self, "heal_button", self.tr("Heal this run"), self.tr("What heals this failure, in one click"))
        self.clicked.connect(self.heal)
        model.record.run_started.connect(self._on_run_started)
        model.record.run_cleared.connect(self._on_run_started)
        model.state_changed.connect(self.show_state)
        model.controls_changed.connect(self.show_state)
        model.record.alerts_changed.connect(self.show_state)
        model.record.preparing.connect(self.show_state)
        self.show_state()

    @Slot()
    def _on_run_started(self) -> None:
        run = self._record.run
        failing = None if run is None else presets().get(run.name)
        self._cure = None if failing is None else cure_of(failing.name)
        self._changes = cure_changes(self._record)
        self._is_healed = False
        self.show_state()

    @property
    def _heals_live(self) -> bool:
        """Whether the run under way can be healed: it is alive, and its cure changes live controls only."""
        return bool(self._changes) and self._model.is_active and not self._model.is_starting

    @Slot()
    def show_state(self) -> None:
        """Say what a click would do."""
        self.setVisible(self._cure is not None)
        if self._cure is None:
            return
        if self._model.going is not None:
            self.show_lines(way_text(self._model), goal_sentence(self._model))
            self.setEnabled(False)
            return
        missing = missing_changes(self._changes, self._model.asked_controls)
        if self._heals_live:
            self._is_healed = not missing
        if self._heals_live and missing:
            heading = self.tr("Heal this run: {changes}")
            heading = heading.format(changes=changes_text(missing, self._model.asked_controls))
            detail = self.tr("Changed while it runs. Watch it recover.")
        elif self._heals_live:
            heading, detail = self.tr("The cure is applied"), self.tr("Watch the run recover.")
        elif (step := self._step_back()) is not None:
            controls = controls_at(self._record, step)
            heading = self.tr("Go back to step {n} and heal it: {changes}").format(
                n=words.count(step), changes=changes_text(missing_changes(self._changes, controls), controls)
            )
            detail = self.tr("It goes on from there as a branch. Watch it recover.")
        else:
            heading = self.tr("Start it healed")
            detail = self._why_anew().format(title=words.config_text(self._cure.title))
        self.show_lines(heading, detail)
        self.setEnabled((bool(missing) or not self._heals_live) and not self._model.is_starting)
        self.setToolTip(words.about(words.config_text(self._cure.lesson)))

    def _why_anew(self) -> str:
        """Why the cure is a new run, and what that is."""
        if not self._changes:
            return self.tr("It cannot be healed while it runs: “{title}” begins anew with its cure.")
        if self._is_healed:
            return self.tr("This run was healed. “{title}” has its cure from the first step on.")
        return self.tr("This run is over. “{title}” has its cure from the first step on.")

    def _step_back(self) -> int | None:
        """The step from which a branch of this ended run heals; None if there is none, or nothing to heal."""
        alerts = list(self._record.diagnosis.alerts.values())
        if not (self._changes and alerts and self._model.can_branch) or self._model.is_active:
            return None
        step = min(step_before(alert.step, self._record.snapshots.steps(), self._record.first_step) for alert in alerts)
        return step if missing_changes(self._changes, controls_at(self._record, step)) else None

    @Slot()
    def heal(self) -> None:
        """Make the changes, or start the cure."""
        if self._cure is None:
            return
        if self._heals_live:
            self._model.apply(missing_changes(self._changes, self._model.asked_controls), self._author())
        elif (step := self._step_back()) is not None:
            author = self._author()
            changes = [Intervention(step, key, value, author=author) for key, value in self._changes]
            self._model.continue_run(step=step, branch=True, changes=changes)
        else:
            self._model.form.choose_preset(self._cure.name)
            self._model.start()

    def _author(self) -> str:
        """Who makes the changes: a cure, of the alert that has stood longest."""
        alerts = self._record.diagnosis.alerts
        return f"{CURE}:{next(iter(alerts))}" if alerts else CURE
