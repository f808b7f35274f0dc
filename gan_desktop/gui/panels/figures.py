"""The figures behind the losses, averaged over the last steps, each with what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gan_desktop.core.csv_tables import Table
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.gui.look import words
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.figure_table import figure_table
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.run.pair_choice import PairChoice
from gan_desktop.gui.widgets.style import describe, label

AVERAGED_STEPS = 100

# The figure, its name, and what a reader should know about it.
ROWS: Sequence[tuple[str, str, str]] = (
    (
        "real_score",
        QT_TRANSLATE_NOOP("Figures", "D on real"),
        QT_TRANSLATE_NOOP("Figures", "How real D finds real samples. 0.5 is a guess."),
    ),
    (
        "fake_score",
        QT_TRANSLATE_NOOP("Figures", "D on generated"),
        QT_TRANSLATE_NOOP("Figures", "How real D finds generated ones. Near 0, D sees through G."),
    ),
    (
        "d_accuracy",
        QT_TRANSLATE_NOOP("Figures", "D is right"),
        QT_TRANSLATE_NOOP("Figures", "Share that D tells right. 50 % is balance, 100 % stalls G."),
    ),
    (
        "d_gradient_norm",
        QT_TRANSLATE_NOOP("Figures", "D gradient"),
        QT_TRANSLATE_NOOP("Figures", "How hard D is pulled in a step. Growing is unstable."),
    ),
    (
        "g_gradient_norm",
        QT_TRANSLATE_NOOP("Figures", "G gradient"),
        QT_TRANSLATE_NOOP("Figures", "How hard G is pulled. Near 0, G has nothing to learn from."),
    ),
    (
        "g_cycle",
        QT_TRANSLATE_NOOP("Figures", "Cycle error"),
        QT_TRANSLATE_NOOP("Figures", "How far there and back ends from the start, both ways. 0 is undone exactly."),
    ),
    (
        "g_identity",
        QT_TRANSLATE_NOOP("Figures", "Identity error"),
        QT_TRANSLATE_NOOP("Figures", "How far G moves what is of its domain already."),
    ),
    (
        "g_pixel",
        QT_TRANSLATE_NOOP("Figures", "Pixel error"),
        QT_TRANSLATE_NOOP("Figures", "How far each pixel is from the true one, on average."),
    ),
    (
        "g_content",
        QT_TRANSLATE_NOOP("Figures", "Content error"),
        QT_TRANSLATE_NOOP("Figures", "Mean squared error of what G enlarges. Blurred images have little."),
    ),
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Figures", text)


@panels.register("figures", title="Figures")
class FiguresPanel(Panel):
    """What the discriminator thinks, and how hard both networks are pulled."""

    area: ClassVar[Area] = Area.RIGHT
    order: ClassVar[int] = 20
    tab_of: ClassVar[str | None] = "diagnosis"
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.pair = PairChoice("figures_pair", self.model)
        self.pair.chosen.connect(self.request_refresh)
        self.tools_row.addWidget(self.pair)
        self.values: dict[str, QLabel] = {}
        self._rows: dict[str, list[QWidget]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        for index, (figure, name, explanation) in enumerate(ROWS):
            value = label("–", "strong")
            value.setObjectName(f"{figure}_value")
            value.setAccessibleName(_tr(name))
            value.setToolTip(_tr(explanation))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.values[figure] = value
            title, explained = label(_tr(name), "strong"), label(_tr(explanation), wrap=True)
            explained.setContentsMargins(0, 0, 0, 8)
            grid.addWidget(title, 2 * index, 0)
            grid.addWidget(value, 2 * index, 1)
            grid.addWidget(explained, 2 * index + 1, 0, 1, 2)
            self._rows[figure] = [title, value, explained]
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(2 * len(ROWS), 1)
        describe(self, "figures", self.tr("Figures of every step"), "")
        PlotMenu(self, self, table=self._table)
        self._show_rows()
        self.model.form.config_changed.connect(self._show_rows)
        self.record.run_started.connect(self._show_rows)
        self.record.metrics_arrived.connect(self.request_refresh)
        self.record.moment_changed.connect(self.request_refresh)
        self.record.run_started.connect(self.request_refresh)
        self.record.run_cleared.connect(self.request_refresh)

    @Slot()
    def _show_rows(self) -> None:
        """Show what the game reports: the run's if there is one, else the next run's."""
        for figure, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(figure in self.pair.figures)

    def _table(self) -> Table:
        """Every figure of every step."""
        history = self.record.history
        return figure_table(history, len(history), history.figures.names)

    @Slot()
    def refresh(self) -> None:
        figures = self._recent() if self.record.then is None else self._then()
        for figure, value in self.values.items():
            name = self.pair.name(figure)
            if name not in figures:
                value.setText("–")
                continue
            is_share = figure == "d_accuracy" and np.isfinite(figures[name])
            percent = self.tr("{n} %").format(n=round(100 * figures[name])) if is_share else ""
            value.setText(percent or words.figure(figures[name]))

    def _then(self) -> dict[str, float]:
        """The figures of the last step before the moment that is looked at."""
        assert self.record.then is not None
        self.caption.setText(self.tr("as it was at step {n}").format(n=words.count(self.record.then.step)))
        return self.record.then.figures

    def _recent(self) -> dict[str, float]:
        """The mean of each figure over the newest steps."""
        history = self.record.history
        shown = min(AVERAGED_STEPS, len(history))
        self.caption.setText(self.tr("mean of {n} steps").format(n=shown) if shown > 1 else "")
        if not shown:
            return {}
        # After a divergence, the last figures that were finite.
        rows = history.values(history.figures.names, len(history) - shown, len(history)).astype(np.float64)
        known = np.isfinite(rows)
        counts = known.sum(axis=0)
        means = np.where(known, rows, 0.0).sum(axis=0) / np.where(counts, counts, np.nan)
        return dict(zip(history.figures, means.tolist(), strict=True))
