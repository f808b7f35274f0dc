"""A folder of people's images: what is found, what is left out and why, and the same from files as from memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_desktop.core.errors import InputError
from gan_desktop.training.data import byte_images, streaming
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.image_scan import LISTED

Load = Callable[..., DataSet]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three classes of four images, each image of one level."""
    folder = tmp_path / "pictures"
    for kind, name in enumerate(("cats", "dogs", "owls")):
        for number in range(4):
            save(folder / name / f"{number}.png", 10 * kind + number)
    return folder


def save(path: Path, level: int, size: tuple[int, int] = (12, 12), mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, level).convert(mode).save(path)
    return path


def levels(data: DataSet) -> list[int]:
    """The level of each image."""
    return (data.take(np.arange(len(data)))[:, 4, 4, 0] * 255).round().astype(int).tolist()


def test_sub_folders_are_classes(folder: Path, load_data: Load) -> None:
    save(folder / "dogs" / "old" / "deeper" / "5.JPEG", 15)
    data = load_data("images", folder)
    assert data.title == "pictures, 13 images in colour, 32 x 32"
    assert data.samples.shape == (13, 32, 32, 3)
    assert data.samples.dtype == np.float32
    assert data.class_names == ("cats", "dogs", "owls")
    assert data.labels.tolist() == [0] * 4 + [1] * 5 + [2] * 4
    assert data.classes == 3
    assert levels(data) == [0, 1, 2, 3, 10, 11, 12, 13, 15, 20, 21, 22, 23]
    assert data.notes == ()


def test_one_class_only(tmp_path: Path, load_data: Load) -> None:
    save(tmp_path / "only" / "a.png", 1)
    save(tmp_path / "only" / "b.png", 2)
    data = load_data("images", tmp_path)
    assert (data.class_names, data.labels.tolist(), data.classes) == (("only",), [0, 0], 1)


def test_images_in_no_sub_folder_have_no_class(folder: Path, load_data: Load) -> None:
    save(folder / "loose.png", 99)
    data = load_data("images", folder)
    assert (data.labels, data.class_names, data.classes) == (None, None, 0)
    assert len(data) == 13


def test_grey_only_where_all_are_grey(folder: Path, load_data: Load) -> None:
    for path in folder.rglob("*.png"):
        Image.open(path).convert("L").save(path)
    assert load_data("images", folder).samples.shape == (12, 32, 32, 1)
    assert load_data("images", folder, channels="color").samples.shape[3] == 3
    save(folder / "cats" / "colour.png", 1)
    assert load_data("images", folder).samples.shape == (13, 32, 32, 3)
    assert load_data("images", folder, channels="gray").samples.shape == (13, 32, 32, 1)


@pytest.mark.parametrize("size", [8, 128])
def test_sizes_and_one_pixel_images(tmp_path: Path, load_data: Load, size: int) -> None:
    save(tmp_path / "a.png", 7, size=(1, 1))
    save(tmp_path / "b.png", 9, size=(300, 200))
    data = load_data("images", tmp_path, image_size=size, fit="pad")
    assert data.samples.shape == (2, size, size, 3)
    assert (data.samples[0] == np.float32(7) / np.float32(255)).all()
    assert data.samples[1].max() == 1


def damage(folder: Path) -> None:
    (folder / "cats" / "empty.png").write_bytes(b"")
    (folder / "cats" / "text.jpg").write_text("not an image", encoding="utf-8")
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "dogs" / "truncated.png")
    content = (folder / "dogs" / "truncated.png").read_bytes()
    (folder / "dogs" / "truncated.png").write_bytes(content[:4000])


@pytest.mark.parametrize("stream", ["always", "never"])
def test_what_cannot_be_read_is_listed_and_left_out(folder: Path, load_data: Load, stream: str) -> None:
    damage(folder)
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    data = load_data("images", folder, stream=stream)
    assert len(data) == 12
    assert data.notes == (
        "3 of 15 files could not be read: cats/empty.png is empty (0 bytes); cats/text.jpg is not an image; "
        "dogs/truncated.png is truncated.",
        "Files of other kinds were left out: 1 (.txt).",
    )
    assert data.summary().notes == data.notes


def test_a_long_list_is_cut(folder: Path, load_data: Load) -> None:
    for number in range(LISTED + 2):
        (folder / f"{number}.png").write_bytes(b"")
    (note,) = load_data("images", folder).notes
    assert note.endswith("; and 2 more.")
    assert note.count("is empty") == LISTED


def test_a_class_of_unreadable_images_is_no_class(folder: Path, load_data: Load) -> None:
    for path in (folder / "dogs").iterdir():
        path.write_bytes(b"")
    data = load_data("images", folder)
    assert data.class_names == ("cats", "owls")
    assert data.labels.tolist() == [0] * 4 + [1] * 4


def test_what_was_left_out_is_counted(folder: Path, load_data: Load) -> None:
    assert load_data("images", folder).unreadable == 0
    (folder / "cats" / "empty.png").touch()
    (folder / "owls" / "0.png").write_bytes((folder / "owls" / "0.png").read_bytes()[:-30])
    data = load_data("images", folder)
    assert (len(data), data.unreadable, data.summary().unreadable) == (11, 2, 2)


def test_images_are_in_memory_once_and_as_bytes_where_they_are_many(
    folder: Path, load_data: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    floats = load_data("images", folder, image_size=128)
    monkeypatch.setattr(byte_images, "LARGEST_AS_FLOATS", floats.samples.nbytes - 1)
    tracemalloc.start()
    try:
        data = load_data("images", folder, image_size=128)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(data.samples, byte_images.ByteImages)
    assert data.samples.pixels.nbytes == 12 * 128 * 128 * 3
    # The array, the images that are decoded ahead, at most all twelve, and what modules and paths take.
    assert peak < 2 * data.samples.pixels.nbytes + 2**20
    assert (data.take(np.arange(12)) == floats.samples).all()
    assert (data.summary().real == floats.summary().real).all()


def test_nothing_to_read(folder: Path, tmp_path: Path, refused: Callable[..., str]) -> None:
    assert refused("images", tmp_path / "missing") == f"data.path: {tmp_path / 'missing'} does not exist"
    assert "0.png is a single image; choose the folder" in refused("images", folder / "cats" / "0.png")
    assert refused("images", Path("a\0b")) == "data.path: a\\x00b does not exist"
    assert "is read from a folder or a zip file of images" in refused("images")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused("images", empty).startswith(f"data.path: {empty} holds no images: .png, .jpg")
    (empty / "a.txt").write_bytes(b"")
    assert refused("images", empty).endswith("; files of other kinds: 1 (.txt)")
    (empty / "a.png").write_bytes(b"")
    sentence = "holds no readable image: 1 of 1 files could not be read: a.png is empty (0 bytes)"
    assert refused("images", empty).endswith(sentence)


def test_hidden_files_and_leftovers_are_left_out(folder: Path, load_data: Load) -> None:
    for name in ("._0.png", ".hidden/0.png", "__MACOSX/cats/0.png", "cats/.DS_Store.png"):
        save(folder / name, 99)
    (folder / "Thumbs.db").write_bytes(b"")
    data = load_data("images", folder)
    assert len(data) == 12
    assert data.class_names == ("cats", "dogs", "owls")
    assert data.notes == ()


def test_links_in_circles(folder: Path, load_data: Load) -> None:
    (folder / "cats" / "round").symlink_to(folder)
    (folder / "cats" / "self.png").symlink_to("self.png")
    (folder / "cats" / "broken.png").symlink_to("nowhere.png")
    data = load_data("images", folder)
    assert len(data) == 12
    assert "cats/broken.png is not a file; cats/self.png is not a file" in data.notes[0]


def test_a_linked_folder_is_a_class(folder: Path, tmp_path: Path, load_data: Load) -> None:
    save(tmp_path / "elsewhere" / "a.png", 50)
    (folder / "bats").symlink_to(tmp_path / "elsewhere")
    assert load_data("images", folder).class_names == ("bats", "cats", "dogs", "owls")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(folder: Path, load_data: Load) -> None:
    os.mkfifo(folder / "pipe.png")
    assert "pipe.png is not a file" in load_data("images", folder).notes[0]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text here")
def test_names_that_are_not_text(folder: Path, load_data: Load) -> None:
    strange = os.fsdecode(b"\xff\nows")
    save(folder / strange / "a.png", 44)
    (folder / strange / os.fsdecode(b"\xfe.png")).write_bytes(b"")
    data = load_data("images", folder, stream="always")
    assert 44 in levels(data)
    assert data.class_names[3] == "\\udcff\\nows"
    assert "\\udcff\\nows/\\udcfe.png is empty" in data.notes[0]
    assert all(name.isprintable() for name in (*data.class_names, *data.notes))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to root")
def test_closed_files_and_folders(folder: Path, load_data: Load, refused: Callable[..., str]) -> None:
    closed = (folder / "cats" / "0.png", folder / "dogs")
    for path in closed:
        path.chmod(0)
    try:
        data = load_data("images", folder)
        assert len(data) == 7
        assert "cats/0.png cannot be read: Permission denied; dogs cannot be read: Permission denied" in data.notes[0]
        assert refused("images", folder / "dogs").endswith("dogs cannot be read: Permission denied")
    finally:
        for path in closed:
            path.chmod(0o755)


def test_a_folder_that_closes_is_listed(folder: Path, load_data: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def closed(path: Path) -> Any:
        if path.name == "dogs":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    data = load_data("images", folder)
    assert len(data) == 8
    assert data.notes == ("1 of 9 files could not be read: dogs cannot be read: Permission denied.",)


def test_no_warning_escapes_and_the_filters_are_as_before(folder: Path, load_data: Load) -> None:
    Image.new("1", (12_000, 12_000)).save(folder / "cats" / "large.png")  # of which Pillow warns
    before = list(warnings.filters)
    data = load_data("images", folder)
    assert "cats/large.png announces 12,000 x 12,000 pixels" in data.notes[0]
    assert warnings.filters == before
    with pytest.raises(Image.DecompressionBombWarning):
        Image.open(folder / "cats" / "large.png")


def test_progress_is_told_and_can_cancel(folder: Path, load_data: Load) -> None:
    told: list[tuple[str, float | None]] = []
    load_data("images", folder, report=lambda *report: told.append(report))
    assert list(dict.fromkeys(message for message, _ in told)) == [
        "Looking for images",
        "Looking at images",
        "Reading images",
    ]
    for stop in dict(told):

        def cancel(message: str, _: float | None, stop: str = stop) -> None:
            if message == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            load_data("images", folder, report=cancel)


@pytest.mark.parametrize("fit", ["crop", "pad"])
def test_from_files_is_bit_for_bit_as_from_memory(folder: Path, load_data: Load, fit: str) -> None:
    rng = np.random.default_rng(0)
    for number in range(20):
        pixels = rng.integers(0, 256, (*rng.integers(1, 200, 2), 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / "owls" / f"noise{number}.{('jpg', 'png', 'webp')[number % 3]}")
    damage(folder)
    memory, lazy = (load_data("images", folder, fit=fit, stream=stream) for stream in ("never", "always"))
    assert isinstance(memory.samples, np.ndarray)
    assert not isinstance(lazy.samples, np.ndarray)
    assert (lazy.samples.shape, len(lazy), lazy.sample_shape) == (memory.samples.shape, len(memory), (32, 32, 3))
    assert (lazy.notes, lazy.class_names, lazy.labels.tolist()) == (
        memory.notes,
        memory.class_names,
        memory.labels.tolist(),
    )
    indices = rng.integers(-len(memory), len(memory), 100)
    np.testing.assert_array_equal(lazy.take(indices), memory.take(indices))
    with ThreadPoolExecutor(4) as pool:
        for taken in pool.map(lazy.take, [indices] * 8):
            np.testing.assert_array_equal(taken, memory.take(indices))
    np.testing.assert_array_equal(lazy.summary().real, memory.summary().real)
    assert lazy.take(np.array([], int)).shape == (0, 32, 32, 3)
    with pytest.raises(IndexError):
        lazy.take(np.array([len(memory)]))


def test_files_stay_files_where_memory_is_short(
    folder: Path, load_data: Load, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = 12 * 32 * 32 * 3 * 4
    monkeypatch.setattr(streaming, "LARGEST_IN_MEMORY", needed)
    assert isinstance(load_data("images", folder).samples, np.ndarray)
    monkeypatch.setattr(streaming, "LARGEST_IN_MEMORY", needed - 1)
    assert not isinstance(load_data("images", folder).samples, np.ndarray)
    assert isinstance(load_data("images", folder, stream="never").samples, np.ndarray)
    monkeypatch.setattr(streaming, "available_memory", lambda: needed - 1)
    assert not isinstance(load_data("images", folder).samples, np.ndarray)
    sentence = refused("images", folder, stream="never", key="data.stream")
    assert sentence.startswith("data.stream = 'never': the samples take 0.0 GB in memory")


@pytest.mark.parametrize("content", [None, b"", b"not an image"])
def test_a_file_that_goes_while_the_run_goes_on(folder: Path, load_data: Load, content: bytes | None) -> None:
    data = load_data("images", folder, stream="always")
    file = folder / "dogs" / "1.png"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert data.take(np.arange(4)).shape == (4, 32, 32, 3)
    with pytest.raises(InputError, match=r"dogs/1\.png .*; it could be read when the run began") as refused:
        data.take(np.arange(12))
    assert refused.value.key == "data.path"


def test_thousands_of_tiny_images(tmp_path: Path, load_data: Load) -> None:
    content = save(tmp_path / "first.bmp", 5, size=(2, 2)).read_bytes()
    for number in range(2000):
        (tmp_path / f"{number}.bmp").write_bytes(content)
    data = load_data("images", tmp_path, image_size=8)
    assert len(data) == 2001
    assert set(levels(data)) == {5}


def test_listing_data_sets_loads_no_pillow() -> None:
    code = (
        "import sys; from gan_desktop.core.registry import datasets; list(datasets); print('PIL.Image' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
