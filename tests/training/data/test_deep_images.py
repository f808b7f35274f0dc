"""Images of more than 8 bits a channel: scaled by the range that all of a folder use, the same lazily as in memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.folder_preview import preview_folder
from gan_desktop.training.data.image_decoding import read_image_header

Load = Callable[..., DataSet]
# Twelve bits of sixteen, of which each image uses another part.
TWELVE = np.linspace(0, 4095, 6 * 12 * 12).reshape(6, 12, 12)


def tiff(pixels: np.ndarray, order: str = "<") -> bytes:
    """An uncompressed TIFF file, written independently of Pillow: grey or colour, of any type."""
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    content = np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder(order)).tobytes()
    sample_format = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    bits = 8 * pixels.dtype.itemsize
    many = 8 + 2 + 11 * 12 + 4
    values = {
        256: (4, 1, width),
        257: (4, 1, height),
        258: (3, channels, many if channels == 3 else bits),
        259: (3, 1, 1),
        262: (3, 1, 2 if channels == 3 else 1),
        273: (4, 1, many + 12),
        277: (3, 1, channels),
        278: (4, 1, height),
        279: (4, 1, len(content)),
        284: (3, 1, 1),
        339: (3, channels, many + 6 if channels == 3 else sample_format),
    }
    directory = struct.pack(f"{order}H", len(values))
    for tag, (kind, count, value) in values.items():
        is_short = kind == 3 and count == 1
        directory += struct.pack(f"{order}HHI", tag, kind, count)
        directory += struct.pack(f"{order}HH", value, 0) if is_short else struct.pack(f"{order}I", value)
    directory += struct.pack(f"{order}I", 0)
    thrice = struct.pack(f"{order}6H", *[bits] * 3, *[sample_format] * 3)
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8) + directory + thrice + content


def png(pixels: np.ndarray) -> bytes:
    """A PNG file of 16-bit grey, colour or colour with opacity, every second row filtered by the one above."""
    height, width, channels = pixels.reshape(*pixels.shape[:2], -1).shape
    rows = pixels.astype(">u2").reshape(height, -1).view(np.uint8)
    lines = [bytes([0, *row]) if y % 2 == 0 else bytes([2, *(row - rows[y - 1])]) for y, row in enumerate(rows)]

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"".join(lines)))
        + chunk(b"IEND", b"")
    )


def saved(folder: Path, arrays: Any, suffix: str = "png", write: Callable[[np.ndarray], bytes] = png) -> Path:
    folder.mkdir(exist_ok=True)
    for number, pixels in enumerate(arrays):
        (folder / f"{number}.{suffix}").write_bytes(write(pixels))
    return folder


def check(load_data: Load, folder: Path, expected: np.ndarray, note: str) -> None:
    """In memory and lazily, the folder's images are the expected ones and the note is said."""
    memory, lazy = (load_data("images", folder, image_size=12, stream=stream) for stream in ("never", "always"))
    indices = np.arange(len(expected))
    np.testing.assert_array_equal(memory.take(indices), lazy.take(indices))
    assert memory.notes == lazy.notes == ((note,) if note else ())
    expected = expected.reshape(memory.samples.shape)
    np.testing.assert_allclose(memory.samples, expected, atol=0.6 / 255)


@pytest.mark.parametrize("suffix", ["png", "tif", "tiff"])
def test_twelve_bits_are_scaled_by_one_range_for_all(tmp_path: Path, load_data: Load, suffix: str) -> None:
    folder = saved(tmp_path / "x", TWELVE.astype(np.uint16), suffix, png if suffix == "png" else tiff)
    note = "16-bit images use values up to 4,095: scaled by that."
    check(load_data, folder, TWELVE.astype(np.uint16) / 4095, note)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("pixels", "expected", "note"),
    [
        (
            TWELVE.round().astype(np.int16) - 1024,
            TWELVE / 4095,
            "16-bit images use values from -1,024 to 3,071: the lowest is black, the highest white.",
        ),
        (
            (TWELVE / 4095 * 1e6).astype(np.int32),
            TWELVE / 4095,
            "32-bit images use values up to 1,000,000: scaled by that.",
        ),
        (TWELVE.astype(np.float32) / 4095, TWELVE / 4095, ""),
        (
            TWELVE.astype(np.float32),
            TWELVE / 4095,
            "Images of floats use values up to 4,095: scaled by that.",
        ),
        (
            TWELVE.astype(np.float32) - 1000,
            TWELVE / 4095,
            "Images of floats use values from -1,000 to 3,095: the lowest is black, the highest white.",
        ),
        ((TWELVE * 16).astype(np.uint16), TWELVE * 16 / 65535, ""),
    ],
    ids=["int16", "int32", "unit floats", "floats", "signed floats", "uint16"],
)
def test_tiff_files_of_any_type(
    tmp_path: Path, load_data: Load, pixels: np.ndarray, expected: np.ndarray, note: str, order: str
) -> None:
    folder = saved(tmp_path / "x", pixels, "tif", lambda one: tiff(one, order))
    check(load_data, folder, expected, note)


COLOURS = np.random.default_rng(0).integers(0, 4096, (5, 12, 12, 3)).astype(np.uint16)
COLOURS[0, 0, 0] = 4095


@pytest.mark.parametrize("order", ["", "<", ">"])
def test_twelve_bits_in_colour(tmp_path: Path, load_data: Load, order: str) -> None:
    write = (lambda one: tiff(one, order)) if order else png
    folder = saved(tmp_path / "x", COLOURS, "tif" if order else "png", write)
    check(load_data, folder, COLOURS / 4095, "16-bit images use values up to 4,095: scaled by that.")


def test_opacity_is_kept(tmp_path: Path, load_data: Load) -> None:
    opacity = np.full((5, 12, 12, 1), 65535, np.uint16)
    opacity[:, :6] = 0
    folder = saved(tmp_path / "x", np.concatenate([COLOURS, opacity], axis=3))
    expected = COLOURS / 4095
    expected[:, :6] = 1
    top = COLOURS.max()
    assert top == 4095
    check(load_data, folder, expected, "16-bit images use values up to 4,095: scaled by that.")


def test_full_range_in_colour_is_read_as_pillow_reads_it(tmp_path: Path, load_data: Load) -> None:
    pixels = COLOURS * 16
    folder = saved(tmp_path / "x", pixels)
    data = load_data("images", folder, image_size=12)
    np.testing.assert_array_equal((data.samples * 255).round(), pixels >> 8)
    assert data.notes == ()


def test_images_of_8_bits_beside_them_keep_their_own_scale(tmp_path: Path, load_data: Load) -> None:
    folder = saved(tmp_path / "x", TWELVE.astype(np.uint16)[-1:])
    Image.new("L", (12, 12), 100).save(folder / "a.png")
    data = load_data("images", folder, image_size=12)
    assert data.samples[0].max() == 1
    assert (data.samples[1] == np.float32(100) / np.float32(255)).all()


def test_images_that_are_not_finite_are_listed(tmp_path: Path, load_data: Load) -> None:
    floats = TWELVE.astype(np.float32)
    floats[2, 3, 3] = np.nan
    folder = saved(tmp_path / "x", floats, "tif", tiff)
    for stream in ("never", "always"):
        data = load_data("images", folder, image_size=12, stream=stream)
        assert data.notes == (
            "1 of 6 files could not be read: 2.tif holds NaN or infinity.",
            "Images of floats use values up to 4,095: scaled by that.",
        )
        assert len(data) == 5


def test_a_damaged_deep_image_is_listed(tmp_path: Path, load_data: Load) -> None:
    folder = saved(tmp_path / "x", TWELVE.astype(np.uint16))
    (folder / "3.png").write_bytes((folder / "3.png").read_bytes()[:60])
    data = load_data("images", folder, image_size=12)
    assert data.notes[0].startswith("1 of 6 files could not be read: 3.png is ")
    assert len(data) == 5


def test_the_preview_says_that_they_will_be_scaled_and_shows_them_so(tmp_path: Path) -> None:
    preview = preview_folder(saved(tmp_path / "x", TWELVE.astype(np.uint16)))
    assert preview.notes == (
        "6 images have more than 8 bits a channel: they are scaled by the range of values that all of them use.",
    )
    brightness = [picture.mean() for picture in preview.thumbnails]
    assert brightness == sorted(brightness)
    assert brightness[-1] > 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_a_tiff_file(tmp_path: Path, load_data: Load, orientation: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 16)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(tmp_path / "a.tif", exif=exif)
    Image.fromarray(pixels).save(tmp_path / "b.png", exif=exif)
    tif, png_ = (read_image_header(tmp_path / name) for name in ("a.tif", "b.png"))
    assert tif == png_
    samples = load_data("images", tmp_path, image_size="8x16").samples
    np.testing.assert_array_equal(samples[0], samples[1])


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_compressed_tiff_files(tmp_path: Path, load_data: Load, compression: str) -> None:
    pixels = np.zeros((16, 16, 3), np.uint8) + np.array([200, 100, 50], np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.tif", compression=compression)
    samples = load_data("images", tmp_path, image_size=16).samples
    np.testing.assert_allclose(samples[0] * 255, pixels, atol=4)
