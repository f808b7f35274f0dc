"""The row at the bottom: how far the run has come, and how long it will take."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.repaint import Refreshable
from gan_desktop.gui.run.going import way_text
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, link_button

RESOLUTION = 1000
# Bytes, in the unit of `training.checkpoint_megabytes`.
MEGABYTE = 1_000_000


class Footer(Refreshable):
    """Holds `progress_bar`, the line beside it, and `programs_button`, the sign that programs may drive."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._model, self._record = context.model, context.model.record
        self._replays = context.model.replays
        self._repainter = context.repainter
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        describe(self.bar, "progress_bar", self.tr("Progress"), self.tr("How much of the run is done"))
        self.text = ElidedLabel()
        self.text.setObjectName("progress_label")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 2, 8)
        row.setSpacing(14)
        row.addWidget(self.bar, 1)
        row.addWidget(self.text)
        self.programs_button = link_button(self.tr("Programs may drive"))
        row.addWidget(self.programs_button)
        self.show_programs("")
        self._record.status_changed.connect(self.refresh)
        self._record.preparing.connect(self.refresh)
        self._replays.changed.connect(self.refresh)
        self._record.run_cleared.connect(self.refresh)
        self._record.run_started.connect(self.refresh)
        self._record.progressed.connect(self._on_progress)
        self._record.checkpoint_saved.connect(self._on_progress)
        self.refresh()

    def show_programs(self, address: str) -> None:
        """Show that programs may drive, and where they find the run; nothing if the address is empty."""
        title, tip = (
            self.tr("Programs may drive"),
            self.tr("Programs may drive the run at {address}: a click shows how"),
        )
        describe(self.programs_button, "programs_button", title, tip.format(address=address))
        self.programs_button.setVisible(bool(address))

    @Slot()
    def _on_progress(self) -> None:
        self._repainter.request(self)

    @Slot()
    def refresh(self) -> None:
        status = self._record.status
        if status is Status.LOADING:
            self._show(None, self.tr("Loading TensorFlow, a few seconds…"))
        elif self._replays.is_under_way:
            self._show(self._replays.fraction if self._replays.steps else None, self.tr("Replaying: Esc breaks it off"))
        elif (recomputing := self._record.recomputing) is not None:
            self._show(recomputing.fraction, f"{way_text(self._model)}…")
        elif self._record.preparation is not None:
            self._show(self._record.preparation.fraction, words.preparation(self._record.preparation))
        elif status is Status.PREPARING:
            self._show(None, self.tr("Preparing…"))
        elif self._record.progress is None:
            self._show(0, self.tr("Ready: press Start") if status is Status.READY else words.status_word(status))
        else:
            self._show(*self._progress())

    def _progress(self) -> tuple[float | None, str]:
        progress = self._record.progress
        assert progress is not None
        step = words.count(progress.step)
        epoch = self.tr("epoch {n}").format(n=f"{progress.epoch:.1f}")
        if progress.total_steps is None:
            parts = [self.tr("{step} steps, until stopped").format(step=step), epoch]
            return 0, " · ".join([*parts, *self._outcome(), *self._room()])
        total = words.count(progress.total_steps)
        parts = [self.tr("{step} of {total} steps").format(step=step, total=total), epoch]
        if self._record.status is Status.TRAINING and progress.remaining_seconds is not None:
            parts.append(self.tr("{time} left").format(time=words.duration(progress.remaining_seconds)))
        parts += self._outcome()
        return progress.step / max(1, progress.total_steps), " · ".join([*parts, *self._room()])

    def _outcome(self) -> list[str]:
        """The state of a run that does not train."""
        if self._record.writer is not None:
            paused = self._record.is_paused_elsewhere
            return [self.tr("paused elsewhere") if paused else self.tr("training elsewhere")]
        status = self._record.status
        return [] if status is Status.TRAINING else [words.status_word(status)]

    def _room(self) -> list[str]:
        """How much of the room that they may take the checkpoints take."""
        size, run = self._record.checkpoint_bytes, self._record.run
        if not size or run is None:
            return []
        room = run.config.training.checkpoint_megabytes
        text = self.tr("checkpoints {used} of {room} MB")
        return [text.format(used=f"{size / MEGABYTE:,.1f}", room=f"{room:,g}")]

    def _show(self, fraction: float | None, text: str) -> None:
        # An empty range is Qt's way of saying busy, with no end known.
        self.bar.setRange(0, 0 if fraction is None else RESOLUTION)
        if fraction is not None:
            self.bar.setValue(round(min(max(fraction, 0.0), 1.0) * RESOLUTION))
        self.text.setText(text)
