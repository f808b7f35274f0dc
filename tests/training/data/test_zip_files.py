"""A zip file of images: the same as the folder that was packed, nothing unpacked to disk, damage listed."""

from __future__ import annotations

import gc
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import datasets
from gan_desktop.training.data import zip_files
from gan_desktop.training.data.dataset import DataRequest, DataSet
from gan_desktop.training.data.folder_preview import preview_folder
from gan_desktop.training.data.zip_files import members

Load = Callable[..., DataSet]
Refused = Callable[..., str]


def image(level: int, kind: str = "PNG", size: tuple[int, int] = (12, 12)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (level, 0, 0)).save(stream, kind)
    return stream.getvalue()


def packed(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def levels(data: DataSet) -> list[int]:
    return (data.take(np.arange(len(data)))[:, 4, 4, 0] * 255).round().astype(int).tolist()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dataset.zip"


PETS = {f"{kind}/{number}.png": image(10 * place + number) for place, kind in enumerate("ab") for number in range(6)}


@pytest.mark.parametrize("root", ["", "pets/", "my/pets/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("stream", ["always", "never"])
def test_sub_folders_are_classes(path: Path, load_data: Load, root: str, method: int, stream: str) -> None:
    files = {f"{root}{name}": content for name, content in PETS.items()}
    extra = {"__MACOSX/._x.png": b"x", f"{root}.hidden/a.png": b"x", f"{root}read.txt": b"hello"}
    before = sorted(path.parent.iterdir())
    data = load_data("images", packed(path, files | extra, method), stream=stream)
    assert data.title == "dataset.zip, 12 images in colour, 32 x 32"
    assert data.class_names == ("a", "b")
    assert data.labels.tolist() == [0] * 6 + [1] * 6
    assert levels(data) == [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]
    assert data.notes == ("Files of other kinds were left out: 1 (.txt).",)
    assert sorted(path.parent.iterdir()) == [*before, path]


def test_folders_separated_as_on_windows(path: Path, load_data: Load) -> None:
    content = packed(path, {f"pets/{name}": content for name, content in PETS.items()}).read_bytes()
    path.write_bytes(content.replace(b"pets/a/", b"pets\\a\\").replace(b"pets/b/", b"pets\\b\\"))
    data = load_data("images", path)
    assert data.class_names == ("a", "b")
    assert levels(data) == [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]


def test_as_from_the_folder_and_from_any_thread(path: Path, tmp_path: Path, load_data: Load) -> None:
    rng = np.random.default_rng(0)
    files = {}
    for number in range(30):
        stream = io.BytesIO()
        pixels = rng.integers(0, 256, (*rng.integers(1, 90, 2), 3)).astype(np.uint8)
        Image.fromarray(pixels).save(stream, ("PNG", "JPEG", "WEBP", "TIFF")[number % 4])
        files[f"{number % 3}/{number}.{('png', 'jpg', 'webp', 'tif')[number % 4]}"] = stream.getvalue()
        (tmp_path / "x" / str(number % 3)).mkdir(parents=True, exist_ok=True)
        (tmp_path / "x" / list(files)[-1]).write_bytes(stream.getvalue())
    folder = load_data("images", tmp_path / "x", stream="never")
    lazy = load_data("images", packed(path, files), stream="always")
    assert not isinstance(lazy.samples, np.ndarray)
    assert (lazy.labels.tolist(), lazy.class_names) == (folder.labels.tolist(), folder.class_names)
    indices = rng.integers(0, 30, 60)
    with ThreadPoolExecutor(4) as pool:
        for taken in pool.map(lazy.take, [indices] * 8):
            np.testing.assert_array_equal(taken, folder.take(indices))


STYLEGAN = {f"{number // 4:05d}/img{number:08d}.png": image(number) for number in range(12)}


def listing(labels: Any) -> dict[str, bytes]:
    return {"dataset.json": json.dumps({"labels": labels}).encode()}


def test_stylegans_labels(path: Path, load_data: Load) -> None:
    labels = [[name, (7 * place) % 5] for place, name in enumerate(STYLEGAN)]
    data = load_data("images", packed(path, STYLEGAN | listing(labels)))
    assert data.labels.tolist() == [label for _, label in labels]
    assert (data.class_names, data.notes) == (None, ())
    wrapped = {f"set/{name}": content for name, content in (STYLEGAN | listing(labels)).items()}
    assert load_data("images", packed(path, wrapped)).labels.tolist() == data.labels.tolist()
    assert dict(preview_folder(path).classes) == {str(c): data.labels.tolist().count(c) for c in range(5)}


def test_stylegan_without_labels(path: Path, load_data: Load) -> None:
    data = load_data("images", packed(path, PETS | listing(None)))
    assert (data.labels, data.class_names, data.notes) == (None, None, ())
    data = load_data("images", packed(path, STYLEGAN))
    assert (data.labels, data.class_names) == (None, None)
    assert data.notes == ("The numbered sub-folders are parts of one series, not classes.",)


def test_a_dataset_json_in_a_folder(tmp_path: Path, load_data: Load) -> None:
    for name, content in (PETS | listing([[name, 1] for name in PETS])).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    data = load_data("images", tmp_path)
    assert (data.labels.tolist(), data.class_names, data.notes) == ([1] * 12, None, ())


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"other": 1}', b"[" * 100_000, b"\xff"])
def test_another_json_file_is_left_out(path: Path, load_data: Load, content: bytes) -> None:
    data = load_data("images", packed(path, PETS | {"dataset.json": content}))
    assert data.class_names == ("a", "b")
    assert data.notes == ("Files of other kinds were left out: 1 (.json).",)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (5, "dataset.json holds the label None; allowed"),
        (
            [["a/0.png", "cat"]],
            "dataset.json holds the label ['a/0.png', 'cat']; allowed: [\"name\", label] with whole",
        ),
        ([["a/0.png", -1]], "holds the label ['a/0.png', -1]"),
        ([["a/0.png", [0.5, 0.5]]], "holds the label ['a/0.png', [0.5, 0.5]]"),
        ([["a/0.png", True]], "holds the label ['a/0.png', True]"),
        ([["a/0.png", 10_000]], "holds the label ['a/0.png', 10000]"),
        ([["a/0.png", 1]], "dataset.json has no label for a/1.png; allowed: one for each image"),
    ],
)
def test_labels_that_are_none_are_refused(path: Path, refused: Refused, labels: Any, sentence: str) -> None:
    refusal = refused("images", packed(path, PETS | listing(labels)))
    assert sentence in refusal
    assert refusal.endswith('{"labels": null} means no classes')


def test_damaged_members_are_listed(path: Path, load_data: Load) -> None:
    bad = {"a/empty.png": b"", "a/text.png": b"text", "b/cut.png": image(9)[:50], "b/encrypted.png": image(8)}
    content = bytearray(packed(path, PETS | bad, zipfile.ZIP_STORED).read_bytes())
    place = content.index(PETS["a/3.png"])
    content[place + 40] ^= 1
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        name_at = {b"PK\x01\x02": 46, b"PK\x03\x04": 30}[signature]
        start = content.index(b"b/encrypted.png") - 30 if signature == b"PK\x03\x04" else 0
        if signature == b"PK\x01\x02":
            start = content.rindex(b"b/encrypted.png") - name_at
        content[start + offset] |= 1
    path.write_bytes(content)
    for stream in ("always", "never"):
        data = load_data("images", path, stream=stream)
        assert len(data) == 11
        (note,) = data.notes
        assert note.startswith("5 of 16 files could not be read: a/3.png is damaged: Bad CRC-32")
        for reason in ("a/empty.png is empty (0 bytes)", "a/text.png is not an image", "b/encrypted.png is encrypted"):
            assert reason in note


def test_other_packing_methods_are_listed(path: Path, load_data: Load) -> None:
    with zipfile.ZipFile(packed(path, PETS), "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a/lzma.png", image(1))
    assert "a/lzma.png is packed by method 14; allowed: stored or deflated" in load_data("images", path).notes[0]


def test_bombs_are_not_unpacked(path: Path, load_data: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "LARGEST_MEMBER", 2**20)
    packed(path, PETS | {"a/bomb.png": bytes(2**26)})
    tracemalloc.start()
    try:
        data = load_data("images", path, image_size=8)
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
    assert "a/bomb.png announces 67,108,864 bytes, at most 1,048,576 are allowed" in data.notes[0]
    # One that says less than it holds ends where it said.
    content = path.read_bytes().replace((2**26).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(content)
    assert "a/bomb.png is damaged: Bad CRC-32" in load_data("images", path, image_size=8).notes[0]


def test_what_is_no_zip_file_of_images(path: Path, tmp_path: Path, refused: Refused) -> None:
    path.write_bytes(b"PK\x03\x04 is all there is")
    assert "dataset.zip is a damaged zip file: File is not a zip file" in refused("images", path)
    assert "holds no images: .png" in refused("images", packed(path, {}))
    assert "is a zip file of texts, which is not read" in refused("images", packed(path, {"a.txt": b""}))
    np.savez(tmp_path / "a.npz", images=np.zeros((2, 8, 8)))
    assert refused("images", tmp_path / "a.npz").endswith("(the data set 'arrays' reads .npz files)")
    sentence = refused("arrays", packed(path, PETS))
    assert "is a zip file of image files, which the data set 'images' reads; allowed: an .npz archive" in sentence


def test_the_preview_of_a_zip_file_loads(path: Path) -> None:
    preview = preview_folder(packed(path, PETS | {"a/text.png": b"text"}))
    assert preview.count == 12
    assert preview.classes == (("a", 6), ("b", 6))
    assert len(preview.thumbnails) == 12
    assert preview.unreadable == (("a/text.png", "is not an image"),)
    config = replace_keys(RunConfig(), preview.suggested).data
    assert config.name == "images"
    assert len(config.choices[config.name].value(DataRequest(config.options, config.path))) == 12


def test_a_file_that_is_cut_while_the_run_goes_on(path: Path, load_data: Load) -> None:
    noise = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (100, 100, 3)).astype(np.uint8)).save(noise, "PNG")
    files = PETS | {"b/6.png": noise.getvalue(), "b/7.png": image(1)}
    data = load_data("images", packed(path, files, zipfile.ZIP_STORED), stream="always")
    with path.open("r+b") as file:
        file.truncate(100)
    with pytest.raises(InputError, match=r"dataset\.zip/b/6\.png .*; it could be read when the run began"):
        data.take(np.array([12]))


SMALL = io.BytesIO()
with zipfile.ZipFile(SMALL, "w") as small:
    for small_name, small_content in (dict(list(PETS.items())[:2]) | listing([["a/0.png", 1], ["a/1.png", 0]])).items():
        small.writestr(small_name, small_content)


@settings(max_examples=50)
@given(st.data())
def test_any_damage_gives_images_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    content = bytearray(SMALL.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    with suppress(InputError):
        assert len(datasets["images"].value(DataRequest(datasets["images"].options(image_size=8), path)))
    with suppress(InputError):
        preview_folder(path)


def test_its_file_is_closed_in_whatever_order_things_go(path: Path) -> None:
    """Where a traceback's frames hold each other, the collector may take the file before the archive that owns it."""
    member = next(iter(members(packed(path, PETS)).values()))
    assert member.archive.fp is not None
    member.archive.fp = None  # a file that nobody closes warns as it goes, which fails the test
    del member
    gc.collect()
