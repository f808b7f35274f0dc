"""The options that several families share, each with its bounds and its description."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gan_desktop.core.sections import Beta, Flag

LeakySlope = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        lt=1,
        allow_inf_nan=False,
        description="Slope of leaky ReLU below zero; with 0 it is ReLU. Other activations do not read it.",
    ),
]
BatchNorm = Annotated[
    Flag,
    Field(
        description="Each feature of a hidden layer is scaled to mean 0 and deviation 1 over the batch, and then by a "
        "learnt scale and offset (Ioffe and Szegedy 2015)."
    ),
]
Normalisation = Annotated[
    Literal["none", "batch", "instance"],
    Field(
        description="How each feature of a hidden layer is scaled to mean 0 and deviation 1 before a learnt scale and "
        "offset: over the batch (Ioffe and Szegedy 2015), or over each image by itself (Ulyanov et al. 2016)."
    ),
]
BatchNormMomentum = Annotated[
    Beta,
    Field(
        description="Share that the moving mean and variance keep of themselves at each update. They take the place of "
        "the batch's in pictures and metrics; training does not use them."
    ),
]
Dropout = Annotated[
    Beta,
    Field(
        description="Share of the numbers in each hidden layer that are set to 0 while training, drawn anew at every "
        "update (Srivastava et al. 2014); 0 is off."
    ),
]
MinibatchStddev = Annotated[
    Flag,
    Field(
        description="D also sees how much the samples of its batch differ, so that a G which makes the same sample "
        "again and again gives itself away (Karras et al. 2018). For D alone.",
    ),
]
