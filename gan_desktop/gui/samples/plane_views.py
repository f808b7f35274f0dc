"""What can be laid under generated points: surfaces of the discriminator, the generator's map, and its pull."""

from __future__ import annotations

from functools import partial
from html import escape

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from gan_desktop.core.views import Arrows, Manifold, Surface, UpdateShown, View
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.plotting.contour import zero_line
from gan_desktop.gui.plotting.heat_map import HeatMap, ramp
from gan_desktop.gui.plotting.strokes import NO_STROKES, ArrowStrokes, Strokes, lattice
from gan_desktop.gui.samples.judgement import (
    SurfaceShown,
    critic_scale,
    criticised,
    difference,
    learned,
    optimal,
)
from gan_desktop.gui.widgets.color_strip import ColorStrip
from gan_desktop.gui.widgets.segments import SegmentedChoice
from gan_desktop.gui.widgets.style import describe

# The legend tells if a surface is older than the points by more than this share of the run.
LATE = 0.02


class PlaneViews(QWidget):
    """A column of choices for beside the plot, and the items that they put under the points.

    Attributes:
        surface_choice: has a place of its own, above.
        strip: the surface's legend; hidden if there is no surface.
        notes: what to know of what was chosen, such as why some of it is not shown.

    Signals:
        changed: something else is to be shown.
    """

    changed = Signal()

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._model, self._record, self._settings = context.model, context.model.record, context.settings
        self.heat_map, self.boundary = HeatMap(), Strokes(smooth=True)
        self.manifold, self.arrows = Strokes(), ArrowStrokes()
        self.notes: list[str] = []
        # The surface that is drawn, as which choice, and whether as probabilities.
        self._drawn: tuple[Surface, SurfaceShown, bool] | None = None
        self._make_choices()
        self.strip = ColorStrip()
        describe(
            self.strip,
            "surface_legend",
            self.tr("Colours of the surface"),
            self.tr("What the colours of the surface mean"),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(4)
        for widget in (self.strip, self.manifold_check, self.arrows_check):
            column.addWidget(widget)
        self.set_colors(context.theme.colors)
        self.clear()

    def _make_choices(self) -> None:
        tr = self.tr
        self.surface_choice = SegmentedChoice(
            "surface_choice",
            tr("Surface under the points"),
            (
                (SurfaceShown.NONE, tr("Points"), tr("The real and the generated points alone")),
                (
                    SurfaceShown.LEARNED,
                    tr("D"),
                    tr(
                        "How real the discriminator finds every place: blue is real, orange is fake, and on the line "
                        "it cannot tell"
                    ),
                ),
                (
                    SurfaceShown.OPTIMAL,
                    tr("Optimal"),
                    tr(
                        "What the best possible discriminator would say: p_data / (p_data + p_G), from the known "
                        "density of the data and an estimate of the generator's"
                    ),
                ),
                (
                    SurfaceShown.DIFFERENCE,
                    tr("Difference"),
                    tr("The discriminator minus the best possible one: blue where it finds things too real"),
                ),
            ),
        )
        remembered = self._settings.get("scatter/surface", SurfaceShown.NONE.value)
        if remembered in tuple(SurfaceShown):
            self.surface_choice.button(remembered).setChecked(True)
        self.manifold_check = self._check("manifold", tr("Manifold"))
        self.manifold_check.setToolTip(
            tr(
                "The generator's map: where it takes a lattice of latents, with lines between neighbours. Of more than "
                "two dimensions, the lattice lies in a plane through them"
            )
        )
        self.arrows_check = self._check("arrows", tr("Arrows"))
        self.arrows_check.setToolTip(
            tr(
                "Where the discriminator pulls the generated points. A pull ten times weaker is a quarter shorter: "
                "arrows that have become dots are a vanished gradient. The number is the median: by how much the "
                "generator's loss would fall over half the width of the view"
            )
        )
        self.surface_choice.chosen.connect(self._on_surface)
        for name, check in (("manifold", self.manifold_check), ("arrows", self.arrows_check)):
            check.toggled.connect(partial(self._settings.set, f"scatter/{name}"))
            check.toggled.connect(self.changed)

    def _check(self, name: str, text: str) -> QCheckBox:
        check = QCheckBox(text)
        describe(check, f"{name}_check", text, "")
        check.setChecked(self._settings.get(f"scatter/{name}", False))
        return check

    @property
    def items(self) -> tuple[pg.GraphicsObject, ...]:
        """What is drawn, from the ground up."""
        return self.heat_map, self.boundary, self.manifold, self.arrows

    @property
    def _has_probability(self) -> bool:
        return words.has_probability(self._model.shown_controls["objective"])

    @property
    def surface_shown(self) -> SurfaceShown:
        return SurfaceShown(self.surface_choice.value)

    def wanted(self) -> frozenset[View]:
        """What the engine has to make for it."""
        wanted = {
            View.SURFACE: self.surface_shown is not SurfaceShown.NONE,
            View.MANIFOLD: self.manifold_check.isChecked(),
            View.ARROWS: self.arrows_check.isChecked(),
        }
        return frozenset(view for view, is_wanted in wanted.items() if is_wanted)

    @Slot(str)
    def _on_surface(self, value: str) -> None:
        self._settings.set("scatter/surface", value)
        self.changed.emit()

    def set_colors(self, colors: Colors) -> None:
        self.heat_map.set_colors(colors)
        self.strip.set_colors(ramp(colors), colors.muted, colors.line)
        self.boundary.set_color(QColor(colors.muted))
        self.manifold.set_color(QColor(colors.faint(colors.text, 0.5)))
        self.arrows.set_color(QColor(colors.text))

    # What is shown.

    def clear(self) -> None:
        """Show nothing."""
        self._clear_lines()
        self._clear_surface()

    def _clear_lines(self) -> None:
        self.notes = []
        for item in (self.manifold, self.arrows):
            item.clear()

    def _clear_surface(self) -> None:
        self._drawn = None
        self.heat_map.show_values(None, np.zeros((2, 2)))
        self.boundary.clear()
        self.strip.hide()

    def show_latest(self, fake: np.ndarray, reach: float) -> None:
        """Show what was chosen, as it is now or was kept of the moment that is looked at, under these generated points.

        `reach` is half the view's width.
        """
        self._clear_lines()
        view = self._record.shown_view
        surface, manifold, arrows = view(Surface), view(Manifold), view(Arrows)
        self._show_surface(surface, fake)
        if self.manifold_check.isChecked() and manifold is not None:
            self._show_manifold(manifold)
        if self.arrows_check.isChecked() and arrows is not None:
            self.arrows.set_arrows(arrows.points, arrows.directions, reach)
        if not self._record.is_live:
            self._note_missing(surface, manifold, arrows)

    def _note_missing(self, *found: Surface | Manifold | Arrows | None) -> None:
        """Note what was chosen and not kept by the moment that is looked at."""
        wanted = self.wanted()
        chosen = (
            (View.SURFACE, self.tr("surface")),
            (View.MANIFOLD, self.tr("G's map")),
            (View.ARROWS, self.tr("pull on G")),
        )
        pairs = zip(chosen, found, strict=True)
        missing = [name for (view, name), is_found in pairs if view in wanted and is_found is None]
        if missing:
            self.notes.append(self.tr("Not kept by then: {what}.").format(what=", ".join(missing)))

    def _show_manifold(self, manifold: Manifold) -> None:
        if manifold.unknown:
            self.notes.append(self.tr("No map of G: {reason}.").format(reason=manifold.unknown.rstrip(".")))
        else:
            self.manifold.set_strokes(lattice(manifold.points))

    def show_update(self, update: UpdateShown, fake: np.ndarray) -> None:
        """Slow motion: the surface after an update. The map and the pull are of the step before, and are not shown."""
        self._clear_lines()
        self._show_surface(update.surface, fake)

    def _show_surface(self, surface: Surface | None, fake: np.ndarray) -> None:
        if surface is None or self.surface_shown is SurfaceShown.NONE:
            self._clear_surface()
            return
        reason = self._reason(surface)
        if reason:
            self.notes.append(reason)
            self._clear_surface()
            return
        if self.surface_shown is SurfaceShown.OPTIMAL and not self._has_probability:
            self.notes.append(self.tr("The optimum is that of the logistic loss, not of this objective."))
        # Points come far more often than surfaces.
        asked = surface, self.surface_shown, self._has_probability
        if self._drawn is None or self._drawn[0] is not surface or self._drawn[1:] != asked[1:]:
            self._drawn = asked
            self._draw_surface(surface, fake)

    def _draw_surface(self, surface: Surface, fake: np.ndarray) -> None:
        values = self._values(surface, fake)
        self.heat_map.show_values(values, surface.limits)
        # A difference has no line at which D is undecided.
        undecided = self.surface_shown is not SurfaceShown.DIFFERENCE
        self.boundary.set_strokes(zero_line(values, surface.limits) if undecided else NO_STROKES)
        self.strip.show()

    def _reason(self, surface: Surface) -> str:
        """Why there is no such surface."""
        shown = self.surface_shown
        if shown is not SurfaceShown.OPTIMAL and surface.unknown:
            return self.tr("No surface of D: {reason}.").format(reason=surface.unknown.rstrip("."))
        if shown is not SurfaceShown.OPTIMAL and not np.isfinite(surface.logits).any():
            return self.tr("No surface of D: its logits are not finite.")
        if shown is not SurfaceShown.LEARNED and surface.optimal is None:
            unknown = surface.optimal_unknown or surface.unknown or self.tr("the density of the data is not known")
            return self.tr("No optimal discriminator: {reason}.").format(reason=unknown.rstrip("."))
        if shown is SurfaceShown.DIFFERENCE and not self._has_probability:
            return self.tr("No difference: this objective makes D a critic, whose values are no probabilities.")
        return ""

    def _values(self, surface: Surface, fake: np.ndarray) -> np.ndarray:
        """What the heat map shows; the strip says what the ends are."""
        shown = self.surface_shown
        if shown is SurfaceShown.DIFFERENCE:
            self.strip.show_texts(self.tr("too fake"), self.tr("too real"))
            values = difference(surface)
        elif shown is SurfaceShown.OPTIMAL:
            self.strip.show_texts(self.tr("fake 0"), self.tr("1 real"))
            values = optimal(surface)
        elif self._has_probability:
            self.strip.show_texts(self.tr("fake 0"), self.tr("1 real"))
            values = learned(surface)
        else:
            assert self._record.run is not None
            scale = critic_scale(surface, self._record.run.data.real, fake)
            low, high = (f"{scale.middle + sign * scale.reach:.3g}".replace("-", "−") for sign in (-1, 1))
            self.strip.show_texts(low, high, self.tr("critic"))
            values = criticised(surface, scale)
        assert values is not None
        return values

    def legend(self, step: int) -> list[str]:
        """What is older than the points, which are of this step; what the lines are, and the notes. Rich text."""
        parts = []
        is_live = self._record.is_live
        if self._drawn is not None and (not is_live or step - self._drawn[0].step > LATE * step):
            parts.append(self.tr("surface of step {step}").format(step=words.count(self._drawn[0].step)))
        if len(self.boundary.strokes):
            parts.append(self.tr("—\u00a0undecided"))
        if len(self.manifold.strokes):
            parts.append(self.tr("▦\u00a0G's map") + self._of_step(Manifold, step))
        if len(self.arrows.strokes):
            pull = self.tr("→\u00a0pull\u00a0on\u00a0G\u00a0{n}").format(n=words.figure(self.arrows.median_pull))
            parts.append(pull + self._of_step(Arrows, step))
        return [*parts, *map(escape, self.notes)]

    def _of_step(self, kind: type[Manifold | Arrows], step: int) -> str:
        """Looking back: of which step it is, if that is another than the points'."""
        view = None if self._record.is_live else self._record.shown_view(kind)
        is_other = view is not None and view.step != step
        return self.tr(", step {step}").format(step=words.count(view.step)) if view is not None and is_other else ""
