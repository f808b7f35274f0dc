"""The diagnosis: how the run is, in five plain sentences with a light each, and what has failed, with its remedies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise, zip_longest
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QVBoxLayout, QWidget

from gan_desktop.core import registry
from gan_desktop.core.diagnosis import Alert, Level
from gan_desktop.core.events import CommandRefused
from gan_desktop.core.interventions import CURE, ControlValue
from gan_desktop.core.registry import Entry
from gan_desktop.gui.alerts import words as diagnosis_words
from gan_desktop.gui.alerts.aspect_row import AspectRow
from gan_desktop.gui.alerts.card import AlertCard
from gan_desktop.gui.alerts.heal_button import cure_changes
from gan_desktop.gui.alerts.lights import Lights
from gan_desktop.gui.alerts.remedies import remedies
from gan_desktop.gui.alerts.why_dialog import WhyAlert, WhyAspect, WhyDialog
from gan_desktop.gui.form.group import Group
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.run.continuing import controls_at
from gan_desktop.gui.run.going import goal_sentence, way_text
from gan_desktop.gui.timeline.marks import alert_to_come, step_back
from gan_desktop.gui.timeline.remedy import cure_of
from gan_desktop.gui.widgets.style import Pinned, describe, paragraph, scrolling

# The order of the aspects, from who wins to why; a new aspect stands below.
PLACES = ("balance", "diversity", "quality", "stability", "gradients")
# With less height than this, lights and alerts would each be seen in part only.
CLOSE_BELOW = 320
PAUSE_SETTING = "diagnosis/pause_on_alert"


def _place(entry: Entry[object]) -> int:
    return PLACES.index(entry.name) if entry.name in PLACES else len(PLACES)


@panels.register("diagnosis", title="Diagnosis")
class DiagnosisPanel(Panel):
    """Whether the run is healthy, why, and what to do about it: lights, alerts with their evidence, and remedies."""

    area: ClassVar[Area] = Area.RIGHT
    order: ClassVar[int] = 14
    share: ClassVar[int] = 500

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        describe(self, "diagnosis_panel", self.tr("Diagnosis"), "")
        entries = sorted(registry.aspects.values(), key=_place)
        self.rows = {entry.name: AspectRow(entry) for entry in entries}
        self.cards: dict[str, AlertCard] = {}
        self.explanation: WhyDialog | None = None
        self._past_shown: list[tuple[Alert, int]] | None = None
        # The detector whose suggestion was clicked last: a refusal of it is said there.
        self._followed = ""
        self._followed_keys: frozenset[str] = frozenset()
        self.intro = paragraph()
        self.intro.setObjectName("diagnosis_intro")
        self._lay_out()
        self._make_pause_check()
        model, record = self.model, self.record
        told = (record.diagnosed, record.alerts_changed, record.moment_changed)
        for signal in (*told, record.run_started, model.state_changed):
            signal.connect(self.request_refresh)
        record.run_started.connect(self._on_run_started)
        record.run_cleared.connect(self._on_run_started)
        record.preparing.connect(self.request_refresh)
        model.controls_changed.connect(self._show_controls)
        model.refused.connect(self._on_refused)
        model.refusals_settled.connect(self._settle)
        record.engine_ready.connect(self._on_ready)
        self.set_colors(self.theme.colors)
        self.refresh()

    def _lay_out(self) -> None:
        """The lights stay on top, however many alerts there are to scroll through below them."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._grid = Lights(self.rows)
        self._grid.why_asked.connect(self.explain_aspect)
        self.step = self._grid.step
        self._lights = Pinned(self._grid)
        column.addWidget(self._lights)
        column.addWidget(self.intro)
        alerts = QWidget()
        below = QVBoxLayout(alerts)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        self._cards_place = QVBoxLayout()
        self._cards_place.setSpacing(8)
        below.addLayout(self._cards_place)
        self.past = Group("past_alerts", self.tr("Earlier alerts"))
        self.past.set_open(False)
        self._past_text = paragraph()
        self._past_text.setObjectName("past_alerts_text")
        self.past.content.addWidget(self._past_text)
        below.addWidget(self.past)
        below.addStretch(1)
        self._alerts = scrolling(alerts)
        column.addWidget(self._alerts, 1)
        # While there are no alerts, the lights have all the room.
        column.addStretch()

    def _make_pause_check(self) -> None:
        self.pause_check = QCheckBox(self.tr("Pause on alert"))
        self.pause_check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(
            self.pause_check,
            "pause_on_alert_check",
            self.tr("Pause on alert"),
            self.tr("Pause the training where an alert is raised, so that nothing is missed (Ctrl+P)"),
        )
        self.pause_check.setChecked(self.settings.get(PAUSE_SETTING, False))
        self.pause_check.toggled.connect(self._on_pause_toggled)
        self.tools_row.addWidget(self.pause_check)

    def menu_actions(self) -> Mapping[str, Callable[[], object] | QAbstractButton]:
        return {"pause_on_alert": self.pause_check}

    @Slot()
    def _on_ready(self) -> None:
        # The engine begins without pausing on alerts.
        if self.pause_check.isChecked():
            self.model.pause_on_alert(True)

    @Slot(bool)
    def _on_pause_toggled(self, on: bool) -> None:
        self.settings.set(PAUSE_SETTING, on)
        if self.record.engine is not None:
            self.model.pause_on_alert(on)

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        for row in self.rows.values():
            row.set_colors(colors)
        for card in self.cards.values():
            card.set_colors(colors)

    # What is shown.

    @Slot()
    def refresh(self) -> None:
        record = self.record.diagnosis
        diagnosis = self.record.shown_lights
        is_live = self.record.is_live
        self.intro.setVisible(diagnosis is None or not is_live)
        self.intro.setText(self._before_the_first() if is_live else self._then())
        self._lights.setVisible(diagnosis is not None)
        if diagnosis is not None:
            self.step.setText(self.tr("As of step {n}").format(n=words.count(diagnosis.step)))
        # Looking back, the sentence below says so, where it is in view.
        is_close = self._is_close
        self.step.setVisible(is_live and not is_close)
        self._grid.set_close(is_close)
        # A light says in one word what a card says already.
        told = {words.sentence(alert.message): name for name, alert in self._told.items()}
        for aspect in diagnosis.aspects if diagnosis is not None else ():
            text = words.sentence(aspect.sentence)
            # If there are alerts to read, lights that are good or repeat an alert give up their room to them.
            brief = bool(told) and (is_close or aspect.level is Level.GOOD or text in told or not is_live)
            if text in told:
                title = diagnosis_words.detector_title(told[text])
                text = self.tr("{title}: see below.").format(title=title)
            if aspect.name in self.rows:
                history = record.aspect_history[aspect.name].until(self.record.moment)
                self.rows[aspect.name].show_aspect(aspect.level, text, history, brief)
        self._show_alerts()
        self._show_past()
        self._alerts.setVisible(bool(self.cards) or not self.past.isHidden())

    @property
    def _is_close(self) -> bool:
        """Whether there is so little room that the lights leave it to the alerts."""
        return bool(self._told) and self.height() < CLOSE_BELOW

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_close is not self._grid.is_close:
            self.request_refresh()

    def _then(self) -> str:
        """What is known of the moment that is looked at, and of which step the lights are."""
        lights = self.record.shown_lights
        said = [] if lights is None else [self.tr("Lights as at step {n}.").format(n=words.count(lights.step))]
        return " ".join([*said, self._alerts_then()])

    def _alerts_then(self) -> str:
        step = words.count(self.record.moment or 0)
        if self.record.shown_alerts:
            return self.tr("This stood at step {n}:").format(n=step)
        coming = alert_to_come(self.record)
        if coming is None:
            return self.tr("No alert stood at step {n}, and none came later.").format(n=step)
        text = self.tr("No alert stood at step {n}. This one came at step {later}:")
        return text.format(n=step, later=words.count(coming.step))

    @property
    def _told(self) -> dict[str, Alert]:
        """The alerts that have a card: those of now, or of the moment that is looked at, or else the next to come."""
        coming = alert_to_come(self.record)
        return self.record.shown_alerts or ({} if coming is None else {coming.detector: coming})

    def _before_the_first(self) -> str:
        if waits_for := words.waits_for(self.record.status, self.record.preparation):
            return waits_for
        if self.model.is_active:
            return self.tr("Watching. The first diagnosis comes after some hundred steps.")
        return self.tr(
            "Start a run, and this says in plain words how it is: whether both networks are in balance, how diverse "
            "and how good the samples are, whether the game is stable, and what to do where it is not."
        )

    def _show_alerts(self) -> None:
        alerts = self._told
        for detector in [name for name in self.cards if name not in alerts]:
            card = self.cards.pop(detector)
            self._cards_place.removeWidget(card)
            card.hide()
            card.deleteLater()
        for detector, alert in alerts.items():
            if detector not in self.cards:
                self._add_card(detector)
            self.cards[detector].show_alert(alert)
            self.cards[detector].show_ways(*self._ways(alert))
        self._show_controls()
        if alerts:
            self._order_tabs()

    def _ways(self, alert: Alert) -> tuple[bool, bool]:
        """Whether it is known why the alert stands or stood, and whether there is a way to before it."""
        diagnosis, moment = self.record.diagnosis, self.record.moment
        is_known = alert.detector in diagnosis.alerts or alert.detector in diagnosis.ended_alerts
        return is_known, moment is None or moment >= alert.step

    def _add_card(self, detector: str) -> None:
        card = self.cards[detector] = AlertCard(self._told[detector])
        card.set_colors(self.theme.colors)
        card.suggestion_asked.connect(partial(self._follow, detector))
        card.branch_asked.connect(partial(self._branch, detector))
        card.start_asked.connect(self.model.start)
        card.why_asked.connect(partial(self.explain_alert, detector))
        card.before_asked.connect(partial(self._go_before, detector))
        self._cards_place.addWidget(card)
        card.show()

    def _order_tabs(self) -> None:
        """Tab goes from the top to the bottom, also through cards that came later."""
        stops: list[QWidget] = [self.pause_check, *(row.why for row in self.rows.values())]
        for card in self.cards.values():
            rows = zip_longest(card.buttons, card.links)
            stops += [card.why, card.before]
            stops += [*(widget for row in rows for widget in row if widget is not None), card.start_button]
        for before, behind in pairwise([*stops, self.past.button]):
            if before.window() is behind.window():
                QWidget.setTabOrder(before, behind)

    @Slot()
    def _show_controls(self) -> None:
        model, alerts, then = self.model, self._told, self.record.then
        if model.going is not None:
            said = f"{way_text(model)}. {goal_sentence(model)}"
            for place, card in enumerate(self.cards.values()):
                card.show_going("" if place else said)
            return
        standing = [alerts[detector] for detector in self.cards if detector in alerts]
        back = self._steps_back(standing)
        goes_back = bool(back) and (then is not None or not model.is_active)
        controls = controls_at(self.record, min(back.values())) if goes_back else model.asked_controls
        offered = remedies(standing, controls, cure_changes(self.record))
        for detector, found in offered.items():
            # What was so by then already has not helped.
            kept = [remedy for remedy in found if remedy.missing] if goes_back else found
            form = model.asked_controls if goes_back else None
            can_change = not model.is_starting and (then is None or goes_back)
            card, step = self.cards[detector], back.get(detector)
            card.show_remedies(kept, model.is_active and then is None, can_change, step, form, then is not None)

    def _steps_back(self, standing: Sequence[Alert]) -> dict[str, int]:
        """Where a branch can take the cure of each alert: before it, or at the moment that is looked at.

        There is none if there can be no branch.
        """
        if not self.model.can_branch:
            return {}
        moment = self.record.moment
        return {alert.detector: step_back(self.record, alert.step) if moment is None else moment for alert in standing}

    def _go_before(self, detector: str) -> None:
        """Look at a step before the alert."""
        alert = self._told.get(detector)
        if alert is not None:
            self.record.look_at(step_back(self.record, alert.step))

    def _show_past(self) -> None:
        past = [(alert, end) for alert, end in self.record.diagnosis.past_alerts if end is not None]
        if past == self._past_shown:
            return
        self._past_shown = past
        self.past.setVisible(bool(past))
        title = self.tr("1 earlier alert") if len(past) == 1 else self.tr("{n} earlier alerts").format(n=len(past))
        self.past.set_title(title)
        self._past_text.setText("\n".join(self._past(alert, end) for alert, end in reversed(past)))

    def _past(self, alert: Alert, end: int | None) -> str:
        """When a past alert was, and the figures that it was raised with."""
        text = self.tr("{alert}. It began with: {message}")
        return text.format(alert=diagnosis_words.past_text(alert, end), message=diagnosis_words.message_text(alert))

    # What the person does, and what the engine says.

    def _follow(self, detector: str, changes: Sequence[tuple[str, ControlValue]]) -> None:
        """Make those changes of a suggestion that are not made yet."""
        missing = diagnosis_words.missing_changes(changes, self.model.asked_controls)
        self._followed, self._followed_keys = detector, frozenset(key for key, _ in missing)
        self.cards[detector].refusal.show_message("")
        self.model.apply(missing, f"{CURE}:{detector}")

    def _branch(self, detector: str, step: int, changes: Sequence[tuple[str, ControlValue]]) -> None:
        """Go back to before an alert, and on from there with its cure."""
        self.model.continue_run(step=step, branch=True, changes=cure_of(step, detector, changes))

    @Slot()
    def _settle(self) -> None:
        """Clear refusals, which no longer matter."""
        for card in self.cards.values():
            card.refusal.show_message("")

    @Slot(object)
    def _on_refused(self, event: CommandRefused) -> None:
        key = (event.place or "").rpartition(".")[2]
        card = self.cards.get(self._followed)
        if card is not None and key in self._followed_keys:
            card.refusal.show_message(event.message)

    @Slot()
    def _on_run_started(self) -> None:
        self._followed, self._followed_keys = "", frozenset()
        self.past.set_open(False)
        self.refresh()

    def explain_aspect(self, name: str) -> None:
        """Open what the light rests on."""
        self._open(WhyAspect(self, self.record, self.theme, name))

    def explain_alert(self, detector: str) -> None:
        """Open what the alert rests on."""
        self._open(WhyAlert(self, self.record, self.theme, detector))

    def _open(self, explanation: WhyDialog) -> None:
        """One explanation at a time, beside the panel."""
        if self.explanation is not None:
            self.explanation.close()
        self.explanation = explanation
        explanation.finished.connect(self._on_explained)
        explanation.adjustSize()
        corner = self.mapToGlobal(self.rect().topLeft())
        explanation.move(max(0, corner.x() - explanation.width() - 30), max(0, corner.y()))
        explanation.show()

    @Slot()
    def _on_explained(self) -> None:
        self.explanation = None
