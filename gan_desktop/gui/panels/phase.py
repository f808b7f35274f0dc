"""The phase portrait: the discriminator's loss against the generator's, in which going round in circles can be seen."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.objective import equilibrium
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.phase_view import PhaseView
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.widgets.segments import SegmentedChoice
from gan_desktop.gui.widgets.style import describe, label

SPANS = ("500", "2000", "all")


@panels.register("phase", title="Phase")
class PhasePanel(Panel):
    """The two losses against each other: a loop is the networks chasing each other, a knot is rest."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 12
    tab_of: ClassVar[str | None] = "losses"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        tr = self.tr
        self.span_choice = SegmentedChoice(
            "phase_span_choice",
            tr("Steps shown"),
            (
                (SPANS[0], tr("500"), tr("The last 500 steps")),
                (SPANS[1], tr("2,000"), tr("The last 2,000 steps")),
                (SPANS[2], tr("All"), tr("All steps of the run")),
            ),
        )
        remembered = self.settings.get("phase/span", SPANS[1])
        self.span_choice.button(remembered if remembered in SPANS else SPANS[1]).setChecked(True)
        self.view = PhaseView(self._span())
        self.view.set_titles(tr("D loss"), tr("G loss"))
        describe(
            self.view,
            "phase_plot",
            tr("Phase portrait of the losses"),
            tr(
                "The smoothed losses of both networks against each other: faint is long ago, the dot is now. A curve "
                "that goes round in loops is an oscillation, one that settles near the cross is a game in balance."
            ),
        )
        self.message = label(wrap=True)
        self.message.setObjectName("phase_message")
        self.tools_row.addWidget(self.span_choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.message)
        column.addWidget(self.view, 1)
        self.span_choice.chosen.connect(self._on_span)
        self.record.metrics_arrived.connect(self.request_refresh)
        self.record.run_started.connect(self._on_run_started)
        self.record.run_cleared.connect(self._on_run_started)
        self.record.control_confirmed.connect(self._on_control)
        PlotMenu(self, self.view, table=self.view.table, reset=self._reset)
        self.set_colors(self.theme.colors)
        self.refresh()

    def _reset(self) -> None:
        self.view.show_history(self.record.history, fresh_scale=True)

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        self.view.set_colors(colors)

    def _span(self) -> int | None:
        value = self.span_choice.value
        return None if value == SPANS[-1] else int(value)

    @Slot(str)
    def _on_span(self, value: str) -> None:
        self.settings.set("phase/span", value)
        self.view.span = self._span()
        self.view.show_history(self.record.history, fresh_scale=True)

    @Slot()
    def _on_run_started(self) -> None:
        self.view.clear_history()
        self._set_rest()
        self.request_refresh()

    @Slot()
    def _on_control(self) -> None:
        self._set_rest()
        self.request_refresh()

    def _set_rest(self) -> None:
        """Set where the losses rest when the game is in balance, as far as the objective in use settles it."""
        run, controls = self.record.run, self.model.controls
        self.view.rest = (None, None)
        if run is not None and not run.own_code:
            smoothing = float(controls["label_smoothing"])
            found = equilibrium(str(controls["objective"]), run.config.objective.d_loss_halves, smoothing)
            self.view.rest = found.d_loss, found.g_loss
        self.caption.setText("" if self.view.rest == (None, None) else self.tr("green: balance"))

    @Slot()
    def refresh(self) -> None:
        is_empty = len(self.record.history) == 0
        self.message.setText(self.tr("Both losses against each other appear here.") if is_empty else "")
        self.message.setVisible(is_empty)
        self.view.show_history(self.record.history)
