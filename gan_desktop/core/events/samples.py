"""Events of what there is to look at: the data, and what the networks make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
SampleKind = Literal["images", "points"]
# The name of the column with what the maker makes, in every game that translates.
MADE = "made"


@dataclass(frozen=True)
class DataSummary:
    """What was loaded.

    Attributes:
        title: one line for people; it says so if the data are not what was asked for (digits in place of MNIST).
        kind: images of shape (height, width, channels), or points of shape (2,) or (1,).
        count: how many real samples there are.
        real: some of them in data units, shape (n, *sample_shape): images in 0..1.
        centres: the true modes of a mixture, shape (modes, 2); `sigma` is each mode's standard deviation, and `weights`
            are their shares if these are not equal, shape (modes,).
        notes: what people should know, such as files that could not be read; a sentence each.
        classes: how many classes the labels tell apart, 0 without labels.
        class_names: a name for each class, if they have names.
        real_labels: the classes of `real`, shape (n,), or None.
        spread: the root of the mean squared distance of real samples from their mean, as the discriminator sees them;
            None if it is not known.
        unreadable: how many files could not be read and were left out.
        source: some samples of the source, in a game that translates; if the data are paired, these are the samples
            that `real` belong to.
    """

    title: str
    kind: SampleKind
    sample_shape: tuple[int, ...]
    count: int
    real: FloatArray
    centres: FloatArray | None = None
    sigma: float | None = None
    notes: tuple[str, ...] = ()
    classes: int = 0
    class_names: tuple[str, ...] | None = None
    real_labels: npt.NDArray[np.int64] | None = None
    weights: npt.NDArray[np.float64] | None = None
    spread: float | None = None
    unreadable: int = 0
    source: FloatArray | None = None


@dataclass(frozen=True)
class Picture:
    """One column of the sample grid.

    Attributes:
        name: what the game calls it, `MADE` if it is the maker's own; `title` is for people.
        values: shape (n, *shape): one for each of the samples.
        group: columns of one group belong together; each group begins with samples of its own.
    """

    name: str
    title: str
    values: FloatArray
    group: int = 0


@dataclass(frozen=True)
class Samples:
    """Generated samples from the fixed latents, in data units: (n, height, width, channels) in 0..1, (n, 2) or (n, 1).

    Attributes:
        averaged: what the averaged generator makes of the same latents, or None if there is no average.
        labels: the class that was asked for, sample by sample, shape (n,), or None if the GAN is not conditional.
        latents: what they were made from, shape (n, latent_dim); None for samples that were kept from earlier.
        scores: sigmoid of the discriminator's logit of each of `values`, shape (n,), if that was asked for; None if
            it judges packs.
        pictures: the columns of the sample grid in a game that translates, in data units and in their order: what each
            of `values` was made from, `values` themselves, and what they are to be compared with.
    """

    step: int
    values: FloatArray
    averaged: FloatArray | None = None
    labels: npt.NDArray[np.int32] | None = None
    latents: FloatArray | None = None
    scores: FloatArray | None = None
    pictures: tuple[Picture, ...] = ()
