"""A size of images is the side of a square or height by width, in any of the ways that people write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.image_size import fits, height_width, size_of, size_text
from gan_desktop.core.keys import dump_config, parse_assignments, replace_keys, validate_config

IMAGES = replace_keys(RunConfig(), {"data.name": "images", "data.path": Path("x")})


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("32x64", "32x64"),
        ("32 X 64", "32x64"),
        ("32 × 64", "32x64"),
        ("[32, 64]", "32x64"),
        ("'32x64'", "32x64"),
        ("28x28", 28),
        ("[28, 28]", 28),
        ("28", 28),
    ],
)
def test_ways_to_write_a_size(text: str, size: int | str) -> None:
    values = parse_assignments([f"data.image_size={text}"], IMAGES)
    config = replace_keys(IMAGES, values)
    assert config.data.options.image_size == size
    assert dump_config(config)["data"]["image_size"] == size
    assert validate_config(dump_config(config)) == config


@pytest.mark.parametrize("name", ["images", "arrays"])
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (7, "= 7: must be at least 8"),
        ("7x32", "= '7x32': must be at least 8"),
        ([32, 129], "= [32, 129]: must be at most 128"),
        ("32x", "= '32x': allowed: a whole number from 8 to 128, or height x width, as in '32x64'"),
        ([32, 32, 3], "= [32, 32, 3]: allowed: a whole number"),
        ([True, 32], "allowed: a whole number"),
        (True, "= True: allowed: a whole number"),
        (28.0, "= 28.0: allowed: a whole number"),
        ("9" * 5000 + "x8", "allowed: a whole number"),
    ],
)
def test_what_is_no_size_is_refused(name: str, value: Any, sentence: str) -> None:
    config = replace_keys(IMAGES, {"data.name": name, "data.path": Path("x")})
    with pytest.raises(InputError) as refused:
        replace_keys(config, {"data.image_size": value})
    assert refused.value.key == "data.image_size"
    assert str(refused.value).startswith("data.image_size")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("name", ["digits", "mnist", "cifar10", "stacked_digits"])
def test_data_sets_of_squares_refuse_rectangles(name: str) -> None:
    config = replace_keys(RunConfig(), {"data.name": name})
    with pytest.raises(InputError, match=r"data\.image_size = '32x64': must be a whole number"):
        replace_keys(config, {"data.image_size": "32x64"})


@given(height=st.integers(8, 128), width=st.integers(8, 128))
def test_a_size_and_its_sides_are_the_same(height: int, width: int) -> None:
    size = size_of(height, width)
    assert isinstance(size, int) == (height == width)
    assert height_width(size) == (height, width)
    assert size_text(size) == f"{height} x {width}"
    assert fits(height, width)
    assert not fits(height, 7)
    assert not fits(129, width)
