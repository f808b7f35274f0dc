"""Letters of stroke fonts, drawn each time with another pen, slant and place: images without a download."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, no_path, random_numbers
from gan_desktop.training.data.glyphs import (
    ALPHABETS,
    STYLES,
    AlphabetName,
    Segments,
    StyleName,
    load_glyphs,
    styles_of,
)
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.strokes import Poses, draw_lines, draw_poses, placed

# Options of several data sets.
Alphabet = Annotated[
    AlphabetName, Field(description="Which letters: capitals, small ones or both. Cyrillic is without Ё, ё and э.")
]
LetterSize = Annotated[Count, Field(ge=8, le=64, description="Height and width of the images in pixels.")]
LetterSamples = Annotated[
    Count, Field(ge=1, le=100_000, description="How many images are drawn and trained on, as many of each letter.")
]
Jitter = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="How much images of a letter differ in the width of the pen, size, slant, turn and place. With 0 "
        "they do not.",
    ),
]
SIZE, SAMPLES, JITTER = 16, 20_000, 0.5
# How many more are drawn that are not trained on.
HELD_OUT = 4000
ALL = "all"
# Words that are written with a capital.
PROPER = {"latin", "greek", "cyrillic", "english", "german", "italian"}


def refused(allowed: Sequence[str], what: str) -> PydanticCustomError:
    """The refusal of a style: what is allowed instead."""
    return PydanticCustomError("styles", "{allowed}", {"allowed": f"{what} {', '.join(allowed)}"})


def _styles(value: Any) -> Any:
    """A text or a list of styles as a text, each once and in the order of `STYLES`."""
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if names in ([ALL], (ALL,)):
        return ALL
    if not isinstance(names, list | tuple) or not names or any(name not in STYLES for name in names):
        raise refused(STYLES, f"must be '{ALL}', or some of")
    return ", ".join(style for style in STYLES if style in names)


class LettersOptions(DataOptions):
    """Which letters in which styles, and what tells them apart."""

    alphabet: Alphabet = "latin_capitals"
    styles: Annotated[str, BeforeValidator(_styles)] = Field(
        ALL,
        description=f"The styles that letters are drawn in: {ALL} that have them, or some of {', '.join(STYLES)}, with "
        "commas between. Greek is plain and roman, Cyrillic roman alone.",
    )
    label: Literal["letter", "style"] = Field("letter", description="What the classes are: the letters or the styles.")
    image_size: LetterSize = SIZE
    samples: LetterSamples = SAMPLES
    jitter: Jitter = JITTER

    @field_validator("styles")
    @classmethod
    def _has_alphabet(cls, styles: str, info: ValidationInfo) -> str:
        alphabet = info.data.get("alphabet")
        if alphabet is not None and styles != ALL and not set(styles.split(", ")) <= set(styles_of(alphabet)):
            raise refused(styles_of(alphabet), f"{alphabet} has '{ALL}', or some of")
        return styles


def worded(name: str) -> str:
    """The name of an alphabet or a style for people: `gothic_english` is "gothic English"."""
    return " ".join(word.capitalize() if word in PROPER else word for word in name.split("_"))


@datasets.register("letters", title="Letters, stroke fonts", options=LettersOptions)
def letters(request: DataRequest) -> DataSet:
    """Letters of the Hershey stroke fonts in up to 11 styles, drawn with a jitter of pen and pose: no download."""
    options: Any = request.options
    no_path("letters", request.path)
    styles = styles_of(options.alphabet) if options.styles == ALL else options.styles.split(", ")
    in_styles = f"in {len(styles)} styles" if len(styles) > 1 else worded(styles[0])
    return drawn(in_styles, options, styles, request.seed, request.report, by_style=options.label == "style")


def drawn(
    in_styles: str, options: Any, styles: Sequence[StyleName], seed: int, report: Report, by_style: bool = False
) -> DataSet:
    """Images of letters in some styles, the same number of each, in a random order.

    Args:
        in_styles: the title's words about the styles.
        options: with `alphabet`, `image_size`, `samples` and `jitter`.
        styles: which of them.
        seed: what the order and the jitter come from.
        report: told how far it is.
        by_style: whether the labels are styles, not letters.
    """
    rng = random_numbers(seed)
    glyphs = load_glyphs(options.alphabet, styles)

    def images(count: int) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        order = rng.permutation(count)
        letter, style = (each[order] for each in even_pairs(count, len(glyphs[0]), len(styles)))
        poses = draw_poses(rng, count, options.image_size, options.jitter)
        return _draw(glyphs, letter, style, poses, options.image_size, report), style if by_style else letter

    alphabet = worded(options.alphabet)
    samples, labels = images(options.samples)
    # Without a jitter, held-out images would be the same as those trained on.
    held_out, held_out_labels = images(HELD_OUT) if options.jitter > 0 else (None, None)
    return DataSet(
        f"{alphabet[0].upper()}{alphabet[1:]}, {in_styles}",
        "images",
        samples,
        labels,
        class_names=tuple(map(worded, styles)) if by_style else tuple(ALPHABETS[options.alphabet]),
        held_out=held_out,
        held_out_labels=held_out_labels,
    )


def even_pairs(count: int, letters: int, styles: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A letter and a style for each of `count` images, shape (count,) each.

    How often one letter comes differs by at most one from how often another does; the same holds for styles and pairs.
    """
    place = np.arange(count)
    # After so many images the pairs would come again, and some would never come if the two numbers share a factor.
    turns = place // lcm(letters, styles)
    return place % letters, (place + turns) % styles


def _draw(
    glyphs: list[list[Segments]],
    letter: npt.NDArray[np.int64],
    style: npt.NDArray[np.int64],
    poses: Poses,
    size: int,
    report: Report,
) -> FloatArray:
    """Images of the letters, shape (n, size, size, 1)."""
    images = np.empty((len(letter), size, size, 1), np.float32)
    pair = style * len(glyphs[0]) + letter

    def draw(rows: npt.NDArray[np.int64]) -> None:
        own = poses.of(rows)
        lines = placed(glyphs[style[rows[0]]][letter[rows[0]]], own, size)
        images[rows, ..., 0] = draw_lines(lines, own.pens, size)

    # Images of one letter in one style have their lines in common, and are drawn together.
    together = np.split(np.argsort(pair, kind="stable"), np.flatnonzero(np.diff(np.sort(pair))) + 1)
    for _ in in_threads(draw, together, "Drawing letters", report):
        pass
    return images
