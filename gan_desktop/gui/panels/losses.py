"""The losses of both networks, live: smoothing, a logarithmic axis, a cursor, marks of interventions and failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import isclose, log
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QSlider, QVBoxLayout

from gan_desktop.core.objective import equilibrium
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.spans import merge_alerts
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.loss_scale import Symmetric
from gan_desktop.gui.plotting.loss_view import FIGURES, LossView
from gan_desktop.gui.plotting.overlay import Mark
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.plotting.smoothing import DEFAULT_SMOOTHING, SMOOTHINGS
from gan_desktop.gui.plotting.steps_menu import StepsMenu
from gan_desktop.gui.run.earlier_runs import EarlierRuns
from gan_desktop.gui.run.interventions import merge_interventions
from gan_desktop.gui.run.pair_choice import PairChoice
from gan_desktop.gui.timeline.aside import Aside
from gan_desktop.gui.timeline.marks import branch_points
from gan_desktop.gui.widgets.style import describe, label

KEEP_SETTING = "losses/keep_earlier"
# Losses in balance that are known by these names.
LOGARITHMS = {log(2) / 2: "½ ln 2", log(2): "ln 2", 2 * log(2): "2 ln 2", -log(2): "−ln 2"}


def loss_text(loss: float) -> str:
    """A loss in balance as people know it: `2 ln 2`, else as a number."""
    return next((text for known, text in LOGARITHMS.items() if isclose(loss, known)), f"{loss:.3g}")


@panels.register("losses", title="Losses")
class LossesPanel(Panel):
    """The discriminator's and the generator's loss in every step."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 10
    share: ClassVar[int] = 350

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        position = min(max(self.settings.get("losses/smoothing", DEFAULT_SMOOTHING), 0), len(SMOOTHINGS) - 1)
        logarithmic = self.settings.get("losses/log", False)
        self.view = LossView(SMOOTHINGS[position], logarithmic)
        describe(
            self.view,
            "loss_plot",
            self.tr("Losses"),
            self.tr("Wheel or drag to look closer, double-click to follow the newest step."),
        )
        self._marks_are_stale = False
        self.aside = Aside("ghosts", self)
        self.earlier = EarlierRuns(self.record, self.aside, self.settings.get(KEEP_SETTING, True), self)
        self.earlier.changed.connect(self._on_ghosts)
        self._make_tools(position, logarithmic)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.view.following_changed.connect(self._on_following)
        self.view.scale_changed.connect(self._show_caption)
        self.record.metrics_arrived.connect(self.request_refresh)
        self.record.run_started.connect(self._on_run_started)
        self.record.run_cleared.connect(self._on_run_started)
        self.record.control_confirmed.connect(self._on_control)
        self.record.alerts_changed.connect(self._on_alerts)
        self.record.moment_changed.connect(self._on_moment)
        self.record.status_changed.connect(self._show_message)
        self.record.preparing.connect(self._show_message)
        self._show_message()
        plot_menu = PlotMenu(
            self,
            self.view,
            table=self.view.table,
            reset=self.view.follow,
            toggles=[self._log_action(), self._keep_action()],
        )
        self.steps_menu = StepsMenu(self.model, self.view, plot_menu)

    def _log_action(self) -> QAction:
        action = QAction(self.tr("&Logarithmic Axis"), self)
        action.setCheckable(True)
        action.setChecked(self.log_check.isChecked())
        action.toggled.connect(self.log_check.setChecked)
        self.log_check.toggled.connect(action.setChecked)
        return action

    def _keep_action(self) -> QAction:
        action = QAction(self.tr("&Keep Earlier Curves"), self)
        action.setObjectName("keep_earlier_curves_action")
        action.setToolTip(self.tr("After a Reset or another Start, draw the run before grey behind the new one"))
        action.setCheckable(True)
        action.setChecked(self.earlier.keeps)
        action.toggled.connect(self._on_keep)
        return action

    def _make_tools(self, position: int, logarithmic: bool) -> None:
        self.follow_button = QPushButton(self.tr("Follow"))
        self.follow_button.setProperty("small", True)
        describe(
            self.follow_button,
            "follow_button",
            self.tr("Follow the newest step"),
            self.tr("Show all steps and keep the newest in view (Home)"),
        )
        self.follow_button.clicked.connect(self.view.follow)
        self.follow_button.hide()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, len(SMOOTHINGS) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setValue(position)
        self.smoothing.setFixedWidth(84)
        describe(
            self.smoothing,
            "smoothing_slider",
            self.tr("Smoothing"),
            self.tr("How much of the average before each value keeps. The faint curve is every step as it was."),
        )
        self._smoothing_text = label()
        self._smoothing_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("Smoothing 0.9999"))
        self._smoothing_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._smoothing_text.setBuddy(self.smoothing)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self.log_check = QCheckBox(self.tr("Log"))
        self.log_check.setChecked(logarithmic)
        describe(
            self.log_check,
            "log_axis_check",
            self.tr("Logarithmic axis"),
            self.tr(
                "Draw losses on a logarithmic axis. Where some are at or below 0, it is logarithmic on either side of "
                "0 and linear about it, where the bar beside the axis is."
            ),
        )
        self.log_check.toggled.connect(self._on_log)
        self.pair = PairChoice("losses_pair", self.model)
        self.pair.chosen.connect(self._on_pair)
        for widget in (self.pair, self.follow_button, self._smoothing_text, self.smoothing, self.log_check):
            self.tools_row.addWidget(widget)
        self._show_smoothing()

    def set_colors(self, colors: Colors) -> None:
        self.view.set_colors(colors)

    def refresh(self) -> None:
        if self._marks_are_stale:
            self._marks_are_stale = False
            marks = [*branch_points(self.record), *merge_interventions(self.record.interventions)]
            self.view.marks = [Mark(step, text) for step, text in marks]
            self.view.spans = merge_alerts(self.record.diagnosis.past_alerts)
        self.view.show_history(self.record.history)

    @Slot()
    def _on_run_started(self) -> None:
        self.view.marks = self.view.spans = ()
        # What a run that goes on brings with it.
        self._marks_are_stale = True
        self._set_levels()
        self.view.clear_history()
        self._show_message()

    def menu_actions(self) -> Mapping[str, Callable[[], object] | QAbstractButton]:
        return {
            "zoom_in": partial(self.view.zoom, 0.5),
            "zoom_out": partial(self.view.zoom, 2.0),
            "follow": self.view.follow,
        }

    def _set_levels(self) -> None:
        """Set where the losses rest when the game is in balance, as far as the objective in use settles it."""
        run, controls = self.record.run, self.model.controls
        self.view.levels = {}
        if run is not None and not run.own_code:
            smoothing = float(controls["label_smoothing"])
            rest = equilibrium(str(controls["objective"]), run.config.objective.d_loss_halves, smoothing)
            levels = {"d": rest.d_loss, "g": rest.g_loss}
            self.view.levels = {network: loss for network, loss in levels.items() if loss is not None}
        self._show_caption()

    @Slot()
    def _show_caption(self) -> None:
        """Say what the dashed lines are, and where a symmetric axis is linear."""
        scale = self.view.scale
        linear = ""
        if isinstance(scale, Symmetric):
            linear = self.tr("linear within ±{loss}").format(loss=f"{scale.linear:g}")
        self.caption.setText(" · ".join(text for text in (self._balance_text(self.view.levels), linear) if text))

    def _balance_text(self, levels: dict[str, float]) -> str:
        """What the dashed lines are."""
        texts = {network: loss_text(loss) for network, loss in levels.items()}
        if not texts:
            return ""
        if len(texts) < len(FIGURES):
            return self.tr("dashed: balance, D {d}").format(**texts)
        if texts["d"] == texts["g"]:
            return self.tr("dashed: balance, {d}").format(**texts)
        return self.tr("dashed: balance, D {d} and G {g}").format(**texts)

    @Slot()
    def _on_control(self) -> None:
        self._marks_are_stale = True
        self._set_levels()
        self.request_refresh()

    @Slot()
    def _on_alerts(self) -> None:
        self._marks_are_stale = True
        self.request_refresh()

    @Slot()
    def _on_moment(self) -> None:
        self.view.look_at(self.record.moment)

    @Slot()
    def _on_ghosts(self) -> None:
        self.view.show_ghosts(self.earlier.ghosts)

    @Slot(bool)
    def _on_keep(self, on: bool) -> None:
        self.settings.set(KEEP_SETTING, on)
        self.earlier.keep(on)

    def finish(self) -> None:
        self.aside.finish()

    @Slot()
    def _show_message(self) -> None:
        waits_for = words.waits_for(self.record.status, self.record.preparation)
        start = self.tr("Press Start, and the losses of both networks appear here.")
        resume = self.tr("Press Resume, and the losses of both networks appear here.")
        self.view.message = waits_for or (resume if self.record.status is Status.PAUSED else start)
        self.request_refresh()

    @Slot()
    def _on_pair(self) -> None:
        self.view.show_figures({network: self.pair.name(figure) for network, figure in FIGURES.items()})
        self.request_refresh()

    @Slot(bool)
    def _on_following(self, following: bool) -> None:
        self.follow_button.setVisible(not following)

    @Slot()
    def _on_smoothing(self) -> None:
        position = self.smoothing.value()
        self.settings.set("losses/smoothing", position)
        self._show_smoothing()
        self.view.set_smoothing(SMOOTHINGS[position])

    def _show_smoothing(self) -> None:
        self._smoothing_text.setText(self.tr("Smoothing {n}").format(n=SMOOTHINGS[self.smoothing.value()]))

    @Slot(bool)
    def _on_log(self, logarithmic: bool) -> None:
        self.settings.set("losses/log", logarithmic)
        self.view.set_log(logarithmic)
