"""One image file to pixels of one size: any mode, orientation and depth; refused by its header where it is too large.

A file that cannot be used gives its reason, a few words that follow its name, instead of an exception: of a folder of
thousands, a few are always damaged.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gan_desktop.training.data.files import Pixels, printable

if TYPE_CHECKING:
    from PIL import Image

Fit = Literal["crop", "pad"]

# Checked against the header, before a pixel is decoded: 64 megapixels are 200 MB in each thread.
LARGEST_PIXELS = 2**26
LARGEST_SIDE = 32768
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "DIB", "GIF")
GRAY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F")
ORIENTATION = 0x0112
TRANSPOSED = (5, 6, 7, 8)
WHITE = 255

_quiet_lock = threading.Lock()
_quiet_depth = 0
_quiet: Any = None


@dataclass(frozen=True)
class ImageHeader:
    """What an image's header says: its size as it is shown, that is after its EXIF orientation, and if it is grey."""

    width: int
    height: int
    gray: bool


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Keep Pillow's warnings, of large images and damaged EXIF data, from stderr; here they have answers of their own.

    Filters belong to the whole process, so the first thread in sets them and the last one out takes them back.
    """
    global _quiet, _quiet_depth
    with _quiet_lock:
        _quiet_depth += 1
        if _quiet_depth == 1:
            _quiet = warnings.catch_warnings()
            _quiet.__enter__()
            warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_depth -= 1
            if _quiet_depth == 0:
                _quiet.__exit__(None, None, None)


def read_image_header(path: Path) -> ImageHeader | str:
    """What the header says, or the reason why the file cannot be used. Under `quiet_pillow`."""
    try:
        with _open(path) as image:
            width, height = image.size
            if _orientation(image) in TRANSPOSED:
                width, height = height, width
            return ImageHeader(width, height, _is_gray(image))
    except Exception as error:  # noqa: BLE001 - Pillow raises whatever a damaged file leads it to
        return _reason(path, error)


def decode_image(path: Path, size: int, channels: int, fit: Fit) -> Pixels | str:
    """The first frame as a square, or the reason why the file cannot be used. Under `quiet_pillow`.

    Args:
        path: the file.
        size: pixels a side of the result.
        channels: 1 for grey, 3 for colour.
        fit: "crop" takes the middle, "pad" keeps everything, on white.

    Returns:
        Shape (size, size, channels), turned as the EXIF orientation says, with what is transparent over white.
    """
    try:
        with _open(path) as image:
            if image.format in ("JPEG", "MPO"):
                # Large photographs are decoded at a half, a quarter or an eighth of their size: several times faster.
                image.draft(None, (2 * size, 2 * size))
            image.load()
            plain = _flatten(image).convert("L" if channels == 1 else "RGB")
            fitted = _fitted(_upright(plain, _orientation(image)), size, fit)
            return np.asarray(fitted).reshape(size, size, channels)
    except Exception as error:  # noqa: BLE001 - Pillow raises whatever a damaged file leads it to
        return _reason(path, error)


class _TooLargeError(Exception):
    """The header announces more pixels than are allowed."""


def _open(path: Path) -> Image.Image:
    from PIL import Image

    # Pillow makes room for a WebP image when it opens it.
    _check_size(*_webp_size(path))
    image = Image.open(path, formats=FORMATS)
    try:
        _check_size(*image.size)
    except _TooLargeError:
        image.close()
        raise
    return image


def _check_size(width: int, height: int) -> None:
    if width * height > LARGEST_PIXELS or max(width, height) > LARGEST_SIDE:
        raise _TooLargeError(f"announces {width:,} x {height:,} pixels")


def _webp_size(path: Path) -> tuple[int, int]:
    """The canvas that the header of an extended WebP file announces; others have at most 14 bits for a side."""
    with path.open("rb") as file:
        start = file.read(30)
    if start[:4] != b"RIFF" or start[8:16] != b"WEBPVP8X":
        return 0, 0
    return int.from_bytes(start[24:27], "little") + 1, int.from_bytes(start[27:30], "little") + 1


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it is damaged."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # Pillow would decode the image to look for EXIF data behind the pixels
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - damaged EXIF data raise whatever they do; the pixels are none the worse
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    from PIL import Image

    # In the order of the EXIF orientations 2 to 8.
    turns = Image.Transpose
    methods = (
        turns.FLIP_LEFT_RIGHT,
        turns.ROTATE_180,
        turns.FLIP_TOP_BOTTOM,
        turns.TRANSPOSE,
        turns.ROTATE_270,
        turns.TRANSVERSE,
        turns.ROTATE_90,
    )
    return image.transpose(methods[orientation - 2]) if 2 <= orientation <= 8 else image


def _is_gray(image: Image.Image) -> bool:
    if image.mode != "P" or image.palette is None:
        return image.mode in GRAY_MODES
    # `getpalette` would decode the image.
    order = image.palette.rawmode or image.palette.mode
    entries = np.frombuffer(bytes(image.palette.palette), np.uint8)
    colors = entries[: len(entries) // len(order) * len(order)].reshape(-1, len(order))[:, :3]
    return bool((colors == colors[:, :1]).all())


def _flatten(image: Image.Image) -> Image.Image:
    """Without transparency and with 8 bits a channel, in any mode that converts."""
    from PIL import Image

    if image.mode.startswith("I"):
        # Sixteen bits; Pillow's own conversion cuts off what is above 255.
        levels = np.asarray(image).clip(0, 65535).astype(np.uint32)
        return Image.fromarray(((levels * 255 + 32767) // 65535).astype(np.uint8))
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (WHITE, WHITE, WHITE, WHITE))
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    if image.mode == "P":
        return image.convert("RGB")
    return image


def _fitted(image: Image.Image, size: int, fit: Fit) -> Image.Image:
    from PIL import Image

    width, height = image.size
    if fit == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        square = image.crop((left, top, left + side, top + side))
        return square.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=3.0)
    scale = size / max(width, height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    square = Image.new(image.mode, (size, size), WHITE if image.mode == "L" else (WHITE, WHITE, WHITE))
    place = ((size - inner[0]) // 2, (size - inner[1]) // 2)
    square.paste(image.resize(inner, Image.Resampling.BICUBIC, reducing_gap=3.0), place)
    return square


def _reason(path: Path, error: Exception) -> str:
    """A few words that follow the file's name."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, _TooLargeError):
        return f"{error}, at most {LARGEST_PIXELS:,} and {LARGEST_SIDE:,} a side are allowed"
    if isinstance(error, Image.DecompressionBombError):
        return f"announces more than the {LARGEST_PIXELS:,} pixels allowed"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if isinstance(error, UnidentifiedImageError):
        return "is empty (0 bytes)" if _is_empty(path) else "is not an image"
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return "is truncated"
    words = str(error) or type(error).__name__
    return f"is damaged: {printable(words)[:80]}"


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False
