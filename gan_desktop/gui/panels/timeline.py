"""The timeline: looks back at any step of the run while training goes on, and goes on from there as a branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QVBoxLayout

from gan_desktop.core.events import CommandRefused
from gan_desktop.gui.form.typed import CountSpin
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.timeline.aside import Aside
from gan_desktop.gui.timeline.bookmarks import BookmarkOfNow, BookmarkPopup, Bookmarks
from gan_desktop.gui.timeline.lineage_view import LineageView
from gan_desktop.gui.timeline.marks import TimeMark, alert_to_come, marks_of, newest_alert, step_back
from gan_desktop.gui.timeline.places import PlacesMenu
from gan_desktop.gui.timeline.remedy import heal_from, remedy_at
from gan_desktop.gui.timeline.slider import TimeSlider
from gan_desktop.gui.timeline.strip import MarkStrip
from gan_desktop.gui.widgets.room import Room
from gan_desktop.gui.widgets.style import describe, set_style_property, small_button

SPIN_WIDTH, BUTTON_PADDING = 96, 30


@panels.register("timeline", title="Timeline")
class TimelinePanel(Panel):
    """Drag to the left to see what was at earlier steps; the right end is live. Any step can be gone on from."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 90
    share: ClassVar[int] = 80

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self._marks: list[TimeMark] = []
        self._marks_are_stale = True
        self.aside = Aside("timeline", self)
        self.aside.refused.connect(self._on_problem)
        self.bookmarks = Bookmarks(self.record, self.aside, self)
        self._of_now = BookmarkOfNow(self.model, self)
        self._of_now.chosen.connect(self._put_bookmark)
        self.popup = BookmarkPopup(self.bookmarks, self)
        self.lineage: LineageView | None = None
        self._make_line()
        self._make_tools()
        self._lay_out()
        self._listen()
        self.set_colors(self.theme.colors)
        self.refresh()

    def _make_line(self) -> None:
        self.slider = TimeSlider()
        describe(
            self.slider,
            "timeline_slider",
            self.tr("Timeline"),
            self.tr(
                "Look at earlier steps: samples, losses, figures, lights and controls as they were. The right end is "
                "live. The arrow keys go from one kept sample to the next, with Ctrl by one step."
            ),
        )
        self.strip = MarkStrip()
        describe(self.strip, "timeline_marks", self.tr("Marks on the timeline"), "")
        self.spin = CountSpin()
        describe(
            self.spin, "timeline_step_spin", self.tr("Step that is looked at"), self.tr("Type a step, and press Enter")
        )
        self.live_button = QPushButton(self.tr("Live"))
        describe(self.live_button, "live_button", self.tr("Back to live"), self.tr("Show what is now again (End)"))
        self.continue_button = QPushButton(self.tr("Continue from here"))
        describe(
            self.continue_button,
            "continue_from_here_button",
            self.tr("Continue from here"),
            self.tr(
                "Begin a branch: a new run that goes on from this very step, with everything as it was. It waits "
                "there, so that you can change what you like. This run is kept as it is (Ctrl+Shift+B)."
            ),
        )
        # It is bold at times, and then the slider beside it must not shrink.
        bold = QFont(self.font())
        bold.setBold(True)
        room = QFontMetrics(bold).horizontalAdvance(self.continue_button.text())
        self.continue_button.setMinimumWidth(room + BUTTON_PADDING)
        for button in (self.live_button, self.continue_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _make_tools(self) -> None:
        self.before_button = small_button(self.tr("Go to before the alert"))
        tip = self.tr("Look at a step before the alert (Ctrl+Shift+A)")
        describe(self.before_button, "before_alert_button", self.tr("Go to before the alert"), tip)
        self.heal_button = small_button(self.tr("Heal from here"))
        tip = self.tr("Begin a branch here, with what the alert suggests")
        describe(self.heal_button, "heal_from_here_button", self.tr("Heal from here"), tip)
        self.bookmark_button = small_button(self.tr("Bookmark"))
        self.bookmark_button.setCheckable(True)
        describe(
            self.bookmark_button,
            "bookmark_button",
            self.tr("Bookmark this step"),
            self.tr("Put a bookmark on the step that is shown, with a note if you like (Ctrl+B)"),
        )
        self.places_button = small_button(self.tr("Go to"))
        describe(
            self.places_button,
            "timeline_places_button",
            self.tr("Go to a marked step"),
            self.tr("List bookmarks, alerts, changes and branches, and go to one"),
        )
        self.places = PlacesMenu(lambda: self._marks, self)
        self.places.step_asked.connect(self.record.look_at)
        self.places_button.setMenu(self.places)
        self.branches_button = small_button(self.tr("Branches"))
        describe(
            self.branches_button,
            "lineage_button",
            self.tr("Branches of this run"),
            self.tr("Show where this run comes from and what branches from it, and open one of them"),
        )
        tools = (self.before_button, self.heal_button, self.bookmark_button, self.places_button, self.branches_button)
        for button in tools:
            self.tools_row.addWidget(button)

    def _lay_out(self) -> None:
        line = QVBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.strip)
        line.addWidget(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        # Its range changes with every step, for which nothing is to be laid out anew.
        room = Room(self.spin)
        room.setFixedWidth(SPIN_WIDTH)
        row.addWidget(room)
        row.addLayout(line, 1)
        row.addWidget(self.live_button)
        row.addWidget(self.continue_button)
        self.setMaximumHeight(44)

    def _listen(self) -> None:
        record = self.record
        self.slider.step_asked.connect(record.look_at)
        self.strip.step_asked.connect(record.look_at)
        self.spin.editingFinished.connect(self._on_typed)
        self.spin.valueChanged.connect(self._on_typed)
        self.live_button.clicked.connect(self.go_live)
        self.continue_button.clicked.connect(self.continue_from_here)
        self.before_button.clicked.connect(self.go_before)
        self.heal_button.clicked.connect(self.heal_from_here)
        self.bookmark_button.clicked.connect(self.bookmark)
        self.branches_button.clicked.connect(self.show_lineage)
        record.moment_changed.connect(self.refresh)
        for signal in (record.samples_changed, record.metrics_arrived, self.model.state_changed):
            signal.connect(self.request_refresh)
        marked = (record.alerts_changed, record.control_confirmed, record.run_started, record.run_cleared)
        for signal in (*marked, self.bookmarks.changed):
            signal.connect(self._on_marks)

    @Slot(str)
    def _on_problem(self, sentence: str) -> None:
        """Say what cannot be read or written in the notice bar."""
        self.model.refused.emit(CommandRefused(sentence))

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        self.strip.set_colors(colors)

    def menu_actions(self) -> Mapping[str, Callable[[], object] | QAbstractButton]:
        return {
            "bookmark": self.bookmark,
            "before_alert": self.go_before,
            "continue_from_here": self.continue_from_here,
            "lineage": self.show_lineage,
        }

    def finish(self) -> None:
        self.aside.finish()

    # What is shown.

    @Slot()
    def _on_marks(self) -> None:
        self._marks_are_stale = True
        self.request_refresh()

    def refresh(self) -> None:
        record = self.record
        if self._marks_are_stale:
            self._marks_are_stale = False
            self._marks = marks_of(record, self.bookmarks.found)
        samples = record.snapshots.steps()
        self.slider.show_run(record.first_step, record.step, record.moment, samples)
        self.slider.setEnabled(record.step > record.first_step)
        self.strip.show_marks(self._marks, samples, record.first_step, self.slider.last)
        self._show_step()
        self._show_buttons()
        self._show_caption(len(samples))

    def _show_step(self) -> None:
        """Show the step, unless somebody is typing one."""
        record, spin = self.record, self.spin
        spin.setEnabled(record.step > record.first_step)
        if spin.hasFocus() and spin.is_kept:
            return
        blocked = spin.blockSignals(True)
        spin.setRange(record.first_step, max(record.step, record.first_step))
        spin.setValue(record.step if record.moment is None else record.moment)
        spin.blockSignals(blocked)

    def _show_buttons(self) -> None:
        record = self.record
        has_folder = record.run is not None and record.run.run_folder is not None
        can_branch = self.model.can_branch
        self.live_button.setEnabled(not record.is_live)
        live = self.tr("Live") if self.model.is_active else self.tr("End")
        if self.live_button.text() != live:
            self.live_button.setText(live)
        self.continue_button.setEnabled(can_branch)
        set_style_property(self.continue_button, "primary", not record.is_live)
        self.bookmark_button.setEnabled(has_folder)
        self.bookmark_button.setChecked(record.moment is not None and self.bookmarks.at(record.moment) is not None)
        self.branches_button.setEnabled(has_folder)
        self.places_button.setEnabled(record.run is not None)
        self._show_way_back(can_branch)

    def _show_way_back(self, can_branch: bool) -> None:
        """Offer the way to before the alert and, for whoever looks at a step before it, its cure."""
        record = self.record
        alert, to_come = newest_alert(record.diagnosis.past_alerts), alert_to_come(record)
        remedy = remedy_at(record, to_come) if to_come is not None and can_branch else None
        self.before_button.setVisible(alert is not None and to_come is None)
        self.heal_button.setVisible(remedy is not None)
        if alert is not None and to_come is None:
            text = self.tr("Look at step {n}, before what this alert is about: {alert}. You can go on from there.")
            goal, said = step_back(record, alert.step), words.sentence(alert.message)
            self.before_button.setToolTip(words.about(text.format(n=words.count(goal), alert=said.rstrip("."))))
        if remedy is not None:
            text = self.tr("Begin a branch here in which the alert's first suggestion is followed: {changes}")
            self.heal_button.setToolTip(words.about(text.format(changes=remedy.text), self.tr("It starts at once.")))

    def _show_caption(self, kept: int) -> None:
        then = self.record.then
        if then is None:
            text = self.tr("live · {n} kept samples") if self.model.is_active else self.tr("{n} kept samples")
            self.caption.setText(text.format(n=kept) if kept else self.tr("Earlier steps can be looked at here"))
            return
        step = self.tr(" step {step} of {all}")
        step = step.format(step=words.count(then.step), all=words.count(self.record.step))
        self.caption.setText(self.tr("looking back at") + step, step)

    # What the person does.

    @Slot()
    def go_live(self) -> None:
        """Show what is now."""
        self.record.look_at(None)

    @Slot()
    def _on_typed(self) -> None:
        if not self.spin.is_wrong and self.spin.value() != (self.record.moment or self.record.step):
            self.record.look_at(self.spin.value())

    @Slot()
    def go_before(self) -> None:
        """Look at a step before the alert that stands, or stood last."""
        alert = newest_alert(self.record.diagnosis.past_alerts)
        if alert is not None:
            self.record.look_at(step_back(self.record, alert.step))

    @property
    def _step(self) -> int:
        return self.record.step if self.record.moment is None else self.record.moment

    @Slot()
    def continue_from_here(self) -> None:
        """Begin a branch at the step that is shown; it waits there."""
        if self.continue_button.isEnabled():
            self.model.continue_run(step=self._step, branch=True, paused=True)

    @Slot()
    def heal_from_here(self) -> None:
        """Begin a branch at the step that is shown, with what the alert suggests."""
        alert, moment = alert_to_come(self.record), self.record.moment
        if alert is not None and moment is not None:
            heal_from(self.model, moment, alert.detector, remedy_at(self.record, alert))

    @Slot()
    def bookmark(self) -> None:
        """Put a bookmark on the step that is shown, and ask for its note."""
        if not self.bookmark_button.isEnabled():
            return
        if self.record.is_live and self.model.is_active and self.bookmarks.at(self._step) is None:
            self._of_now.ask(self._step)
        else:
            self._put_bookmark(self._step)

    @Slot(object)
    def _put_bookmark(self, step: int) -> None:
        if self.bookmarks.at(step) is None:
            self.bookmarks.put(step, "")
        self.bookmark_button.setChecked(True)
        self.popup.ask(step, self.bookmark_button.mapToGlobal(self.bookmark_button.rect().topLeft()))

    @Slot()
    def show_lineage(self) -> None:
        """Show the tree of the runs that belong to this one."""
        if self.lineage is None:
            self.lineage = LineageView(self, self.record, self.aside, self.theme)
            self.lineage.open_asked.connect(self.run_asked)
        self.lineage.show_for(self.branches_button)
