"""The embedded digits: 1,797 real scans of 8 x 8 pixels that come with scikit-learn, so that no network is needed."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from gan_desktop.core.config import Count
from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import Options, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path

NATIVE_SIZE = 8


class DigitsOptions(Options):
    """`image_size` enlarges the scans to a square of that many pixels (bicubic)."""

    image_size: Annotated[Count, Field(ge=8, le=128)] = NATIVE_SIZE


def resize_images(images: FloatArray, size: int) -> FloatArray:
    """Resize grey images by bicubic interpolation, clipped to 0..1.

    Args:
        images: shape (n, height, width), values in 0..1.
        size: the new height and width.
    """
    from PIL import Image

    if images.shape[1:] == (size, size):
        return images
    resized = [
        np.asarray(Image.fromarray(image, mode="F").resize((size, size), Image.Resampling.BICUBIC)) for image in images
    ]
    return np.clip(np.stack(resized), 0, 1).astype(np.float32)


@datasets.register("digits", title="Digits, 1,797 real scans", options=DigitsOptions)
def digits(request: DataRequest) -> DataSet:
    """Handwritten digits scanned at 8 x 8 pixels (Alpaydin and Kaynak 1998), embedded: no download."""
    from sklearn.datasets import load_digits

    options: Any = request.options
    no_path("digits", request.path)
    bunch = load_digits()
    images = resize_images((bunch.images / 16).astype(np.float32), options.image_size)
    size = images.shape[1]
    enlarged = f", enlarged to {size} x {size}" if size != NATIVE_SIZE else ""
    title = f"Digits, 1,797 scans of 8 x 8{enlarged}"
    return DataSet(title, "images", images[..., None], bunch.target.astype(np.int64))
