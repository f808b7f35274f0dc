"""Samples and the summary of the data as bytes, for the database: the window shows them again, years later.

They are .npz archives of plain arrays and one JSON text: NumPy alone can read them, and nothing in them can run. Images
take a byte for each number.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, FloatArray, Picture, Samples
from gan_desktop.core.tiling import to_bytes
from gan_desktop.recording.array_archive import read_arrays

Arrays = Mapping[str, npt.NDArray[Any]]

META = "meta"
# The arrays of a summary; its other fields are what JSON holds. The first two hold samples.
SUMMARY_ARRAYS = ("real", "source", "centres", "real_labels", "weights")


def pack(values: FloatArray) -> npt.NDArray[Any]:
    """Images as uint8, other samples as float32."""
    return to_bytes(values) if values.ndim == 4 else values.astype(np.float32)


def unpack(values: npt.NDArray[Any]) -> FloatArray:
    """The samples in data units again."""
    return values.astype(np.float32) / np.float32(255) if values.dtype == np.uint8 else values


def samples_to_bytes(samples: Samples) -> bytes:
    """Samples without their latents and scores."""
    arrays = {"values": pack(samples.values)}
    if samples.averaged is not None:
        arrays["averaged"] = pack(samples.averaged)
    if samples.labels is not None:
        arrays["labels"] = samples.labels
    pictures = []
    for place, picture in enumerate(samples.pictures):
        arrays[f"picture_{place}"] = pack(picture.values)
        pictures.append([picture.name, picture.title, picture.group])
    return archive_to_bytes(arrays, {"step": samples.step, "pictures": pictures})


def samples_from_bytes(content: bytes) -> Samples:
    """What `samples_to_bytes` has written.

    Raises:
        InputError: it is damaged.
    """
    arrays, meta = archive_from_bytes(content, "samples")
    try:
        pictures = tuple(
            Picture(str(name), str(title), unpack(arrays[f"picture_{place}"]), int(group))
            for place, (name, title, group) in enumerate(meta["pictures"])
        )
        averaged = unpack(arrays["averaged"]) if "averaged" in arrays else None
        values = unpack(arrays["values"])
        return Samples(int(meta["step"]), values, averaged, arrays.get("labels"), pictures=pictures)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"the samples are damaged: {error}") from None


def summary_to_bytes(summary: DataSummary) -> bytes:
    """The summary of a run's data."""
    held = {name: getattr(summary, name) for name in SUMMARY_ARRAYS if getattr(summary, name) is not None}
    arrays = {name: pack(array) if name in SUMMARY_ARRAYS[:2] else array for name, array in held.items()}
    plain = {field.name: getattr(summary, field.name) for field in fields(summary) if field.name not in SUMMARY_ARRAYS}
    return archive_to_bytes(arrays, plain)


def summary_from_bytes(content: bytes) -> DataSummary:
    """What `summary_to_bytes` has written.

    Raises:
        InputError: it is damaged.
    """
    arrays, meta = archive_from_bytes(content, "the summary of the data")
    held: dict[str, Any] = {name: arrays.get(name) for name in SUMMARY_ARRAYS}
    for name in SUMMARY_ARRAYS[:2]:
        held[name] = None if held[name] is None else unpack(held[name])
    known = {field.name for field in fields(DataSummary)}
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in meta.items() if name in known
    }
    try:
        return DataSummary(**plain, **held)
    except TypeError as error:
        raise InputError(f"the summary of the data is damaged: {error}") from None


def archive_to_bytes(arrays: Arrays, meta: Mapping[str, Any]) -> bytes:
    """Plain arrays, and what JSON holds of the rest."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **{META: np.array(json.dumps(meta))}, **arrays)
    return content.getvalue()


def archive_from_bytes(content: bytes, what: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """What `archive_to_bytes` has written; `what` names it.

    Raises:
        InputError: it is damaged.
    """
    try:
        arrays = read_arrays(io.BytesIO(content))
        meta = json.loads(str(arrays.pop(META)))
        if not isinstance(meta, dict):
            raise ValueError("no JSON object")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{what} cannot be read: {error}") from None
    return arrays, meta
