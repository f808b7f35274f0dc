"""Images from a NumPy file or an IDX file: any plain array of images, larger than memory if need be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from gan_desktop.core.errors import InputError
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import (
    ALLOWED,
    LARGEST,
    SMALLEST,
    FrameSize,
    Size,
    fits,
    height_width,
    size_of,
    size_text,
)
from gan_desktop.core.own_data import FAMILIES_OF_IMAGES, OwnData
from gan_desktop.core.paths import expanded
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.array_layout import LaidOut, Layout, layout_of, values_in
from gan_desktop.training.data.dataset import DataRequest, DataSet, Indices, Report, needed_path, silent
from gan_desktop.training.data.files import (
    Labels,
    Stream,
    file_size,
    first_bytes,
    is_folder,
    refusal,
)
from gan_desktop.training.data.idx import IDX_IMAGES, read_images
from gan_desktop.training.data.image_scan import holds_images
from gan_desktop.training.data.images import Fit
from gan_desktop.training.data.levels import DARK_WHOLE, Levels, Range, levels_of
from gan_desktop.training.data.npy import NPY_MAGIC, PLAIN, Array, Header, read_header, read_values
from gan_desktop.training.data.npz import GROUPS, ZIP_MAGIC, read_archive
from gan_desktop.training.data.pixel_text import is_text, preview_pixel_table, read_pixel_table
from gan_desktop.training.data.place import THUMBNAILS, Place
from gan_desktop.training.data.points import point_axes
from gan_desktop.training.data.streaming import FileRows, LazyImages, Rows, Streaming, blocks, stored

# Values looked at in one go.
SCANNED = 2**24
LARGEST_VALUE = 1e30


class ArraysOptions(DataOptions):
    """Keys of the section `data` when it is read from an array."""

    path_use: ClassVar = "needed"
    image_size: FrameSize | None = Field(
        None,
        description="Side of a square in pixels, or height by width as in 32x64. Images of another size are resized "
        f"(bicubic). Empty leaves them as they are, which needs sides of {SMALLEST} to {LARGEST} pixels.",
    )
    fit: Fit = "crop"
    stream: Streaming = "auto"


def _preview(place: Place, report: Report) -> FolderPreview | None:
    """The preview of images, from the announced shape or the first rows of a table; none for arrays of points."""
    if place.is_pixel_table:
        return _preview_table(place, report)
    shapes = place.shapes
    if place.start[:4] == IDX_IMAGES or (place.is_gzip and not place.is_packed_tar):
        shapes = [read_images(place.path).shape]
    if not shapes or point_axes(shapes[0]):
        return None
    layout = layout_of(place.path, "the array", shapes[0])
    count, height, width = layout.shape[:3]
    suggested = place.suggestion("arrays")
    if not fits(height, width):
        suggested["data.image_size"] = OWN.sides.fitting({(width, height): 1})
    is_color = len(layout.shape) == 4
    return FolderPreview(
        place.given,
        count,
        sizes=(((width, height), count),),
        gray=0 if is_color else count,
        color=count if is_color else 0,
        suggested=suggested,
        notes=(layout.note,) if layout.note else (),
    )


def _preview_table(place: Place, report: Report) -> FolderPreview:
    table = preview_pixel_table(place.path, THUMBNAILS, report)
    side = table.images.shape[1]
    highest = 255 if table.images.max() > 1 else 1
    grey = (np.clip(table.images / highest, 0, 1) * 255).astype(np.uint8)
    suggested = place.suggestion("arrays")
    if side > OWN.sides.most:
        suggested["data.image_size"] = OWN.sides.fitting({(side, side): 1})
    return FolderPreview(
        place.given,
        table.count,
        sizes=(((side, side), table.count),),
        gray=table.count,
        thumbnails=tuple(np.stack([image] * 3, axis=-1) for image in grey),
        suggested=suggested,
        notes=table.notes,
    )


OWN = OwnData(
    reads="an .npy, .npz, IDX or CSV file",
    endings=(".npy", ".npz", ".csv", ".idx", ".gz"),
    # What MNIST's files and their like are called, with or without an ending: train-images-idx3-ubyte.
    names=("*idx?-ubyte",),
    preview=_preview,
    families=FAMILIES_OF_IMAGES,
)


@datasets.register("arrays", title="Your images, a NumPy file or CSV", options=ArraysOptions, facts=OWN)
def arrays(request: DataRequest) -> DataSet:
    """Images from an .npy, .npz or IDX file at `data.path`, with or without channels, as numbers of any type and range;
    or from a CSV file with a square image in each row, and perhaps a column of labels.

    The data set's notes say what was understood. Names in an archive: x_train, y_train, x_test, y_test, or images and
    labels, x and y, data and target, or an only array of any name.
    """
    options: Any = request.options
    path = expanded(needed_path("arrays", OWN.reads, request.path))
    found = open_rows(path, request.report)
    size = options.image_size or _native_size(path, found.rows.shape)
    levels, opacity = _levels(path, found.rows, found.has_opacity, request.report)
    height, width = found.rows.shape[1:3]
    resized = f" resized from {height} x {width}" if (height, width) != height_width(size) else ""
    lazy = LazyImages(found.rows, levels, size, options.fit, opacity)
    samples = stored(lazy, options.stream, "Reading images", request.report)
    title = f"{path.name}, {len(samples):,} images of {size_text(size)}{resized}"
    notes = tuple(note for note in (*found.notes, levels.note) if note)
    return DataSet(title, "images", samples, found.labels, notes=notes)


@dataclass(frozen=True)
class Found:
    """What a file holds.

    Attributes:
        rows: of pixels, shape (n, height, width) or (n, height, width, channels).
        labels: shape (n,), or None.
        has_opacity: whether the last of four channels is opacity.
        notes: what was understood, a sentence each.
    """

    rows: Rows
    labels: Labels | None = None
    has_opacity: bool = False
    notes: tuple[str, ...] = ()


def open_rows(path: Path, report: Report = silent) -> Found:
    """The rows of pixels of a file and their labels.

    Raises:
        InputError: there is no such file, or it holds no images; nothing large was allocated.
    """
    if is_folder(path):
        raise refusal(path, f"is a folder; allowed: {OWN.reads} (data.name = 'images' reads folders)")
    start = first_bytes(path, len(NPY_MAGIC))
    if start.startswith(ZIP_MAGIC):
        return _read_archive(path)
    if start.startswith(NPY_MAGIC[:6]):
        return _npy_rows(path)
    if is_text(path):
        table = read_pixel_table(path, report)
        return Found(table.rows, table.labels, notes=table.notes)
    return Found(read_images(path))


def _read_archive(path: Path) -> Found:
    if holds_images(path):
        raise refusal(path, "is a zip file of image files, which the data set 'images' reads; allowed: an .npz archive")
    notes: dict[str, None] = {}
    layouts: list[Layout] = []

    def read(path: Path, name: str, stream: Stream) -> Array:
        header = read_header(path, name, stream, PLAIN)
        layouts.append(layout_of(path, name, header.shape))
        notes[layouts[-1].note] = None
        return layouts[-1].images(read_values(path, name, stream, header))

    parts = read_archive(path, GROUPS, "images", read, any_name=True, say=lambda note: notes.update({note: None}))
    shapes = sorted({images.shape[1:] for images, _ in parts})
    if len(shapes) > 1:
        raise refusal(path, f"is refused: its images are of several shapes, {shapes[0]} and {shapes[1]}")
    labels = [part for _, part in parts if part is not None]
    images = np.concatenate([images for images, _ in parts]) if len(parts) > 1 else parts[0][0]
    together = np.concatenate(labels) if len(labels) == len(parts) else None
    return Found(images, together, layouts[0].has_opacity, tuple(notes))


def _npy_rows(path: Path) -> Found:
    """An .npy file's rows. They stay in the file, unless its first axis runs fastest."""
    size = file_size(path)
    try:
        with path.open("rb") as stream:
            header = read_header(path, "the array", stream, PLAIN)
            layout = layout_of(path, "the array", header.shape)
            _check_size(path, header, size)
            if header.fortran_order:
                images = layout.images(read_values(path, "the array", stream, header))
                return Found(images, None, layout.has_opacity, (layout.note,))
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    rows = LaidOut(FileRows(path, header.offset, header.shape, header.dtype), layout)
    return Found(rows, None, layout.has_opacity, (layout.note,))


def _check_size(path: Path, header: Header, size: int) -> None:
    if header.offset + header.bytes != size:
        follow = f"{max(0, size - header.offset):,} bytes follow"
        raise refusal(path, f"is damaged: its header announces {header.bytes:,} bytes (shape {header.shape}), {follow}")


def _native_size(path: Path, shape: tuple[int, ...]) -> Size:
    height, width = shape[1:3]
    if fits(height, width):
        return size_of(height, width)
    message = f"the images of {path.name} are {height} x {width}; allowed: {ALLOWED}"
    raise InputError(f"data.image_size is not given: {message}", "data.image_size")


def _levels(path: Path, rows: Rows, has_opacity: bool, report: Report) -> tuple[Levels, Levels | None]:
    """The levels of the pixels and, if there is an opacity, its levels.

    Raises:
        InputError: a value is not a number.
    """
    kind, count = rows.dtype.kind, rows.shape[0]
    used, opacity = Range(), Range()
    for block in blocks(count, max(1, SCANNED // values_in(rows.shape))):
        report("Checking values", int(block[0]) / count)
        values = rows[block]
        if kind == "f":
            _check_finite(path, block, values)
        if has_opacity:
            opacity |= Range.of(values[..., -1])
            values = values[..., :-1]
        used |= Range.of(values)
        # Bytes are always within the range, and it is soon seen that they are not all dark.
        if rows.dtype == np.uint8 and used.high > DARK_WHOLE and not has_opacity:
            break
    levels = levels_of(used, kind, "The array has")
    return levels, levels_of(opacity, kind, "The opacity has") if has_opacity else None


def _check_finite(path: Path, block: Indices, values: Array) -> None:
    wrong = ~(np.abs(values) <= np.float64(LARGEST_VALUE)).reshape(len(block), -1).all(axis=1)
    if wrong.any():
        first = int(np.argmax(wrong))
        holds = f"a number beyond {LARGEST_VALUE:g}" if np.isfinite(values[first]).all() else "NaN or infinity"
        advice = "allowed: finite numbers; save np.nan_to_num(array) instead"
        raise refusal(path, f"is refused: image {int(block[first])} (counted from 0) holds {holds}; {advice}")
