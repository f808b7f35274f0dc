"""Patches of two photographs that come with scikit-learn: images in colour for which no network is needed."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from gan_desktop.core.image_size import LARGEST
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import DataRequest, DataSet, Indices, no_path, random_numbers
from gan_desktop.training.data.files import Pixels, scikit_learn_file
from gan_desktop.training.data.images import ImageSize
from gan_desktop.training.data.levels import EIGHT_BITS
from gan_desktop.training.data.streaming import LazyImages, stored

# Columns of the photographs, which are 640 wide, that no training patch touches. They hold a part of the flower and of
# the temple: at either side of the flower's photograph there is nothing but a blurred background. What is left on the
# right of them is just wide enough for the largest patch.
HELD_OUT_COLUMNS = range(336, 496)
HELD_OUT = 2048
# And no more than fit in this many bytes: both halves of what metrics compare with.
LARGEST_HELD_OUT = 2**27


class Photograph(NamedTuple):
    """A photograph and who made it: authors are named wherever the patches are."""

    name: str
    author: str
    page: str


# From scikit-learn's datasets/images/README.txt. For the flower it gives the address of vultilion's page and, by a
# slip, the other photograph's author before it.
PHOTOGRAPHS = (
    Photograph("china", "danielbuechele", "https://www.flickr.com/photos/danielbuechele/6061409035/"),
    Photograph("flower", "vultilion", "https://www.flickr.com/photos/vultilion/6056698931/"),
)
LICENCE = "CC BY 2.0"
LICENCE_PAGE = "https://creativecommons.org/licenses/by/2.0/"


class PhotographsOptions(DataOptions):
    """Keys of the section `data` when it is the photographs. Grey has a third of the numbers, and so is the default."""

    photograph: Literal["both", "china", "flower"] = Field(
        "both", description="Which photograph the patches are cut from: a temple in China, a flower, or both alike."
    )
    image_size: Annotated[ImageSize, Field(description="Height and width of a patch in pixels.")] = 32
    channels: Literal["gray", "color"] = Field(
        "gray", description="Grey or colour. Grey trains sooner: details and their sharpness are nearly all in it."
    )
    samples: Annotated[Count, Field(ge=1, le=100_000)] = Field(
        4096, description="How many patches are trained on. They overlap where there are many."
    )
    tries: Annotated[Count, Field(ge=1, le=64)] = Field(
        4,
        description="At how many random places each patch is tried; the one with the most detail is taken. With 1, "
        "half of the patches are plain sky or a blurred background.",
    )


@datasets.register("photographs", title="Photographs, patches", options=PhotographsOptions)
def photographs(request: DataRequest) -> DataSet:
    """Patches of two photographs by danielbuechele and vultilion (Flickr, CC BY 2.0), embedded: no download.

    Each lies at the most detailed of a few random places; half of them, by chance, are mirrored.
    """
    options: Any = request.options
    no_path("photographs", request.path)
    chosen = [photo for photo in PHOTOGRAPHS if options.photograph in ("both", photo.name)]
    color, size = options.channels == "color", options.image_size
    pixels = np.stack([_read(photo, color) for photo in chosen])
    held_columns, columns = _left_columns(pixels.shape[2], size)
    tries = options.tries
    patches = Patches.draw(pixels, size, columns, options.samples, random_numbers(request.seed), tries)
    # The same ones for every seed and every number of samples, so that metrics of runs can be compared.
    fresh = min(HELD_OUT, LARGEST_HELD_OUT // (4 * prod(patches.shape[1:])))
    held_out = LazyImages(
        Patches.draw(pixels, size, held_columns, fresh, np.random.default_rng(0), tries), EIGHT_BITS, size
    )
    authors = " and ".join(photo.author for photo in chosen)
    of = f"{options.samples:,} patches of {size} x {size} in {'colour' if color else 'grey'}"
    return DataSet(
        f"Photographs, {of}; by {authors}, {LICENCE}",
        "images",
        stored(LazyImages(patches, EIGHT_BITS, size), "auto", "Cutting patches", request.report),
        held_out=held_out.take(np.arange(fresh)),
        notes=_notes(chosen, color, tries),
    )


def _read(photo: Photograph, color: bool) -> Pixels:
    """A photograph, shape (height, width, channels)."""
    from PIL import Image

    with Image.open(scikit_learn_file("datasets", "images", f"{photo.name}.jpg")) as image:
        pixels = np.asarray(image.convert("RGB" if color else "L"))
    return pixels.reshape(*pixels.shape[:2], -1)


def _left_columns(width: int, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where a patch may begin: within the columns that are held out, and beside them."""
    assert size <= LARGEST
    first, last = HELD_OUT_COLUMNS.start, HELD_OUT_COLUMNS.stop
    beside = np.concatenate([np.arange(first - size + 1), np.arange(last, width - size + 1)])
    return np.arange(first, last - size + 1), beside


def _notes(chosen: list[Photograph], color: bool, tries: int) -> tuple[str, ...]:
    named = " and ".join(f"{photo.name}.jpg is by {photo.author} ({photo.page})" for photo in chosen)
    places = "random places, on plain sky as often as on detail"
    if tries > 1:
        places = f"the most detailed of {tries} random places each"
    changed = "cut into patches" if color else "turned to grey and cut into patches"
    return (
        f"{named}, under {LICENCE} ({LICENCE_PAGE}); here {changed}.",
        f"Patches lie at {places}; half of them are mirrored. A strip of each photograph that none of them touches is "
        "held out.",
    )


class Patches:
    """Squares of photographs, cut out when they are asked for: the `Rows` of `LazyImages`."""

    def __init__(self, pixels: Pixels, size: int, places: npt.NDArray[np.int64]) -> None:
        """`pixels` has shape (photographs, height, width, channels).

        Args:
            pixels: the photographs.
            size: side of a patch.
            places: of each patch its photograph, top row, left column, and 1 where it is mirrored; shape (n, 4).
        """
        windows = np.lib.stride_tricks.sliding_window_view(pixels, (size, size), axis=(1, 2))
        self._windows = np.moveaxis(windows, 3, -1)
        self.places = places
        self.shape: tuple[int, ...] = (len(places), size, size, pixels.shape[3])
        self.dtype: np.dtype[Any] = pixels.dtype

    @classmethod
    def draw(
        cls,
        pixels: Pixels,
        size: int,
        columns: npt.NDArray[np.int64],
        count: int,
        rng: np.random.Generator,
        tries: int = 1,
    ) -> Patches:
        """Patches that begin at `columns`, in each photograph and at each height with equal probability.

        Args:
            tries: how many places are drawn for each; the one with the most detail is taken.
        """
        rows = pixels.shape[1] - size + 1
        photo, top, left = (
            rng.integers(len(pixels), size=(tries, count)),
            rng.integers(rows, size=(tries, count)),
            rng.choice(columns, size=(tries, count)),
        )
        best = _detail(pixels, size)[photo, top, left].argmax(axis=0), np.arange(count)
        places = [photo[best], top[best], left[best], rng.integers(2, size=count)]
        return cls(pixels, size, np.stack(places, axis=1))

    def __getitem__(self, indices: Indices) -> Pixels:
        photo, top, left, mirrored = self.places[indices].T
        patches = self._windows[photo, top, left]
        patches[mirrored == 1] = patches[mirrored == 1, :, ::-1]
        return patches


def _detail(pixels: Pixels, size: int) -> npt.NDArray[np.int64]:
    """How much detail a patch has if it begins at a place, shape (photographs, rows, columns).

    It is the sum of the squared differences of neighbouring pixels, down and across, in whole numbers.
    """
    levels = pixels.astype(np.int64).sum(axis=3)
    squared = np.zeros_like(levels)
    squared[:, 1:] += np.diff(levels, axis=1) ** 2
    squared[:, :, 1:] += np.diff(levels, axis=2) ** 2
    # The sum over a window comes from the four corners of the sums from the first pixel on.
    sums = np.pad(squared.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))
    detail: npt.NDArray[np.int64] = (
        sums[:, size:, size:] - sums[:, :-size, size:] - sums[:, size:, :-size] + sums[:, :-size, :-size]
    )
    return detail
