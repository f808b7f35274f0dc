"""One image file at a time: every mode becomes the right pixels, and everything else a reason."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from gan_desktop.training.data.image_decoding import (
    LARGEST_PIXELS,
    ImageHeader,
    decode_image,
    quiet_pillow,
    ranges_in_use,
    read_image_header,
)

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with quiet_pillow():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "image.png"


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def halves(mode: str = "RGB", size: tuple[int, int] = (16, 16)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def middle(path: Path, channels: int = 3) -> tuple[list[int], list[int]]:
    """The pixels in the middle of the left and of the right half."""
    pixels = decode_image(path, 16, channels, "crop")
    assert isinstance(pixels, np.ndarray), pixels
    assert pixels.shape == (16, 16, channels)
    assert pixels.dtype == np.uint8
    return pixels[8, 3].tolist(), pixels[8, 12].tolist()


def png(width: int, height: int, depth: int = 8, color: int = 2, data: bytes = b"") -> bytes:
    """A PNG file written from scratch, with whatever claims."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif", "tif"])
def test_every_format_is_read(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"image.{suffix}", halves())
    np.testing.assert_allclose(middle(path), (RED, BLUE), atol=6)
    assert read_image_header(path) == ImageHeader(16, 16, gray=False)


def test_cmyk(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.jpg", halves("CMYK"), quality=95)
    with Image.open(path) as image:
        assert image.mode == "CMYK"
    np.testing.assert_allclose(middle(path), (RED, BLUE), atol=12)


def test_sixteen_bits_keep_their_levels(path: Path) -> None:
    levels = np.zeros((16, 16), np.uint16)
    levels[:, :8], levels[:, 8:] = 65535, 0x4000
    saved(path, Image.fromarray(levels))
    assert read_image_header(path) == ImageHeader(16, 16, gray=True, depth="i")
    assert middle(path, 1) == ([255], [64])
    assert middle(path, 3) == ([255] * 3, [64] * 3)


def test_sixteen_bits_in_colour(path: Path) -> None:
    row = b"\0" + struct.pack(">HHH", 65535, 0x8000, 0) * 16
    path.write_bytes(png(16, 16, depth=16, color=2, data=row * 16))
    assert middle(path)[0] == [255, 128, 0]


def test_a_palette(path: Path) -> None:
    saved(path, halves("P"))
    assert middle(path) == (list(RED), list(BLUE))
    assert read_image_header(path) == ImageHeader(16, 16, gray=False)
    gray = Image.new("P", (16, 16), 1)
    gray.putpalette([0, 0, 0, 99, 99, 99])
    assert read_image_header(saved(path, gray)) == ImageHeader(16, 16, gray=True)
    assert middle(path, 1)[0] == [99]


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "PA"])
def test_what_is_transparent_is_white(path: Path, mode: str) -> None:
    image = halves("RGBA")
    image.paste((0, 0, 0, 0), (8, 0, 16, 16))
    path = saved(path, image.convert("RGBA" if mode == "PA" else mode))
    left, right = middle(path)
    assert right == list(WHITE)
    assert left == (list(RED) if mode != "LA" else [76] * 3)


def test_half_transparent_is_half_white(path: Path) -> None:
    saved(path, Image.new("RGBA", (9, 9), (0, 0, 0, 51)))
    assert middle(path)[0] == [204] * 3


def test_black_and_white(path: Path) -> None:
    saved(path, Image.new("1", (10, 10), 1))
    assert read_image_header(path) == ImageHeader(10, 10, gray=True)
    assert middle(path, 1)[0] == [255]


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animation_shows_its_first_frame(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in (RED, BLUE, WHITE)]
    path = tmp_path / f"image.{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    with Image.open(path) as image:
        assert image.n_frames == 3
    assert middle(path)[0] == list(RED)


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (3, 180), (6, 270), (8, 90)])
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_the_orientation_is_honoured(tmp_path: Path, suffix: str, orientation: int, turned: int) -> None:
    upright = halves(size=(32, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / f"image.{suffix}", upright.rotate(-turned, expand=True), exif=exif, quality=95)
    assert read_image_header(path) == ImageHeader(32, 16, gray=False)
    np.testing.assert_allclose(middle(path), (RED, BLUE), atol=25)


def test_every_orientation_is_undone(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = saved(tmp_path / "image.png", Image.fromarray(pixels), exif=exif)
        with Image.open(path) as image:
            expected = np.asarray(ImageOps.exif_transpose(image))
        np.testing.assert_array_equal(decode_image(path, 8, 3, "crop"), expected)


def test_damaged_exif_data_are_no_damage(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.jpg", halves(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03", quality=95)
    assert read_image_header(path) == ImageHeader(16, 16, gray=False)
    np.testing.assert_allclose(middle(path), (RED, BLUE), atol=12)


def test_one_pixel_is_enlarged(path: Path) -> None:
    saved(path, Image.new("RGB", (1, 1), (10, 20, 30)))
    for fit in ("crop", "pad"):
        pixels = decode_image(path, 32, 3, fit)
        assert (pixels == [10, 20, 30]).all()


@pytest.mark.parametrize("size", [(40, 20), (20, 40), (300, 1), (1, 300)])
def test_crop_takes_the_middle_and_pad_keeps_all_on_white(path: Path, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, RED)
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    image.paste(BLUE, (left, top, left + side, top + side))
    saved(path, image)
    assert (decode_image(path, 16, 3, "crop") == BLUE).mean() > 0.9
    padded = decode_image(path, 16, 3, "pad")
    assert padded[0, 0].tolist() == list(WHITE)
    assert (padded[7:9, 7:9] != WHITE).any()


@pytest.mark.parametrize("size", ["16x32", "32x16", "8x9"])
@pytest.mark.parametrize("shape", [(40, 80), (80, 40), (30, 30), (1, 300), (300, 1)])
def test_rectangles_keep_proportions(path: Path, size: str, shape: tuple[int, int]) -> None:
    """A circle, as far as it is seen, is as high as wide."""
    rows, columns = map(int, size.split("x"))
    height, width = shape
    y, x = np.ogrid[:height, :width]
    radius = min(height, width) / 4
    inside = (y - (height - 1) / 2) ** 2 + (x - (width - 1) / 2) ** 2 <= radius**2
    saved(path, Image.fromarray(np.where(inside, 0, 255).astype(np.uint8)))
    for fit in ("crop", "pad"):
        pixels = decode_image(path, size, 1, fit)
        assert pixels.shape == (rows, columns, 1)
        if min(shape) > 1:
            seen = (255 - pixels[..., 0]).astype(float)
            down, across = seen.sum(axis=1).max(), seen.sum(axis=0).max()
            assert down == pytest.approx(across, rel=0.25)
    # The same proportions lose nothing and need no white.
    if height * columns == width * rows:
        np.testing.assert_array_equal(decode_image(path, size, 1, "crop"), decode_image(path, size, 1, "pad"))


def test_large_photographs_are_decoded_small_and_alike(tmp_path: Path) -> None:
    smooth = Image.linear_gradient("L").resize((2000, 2000)).convert("RGB")
    large, small = saved(tmp_path / "a.jpg", smooth, quality=95), saved(tmp_path / "b.png", smooth)
    difference = decode_image(large, 32, 3, "crop").astype(int) - decode_image(small, 32, 3, "crop")
    assert np.abs(difference).max() <= 4


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tif"])
def test_a_truncated_file(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    path = saved(tmp_path / f"image.{suffix}", Image.fromarray(noise))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    reason = decode_image(path, 32, 3, "crop")
    assert isinstance(reason, str)
    assert reason.startswith("is truncated") or (suffix == "webp" and reason.startswith("is "))


def test_files_that_are_no_images(tmp_path: Path) -> None:
    reasons = {}
    for name, content in {"empty": b"", "text": b"not an image", "svg": b"<svg/>", "eps": b"%!PS-Adobe"}.items():
        path = tmp_path / f"{name}.png"
        path.write_bytes(content)
        reasons[name] = read_image_header(path)
        assert decode_image(path, 8, 3, "crop") == reasons[name]
    assert reasons.pop("empty") == "is empty (0 bytes)"
    assert set(reasons.values()) == {"is not an image"}
    assert read_image_header(tmp_path / "gone.png") == "cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("width", "height", "reason"),
    [
        (100_000, 1, "announces 1 x 100,000 pixels (height x width), at most 67,108,864 and 32,768 a side are allowed"),
        (8193, 8192, "announces 8,192 x 8,193 pixels"),
        (12_000, 12_000, "announces 12,000 x 12,000 pixels"),
        (30_000, 30_000, "announces more than the 67,108,864 pixels allowed"),
        (2**31 - 1, 2**31 - 1, "announces more than the 67,108,864 pixels allowed"),
    ],
)
def test_a_header_that_claims_too_much(path: Path, width: int, height: int, reason: str) -> None:
    path.write_bytes(png(width, height))
    for found in (read_image_header(path), decode_image(path, 32, 3, "crop")):
        assert isinstance(found, str)
        assert found.startswith(reason)


def test_a_webp_header_that_claims_too_much(tmp_path: Path) -> None:
    path = tmp_path / "image.webp"
    canvas = (2**14 - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas + canvas
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    assert str(read_image_header(path)).startswith("announces 16,384 x 16,384 pixels")


def test_a_bomb_is_not_unpacked(path: Path) -> None:
    path.write_bytes(png(20_000, 20_000, color=0, data=bytes(2**26)))
    tracemalloc.start()
    try:
        assert "pixels allowed" in str(decode_image(path, 32, 1, "crop"))
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_the_largest_image_allowed_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.png", Image.new("1", (8192, LARGEST_PIXELS // 8192), 1))
    assert (decode_image(path, 8, 1, "crop") == 255).all()


@given(st.data())
def test_any_damage_gives_pixels_or_a_reason(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from(["png", "jpg", "webp", "gif", "bmp", "tif"]))
    mode = data.draw(st.sampled_from(["RGB", "I;16", "F"])) if suffix == "tif" else "RGB"
    image = halves() if mode == "RGB" else Image.new(mode, (16, 16), 9)
    path = saved(tmp_path_factory.getbasetemp() / f"damaged.{suffix}", image)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    assert isinstance(read_image_header(path), ImageHeader | str)
    assert ranges_in_use(path).keys() <= {"i", "f"}
    found = decode_image(path, "8x9", 3, "pad")
    assert found.isprintable() if isinstance(found, str) else found.shape == (8, 9, 3)
