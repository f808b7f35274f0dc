"""The timeline: looks back at the samples of earlier steps, while the training goes on, and marks where it failed."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QVBoxLayout

from gan_desktop.gui.alerts.spans import merge_alerts
from gan_desktop.gui.alerts.ticks import AlertTicks, Tick
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.style import describe


@panels.register("timeline", title="Timeline")
class TimelinePanel(Panel):
    """Drag to the left to see earlier samples; at the right end they are live."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 90
    share: ClassVar[int] = 80

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        # The step that is looked back at. Snapshots are thinned out while it is shown, so an index would not do.
        self._step: int | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        describe(
            self.slider,
            "timeline_slider",
            self.tr("Timeline"),
            self.tr("Look at the samples of earlier steps. The right end is live."),
        )
        self.live_button = QPushButton(self.tr("Live"))
        self.live_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(
            self.live_button, "live_button", self.tr("Back to live samples"), self.tr("Show the latest samples again")
        )
        self.ticks = AlertTicks()
        describe(self.ticks, "alert_ticks", self.tr("Alerts on the timeline"), "")
        line = QVBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.ticks)
        line.addWidget(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(line, 1)
        row.addWidget(self.live_button)
        self.setMaximumHeight(44)
        self.slider.valueChanged.connect(self._on_slider)
        self.live_button.clicked.connect(self.go_live)
        self.record.samples_changed.connect(self.request_refresh)
        self.record.alerts_changed.connect(self.request_refresh)
        self.record.run_started.connect(self._on_run_started)
        self.record.run_cleared.connect(self._on_run_started)
        self.set_colors(self.theme.colors)
        self.refresh()

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        self.ticks.set_colors(colors)

    @Slot()
    def go_live(self) -> None:
        """Show the latest samples."""
        self._step = None
        self.record.show_snapshot(None)
        self.refresh()

    @Slot()
    def _on_run_started(self) -> None:
        self._step = None
        self.refresh()

    @Slot(int)
    def _on_slider(self, position: int) -> None:
        if position >= len(self.record.snapshots):
            self.go_live()
            return
        self._step = self.record.snapshots[position].step
        self.record.show_snapshot(position)
        self._show_caption()

    def refresh(self) -> None:
        snapshots = self.record.snapshots
        blocked = self.slider.blockSignals(True)
        # One more place than there are snapshots: the right end is live.
        self.slider.setRange(0, len(snapshots))
        self.slider.setPageStep(max(1, len(snapshots) // 10))
        self.slider.setValue(len(snapshots) if self._step is None else snapshots.nearest(self._step))
        self.slider.blockSignals(blocked)
        self.slider.setEnabled(len(snapshots) > 0)
        self._show_ticks()
        self._show_caption()

    def _show_ticks(self) -> None:
        """Each failure above the snapshot that is nearest to its first step."""
        count = len(self.record.snapshots)
        ticks = []
        for span in merge_alerts(self.record.diagnosis.past_alerts) if count else ():
            step = int(span.first)
            text = self.tr("step {n}: {title}").format(n=words.count(step), title=span.text)
            ticks.append(Tick(self.record.snapshots.nearest(step) / count, span.level, text))
        self.ticks.show_ticks(ticks)

    def _show_caption(self) -> None:
        self.live_button.setEnabled(self._step is not None)
        count = len(self.record.snapshots)
        if not count:
            self.caption.setText(self.tr("Samples of earlier steps are kept here"))
        elif self._step is None:
            self.caption.setText(self.tr("live · {n} snapshots").format(n=count))
        else:
            step = words.count(self._step)
            self.caption.setText(self.tr("step {step} · {n} snapshots").format(step=step, n=count))
