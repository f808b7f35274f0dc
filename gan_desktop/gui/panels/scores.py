"""What the discriminator thinks of real and of generated samples: a histogram of each."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.views import Scores, View
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.plotting.score_bars import ScoreBars, ScoreContent
from gan_desktop.gui.samples.judgement import probability
from gan_desktop.gui.widgets.style import describe, label

# A critic's axis reaches over this percentage of its values on either side.
MOST = 99.5
# The narrowest that a dock of its column gets. Without it, room would be kept for lines wrapped at a smaller width.
SMALLEST_WIDTH = 320


@panels.register("scores", title="Scores")
class ScoresPanel(Panel):
    """How real the discriminator finds real samples, and how real it finds generated ones."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 11
    tab_of: ClassVar[str | None] = "losses"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.bars = ScoreBars()
        describe(
            self.bars,
            "scores_plot",
            self.tr("Scores of the discriminator"),
            self.tr(
                "Grey bars are real samples, hatched orange ones generated; the lines are their means. At the dashed "
                "line the discriminator cannot tell. Two heaps far apart: it sees through every fake."
            ),
        )
        self.bars.setMinimumWidth(SMALLEST_WIDTH)
        self.message = label(wrap=True)
        self.message.setObjectName("scores_message")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.message)
        column.addWidget(self.bars, 1)
        self.record.view_arrived.connect(self._on_view)
        self.record.moment_changed.connect(self.request_refresh)
        self.record.run_started.connect(self.request_refresh)
        self.record.run_cleared.connect(self.request_refresh)
        self.model.controls_changed.connect(self.request_refresh)
        PlotMenu(self, self.bars, table=self._table)
        self.set_colors(self.theme.colors)
        self.refresh()

    def _table(self) -> dict[str, np.ndarray]:
        """A row for each sample: the discriminator's logit, and what is drawn of it."""
        event = self.record.shown_view(Scores)
        if event is None:
            return {"step": np.empty(0)}
        logits = np.concatenate([event.real, event.fake])
        table = {
            "step": np.full(len(logits), event.step),
            "sample": np.repeat(["real", "fake"], [len(event.real), len(event.fake)]),
            "logit": logits,
        }
        has_probability = words.has_probability(self.model.shown_controls["objective"])
        return table | {"probability": probability(logits)} if has_probability else table

    def wanted_views(self) -> frozenset[View]:
        return frozenset({View.SCORES})

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        self.bars.set_colors(colors)

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, Scores):
            self.request_refresh()

    @Slot()
    def refresh(self) -> None:
        event = self.record.shown_view(Scores)
        self.caption.setText("" if event is None else self.tr("step {n}").format(n=words.count(event.step)))
        if event is None:
            self._show(None, self._why_nothing())
            return
        real, fake = (values[np.isfinite(values)] for values in (event.real, event.fake))
        if not len(real) or not len(fake):
            self._show(None, self.tr("The discriminator's logits are not finite."))
        elif words.has_probability(self.model.shown_controls["objective"]):
            self._show_probabilities(real, fake)
        else:
            self._show_critic(real, fake)

    def _why_nothing(self) -> str:
        if self.record.moment is not None:
            text = self.tr("By step {n}, no scores were kept: they are kept while this panel is in view.")
            return text.format(n=words.count(self.record.moment))
        return self.tr("What the discriminator makes of real and of generated samples appears here.")

    def _show(self, content: ScoreContent | None, sentence: str) -> None:
        self.bars.show_content(content)
        self.bars.setAccessibleDescription(sentence)
        self.message.setText(sentence)

    def _names(self, real: np.ndarray, fake: np.ndarray) -> tuple[str, str]:
        """What the lines at the means are called."""
        return (
            self.tr("real {mean}").format(mean=short(real.mean(dtype=np.float64))),
            self.tr("fake {mean}").format(mean=short(fake.mean(dtype=np.float64))),
        )

    def _show_probabilities(self, real: np.ndarray, fake: np.ndarray) -> None:
        right_real, right_fake = float((real > 0).mean()), float((fake < 0).mean())
        sentence = self.tr(
            "D tells {all} % right: it puts {real} % of the real above 0.5 and {fake} % of the fake below."
        )
        figures = {"all": (right_real + right_fake) / 2, "real": right_real, "fake": right_fake}
        text = sentence.format(**{name: percent(share) for name, share in figures.items()})
        real, fake = probability(real), probability(fake)
        self._show(ScoreContent(real, fake, 0.0, 1.0, 0.5, self._names(real, fake)), text)

    def _show_critic(self, real: np.ndarray, fake: np.ndarray) -> None:
        """Show how often a real sample is above a fake one: of a critic's scores, only their order counts."""
        sentence = self.tr("D is a critic here: it scores a real sample above a fake one in {n} % of all pairs.")
        low, high = np.percentile(np.concatenate([real, fake]).astype(np.float64), (100 - MOST, MOST))
        margin = max(0.03 * (high - low), 1e-6 * max(1.0, abs(high)))
        content = ScoreContent(real, fake, low - margin, high + margin, None, self._names(real, fake))
        self._show(content, sentence.format(n=percent(share_above(real, fake))))


def share_above(real: np.ndarray, fake: np.ndarray) -> float:
    """The share of the pairs of a real and a fake sample in which the real one's is higher; equal ones count half."""
    ordered = np.sort(fake)
    below, up_to = (np.searchsorted(ordered, real, side) for side in ("left", "right"))
    return float((below + up_to).mean() / (2 * len(fake)))


def percent(share: float) -> str:
    """A share in whole percent; 100 and 0 only if it is all or none."""
    whole = round(100 * share)
    if whole == 100 and share < 1:
        return "> 99"
    return "< 1" if whole == 0 and share > 0 else f"{whole}"


def short(value: float) -> str:
    """A score with two decimals, or as many digits as it takes."""
    return f"{value:.2f}".replace("-", "−") if 0.01 <= abs(value) < 1000 or value == 0 else words.figure(value)
