"""Slow motion: one update at a time, the discriminator's and then the generator's, and a line on what it does."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QToolButton

from gan_desktop.core.status import Status
from gan_desktop.core.views import UpdateShown
from gan_desktop.gui.look import words
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.widgets.style import describe, label, small_button

EACH_MS = 1000


class SlowMotion(QFrame):
    """A bar that is there in slow motion alone: what the last update did, and buttons to go on.

    Signals:
        playing_changed: whether updates follow each other by themselves.
    """

    playing_changed = Signal(bool)

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self.setObjectName("slow_motion")
        self._model, self._record, self._theme = context.model, context.model.record, context.theme
        self._shown: UpdateShown | None = None
        # An update that was asked for has not come yet: the next one waits for it.
        self._is_waiting = False
        self._timer = QTimer(self)
        self._timer.setInterval(EACH_MS)
        self._timer.timeout.connect(self._on_tick)
        self._lay_out()
        self.hide()
        self._record.view_arrived.connect(self._on_view)
        self._record.status_changed.connect(self._on_status)
        self._record.run_started.connect(self._on_run_started)
        self._model.refused.connect(self._on_refused)
        self._theme.changed.connect(self._show)

    def _lay_out(self) -> None:
        self.text = label(role="", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        describe(self.text, "slow_motion_text", self.tr("Slow motion"), "")
        self.next_button = small_button(self.tr("Next update"))
        describe(
            self.next_button,
            "next_update_button",
            self.tr("Next update"),
            self.tr("Show the next update (Shift+Right)"),
        )
        self.play_button = small_button("")
        # Wide enough for either text.
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in (self.tr("Play"), self.tr("Hold")))
        self.play_button.setMinimumWidth(widest + 26)
        describe(
            self.play_button,
            "play_updates_button",
            self.tr("Play or hold"),
            self.tr("Show an update each second, or hold"),
        )
        close = QToolButton()
        close.setText("✕")
        close.setProperty("small", True)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr("End slow motion; the training stays paused")
        describe(close, "end_slow_motion_button", self.tr("End slow motion"), tip)
        self.next_button.clicked.connect(self.next_update)
        self.play_button.clicked.connect(self.toggle)
        close.clicked.connect(self.end)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.addWidget(self.text, 1)
        for button in (self.next_button, self.play_button, close):
            row.addWidget(button)

    @property
    def is_playing(self) -> bool:
        """Whether an update is shown each second."""
        return self._timer.isActive()

    def follow_switches(self, button: QAbstractButton, action: QAction) -> None:
        """Have a button and a menu's entry show whether it plays. The button switches it; the action has a handler."""
        button.clicked.connect(self.toggle)
        for switch in (button, action):
            self.playing_changed.connect(switch.setChecked)

    # What the person asks for.

    @Slot()
    def toggle(self) -> None:
        """Play, or hold if it plays."""
        if self.is_playing:
            self.hold()
        else:
            self._ask()
            self._timer.start()
        # A switch that was clicked has turned itself over, even if nothing came of it.
        self.playing_changed.emit(self.is_playing)
        self._show()

    @Slot()
    def next_update(self) -> None:
        """Show one more update, and hold."""
        self.hold()
        self._ask()
        self._show()

    @Slot()
    def hold(self) -> None:
        """Show no further update by itself."""
        if self.is_playing:
            self._timer.stop()
            self.playing_changed.emit(False)
            self._show()

    @Slot()
    def toggle_training(self) -> None:
        """Pause or resume the training; while slow motion plays, only hold that."""
        if self.is_playing:
            self.hold()
        else:
            self._model.toggle()

    @Slot()
    def end(self) -> None:
        """Leave slow motion."""
        self.hold()
        self._is_waiting, self._shown = False, None
        self.hide()

    def _ask(self) -> None:
        if not self._is_waiting:
            self._is_waiting = self._model.next_update()
        self.show()

    # What comes of it.

    @Slot()
    def _on_tick(self) -> None:
        self._ask()

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, UpdateShown) and not self.isHidden():
            self._is_waiting, self._shown = False, event
            self._show()

    @Slot(object)
    def _on_status(self, status: Status) -> None:
        # While an update is awaited, it is the one that takes the step which trains.
        if status.is_final or (status is Status.TRAINING and not self._is_waiting):
            self.end()

    @Slot()
    def _on_run_started(self) -> None:
        if not self._is_waiting:
            self.end()

    @Slot()
    def _on_refused(self) -> None:
        if self._is_waiting:
            self.end()

    @Slot()
    def _show(self) -> None:
        self.play_button.setText(self.tr("Hold") if self.is_playing else self.tr("Play"))
        self.text.setText(self.tr("Slow motion: making the first update…") if self._shown is None else self._sentence())

    def _sentence(self) -> str:
        update, run, colors = self._shown, self._record.run, self._theme.colors
        assert update is not None
        assert run is not None
        count = run.config.training.batch_size
        if update.network == "d":
            what = self.tr("D looks at {n} real and {n} generated samples; its loss on them {change}.")
        else:
            what = self.tr("G follows D's slope at {n} generated samples; its loss on them {change}.")
        what = what.format(n=count, change=self._change(update.loss_before, update.loss_after))
        name = f'<b style="color:{colors.d if update.network == "d" else colors.g}">{words.update_name(update)}</b>'
        if update.is_last:
            text = self.tr("{update} · {what} Step {step} is taken.")
        else:
            text = self.tr("{update} in step {step} · {what}")
        # It is the step that comes next: the first one comes after 0.
        return text.format(update=name, what=what, step=words.count(update.step + 1))

    def _change(self, before: float, after: float) -> str:
        if not (isfinite(before) and isfinite(after)):
            text = self.tr("goes from {before} to {after}")
        elif words.figure(before) == words.figure(after):
            text = self.tr("stays at {before}")
        else:
            text = (
                self.tr("falls from {before} to {after}")
                if after < before
                else self.tr("rises from {before} to {after}")
            )
        return text.format(before=words.figure(before), after=words.figure(after))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hold()
