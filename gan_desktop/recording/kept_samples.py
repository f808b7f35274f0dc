"""What is kept of the samples: pictures at steps that grow; the samples themselves and views, thinned out evenly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import FloatArray, Samples
from gan_desktop.core.views import VIEW_OF, KeptView
from gan_desktop.recording.arrays_in_bytes import samples_to_bytes
from gan_desktop.recording.evenly import Evenly
from gan_desktop.recording.snapshots import SnapshotSchedule, save_snapshot
from gan_desktop.recording.store import RunStore
from gan_desktop.recording.views_in_bytes import view_to_bytes

# Bytes of samples that may wait to become pictures: beyond them the oldest are given up.
MOST_WAITING = 64 * 2**20
# How many samples the database keeps, and how many bytes of them and their views.
MOST_KEPT, MOST_BYTES = 200, 64 * 2**20
# Bytes of a view: one that takes more, of networks with thousands of layers, is not kept.
LARGEST_VIEW = 2**18


class KeptSamples:
    """Takes a run's samples as they come, and the pictures of the networks' insides that somebody looks at meanwhile.

    The latest view of each kind is kept with the samples after it, and goes with them.

    Args:
        store: keeps the samples, and the paths of the pictures.
        log: told of pictures that are given up.
        steps: the steps whose samples the database has already.
    """

    def __init__(self, store: RunStore, log: logging.Logger, steps: tuple[int, ...] = ()) -> None:
        self.real_points: FloatArray | None = None
        self.unsaved: list[Samples] = []
        self._store = store
        self._log = log
        self._schedule = SnapshotSchedule()
        self._latest: Samples | None = None
        self._last_saved = steps[-1] if steps else -1
        self._schedule.saved(self._last_saved)
        self._kept = Evenly(steps)
        self._views: dict[type, KeptView] = {}  # the latest that are not kept yet

    def take(self, samples: Samples) -> None:
        """Take samples; some of them are kept."""
        self._latest = samples
        if self._kept.is_next():
            self._keep(samples)
        if self._schedule.is_due(samples.step):
            self.keep_latest()

    def _keep(self, samples: Samples) -> None:
        """Have the database keep these; when it has too many, every second one goes and fewer are kept from then on."""
        if self._kept.steps and samples.step <= self._kept.steps[-1]:
            return
        content = samples_to_bytes(samples)
        self._store.add_samples(samples.step, content)
        size = len(content) + self._keep_views()
        gone = self._kept.add(samples.step, min(MOST_KEPT, MOST_BYTES // size))
        self._store.drop_samples(zip(self._kept.steps, gone, strict=False))

    def take_view(self, view: KeptView) -> None:
        """Take a view; one of the same kind that comes before it could be kept takes its place."""
        self._views[type(view)] = view

    def _keep_views(self) -> int:
        """Have the database keep the latest views; returns how many bytes they take."""
        contents = [(view, view_to_bytes(view)) for view in self._views.values()]
        self._views.clear()
        for view, content in contents:
            if len(content) <= LARGEST_VIEW:
                self._store.add_view(view.step, VIEW_OF[type(view)], content)
        return sum(len(content) for _, content in contents if len(content) <= LARGEST_VIEW)

    def forget_after(self, step: int) -> None:
        """Forget which samples of later steps are kept: they are no longer."""
        self._kept.forget_after(step)
        self._views.clear()
        self._last_saved = min(self._last_saved, step)

    def keep_latest(self) -> None:
        """Keep the latest samples and mark them to become a picture, unless samples of that step are so already."""
        latest = self._latest
        if latest is None or latest.step <= self._last_saved:
            self._keep_views()
            return
        self._keep(latest)
        self._keep_views()  # those that came after the samples, if these were kept before
        self.unsaved.append(latest)
        while len(self.unsaved) > 1 and sum(_bytes(samples) for samples in self.unsaved) > MOST_WAITING:
            self._log.warning("step %d: its picture could not be kept", self.unsaved.pop(0).step)
        self._last_saved = latest.step
        self._schedule.saved(latest.step)

    def save(self, folder: Path, root: Path, saved: Callable[[int, str], None]) -> None:
        """Write the pictures that wait into `folder`; `saved` gets the step and the path within `root` of each.

        Raises:
            RecordingError: one cannot be written; it and the later ones keep waiting.
        """
        while self.unsaved:
            samples = self.unsaved[0]
            try:
                path = save_snapshot(folder, samples, self.real_points)
            except OSError as error:
                raise RecordingError(f"{folder} could not be written: {error.strerror or error}") from error
            del self.unsaved[0]
            saved(samples.step, path.relative_to(root).as_posix())


def _bytes(samples: Samples) -> int:
    arrays = (samples.values, samples.averaged, samples.latents)
    return sum(array.nbytes for array in arrays if array is not None)
