"""Two-dimensional points of people's own, from text or a NumPy file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, needed_path
from gan_desktop.training.data.files import Labels, Stream, expanded, first_bytes, is_folder, refusal
from gan_desktop.training.data.npy import NPY_MAGIC, NUMBERS, Array, read_header, read_values
from gan_desktop.training.data.npz import GROUPS, POINT_GROUPS, ZIP_MAGIC, read_archive
from gan_desktop.training.data.point_text import LARGEST_VALUE, read_point_text

Points = npt.NDArray[np.float64]


class PointsOptions(DataOptions):
    """`standardize` moves the mean to zero and scales each axis to -1..1, so that points of any unit train."""

    path_use: ClassVar = "needed"
    standardize: Annotated[bool, Field(strict=True)] = True


@datasets.register("points", title="Your points, a table", options=PointsOptions)
def points(request: DataRequest) -> DataSet:
    """Points in the plane from `data.path`: a text table of two columns and perhaps labels, or an .npy or .npz file.

    Columns of text are separated by commas, semicolons, tabs or spaces, with or without a line of names above.
    """
    options: Any = request.options
    path = expanded(needed_path("points", "a text table, an .npy or an .npz file", request.path))
    request.report("Reading points", None)
    values, labels = _read(path)
    scaled = ""
    if options.standardize:
        values, scaled = standardized(values), ", each axis scaled to -1..1"
    title = f"{path.name}, {len(values):,} points{scaled}"
    return DataSet(title, "points", values.astype(np.float32), labels)


def standardized(values: Points) -> Points:
    """Values of mean 0 whose largest absolute value is 1 on each axis, or 0 where all are equal."""
    centred = values - values.mean(axis=0)
    extent = np.abs(centred).max(axis=0)
    # The mean of equal values can be off by a rounding.
    equal = values.min(axis=0) == values.max(axis=0)
    return np.where(equal, 0.0, centred / np.where(equal, 1.0, extent))


def _read(path: Path) -> tuple[Points, Labels | None]:
    if is_folder(path):
        raise refusal(path, "is a folder; allowed: a text table, an .npy or an .npz file")
    start = first_bytes(path, len(NPY_MAGIC))
    if start.startswith(ZIP_MAGIC):
        parts = read_archive(path, (POINT_GROUPS, *GROUPS), "points", _read_array, any_name=True)
        found = [labels for _, labels in parts if labels is not None]
        together = np.concatenate([values for values, _ in parts])
        return together, np.concatenate(found) if len(found) == len(parts) else None
    if start.startswith(NPY_MAGIC[:6]):
        try:
            with path.open("rb") as stream:
                return _read_array(path, "the array", stream), None
        except OSError as error:
            raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    return read_point_text(path)


def _read_array(path: Path, name: str, stream: Stream) -> Array:
    header = read_header(path, name, stream, NUMBERS)
    if len(header.shape) != 2 or header.shape[1] != 2 or header.shape[0] < 1:
        raise refusal(path, f"is refused: {name} has shape {header.shape}; allowed: (count, 2)")
    values = read_values(path, name, stream, header).astype(np.float64)
    wrong = ~(np.abs(values) <= LARGEST_VALUE).all(axis=1)
    if wrong.any():
        first = int(np.argmax(wrong))
        message = f"row {first} (counted from 0) of {name} is {values[first].tolist()}"
        allowed = f"numbers from {-LARGEST_VALUE:g} to {LARGEST_VALUE:g}"
        raise refusal(path, f"is refused: {message}; allowed: {allowed}")
    return values
