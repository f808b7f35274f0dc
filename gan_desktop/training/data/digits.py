"""The embedded digits: 1,797 real scans of 8 x 8 pixels that come with scikit-learn, so that no network is needed."""

from __future__ import annotations

from typing import Any

import numpy as np

from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path
from gan_desktop.training.data.images import ImageSize, resize_images

NATIVE_SIZE = 8


class DigitsOptions(DataOptions):
    """`image_size` enlarges the scans to a square of that many pixels (bicubic)."""

    image_size: ImageSize = NATIVE_SIZE


@datasets.register("digits", title="Digits, 1,797 real scans", options=DigitsOptions)
def digits(request: DataRequest) -> DataSet:
    """Handwritten digits scanned at 8 x 8 pixels (Alpaydin and Kaynak 1998), embedded: no download."""
    options: Any = request.options
    no_path("digits", request.path)
    size = options.image_size
    enlarged = f", enlarged to {size} x {size}" if size != NATIVE_SIZE else ""
    return load(size, f"Digits, 1,797 scans of 8 x 8{enlarged}")


def load(size: int, title: str) -> DataSet:
    """The embedded digits, enlarged to `size` pixels a side."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = resize_images((bunch.images / 16).astype(np.float32), size)
    return DataSet(title, "images", images[..., None], bunch.target.astype(np.int64))
