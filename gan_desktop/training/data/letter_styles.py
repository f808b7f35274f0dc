"""The letters of two styles, for games that translate: the letter should stay, and the style should change."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path
from gan_desktop.training.data.glyphs import StyleName, styles_of
from gan_desktop.training.data.letters import (
    JITTER,
    SAMPLES,
    SIZE,
    Alphabet,
    Jitter,
    LetterSamples,
    LetterSize,
    drawn,
    refused,
    worded,
)


class LetterStylesOptions(DataOptions):
    """Which two styles of which letters."""

    alphabet: Alphabet = "latin_capitals"
    source_style: StyleName = Field(
        "plain", description="The style of the letters that are translated.", validate_default=True
    )
    style: StyleName = Field("script", description="The style that they are translated into.", validate_default=True)
    image_size: LetterSize = SIZE
    samples: Annotated[LetterSamples, Field(description="How many images of each style are drawn and trained on.")] = (
        SAMPLES
    )
    jitter: Jitter = JITTER

    @field_validator("source_style", "style")
    @classmethod
    def _has_alphabet(cls, style: str, info: ValidationInfo) -> str:
        alphabet = info.data.get("alphabet")
        if alphabet is not None and style not in styles_of(alphabet):
            raise refused(styles_of(alphabet), f"{alphabet} has")
        return style

    @field_validator("style")
    @classmethod
    def _is_another(cls, style: str, info: ValidationInfo) -> str:
        if style == info.data.get("source_style"):
            raise PydanticCustomError("styles", "must be another style than data.source_style")
        return style


@datasets.register("letter_styles", title="Letters of two styles", options=LetterStylesOptions)
def letter_styles(request: DataRequest) -> DataSet:
    """Letters in one style and letters in another, drawn apart: no image of one belongs to an image of the other."""
    options: Any = request.options
    no_path("letter_styles", request.path)
    # The two are drawn from seeds of their own, as in `two_domains`.
    first, second = 2 * request.seed, 2 * request.seed + 1
    before, after = worded(options.source_style), worded(options.style)
    source = drawn(before, options, [options.source_style], first, request.report)
    return replace(drawn(f"{before} to {after}", options, [options.style], second, request.report), source=source)
