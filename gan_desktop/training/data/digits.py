"""The embedded digits: 1,797 real scans of 8 x 8 pixels that come with scikit-learn, so that no network is needed."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path
from gan_desktop.training.data.few import balanced
from gan_desktop.training.data.files import scikit_learn_file
from gan_desktop.training.data.images import ImageSize, resize_images

NATIVE_SIZE = 8
SCANS = 1797


class DigitsOptions(DataOptions):
    """Keys of the section `data` when it is the digits."""

    image_size: ImageSize = NATIVE_SIZE
    samples: Annotated[Count, Field(ge=0, le=SCANS)] = Field(
        0,
        description="How many scans are trained on, as many of each digit and the same ones for every seed; 0 is all "
        f"{SCANS:,}.",
    )


@datasets.register("digits", title="Digits, 1,797 real scans", options=DigitsOptions)
def digits(request: DataRequest) -> DataSet:
    """Handwritten digits scanned at 8 x 8 pixels (Alpaydin and Kaynak 1998), embedded: no download."""
    options: Any = request.options
    no_path("digits", request.path)
    size = options.image_size
    enlarged = f", enlarged to {size} x {size}" if size != NATIVE_SIZE else ""
    kept = options.samples or SCANS
    return load(size, f"Digits, {kept:,} scans of 8 x 8{enlarged}", kept)


def load(size: int, title: str, kept: int = SCANS) -> DataSet:
    """The embedded digits, enlarged to `size` pixels a side: all of them, or `kept` of them, chosen by `balanced`."""
    scans, labels = read_scans()
    images = resize_images((scans / 16).astype(np.float32), size)[..., None]
    if kept >= len(labels):
        return DataSet(title, "images", images, labels)
    chosen = balanced(labels, kept)
    others = np.setdiff1d(np.arange(len(labels)), chosen)
    return DataSet(
        title, "images", images[chosen], labels[chosen], held_out=images[others], held_out_labels=labels[others]
    )


def read_scans() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """The scans, shape (1797, 8, 8) in 0..16, and their labels, as scikit-learn's `load_digits` gives them."""
    table = np.loadtxt(scikit_learn_file("datasets", "data", "digits.csv.gz"), delimiter=",")
    return table[:, :-1].reshape(-1, NATIVE_SIZE, NATIVE_SIZE), table[:, -1].astype(np.int64)
