"""Numbers as people type them."""

from __future__ import annotations

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.gui.look.number_text import read_count, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.001", 1e-3),
        ("0,001", 1e-3),
        (" 0,5 ", 0.5),
        (",5", 0.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e-3", 1e-3),
        ("1E-3", 1e-3),
        ("2,5e-4", 2.5e-4),
        ("1.000", 1.0),
        ("12,5", 12.5),
        ("1,0000", 1.0),
        ("1 000", 1000.0),
        ("1\u202f000,5", 1000.5),
        ("1,000.5", 1000.5),
        ("1.000,5", 1000.5),
        ("1,000,000", 1e6),
        ("−0.5", -0.5),
        ("+2", 2.0),
    ],
)
def test_points_commas_spaces_and_exponents_are_read(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["1,000", "-12,345", " 999,999 "])
def test_what_could_be_two_numbers_is_asked(text: str) -> None:
    stripped = text.strip()
    with pytest.raises(InputError) as refused:
        read_number(text)
    said = str(refused.value)
    assert stripped.replace(",", ".") in said
    assert stripped.replace(",", "") in said


@pytest.mark.parametrize(
    "text", ["", "fast", "1 2", "1e-3 1e-4", "1,2,3", "1.2.3", "nan", "inf", "0x10", "1" * 100, "\u0663"]
)
def test_what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(InputError):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("64", 64),
        ("1,000", 1000),
        ("20 000", 20_000),
        ("2e4", 20_000),
        ("9007199254740993", 9007199254740993),
        ("-1", -1),
    ],
)
def test_counts_are_whole(text: str, count: int) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["1,5", "0.5", "many", "", "1e-3", "1e999"])
def test_other_than_whole_numbers_are_no_counts(text: str) -> None:
    with pytest.raises(InputError, match="whole number"):
        read_count(text)
