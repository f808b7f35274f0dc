"""The row on top: start, pause, step and reset, and in one line what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton

from gan_desktop.core.diagnosis import Alert, Level
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.light import level_color
from gan_desktop.gui.alerts.words import detector_title
from gan_desktop.gui.look import words
from gan_desktop.gui.look.icons import icon
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.repaint import Refreshable
from gan_desktop.gui.run.going import way_text
from gan_desktop.gui.shell.more_steps import MoreSteps
from gan_desktop.gui.widgets.room import Room
from gan_desktop.gui.widgets.style import describe

DOTS = {
    Status.TRAINING: "good",
    Status.FINISHED: "good",
    Status.DIVERGED: "error",
    Status.FAILED: "error",
    Status.PAUSED: "mark",
    Status.LOADING: "accent",
    Status.PREPARING: "accent",
}


class Header(Refreshable):
    """Holds `start_button`, `pause_button`, `step_button`, `slow_motion_button`, `reset_button`, `status_label`.

    Attributes:
        ways: the menu beside Start, of all ways to begin or to go on; the window puts its actions there.
        more: runs so many steps, then pauses.
    """

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._model, self._record = context.model, context.model.record
        self._theme = context.theme
        self._repainter = context.repainter
        self._held_focus = False
        title = QLabel(self.tr("GAN Desktop"))
        title.setObjectName("application_title")
        self.start_button = self._button("start_button", self.tr("Start"), primary=True)
        self.pause_button = self._button("pause_button", self.tr("Pause"), primary=True)
        self.ways = QMenu(self)
        self.ways.setToolTipsVisible(True)
        self.ways_button = self._make_ways_button()
        self.more = MoreSteps(context)
        self.step_button = self._button("step_button", self.tr("Step"))
        self.slow_motion_button = self._button("slow_motion_button", self.tr("Slow motion"))
        self.slow_motion_button.setCheckable(True)
        self.reset_button = self._button("reset_button", self.tr("Reset"))
        self.pause_button.setToolTip(self.tr("Pause the training (Space)"))
        self.step_button.setToolTip(self.tr("Train for one step, then pause (Right arrow)"))
        self.slow_motion_button.setToolTip(
            self.tr("Show an update each second, D's and then G's, and say what happens (one: Shift+Right arrow)")
        )
        self.reset_button.setToolTip(self.tr("Back to the start of this run: same seed, same start (Ctrl+R)"))
        self.status_label = QLabel()
        describe(self.status_label, "status_label", self.tr("Status"), self.tr("What the training is doing"))
        self.status_label.setTextFormat(Qt.TextFormat.RichText)
        self.status_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.status_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 2, 4)
        row.setSpacing(8)
        row.addWidget(title)
        start = QHBoxLayout()
        start.setSpacing(1)
        for button in (self.start_button, self.pause_button, self.ways_button):
            start.addWidget(button)
        row.addLayout(start)
        for widget in (self.step_button, self.slow_motion_button, self.reset_button, self.more):
            row.addWidget(widget)
        row.addWidget(Room(self.status_label), 1)
        self.start_button.clicked.connect(self._model.start_or_resume)
        self.pause_button.clicked.connect(self._model.pause)
        self.step_button.clicked.connect(self._model.step_once)
        self.reset_button.clicked.connect(self._model.reset)
        self._model.state_changed.connect(self.show_status)
        self._model.form.config_changed.connect(self.show_status)
        self._record.run_started.connect(self.show_status)
        self._record.progressed.connect(self._on_progress)
        self._record.run_cleared.connect(self.show_status)
        self._record.preparing.connect(self.show_status)
        self._model.replays.changed.connect(self.show_status)
        self._record.alerts_changed.connect(self._on_alerts)
        self._record.diagnosed.connect(self._on_alerts)
        self._theme.changed.connect(self.set_colors)
        self.show_status()

    def _button(self, object_name: str, text: str, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("primary", primary)
        describe(button, object_name, text, text)
        # A click must not take the focus: Space would then press the button instead of pausing.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_ways_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("▾")
        button.setProperty("menu", True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.ways)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr("Continue the run that is shown, or start anew what is chosen on the left (Ctrl+Return)")
        describe(button, "start_menu_button", self.tr("Other ways to start"), tip)
        return button

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        """Draw the icons anew."""
        grey = colors.faint(colors.muted, 0.55)
        for button, name in (
            (self.start_button, "play"),
            (self.pause_button, "pause"),
            (self.step_button, "step"),
            (self.slow_motion_button, "slow"),
            (self.reset_button, "reset"),
        ):
            primary = bool(button.property("primary"))
            button.setIcon(icon(name, colors.accent_text if primary else colors.text, grey))
        self.refresh()

    @Slot()
    def show_status(self) -> None:
        """Offer what the status allows, and say what it is."""
        model, status = self._model, self._record.status
        training = status is Status.TRAINING and not model.is_starting
        self._note_focus()
        self._show_start()
        self.start_button.setEnabled(not model.is_starting and status is not Status.PREPARING)
        self.start_button.setVisible(not training)
        self.pause_button.setVisible(training)
        self.pause_button.setEnabled(training)
        self._keep_focus(self.pause_button if training else self.start_button)
        steps = (Status.LOADING, Status.READY, Status.TRAINING, Status.PAUSED)
        for button in (self.step_button, self.slow_motion_button):
            button.setEnabled(not model.is_starting and status in steps)
        has_start = self._record.run is not None and not self._record.is_own_code
        self.reset_button.setEnabled(has_start and not model.is_starting and status is not Status.PREPARING)
        self.refresh()

    def _show_start(self) -> None:
        """Say what Start would do."""
        model = self._model
        if self._record.status is Status.PAUSED and not model.is_starting:
            text, tip = self.tr("Resume"), self.tr("Go on training (Space)")
        elif model.goes_on:
            text, tip = self.tr("Continue"), self.tr("Go on with this run from its last step (Space)")
        elif model.needs_way_back:
            text = self.tr("Continue")
            tip = self.tr("The run diverged: choose an earlier step from which it is to go on (Space)")
        else:
            text, tip = self.tr("Start"), self.tr("Train what is chosen on the left (Space)")
        self.start_button.setText(text)
        self.start_button.setAccessibleName(text)
        self.start_button.setToolTip(tip)
        self.ways_button.setEnabled(not model.is_starting)

    def _note_focus(self) -> None:
        """Note whether Start or Pause, which stand in one place, has the focus, or had it until it was disabled."""
        focused = self.window().focusWidget()
        buttons = (self.start_button, self.pause_button)
        self._held_focus = focused in buttons or (self._held_focus and focused in (None, self.window()))

    def _keep_focus(self, button: QPushButton) -> None:
        if self._held_focus and button.isEnabled():
            button.setFocus()

    @Slot()
    def _on_progress(self) -> None:
        self._repainter.request(self)

    @Slot()
    def _on_alerts(self) -> None:
        self._repainter.request(self)

    def refresh(self) -> None:
        colors = self._theme.colors
        dot = getattr(colors, DOTS.get(self._record.status, "muted"))
        parts: list[tuple[str, Level | None]] = [self._state(), *self._alerts()]
        parts += [(fact, None) for fact in self._facts()]
        # At a small width the last facts give way, never the state.
        while len(parts) > 1 and self._width([text for text, _ in parts]) > self.status_label.width():
            parts.pop()
        shown = [self._markup(*part) for part in parts]
        text = "&nbsp;&nbsp;·&nbsp;&nbsp;".join(shown)
        markup = f'<span style="color:{dot}">●</span>&nbsp;<span style="color:{colors.muted}">{text}</span>'
        if markup != self.status_label.text():
            self.status_label.setText(markup)
        said = [words.sentence(alert.message) for alert in self._record.diagnosis.alerts.values()]
        about = words.about(self.tr("What the training is doing"), *said, self._watching_in_detail())
        if about != self.status_label.toolTip():
            self.status_label.setToolTip(about)

    def _markup(self, text: str, level: Level | None) -> str:
        """A part that does not break across lines; if it is about an alert, in the colour of its level."""
        unbroken = escape(text).replace(" ", "&nbsp;")
        if level is None:
            return unbroken
        return f'<span style="color:{level_color(self._theme.colors, level)}"><b>{unbroken}</b></span>'

    def _alerts(self) -> list[tuple[str, Level | None]]:
        """The gravest alert that stands, and how many more there are; alerts that the state names are left out."""
        named = {alert.detector for alert in self._model.paused_on}
        alerts = [alert for alert in self._record.diagnosis.alerts.values() if alert.detector not in named]
        return [self._of_alerts("{alert}", alerts)] if alerts else []

    def _of_alerts(self, text: str, alerts: Sequence[Alert]) -> tuple[str, Level]:
        """The text with the gravest of some alerts put in, and how many more there are."""
        gravest = min(alerts, key=lambda alert: alert.level is not Level.BAD)
        said = text.format(alert=f"⚠ {detector_title(gravest.detector)}")
        if len(alerts) > 1:
            said = self.tr("{alert} and {n} more").format(alert=said, n=len(alerts) - 1)
        return said, gravest.level

    def _width(self, parts: list[str]) -> int:
        return self.status_label.fontMetrics().horizontalAdvance("●  " + "  ·  ".join(parts)) + 4

    def _state(self) -> tuple[str, Level | None]:
        paused_on = self._model.paused_on
        if paused_on:
            return self._of_alerts(self.tr("paused on {alert}"), paused_on)
        preparation, status = self._record.preparation, self._record.status
        if self._record.writer is not None and status is Status.INTERRUPTED:
            paused = self._record.is_paused_elsewhere
            return self.tr("paused elsewhere") if paused else self.tr("training elsewhere"), None
        if (replays := self._model.replays).is_under_way:
            return self._replaying(replays.steps, replays.fraction), None
        if (recomputing := self._record.recomputing) is not None:
            return f"{words.lowered(way_text(self._model))}, {words.percentage(recomputing.fraction)}", None
        if preparation is not None:
            return self.tr("preparing: {what}…").format(what=words.lowered(words.preparation(preparation))), None
        if self._model.going is not None and (self._record.is_opened or status is Status.PREPARING):
            return words.lowered(way_text(self._model)), None
        if self._model.is_starting and status is Status.LOADING:
            return self.tr("loading TensorFlow, then the training starts"), None
        if self._model.is_starting and status in (Status.TRAINING, Status.PAUSED):
            return self.tr("ending the run, then the next one starts"), None
        if self._record.is_compiling:
            return self.tr("compiling what was turned on, a few seconds…"), None
        return words.status_word(self._record.status), None

    def _replaying(self, steps: int | None, fraction: float) -> str:
        if steps is None:
            return self.tr("preparing a replay…")
        text = self.tr("replaying {n} steps, {share}")
        return text.format(n=words.count(steps), share=words.percentage(fraction))

    def _facts(self) -> list[str]:
        progress, run = self._record.progress, self._record.run
        facts = []
        if progress is not None:
            facts.append(self.tr("step {n}").format(n=words.count(progress.step)))
            if not self._record.is_own_code or progress.epoch:
                facts.append(self.tr("epoch {n}").format(n=f"{progress.epoch:.1f}"))
            if self._record.status is Status.TRAINING and progress.steps_per_second > 0:
                facts.append(words.speed(progress.steps_per_second))
                share = words.percentage(sum(self._watching().values()))
                facts.append(self.tr("watching {share}").format(share=share))
        if run is not None:
            facts.append(run.device)
        if progress is not None:
            facts += [words.memory(progress.memory)] if progress.memory else []
        return facts

    def _watching(self) -> dict[str, float]:
        """The share of the machine's time that each kind of watching takes."""
        progress = self._record.progress
        told = {} if progress is None else progress.watching
        return {**told, "painting": self._repainter.cost.share}

    def _watching_in_detail(self) -> str:
        if self._record.status is not Status.TRAINING:
            return ""
        shares = [
            self.tr("{kind} {share}").format(kind=words.watching_kind(kind), share=words.percentage(share, 1))
            for kind, share in self._watching().items()
        ]
        text = self.tr("Watching takes so much of the machine's time from training: {shares}.")
        return text.format(shares=", ".join(shares))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()
