"""Reads an image file of any mode, orientation and depth into pixels of one size; its header may show it is too large.

A file that cannot be used gives a reason, a few words that follow its name, and no exception: in a folder of thousands
of files, a few are always damaged.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from gan_desktop.core.errors import printable
from gan_desktop.core.image_size import Size, height_width
from gan_desktop.training.data.deep_images import (
    Depths,
    NotFiniteError,
    Ranges,
    deep_values,
    depth_of,
    levels_in_use,
    to_bytes,
    uses_all,
)
from gan_desktop.training.data.files import Pixels
from gan_desktop.training.data.images import Fit, inside, middle
from gan_desktop.training.data.levels import Range
from gan_desktop.training.data.zip_files import MemberError

if TYPE_CHECKING:
    from PIL import Image

# Checked against the header, before a pixel is decoded: 64 megapixels are 200 MB in each thread.
LARGEST_PIXELS = 2**26
LARGEST_SIDE = 32768
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "DIB", "GIF", "TIFF")
GRAY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F")
ORIENTATION = 0x0112
TRANSPOSED = (5, 6, 7, 8)
WHITE = 255
UNMEASURED: Depths = MappingProxyType({})

_quiet_lock = threading.Lock()
_quiet_depth = 0
_quiet: Any = None


@dataclass(frozen=True)
class ImageHeader:
    """What an image's header says: its size as it is shown, that is, turned by its EXIF orientation; and if it is grey.

    `depth` is the kind of values if there are more than 8 bits a channel (`deep_images.depth_of`).
    """

    width: int
    height: int
    gray: bool
    depth: str = ""


class ImageSource(Protocol):
    """Where an image's bytes are: a path, or a member of a zip file."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """A stream that can be sought in. Raises OSError, or MemberError where a zip file's member cannot be used."""
        ...


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


def read_image_header(source: ImageSource) -> ImageHeader | str:
    """What the header says, or the reason why the file cannot be used. Under `quiet_pillow`."""
    try:
        with _opened(source) as image:
            width, height = image.size
            if image.format != "TIFF" and _orientation(image) in TRANSPOSED:  # Pillow turns TIFF files itself
                width, height = height, width
            return ImageHeader(width, height, _is_gray(image), depth_of(image))
    except Exception as error:  # noqa: BLE001 - Pillow raises whatever a damaged file leads it to
        return _reason(source, error)


def ranges_in_use(source: ImageSource) -> Ranges:
    """The range of the values of an image of more than 8 bits a channel; nothing if it cannot be used."""
    try:
        with _opened(source) as image, _opened(source) as again:
            depth = depth_of(image)
            if not depth:
                return {}
            image.load()
            return {depth: Range.of(deep_values(image, again))}
    except Exception:  # noqa: BLE001 - decoding the image reports it
        return {}


def decode_image(source: ImageSource, size: Size, channels: int, fit: Fit, depths: Depths = UNMEASURED) -> Pixels | str:
    """The first frame in one size, or the reason why the file cannot be used. Under `quiet_pillow`.

    Args:
        source: the file.
        size: of the result.
        channels: 1 for grey, 3 for colour.
        fit: "crop" takes the middle, "pad" keeps everything, on white.
        depths: the levels of images of more than 8 bits; if unmeasured, they come from the image's own range.

    Returns:
        Shape (height, width, channels), turned as the EXIF orientation says, with what is transparent over white.
    """
    try:
        with _opened(source) as image:
            if image.format in ("JPEG", "MPO"):
                # Large photographs are decoded at a half, a quarter or an eighth of their size: several times faster.
                side = 2 * max(height_width(size))
                image.draft(None, (side, side))
            depth = depth_of(image)
            image.load()
            shallow = _eight_bits(source, image, depth, depths) if depth else image
            plain = _flatten(shallow).convert("L" if channels == 1 else "RGB")
            fitted = _fitted(_upright(plain, _orientation(image)), size, fit)
            return np.asarray(fitted).reshape(*height_width(size), channels)
    except Exception as error:  # noqa: BLE001 - Pillow raises whatever a damaged file leads it to
        return _reason(source, error)


class _TooLargeError(Exception):
    """The header announces more pixels than are allowed."""


@contextmanager
def _opened(source: ImageSource) -> Iterator[Image.Image]:
    from PIL import Image

    with source.open("rb") as stream:
        # Pillow makes room for a WebP image when it opens it.
        _check_size(*_webp_size(stream))
        stream.seek(0)
        with Image.open(stream, formats=FORMATS) as image:
            _check_size(*image.size)
            yield image


def _check_size(width: int, height: int) -> None:
    if width * height > LARGEST_PIXELS or max(width, height) > LARGEST_SIDE:
        raise _TooLargeError(f"announces {height:,} x {width:,} pixels (height x width)")


def _webp_size(stream: IO[bytes]) -> tuple[int, int]:
    """The canvas that the header of an extended WebP file announces; others have at most 14 bits for a side."""
    start = stream.read(30)
    if start[:4] != b"RIFF" or start[8:16] != b"WEBPVP8X":
        return 0, 0
    return int.from_bytes(start[24:27], "little") + 1, int.from_bytes(start[27:30], "little") + 1


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it is damaged."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # Pillow would decode the image to look for EXIF data behind the pixels
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - damaged EXIF data raise whatever they do; the pixels are still good
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


def _eight_bits(source: ImageSource, image: Image.Image, depth: str, depths: Depths) -> Image.Image:
    """A loaded image of more than 8 bits a channel, brought to 8; opacity is kept."""
    from PIL import Image

    if depth in depths and uses_all(image, depths[depth]):
        return image
    with _opened(source) as again:
        values = deep_values(image, again)
    levels = depths[depth] if depth in depths else levels_in_use([{depth: Range.of(values)}])[depth]
    shallow = Image.fromarray(to_bytes(values, levels))
    if image.mode == "RGBA":
        shallow.putalpha(image.getchannel("A"))
    return shallow


def _flatten(image: Image.Image) -> Image.Image:
    """An image without transparency, in any mode that converts."""
    from PIL import Image

    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (WHITE, WHITE, WHITE, WHITE))
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    if image.mode == "P":
        return image.convert("RGB")
    return image


def _fitted(image: Image.Image, size: Size, fit: Fit) -> Image.Image:
    from PIL import Image

    rows, columns = height_width(size)
    if fit == "crop":
        top, left, height, width = middle(image.height, image.width, size)
        cut = image.crop((left, top, left + width, top + height))
        return cut.resize((columns, rows), Image.Resampling.BICUBIC, reducing_gap=3.0)
    top, left, height, width = inside(image.height, image.width, size)
    ground = Image.new(image.mode, (columns, rows), WHITE if image.mode == "L" else (WHITE, WHITE, WHITE))
    ground.paste(image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0), (left, top))
    return ground


def _reason(source: ImageSource, error: Exception) -> str:
    """A few words that follow the file's name."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, MemberError):
        return str(error)
    if isinstance(error, NotFiniteError):
        return "holds NaN or infinity"
    if isinstance(error, _TooLargeError):
        return f"{error}, at most {LARGEST_PIXELS:,} and {LARGEST_SIDE:,} a side are allowed"
    if isinstance(error, Image.DecompressionBombError):
        return f"announces more than the {LARGEST_PIXELS:,} pixels allowed"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if isinstance(error, UnidentifiedImageError):
        return "is empty (0 bytes)" if _is_empty(source) else "is not an image"
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return "is truncated"
    words = str(error) or type(error).__name__
    return f"is damaged: {printable(words)[:80]}"


def _is_empty(source: ImageSource) -> bool:
    try:
        with source.open("rb") as stream:
            return not stream.read(1)
    except OSError:
        return False
