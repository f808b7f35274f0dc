"""What data sets declare of people's own files goes with the config, the networks and itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gan_desktop.core.own_data import OwnData, Sides, file_endings, is_data_file, is_part, own_data
from gan_desktop.core.registry import datasets, families

DECLARING = [name for name, entry in datasets.items() if own_data(entry).reads]


def test_data_sets_of_files_declare_what_they_recognise() -> None:
    assert sorted(DECLARING) == ["arrays", "cifar10", "images", "mnist", "points", "two_folders"]
    assert own_data(datasets["ring"]) == OwnData()
    needing = {name for name, entry in datasets.items() if vars(entry.options).get("path_use") == "needed"}
    assert needing <= set(DECLARING)


@pytest.mark.parametrize("name", datasets)
def test_what_is_suggested_is_allowed(name: str) -> None:
    own, options = own_data(datasets[name]), datasets[name].options
    assert {family for _, family in own.families} <= set(families)
    starts = [least for least, _ in own.families]
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    sides = own.sides
    assert set(sides.suggested) <= set(sides.offered)
    assert sides.largest_native <= sides.most
    if "image_size" in options.model_fields and name in DECLARING:
        for side in (sides.least, sides.most, *sides.offered):
            assert options.model_validate({"image_size": side}).model_dump()["image_size"] == side
        for side in (sides.least - 1, sides.most + 1):
            with pytest.raises(ValidationError):
                options.model_validate({"image_size": side})


@pytest.mark.parametrize(
    ("sizes", "side"),
    [
        ({(28, 28): 3}, 28),
        ({(65, 65): 3}, 32),
        ({(7, 7): 3}, 8),
        ({(40, 30): 1}, 16),
        ({(500, 300): 1, (10, 10): 5}, 8),
        ({(500, 300): 5, (10, 10): 1}, 32),
    ],
)
def test_a_side_fits_most_images(sizes: dict[tuple[int, int], int], side: int) -> None:
    assert Sides().fitting(sizes) == side


def test_families_go_by_the_shorter_side() -> None:
    own = own_data(datasets["images"])
    assert [own.family(size) for size in (None, 15, 16, "15x64", "16x64")] == ["mlp", "mlp", "dcgan", "mlp", "dcgan"]
    assert own_data(datasets["points"]).family(None) == "mlp"


def test_names_of_files_tell_what_they_may_be() -> None:
    for name in ("a.npy", "A.NPZ", "b.csv", "t10k-images.IDX3-ubyte", "c.tar.gz", "pictures.zip"):
        assert is_data_file(name), name
    for name in ("a.png", "b.JFIF", "c.dib"):
        assert is_part(name), name
        assert not is_data_file(name), name
    for name in ("letter.docx", "npy", "zip", ""):
        assert not is_data_file(name), name
        assert not is_part(name), name
    assert len(set(file_endings())) == len(file_endings())
