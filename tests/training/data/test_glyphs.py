"""The letters of the stroke fonts: how many, upright, and under the right key."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from gan_desktop.training.data.glyphs import (
    ALPHABETS,
    STYLES,
    AlphabetName,
    Segments,
    StyleName,
    load_glyphs,
    styles_of,
)
from gan_desktop.training.data.strokes import draw_lines, draw_poses, placed

COUNTS = {
    "latin_capitals": 26,
    "latin_small": 26,
    "latin": 52,
    "digits": 10,
    "greek_capitals": 24,
    "greek_small": 24,
    "greek": 48,
    "cyrillic_capitals": 32,
    "cyrillic_small": 31,
    "cyrillic": 63,
}


def picture(glyph: Segments) -> np.ndarray:
    poses = draw_poses(np.random.default_rng(0), 1, 32, 0.0)
    return draw_lines(placed(glyph, poses, 32), poses.pens, 32)[0]


def letters_of(alphabet: AlphabetName, style: StyleName) -> dict[str, Segments]:
    return dict(zip(ALPHABETS[alphabet], load_glyphs(alphabet, [style])[0], strict=True))


def test_each_alphabet_has_its_letters_in_all_its_styles() -> None:
    assert {name: len(set(letters)) for name, letters in ALPHABETS.items()} == COUNTS
    assert set(get_args(AlphabetName)) == set(ALPHABETS)
    for alphabet in ALPHABETS:
        assert "roman" in styles_of(alphabet)
        for style, glyphs in zip(styles_of(alphabet), load_glyphs(alphabet, styles_of(alphabet)), strict=True):
            assert len(glyphs) == COUNTS[alphabet], style
            for glyph in glyphs:
                assert glyph.shape[1:] == (2, 2)
                assert np.abs(glyph).max() <= 0.5 + 1e-6
                np.testing.assert_allclose(glyph.min(axis=(0, 1)) + glyph.max(axis=(0, 1)), 0, atol=1e-6)


def test_latin_has_every_style_and_the_others_few() -> None:
    assert styles_of("latin") == STYLES
    assert styles_of("greek") == ("plain", "roman")
    assert styles_of("cyrillic") == ("roman",)
    assert "script" not in styles_of("digits")


@pytest.mark.parametrize("style", STYLES)
def test_letters_are_upright_and_no_mirror_images(style: StyleName) -> None:
    small = {letter: picture(glyph) for letter, glyph in letters_of("latin_small", style).items()}
    # The bowls of b and p stand below and above, those of b and d right and left.
    assert small["b"][16:].sum() > small["b"][:16].sum()
    assert small["p"][16:].sum() < small["p"][:16].sum()


@pytest.mark.parametrize(
    ("alphabet", "style", "letters", "latin"),
    [
        ("greek", "plain", "ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo"),
        ("greek", "roman", "ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo"),
        ("cyrillic", "roman", "АВЕМНОРСТХаеосрх", "ABEMHOPCTXaeocpx"),
    ],
)
def test_letters_that_look_latin_are_under_their_keys(
    alphabet: AlphabetName, style: StyleName, letters: str, latin: str
) -> None:
    own, others = letters_of(alphabet, style), letters_of("latin", style)
    for letter, other in zip(letters, latin, strict=True):
        alike = np.corrcoef(picture(own[letter]).ravel(), picture(others[other]).ravel())[0, 1]
        assert alike > 0.8, f"{letter} and Latin {other}: {alike:.2f}"


def test_no_two_styles_and_few_letters_are_the_same() -> None:
    styles = [[glyph.tobytes() for glyph in glyphs] for glyphs in load_glyphs("latin", STYLES)]
    assert len({glyphs[0] for glyphs in styles}) == len(STYLES)
    equal = {style: 52 - len(set(glyphs)) for style, glyphs in zip(STYLES, styles, strict=True)}
    # I and l; I and J.
    assert {style: count for style, count in equal.items() if count} == {"plain": 1, "bold": 1, "gothic_german": 1}
