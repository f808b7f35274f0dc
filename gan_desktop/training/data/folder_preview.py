"""What a path holds and which data set fits it: each of them declares what it recognises (`core/own_data.py`).

For images, reading the headers is enough, which is quick for tens of thousands of files. A single file is read as a
whole by the data set that is suggested, so that what a start would refuse is refused here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.own_data import OwnData, is_part, own_data
from gan_desktop.core.registry import datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, constant_note, silent
from gan_desktop.training.data.files import Pixels, refusal
from gan_desktop.training.data.images import resize_images
from gan_desktop.training.data.place import THUMBNAIL_SIDE, THUMBNAILS, Place, spread

# Images whose brightness is looked at.
LOOKED_AT = 500


def preview_folder(path: Path, report: Report = silent, source: Path | None = None) -> FolderPreview:
    """What is at `path`: a folder or a zip file of images, or a folder or a file that another data set reads.

    Args:
        path: the folder or file.
        report: told how far it is; may raise to cancel.
        source: another folder that was given together with it, of images to be translated into the ones at `path`.

    Raises:
        InputError: it is missing, cannot be read, or no data set reads such a file.
    """
    place = Place(path, source)
    # Reading the first bytes shows whether the file is there, and whether it is another program's.
    if place.start and is_part(place.path.name):
        raise refusal(place.path, "is a single image; choose the folder that it is in")
    every = [own for entry in datasets.values() if (own := own_data(entry)).reads]
    if source is not None:
        every = [own for own in every if own.beside is not None]
    marked = [own for own in every if _is_marked(place, own)]
    for own in marked or [own for own in every if not place.is_folder or own.folder_mark is None]:
        preview = own.preview(place, report)
        if preview is not None:
            return _with_others(place, _checked(preview, report), report)
    allowed = "; ".join(own.reads for own in every)
    raise refusal(place.path, f"is of no kind that is read here; allowed: {allowed}")


def _with_others(place: Place, preview: FolderPreview, report: Report) -> FolderPreview:
    """The preview with all other readings beside it; first the ones that names ask for."""
    found = [own.beside(place, preview, report) for entry in datasets.values() if (own := own_data(entry)).beside]
    readings = [preview, *preview.others]
    for other in found:
        if other is not None:
            readings += [other, *other.others]
    first, *others = (replace(each, others=()) for each in sorted(readings, key=lambda each: not each.is_named))
    return replace(first, others=tuple(others))


def _is_marked(place: Place, own: OwnData) -> bool:
    """Whether something in the folder says that it belongs to this data set."""
    mark = own.folder_mark
    return mark is not None and any(mark.fullmatch(entry.name) for entry in place.entries)


def _checked(preview: FolderPreview, report: Report) -> FolderPreview:
    """The preview after the suggested data set has read the file, so that nothing is offered that it would refuse.

    Raises:
        InputError: it refuses.
    """
    if not preview.suggested:
        return preview
    entry = datasets[preview.suggested["data.name"]]
    if not own_data(entry).reads_all:
        return preview
    given = {key.removeprefix("data."): value for key, value in preview.suggested.items()}
    options = {key: value for key, value in given.items() if key in entry.options.model_fields}
    if "stream" in entry.options.model_fields:
        options["stream"] = "always"  # it need not be in memory
    data: DataSet = entry.value(DataRequest(entry.options.model_validate(options), preview.path, report=report))
    # Only the preview knows which columns were chosen.
    choice = preview.notes if "data.columns" in preview.suggested else ()
    notes = (*data.notes, *choice, *((constant_note(data),) if data.is_constant else ()), *_range_notes(data))
    preview = replace(preview, count=len(data), classes=_counted(data), notes=notes)
    if data.kind != "images":
        return preview
    if not preview.sizes:
        height, width, channels = data.sample_shape
        gray = len(data) if channels == 1 else 0
        preview = replace(preview, sizes=(((width, height), len(data)),), gray=gray, color=len(data) - gray)
    return preview if preview.thumbnails else replace(preview, thumbnails=_pictures(data))


def _counted(data: DataSet) -> tuple[tuple[str, int], ...]:
    """The name and the count of each class that the labels tell."""
    if data.labels is None:
        return ()
    counts = np.bincount(data.labels)
    return tuple(
        (data.class_names[label] if data.class_names else str(label), int(count))
        for label, count in enumerate(counts)
        if count
    )


def _range_notes(data: DataSet) -> tuple[str, ...]:
    """The range of brightness that some of the images use, in percent; nothing for points and numbers."""
    if data.kind != "images":
        return ()
    some = data.take(spread(len(data), LOOKED_AT))
    return (f"Brightness from {100 * some.min():.0f} to {100 * some.max():.0f} %, of black to white.",)


def _pictures(data: DataSet) -> tuple[Pixels, ...]:
    """A few images, evenly over all of them."""
    images = data.take(spread(len(data), THUMBNAILS))
    if max(images.shape[1:3]) > THUMBNAIL_SIDE:
        images = resize_images(images, THUMBNAIL_SIDE, "pad")
    grey = (np.clip(images, 0, 1) * 255).round().astype(np.uint8)
    return tuple(np.repeat(grey, 3, axis=-1) if grey.shape[-1] == 1 else grey)
