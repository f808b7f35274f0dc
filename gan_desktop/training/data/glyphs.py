"""The letters of the Hershey stroke fonts: which styles draw which alphabets, and the lines that a letter is made of.

Dr. A. V. Hershey drew them at the U.S. National Bureau of Standards ("Calligraphy for Computers", 1967). The package
`Hershey-Fonts` has 32 fonts, each with a glyph for every key of a keyboard. Some have the same letters, stroke for
stroke; the styles here all differ. Which key holds which letter was read off pictures of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

AlphabetName = Literal[
    "latin_capitals",
    "latin_small",
    "latin",
    "greek_capitals",
    "greek_small",
    "greek",
    "cyrillic_capitals",
    "cyrillic_small",
    "cyrillic",
    "digits",
]
StyleName = Literal[
    "plain",
    "bold",
    "roman",
    "roman_bold",
    "italic",
    "italic_bold",
    "script",
    "script_bold",
    "gothic_english",
    "gothic_german",
    "gothic_italian",
]
STYLES: tuple[StyleName, ...] = get_args(StyleName)

LATIN = ascii_uppercase + ascii_lowercase
GREEK_CAPITALS = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
GREEK_SMALL = "αβγδεζηθικλμνξοπρστυφχψω"
CYRILLIC_CAPITALS = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
# The fonts have no small э: a capital stands in its place.
CYRILLIC_SMALL = "абвгдежзийклмнопрстуфхцчшщъыьюя"

ALPHABETS: dict[AlphabetName, str] = {
    "latin_capitals": ascii_uppercase,
    "latin_small": ascii_lowercase,
    "latin": LATIN,
    "greek_capitals": GREEK_CAPITALS,
    "greek_small": GREEK_SMALL,
    "greek": GREEK_CAPITALS + GREEK_SMALL,
    "cyrillic_capitals": CYRILLIC_CAPITALS,
    "cyrillic_small": CYRILLIC_SMALL,
    "cyrillic": CYRILLIC_CAPITALS + CYRILLIC_SMALL,
    "digits": digits,
}

_GREEK = (GREEK_CAPITALS + GREEK_SMALL, ascii_uppercase[:24] + ascii_lowercase[:24])
# The fonts that each style is made of: a font's name, letters, and the keys that hold them.
_FONTS: dict[StyleName, tuple[tuple[str, str, str], ...]] = {
    "plain": (("rowmans", LATIN + digits, LATIN + digits), ("greeks", *_GREEK)),
    "bold": (("rowmand", LATIN + digits, LATIN + digits),),
    "roman": (
        ("timesr", LATIN + digits, LATIN + digits),
        ("greekc", *_GREEK),
        ("cyrilc_1", CYRILLIC_CAPITALS[:26] + CYRILLIC_SMALL[:26], LATIN),
        ("cyrillic", CYRILLIC_CAPITALS[26:] + CYRILLIC_SMALL[26:], "]$_CU^|&~u}"),
    ),
    "roman_bold": (("rowmant", LATIN + digits, LATIN + digits),),
    "italic": (("timesi", LATIN + digits, LATIN + digits),),
    "italic_bold": (("timesib", LATIN + digits, LATIN + digits),),
    # The scripts have the digits of `italic`, and the three gothic fonts have digits in common.
    "script": (("scripts", LATIN, LATIN),),
    "script_bold": (("scriptc", LATIN, LATIN),),
    "gothic_english": (("gothiceng", LATIN + digits, LATIN + digits),),
    "gothic_german": (("gothicger", LATIN, LATIN),),
    "gothic_italian": (("gothicita", LATIN, LATIN),),
}
# The height of a capital in units of the fonts.
CAPITAL = 21

# Shape (segments, 2 ends, 2): x to the right and y downwards, float32.
Segments = npt.NDArray[np.float32]


def styles_of(alphabet: AlphabetName) -> tuple[StyleName, ...]:
    """The styles that have every letter of an alphabet."""
    wanted = set(ALPHABETS[alphabet])
    return tuple(style for style in STYLES if wanted <= {*"".join(letters for _, letters, _ in _FONTS[style])})


def load_glyphs(alphabet: AlphabetName, styles: Sequence[StyleName]) -> list[list[Segments]]:
    """The lines of each letter of an alphabet, in each of some styles that have it: `glyphs[style][letter]`.

    A letter stands around the origin in a box of side 1, as high as a capital is; what is higher or wider is shrunk to
    fit.
    """
    # Imported only when letters are drawn: other runs have no use for it.
    from HersheyFonts import HersheyFonts

    fonts = HersheyFonts()
    glyphs = []
    for style in styles:
        found = {}
        for font, letters, keys in _FONTS[style]:
            if set(letters).isdisjoint(ALPHABETS[alphabet]):
                continue
            fonts.load_default_font(font)
            held = fonts.all_glyphs
            found.update({letter: _in_unit_box(held[key].strokes) for letter, key in zip(letters, keys, strict=True)})
        glyphs.append([found[letter] for letter in ALPHABETS[alphabet]])
    return glyphs


def _in_unit_box(strokes: Sequence[Sequence[tuple[float, float]]]) -> Segments:
    lines = [np.array(stroke, np.float64) for stroke in strokes if len(stroke) > 1]
    segments = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines])
    low, high = segments.min(axis=(0, 1)), segments.max(axis=(0, 1))
    return ((segments - (low + high) / 2) / max(CAPITAL, *(high - low))).astype(np.float32)
