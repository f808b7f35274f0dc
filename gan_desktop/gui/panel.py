"""What a panel is. Adding one is adding a file to `gui/panels` with a class under `@panels.register(...)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from gan_desktop.core.events import CommandRefused, SampleKind
from gan_desktop.core.registry import Registry
from gan_desktop.core.views import View
from gan_desktop.gui.look.theme import Colors, Theme
from gan_desktop.gui.repaint import Refreshable, Repainter
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.settings import Settings
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.recording.run_entry import RunEntry


class Area(StrEnum):
    """The column of the window in which a panel stands until it is moved."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


@dataclass(frozen=True)
class PanelContext:
    """What the window gives to every panel."""

    model: RunModel
    theme: Theme
    repainter: Repainter
    settings: Settings


class Panel(Refreshable):
    """The content of one dock. It reads the record, asks the model, and listens to both, never to the training thread.

    A panel asks the window for something by a signal, and offers what it can do for the window. The window knows no
    panel by name.

    Signals:
        own_images_asked: the person wants to train on images of their own.
        draw_asked: the person wants to draw a mixture.
        run_asked: the person wants the run in this folder opened.
        mode_pointed: the number of the mode of the data that the person points at; None when they no longer do.

    Attributes:
        area: the column it stands in.
        order: its place in the column, from the top.
        share: its share of the column's height.
        whole: whether it is shown whole where there is room, whatever its share.
        scrolls: whether it scrolls where the window is small.
        tab_of: the name of the panel whose place it shares, behind a tab.
        beside: the name of the panel that it stands to the right of; `share` is then its percentage of the width of
            both.
        kind: the kind of samples for which it is shown; None means always.
        export: asks for a file and saves the samples that are shown; None if the panel shows no samples.
    """

    own_images_asked = Signal()
    draw_asked = Signal()
    run_asked = Signal(object)
    mode_pointed = Signal(object)

    area: ClassVar[Area]
    order: ClassVar[int]
    share: ClassVar[int] = 100
    whole: ClassVar[bool] = False
    scrolls: ClassVar[bool] = False
    tab_of: ClassVar[str | None] = None
    beside: ClassVar[str | None] = None
    kind: ClassVar[SampleKind | None] = None

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self.model, self.record = context.model, context.model.record
        self.theme = context.theme
        self.repainter = context.repainter
        self.settings = context.settings
        # A line about what is shown, and small tools; both stand at the right of the dock's title.
        self.caption = ElidedLabel()
        self.tools = QWidget()
        self.tools_row = QHBoxLayout(self.tools)
        self.tools_row.setContentsMargins(0, 0, 0, 0)
        self.tools_row.setSpacing(8)
        self.is_watched = False
        self.export: Callable[[], None] | None = None
        self.theme.changed.connect(self.set_colors)

    def wanted_views(self) -> frozenset[View]:
        """The pictures of the networks' insides that it needs in its present state; see `tell_wants`."""
        return frozenset()

    def wants_scores(self) -> bool:
        """Whether it shows the discriminator's score of each sample."""
        return False

    def set_watched(self, is_watched: bool) -> None:
        """Take note whether it can be seen: its dock tells when it is closed or behind a tab."""
        self.is_watched = is_watched
        self.tell_wants()
        if is_watched:
            # What came while it was behind a tab may have been the last, and then nothing else would repaint it. It
            # does not wait for its turn either: by then it may still lie outside the window.
            self.repainter.catch_up(self)

    def tell_wants(self) -> None:
        """Ask for what it shows, or for nothing while nobody sees it. Call this whenever `wanted_views` changes."""
        views = self.wanted_views() if self.is_watched else frozenset()
        self.model.looks.want(type(self).__name__, views, self.is_watched and self.wants_scores())

    def go_to(self, key: str) -> bool:
        """Bring the field of a config key into view, with the focus. Returns whether this panel has it."""
        return False

    def menu_actions(self) -> Mapping[str, Callable[[], object] | QAbstractButton]:
        """Return what it does for actions of the menus, by name: a function to call, or a button to click.

        An action that can be checked shows whether its button is.
        """
        return {}

    @Slot(object)
    def point_at(self, mode: int | None) -> None:
        """Show the mode that is pointed at in some panel; None shows none."""

    @Slot(object)
    def offer_run(self, entry: RunEntry) -> None:
        """Offer to open the last run; most panels do not."""

    def set_colors(self, colors: Colors) -> None:
        """Take the colours of a new scheme; for panels that paint themselves."""

    def request_refresh(self) -> None:
        """Call `refresh` at the next repaint."""
        self.repainter.request(self)

    def refresh(self) -> None:
        """Show what has come since the last time."""

    def name_of_plot(self, plot: str) -> str:
        """The name of a file with one of its plots, such as `digits-loss_plot-step-001200`."""
        step = self.record.history.first_step + len(self.record.history)
        run = self.record.run.name if self.record.run is not None else "gan-desktop"
        return f"{run}-{plot}-step-{step:06d}"

    def refuse(self, sentence: str) -> None:
        """Say in the notice bar why something could not be done."""
        self.model.refused.emit(CommandRefused(sentence))

    def finish(self) -> None:
        """Wait for what it does on files: the program is about to end."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.repainter.wake()


panels: Registry[type[Panel]] = Registry("panel", "gan_desktop.gui.panels")
