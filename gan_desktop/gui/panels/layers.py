"""Both networks, layer by layer: how hard each is pulled, and how much an update changes it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from gan_desktop.core.status import Status
from gan_desktop.core.views import Layers, View
from gan_desktop.gui.alerts.layer_findings import findings, is_kernel
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.layer_bars import LayerBars
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.widgets.style import describe, label, scrolling


@panels.register("layers", title="Layers")
class LayersPanel(Panel):
    """Gradient norm, update ratio and spectral norm of every kernel of both networks, and what stands out in them."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 12
    tab_of: ClassVar[str | None] = "losses"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.finding = label(role="", wrap=True)
        describe(
            self.finding,
            "layers_finding",
            self.tr("What stands out"),
            self.tr(
                "A rule of thumb: an update changes a kernel by about 1e-3 of its norm (the green band); gradients of "
                "both networks are of one order of magnitude"
            ),
        )
        self.bars = LayerBars()
        describe(self.bars, "layer_bars", self.tr("Layers of both networks"), "")
        self.all_check = QCheckBox(self.tr("All parameters"))
        self.all_check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.all_check.setChecked(self.settings.get("layers/all", False))
        tip = self.tr("Show biases and the scales of normalisation too, not kernels alone")
        describe(self.all_check, "all_parameters_check", self.tr("All parameters"), tip)
        self.tools_row.addWidget(self.all_check)
        self._area = scrolling(self.bars)
        # Nothing in it takes the focus: it scrolls by the keys itself.
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._area.setMinimumHeight(40)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.finding)
        column.addWidget(self._area, 1)
        PlotMenu(self, self.bars, table=self._table)
        self.all_check.toggled.connect(self._on_all)
        self.record.view_arrived.connect(self._on_view)
        self.record.moment_changed.connect(self.request_refresh)
        self.record.run_started.connect(self.request_refresh)
        self.record.run_cleared.connect(self.request_refresh)
        self.record.status_changed.connect(self.request_refresh)
        self.refresh()

    def _table(self) -> dict[str, list[object]]:
        """A row for each layer that is shown."""
        event = self.record.shown_view(Layers)
        layers = self.bars.layers if event is not None else ()
        figures = ("network", "name", "gradient_norm", "weight_norm", "update_ratio", "spectral_norm")
        steps: list[object] = [event.step for _ in layers] if event is not None else []
        return {"step": steps} | {name: [getattr(layer, name) for layer in layers] for name in figures}

    def wanted_views(self) -> frozenset[View]:
        return frozenset({View.LAYERS})

    def set_colors(self, colors: Colors) -> None:
        self.bars.set_colors(colors)

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, Layers):
            self.request_refresh()

    @Slot(bool)
    def _on_all(self, checked: bool) -> None:
        self.settings.set("layers/all", checked)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        event = self.record.shown_view(Layers)
        if event is None:
            self.bars.show_layers(())
            self.caption.setText("")
            self.finding.setText(self._why_nothing())
            return
        every = self.all_check.isChecked()
        self.bars.show_layers(tuple(layer for layer in event.layers if every or is_kernel(layer)))
        self.finding.setText(" ".join(findings(event.layers)))
        self.caption.setText(self.tr("step {n}").format(n=words.count(event.step)))

    def _why_nothing(self) -> str:
        if self.record.moment is not None:
            text = self.tr("By step {n}, nothing was kept of the layers: they are kept while this panel is in view.")
            return text.format(n=words.count(self.record.moment))
        if self.record.status in (Status.TRAINING, Status.PAUSED):
            return self.tr("Looking into the networks…")
        return self.tr("Start a run: how hard each layer of both networks is pulled, and how far it moves.")
