"""Two folders of images as two domains or as pairs: which is which, what is left out, and what is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import dump_config, replace_keys, validate_config
from gan_desktop.training.assembly import build_networks, load_data
from gan_desktop.training.data import byte_images, two_folders
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.folder_preview import preview_folder

Load = Callable[..., DataSet]
Refused = Callable[..., str]


def save(path: Path, level: int, mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (12, 12), level).convert(mode).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four apples of levels 0 to 3, and five oranges of 100 to 104; the first four have the apples' names."""
    folder = tmp_path / "fruit"
    for number in range(4):
        save(folder / "apples" / f"{number}.png", number)
    for number in range(5):
        save(folder / "oranges" / f"{number}.bmp", 100 + number)
    return folder


@pytest.fixture
def pairs(folder: Path) -> Path:
    (folder / "oranges" / "4.bmp").unlink()
    return folder


def levels(data: DataSet | None) -> list[int]:
    assert data is not None
    return (data.take(np.arange(len(data)))[:, 4, 4, 0] * 255).round().astype(int).tolist()


def test_the_first_by_name_is_the_source(folder: Path, load_data: Load) -> None:
    data = load_data("two_folders", folder)
    assert data.title == "apples to oranges, 4 and 5 images in colour, 32 x 32"
    assert levels(data.source) == [0, 1, 2, 3]
    assert levels(data) == [100, 101, 102, 103, 104]
    assert data.source is not None
    assert data.source.title == "apples, 4 images in colour, 32 x 32"
    assert (data.paired, data.labels, data.notes, data.unreadable) == (False, None, (), 0)
    other = load_data("two_folders", folder, swap=True)
    assert other.title.startswith("oranges to apples, 5 and 4 images")
    assert (levels(other.source), levels(other)) == (levels(data), levels(data.source))


@pytest.mark.parametrize("pair", [False, True])
def test_every_way_of_keeping_them_has_the_same_bits(
    pairs: Path, load_data: Load, monkeypatch: pytest.MonkeyPatch, pair: bool
) -> None:
    (pairs / "oranges" / "2.bmp").write_bytes((pairs / "oranges" / "2.bmp").read_bytes()[:100])
    loaded = [load_data("two_folders", pairs, pairs=pair) for _ in range(2)]
    loaded.append(load_data("two_folders", pairs, pairs=pair, stream="always"))
    monkeypatch.setattr(byte_images, "LARGEST_AS_FLOATS", 0)
    loaded.append(load_data("two_folders", pairs, pairs=pair))
    assert [type(data.samples).__name__ for data in loaded] == ["ndarray", "ndarray", "LazyFolder", "ByteImages"]
    for data in loaded:
        assert levels(data) == [100, 101, 103]
        assert levels(data.source) == ([0, 1, 3] if pair else [0, 1, 2, 3])
        assert (data.title, data.notes) == (loaded[0].title, loaded[0].notes)
        np.testing.assert_array_equal(data.take(np.arange(3)), loaded[0].samples)


def test_two_paths(folder: Path, load_data: Load, refused: Refused) -> None:
    source = folder / "oranges"
    data = load_data("two_folders", folder / "apples", source_path=source)
    assert data.title.startswith("oranges to apples, 5 and 4 images")
    assert (levels(data.source), levels(data)) == ([100, 101, 102, 103, 104], [0, 1, 2, 3])
    arguments = "two_folders", folder / "apples"
    sentence = refused(*arguments, key="data.source_path", source_path=folder / "none")
    assert sentence == f"data.source_path: {folder / 'none'} does not exist"


@pytest.mark.parametrize("value", ["", " ", "a\0b"])
def test_the_source_path_is_checked_as_the_path_is_and_dumped(value: str, tmp_path: Path) -> None:
    base = replace_keys(RunConfig(), {"data.name": "two_folders"})
    with pytest.raises(InputError, match=r"data\.source_path = .*must not"):
        replace_keys(base, {"data.source_path": value})
    config = replace_keys(base, {"data.source_path": str(tmp_path)})
    assert dump_config(config)["data"]["source_path"] == str(tmp_path)
    assert validate_config(dump_config(config)) == config


def test_a_zip_file_of_two_folders(folder: Path, load_data: Load) -> None:
    path = folder.parent / "fruit.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, f"around/{file.relative_to(folder)}")
    data = load_data("two_folders", path)
    assert data.title.startswith("apples to oranges, 4 and 5 images")
    assert levels(data.source) == [0, 1, 2, 3]
    assert [each.domains for each in preview_folder(path).others] == [(("apples", 4), ("oranges", 5))]


def test_both_have_the_same_channels(folder: Path, load_data: Load) -> None:
    for file in (folder / "apples").iterdir():
        save(file, 7, "L")
    data = load_data("two_folders", folder)
    assert data.source is not None
    assert data.sample_shape == data.source.sample_shape == (32, 32, 3)
    assert load_data("two_folders", folder, channels="gray", image_size="8x16").source.sample_shape == (8, 16, 1)


def test_the_layout_of_cyclegans_data_sets(tmp_path: Path, load_data: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, name in enumerate(("testA", "testB", "trainA", "trainB", "other")):
        for number in range(3):
            save(tmp_path / name / f"{number}.png", 10 * kind + number)
    data = load_data("two_folders", tmp_path)
    assert data.source is not None
    assert data.title.startswith("trainA to trainB, 3 and 3 images")
    assert (levels(data.source), levels(data)) == ([20, 21, 22], [30, 31, 32])
    held_out = [(each.held_out[:, 0, 0, 0] * 255).round().tolist() for each in (data.source, data)]
    assert held_out == [[0, 1, 2], [10, 11, 12]]
    assert data.notes == ("Images in neither folder were left out: 3.",)
    preview = preview_folder(tmp_path)
    assert preview.domains == (("trainA", 3), ("trainB", 3))
    assert preview.others[-1].suggested["data.name"] == "images"
    # Held-out images are in memory, so there is a limit.
    monkeypatch.setattr(two_folders, "LARGEST_AS_FLOATS", 2 * 4 * 32 * 32 * 3)
    data = load_data("two_folders", tmp_path)
    assert data.held_out is not None
    assert (len(data.held_out), len(data)) == (2, 3)
    (tmp_path / "testB").rename(tmp_path / "other B")
    alone = load_data("two_folders", tmp_path)
    assert (alone.source.held_out is None, alone.held_out is None) == (False, True)
    paired = load_data("two_folders", tmp_path, pairs=True)
    assert (paired.source.held_out, paired.held_out) == (None, None)
    assert "testA was left out: there are no pairs without the other." in paired.notes


def test_pairs_go_by_name(pairs: Path, load_data: Load) -> None:
    # In order of names with their endings, these would come in another order in each folder.
    save(pairs / "apples" / "a.png", 50)
    save(pairs / "apples" / "a b.png", 51)
    save(pairs / "oranges" / "a.bmp", 150)
    save(pairs / "oranges" / "a b.png", 151)
    data = load_data("two_folders", pairs, pairs=True)
    assert data.paired
    assert data.title == "apples to oranges, 6 pairs of images in colour, 32 x 32"
    assert levels(data) == [100 + level for level in levels(data.source)]


def test_what_cannot_be_read_is_left_out_with_its_partner(pairs: Path, load_data: Load) -> None:
    (pairs / "apples" / "1.png").write_bytes(b"")
    (pairs / "oranges" / "2.bmp").write_bytes((pairs / "oranges" / "2.bmp").read_bytes()[:100])
    (pairs / "list.txt").touch()
    note = "2 of 8 files could not be read: apples/1.png is empty (0 bytes); oranges/2.bmp is truncated."
    others = "Files of other kinds were left out: 1 (.txt)."
    data = load_data("two_folders", pairs, pairs=True)
    assert (levels(data.source), levels(data), data.unreadable) == ([0, 3], [100, 103], 2)
    left_out = "2 of 4 pairs were left out: one of their files could not be read."
    assert data.notes == (note, others, left_out)
    data = load_data("two_folders", pairs)
    assert (levels(data.source), levels(data), data.unreadable) == ([0, 2, 3], [100, 101, 103], 2)
    assert data.notes == (note, others)


def test_refusals_of_pairs(folder: Path, refused: Refused) -> None:
    def sentence() -> str:
        return refused("two_folders", folder, key="data.pairs", pairs=True).removeprefix("data.pairs = true: ")

    four = folder / "oranges" / "4.bmp"
    assert sentence() == f"{four} has no partner of the same name in {folder / 'apples'}"
    four.unlink()
    save(folder / "apples" / "3.bmp", 9)
    assert sentence().startswith(f"{folder / 'apples'} holds both 3.bmp and 3.png: names must be unequal")
    (folder / "apples" / "3.bmp").unlink()
    for number in range(4):
        (folder / ("apples", "oranges")[number % 2] / f"{number}.{('png', 'bmp')[number % 2]}").write_bytes(b"")
    assert "holds no pair in apples and oranges of which both" in refused("two_folders", folder, pairs=True)


def test_refusals_of_folders(folder: Path, refused: Refused) -> None:
    assert "is not given" in refused("two_folders")
    (folder / "pears").mkdir()
    for file in (folder / "oranges").iterdir():
        file.unlink()
    sentence = refused("two_folders", folder)
    assert sentence == (
        f"data.path: {folder} holds 1 sub-folder with images (apples), and none in oranges, pears; exactly two are "
        "needed, or trainA and trainB"
    )
    save(folder / "oranges" / "0.png", 0)
    save(folder / "pears" / "0.png", 0)
    assert "holds 3 sub-folders with images (apples, oranges, pears); exactly two" in refused("two_folders", folder)
    assert "holds no sub-folder with images; exactly two" in refused("two_folders", folder / "pears")
    (folder / "pears" / "0.png").unlink()
    (folder / "oranges" / "0.png").write_bytes(b"")
    assert f"{folder / 'oranges'} holds no readable image" in refused("two_folders", folder)


def test_a_preview_offers_both_readings(folder: Path, pairs: Path) -> None:
    preview = preview_folder(folder)
    assert preview.suggested["data.name"] == "images"
    assert preview.classes == (("apples", 4), ("oranges", 4))
    domains, by_name = preview.others
    assert domains.domains == (("apples", 4), ("oranges", 4))
    assert (domains.count, domains.most_in_batch, domains.classes) == (8, 4, ())
    assert by_name.suggested["data.pairs"] is True
    save(folder / "apples" / "5.png", 3)
    assert len(preview_folder(folder).others) == 1
    save(folder / "pears" / "5.png", 3)
    assert preview_folder(folder).others == ()


@pytest.mark.parametrize("together", [True, False])
def test_what_is_suggested_is_played(pairs: Path, together: bool) -> None:
    preview = preview_folder(pairs) if together else preview_folder(pairs / "oranges", source=pairs / "apples")
    readings = preview.others if together else (preview, *preview.others)
    families = {"generator.family": "translator", "discriminator.family": "translator", "training.batch_size": 4}
    assert [reading.suggested["game.name"] for reading in readings] == ["cyclegan", "translation"]
    for reading in readings:
        config = replace_keys(RunConfig(), {**reading.suggested, **families})
        data = load_data(config)
        assert (levels(data.source), levels(data)) == ([0, 1, 2, 3], [100, 101, 102, 103])
        assert data.paired == (config.game.name == "translation")
        build_networks(config, data)


def test_a_batch_larger_than_the_source_is_refused(folder: Path) -> None:
    values = {"data.name": "two_folders", "data.path": str(folder), "game.name": "cyclegan", "training.batch_size": 5}
    with pytest.raises(InputError, match=r"batch_size = 5: larger than the source, apples, 4 images .* \(4 samples\)"):
        load_data(replace_keys(RunConfig(), values))
