"""A look at a folder without files: an answer at once, a refusal, or one that goes on until it is cancelled."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.own_data import playing
from gan_desktop.gui.own_data.preview_thread import Report

SHADES = 20


def animals(path: Path) -> FolderPreview:
    """A folder of two classes, of images of two sizes, with a file that is no image."""
    return FolderPreview(
        path=path,
        count=1200,
        unreadable=(("notes.png", "is not an image"),),
        sizes=(((64, 48), 1100), ((32, 32), 100)),
        classes=(("cats", 700), ("dogs", 500)),
        gray=50,
        color=1150,
        thumbnails=tuple(np.full((64, 64, 3), 10 * shade, np.uint8) for shade in range(SHADES)),
        suggested={"data.name": "images", "data.path": str(path), "data.image_size": 32, "data.channels": "color"},
        notes=("3 other files are passed over",),
    )


def fruit(path: Path, source: Path) -> FolderPreview:
    """Two folders of images, whose names would make pairs as well."""
    suggested = {
        "data.name": "two_folders",
        "data.path": str(path),
        "data.source_path": str(source),
        "data.image_size": 32,
        "data.channels": "color",
        **playing("cyclegan", "cycle"),
        "objective.objective": "least_squares",
        "training.batch_size": 16,
    }
    as_pairs = suggested | {"data.pairs": True, **playing("translation", "pixel"), "game.source": "given"}
    domains = replace(
        animals(path), classes=(), domains=(("apples", 700), ("oranges", 9)), suggested=suggested, unreadable=()
    )
    return replace(domains, others=(replace(domains, suggested=as_pairs),))


@dataclass
class FakePreview:
    """Called by the preview thread like the real one.

    Attributes:
        error: raised in place of an answer.
        endless: whether it goes on until one of its reports raises an exception.
        answer: what it says of any path; None means `animals`, or `fruit` for two paths.
        seen: every path that came.
        ended: set when an endless one has ended.
    """

    error: Exception | None = None
    endless: bool = False
    answer: FolderPreview | None = None
    seen: list[Path] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __call__(self, path: Path, report: Report, source: Path | None = None) -> FolderPreview:
        self.seen += [path] if source is None else [source, path]
        if self.error is not None:
            raise self.error
        try:
            while self.endless:
                report("Reading images", 0.25)
                self.ended.wait(0.005)
        finally:
            self.ended.set()
        return self.answer or (animals(path) if source is None else fruit(path, source))
