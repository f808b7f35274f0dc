"""People's own points or numbers, from a text or a NumPy file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from gan_desktop.core.errors import InputError
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.own_data import OwnData
from gan_desktop.core.paths import expanded
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Flag
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, needed_path
from gan_desktop.training.data.files import Labels, Stream, first_bytes, is_folder, refusal
from gan_desktop.training.data.npy import NPY_MAGIC, NUMBERS, Array, read_header, read_values
from gan_desktop.training.data.npz import GROUPS, POINT_GROUPS, ZIP_MAGIC, read_archive
from gan_desktop.training.data.place import Place
from gan_desktop.training.data.point_text import PointTable, point_notes, read_point_text, suggested_columns
from gan_desktop.training.data.table_text import LARGEST_VALUE

Points = npt.NDArray[np.float64]


def _columns(value: Any) -> Any:
    """Columns as text with commas, however they are given: 1, [1, 2], "x, y", or nothing."""
    if value is None or value == "":
        return None
    parts = value if isinstance(value, list | tuple) else [value]
    are_plain = all(isinstance(part, str | int) and not isinstance(part, bool) for part in parts)
    names = [name.strip() for part in parts for name in str(part).split(",")]
    if not are_plain or not 1 <= len(names) <= 2 or not all(names) or len(set(names)) < len(names):
        allowed = "must be the names or numbers of one or two columns, as in 'x, y' or [1, 3]"
        raise PydanticCustomError("columns", "{allowed}", {"allowed": allowed})
    return ", ".join(names)


def _column(value: Any) -> Any:
    """One column as text, or nothing."""
    name = _columns(value)
    if name is not None and "," in name:
        allowed = "must be the name or the number of one column"
        raise PydanticCustomError("columns", "{allowed}", {"allowed": allowed})
    return name


class PointsOptions(DataOptions):
    """Keys of the section `data` when it is read from a table."""

    path_use: ClassVar = "needed"
    standardize: Flag = Field(
        True, description="The mean is moved to 0 and each axis scaled to -1..1, so that points of any unit train."
    )
    columns: Annotated[str | None, BeforeValidator(_columns)] = Field(
        None,
        description="The one or two columns to train on, where a table has more: names, or numbers from 1, as in x, y.",
    )
    label_column: Annotated[str | None, BeforeValidator(_column)] = Field(
        None, description="The column of the classes, by name, or by number from 1."
    )


def _preview(place: Place, report: Report) -> FolderPreview | None:
    """The preview of arrays with the shape of points, and of tables whose columns do not make an image."""
    suggested = place.suggestion("points")
    if place.shapes and point_axes(place.shapes[0]):
        return FolderPreview(place.given, place.shapes[0][0], suggested=suggested)
    if not place.is_text or place.is_pixel_table:
        return None
    chosen = suggested_columns(place.path)
    if chosen is None:
        return FolderPreview(place.given, suggested=suggested, notes=point_notes(place.path))
    suggested |= {f"data.{key}": value for key, value in chosen.options.items()}
    return FolderPreview(place.given, suggested=suggested, notes=(chosen.note,) if chosen.note else ())


OWN = OwnData(
    reads="a text table, an .npy or an .npz file",
    endings=(".npy", ".npz", ".csv", ".tsv", ".txt"),
    preview=_preview,
)


@datasets.register("points", title="Your points or numbers, a table", options=PointsOptions, facts=OWN)
def points(request: DataRequest) -> DataSet:
    """Points in the plane, or numbers, from `data.path`: a text table of one or two columns, or an .npy or .npz file.

    Columns of text are separated by commas, semicolons, tabs or spaces, with or without a line of names above. There
    may be one more column, of labels.
    """
    options: Any = request.options
    path = expanded(needed_path("points", OWN.reads, request.path))
    request.report("Reading points", None)
    table = _read(path, options.columns, options.label_column)
    values, scaled = table.points, ""
    axes = values.shape[1]
    if options.standardize:
        values, scaled = standardized(values), ", each axis scaled to -1..1" if axes > 1 else ", scaled to -1..1"
    title = f"{path.name}, {len(values):,} {'points' if axes > 1 else 'numbers'}{scaled}"
    return DataSet(
        title, "points", values.astype(np.float32), table.labels, class_names=table.class_names, notes=table.notes
    )


def standardized(values: Points) -> Points:
    """Values of mean 0 whose largest absolute value is 1 on each axis, or 0 if all are equal."""
    centred = values - values.mean(axis=0)
    extent = np.abs(centred).max(axis=0)
    # The mean of equal values can be off by a rounding.
    equal = values.min(axis=0) == values.max(axis=0)
    return np.where(equal, 0.0, centred / np.where(equal, 1.0, extent))


def _read(path: Path, columns: str | None, label_column: str | None) -> PointTable:
    if is_folder(path):
        raise refusal(path, f"is a folder; allowed: {OWN.reads}")
    start = first_bytes(path, len(NPY_MAGIC))
    is_archive = start.startswith(ZIP_MAGIC)
    if not is_archive and not start.startswith(NPY_MAGIC[:6]):
        return read_point_text(path, columns, label_column)
    if label_column is not None:
        message = f"data.label_column = '{label_column}': {path.name} is no text table"
        raise InputError(f"{message}; allowed: to leave it out", "data.label_column")
    read = partial(_read_array, columns=columns)
    if is_archive:
        return _joined(path, read_archive(path, (POINT_GROUPS, *GROUPS), "points", read, any_name=True))
    try:
        with path.open("rb") as stream:
            return PointTable(read(path, "the array", stream), None, None, ())
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None


def _joined(path: Path, parts: list[tuple[Array, Labels | None]]) -> PointTable:
    axes = sorted({values.shape[1] for values, _ in parts})
    if len(axes) > 1:
        raise refusal(path, f"is refused: its arrays have {axes[0]} and {axes[1]} columns; allowed: as many in each")
    found = [labels for _, labels in parts if labels is not None]
    labels = np.concatenate(found) if len(found) == len(parts) else None
    return PointTable(np.concatenate([values for values, _ in parts]), labels, None, ())


def point_axes(shape: tuple[int, ...]) -> int:
    """How many axes points have in an array of such a shape: 1 or 2; 0 if it holds no points."""
    if len(shape) == 1:
        return 1
    return shape[1] if len(shape) == 2 and shape[1] in (1, 2) else 0


def _read_array(path: Path, name: str, stream: Stream, columns: str | None) -> Array:
    header = read_header(path, name, stream, NUMBERS)
    shape = header.shape
    chosen = None if columns is None else _indices(path, name, shape, columns)
    if shape[:1] == (0,) or (chosen is None and not point_axes(shape)):
        choice = "; choose columns with data.columns, such as '1, 2'" if len(shape) == 2 and shape[1] > 2 else ""
        if len(shape) > 2:
            choice = "; data.name = 'arrays' reads images"
        allowed = "(count,), (count, 1) or (count, 2)"
        raise refusal(path, f"is refused: {name} has shape {shape}; allowed: {allowed}{choice}")
    values = read_values(path, name, stream, header).reshape(shape[0], -1)
    values = (values if chosen is None else values[:, chosen]).astype(np.float64)
    wrong = ~(np.abs(values) <= LARGEST_VALUE).all(axis=1)
    if wrong.any():
        first = int(np.argmax(wrong))
        message = f"row {first} (counted from 0) of {name} is {values[first].tolist()}"
        allowed = f"numbers from {-LARGEST_VALUE:g} to {LARGEST_VALUE:g}"
        raise refusal(path, f"is refused: {message}; allowed: {allowed}")
    return values


def _indices(path: Path, name: str, shape: tuple[int, ...], columns: str) -> list[int]:
    """The columns of an array that are chosen, from 0."""
    numbers = columns.split(", ")
    most = shape[1] if len(shape) == 2 else 0
    if not all(number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= most for number in numbers):
        allowed = f"numbers from 1 to {most}" if most else "to leave it out"
        message = f"data.columns = '{columns}': {name} of {path.name} has shape {shape}; allowed: {allowed}"
        raise InputError(message, "data.columns")
    return [int(number) - 1 for number in numbers]
