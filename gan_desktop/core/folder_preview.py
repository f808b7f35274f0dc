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
    """What is at a path: of image files from headers alone, of a single file from all that it holds.

    Attributes:
        path: as it was given.
        count: images with a readable header; of a single file, its samples; 0 where they were not counted.
        unreadable: name and reason of each file that should be an image and is none.
        sizes: ((width, height), count), most common first.
        classes: (name, count) of each sub-folder or label, in order; empty where there are none.
        gray: how many images are saved in grey; `color`: in colour.
        thumbnails: a few of the images, uint8 of shape (side, side, 3).
        suggested: config values that load it, `{"data.name": "images", ...}`; empty where nothing here can be loaded.
        notes: what else people should know, a sentence each.
        domains: (name, count) of both domains, the source first, where it is read as two; else empty.
        is_named: whether names say that it is meant so: then this reading is offered first.
        others: what other readings there are of the same place, to choose from.
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
        """How many samples a batch may have; 0 where they were not counted."""
        return min((count for _, count in self.domains), default=self.count)
