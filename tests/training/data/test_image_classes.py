"""Which sub-folders are classes: all but those around everything, and those of one series that goes on counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.training.data.image_classes import are_shards, common_folder


@pytest.mark.parametrize(
    ("names", "shards"),
    [
        ([f"{number // 4:05d}/img{number:08d}.png" for number in range(12)], True),
        (["00000/00000.png", "00000/00999.png", "01000/01000.png"], True),
        # Classes count anew, or are numbered by one digit, or hold names.
        (["00000/00000_00000.png", "00000/00000_00001.png", "00001/00000_00000.png"], False),
        (["0/1.png", "1/2.png"], False),
        (["10/cat.png", "20/dog.png"], False),
        (["000/1.png", "00/2.png"], False),
        (["000/1.png", "000/2.png"], False),
        (["a/1.png", "b/2.png"], False),
        (["1.png"], False),
        ([], False),
    ],
)
def test_shards_go_on_counting(names: list[str], shards: bool) -> None:
    assert are_shards(names) == shards


@given(st.lists(st.text("ab/", max_size=6)))
def test_the_folder_around_everything(names: list[str]) -> None:
    common = common_folder(names)
    assert all(name.startswith(common) for name in names)
    assert common == "" or common.endswith("/")
    firsts = {name.removeprefix(common).partition("/")[0] for name in names if "/" in name.removeprefix(common)}
    assert len(firsts) != 1 or any("/" not in name.removeprefix(common) for name in names)
