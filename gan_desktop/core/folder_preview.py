"""What a folder or a file of data looks like before it is loaded: shown beside a path that was chosen or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class FolderPreview:
    """What is at a path. Image files are known by their headers alone, a single file by all that it holds.

    Attributes:
        path: as it was given.
        count: how many images have a readable header, or how many samples a single file has; 0 if they were not
            counted.
        unreadable: the name of each file that should be an image and is not, with the reason.
        sizes: ((width, height), count), most common first.
        classes: (name, count) of each sub-folder or label, in order; empty if there are none.
        gray: how many images are saved in grey; `color`: in colour.
        thumbnails: a few of the images, uint8 of shape (side, side, 3).
        suggested: config values that load it, `{"data.name": "images", ...}`; empty if nothing here can be loaded.
        notes: what else people should know, a sentence each.
        domains: (name, count) of both domains, the source first, if it is read as two; else empty.
        is_named: whether names say that this reading is meant: then it is offered first.
        others: the other readings of the same place, to choose from.
    """

    path: Path
    count: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    sizes: tuple[tuple[tuple[int, int], int], ...] = ()
    classes: tuple[tuple[str, int], ...] = ()
    gray: int = 0
    color: int = 0
    thumbnails: tuple[npt.NDArray[np.uint8], ...] = ()
    suggested: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    domains: tuple[tuple[str, int], ...] = ()
    is_named: bool = False
    others: tuple[FolderPreview, ...] = ()

    @property
    def most_in_batch(self) -> int:
        """How many samples a batch may have; 0 if they were not counted."""
        return min((count for _, count in self.domains), default=self.count)
