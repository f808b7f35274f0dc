"""The film of a run: its samples from first to last, with the step and what was changed below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from PIL import Image, ImageDraw, ImageFont

from gan_desktop.core.errors import InputError, shortened
from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.past import Past, SavedSamples
from gan_desktop.core.registry import exports
from gan_desktop.exports.kept import change_text, evenly, real_points
from gan_desktop.recording.past import read_past
from gan_desktop.recording.snapshots import sample_image

# Pictures a second, how many are shown at most, and for how many of them the last one stays.
RATE, MOST_PICTURES, LAST_STAYS = 12, 600, 24
# For how many pictures a change stays in the caption.
CHANGE_STAYS = 12
LINE, MARGIN, LETTERS = 20, 6, 14
GROUND, INK, ACCENT = (24, 24, 24), (235, 235, 235), (230, 159, 0)


@exports.register("gif", title="A film of the samples, as GIF", facts=Format(3, ".gif"))
def write_gif(order: Order) -> None:
    """The samples of the whole run, twelve pictures a second, with the step and every change of a control."""
    _, past = read_past(order.run)
    pictures = (picture.quantize(256, Image.Quantize.FASTOCTREE) for picture in _told(order, past))
    first = next(pictures)
    shown = [1000 // RATE] * (len(_chosen(past)) - 1) + [1000 * LAST_STAYS // RATE]
    first.save(order.out, "GIF", save_all=True, append_images=pictures, duration=shown, loop=0)


@exports.register("mp4", title="A film of the samples, as MP4", facts=Format(4, ".mp4", ("av",)))
def write_mp4(order: Order) -> None:
    """The same film as H.264, which every browser and slide program plays."""
    import av

    _, past = read_past(order.run)
    pictures = _told(order, past)
    first = shown = next(pictures)
    with av.open(str(order.out), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.pix_fmt = "yuv420p"
        stream.width, stream.height = first.size
        for shown in chain([first], pictures):
            container.mux(stream.encode(av.VideoFrame.from_image(shown)))
        for _ in range(LAST_STAYS - 1):
            container.mux(stream.encode(av.VideoFrame.from_image(shown)))
        container.mux(stream.encode())


def _told(order: Order, past: Past) -> Iterator[Image.Image]:
    """The pictures; how many are done is told."""
    count = len(_chosen(past))
    for number, picture in enumerate(pictures_of(past), start=1):
        yield picture
        order.progress(number / count)


def _chosen(past: Past) -> Sequence[SavedSamples]:
    """The samples that are shown, the last ones among them.

    Raises:
        InputError: none were kept.
    """
    if not past.samples:
        raise InputError("no samples of this run were kept: there is nothing to show in a film")
    return evenly(past, MOST_PICTURES)


def pictures_of(past: Past) -> Iterator[Image.Image]:
    """The pictures of the film, all of one size, whose sides are even as video needs it.

    Raises:
        InputError: no samples were kept, or some cannot be read.
    """
    chosen = _chosen(past)
    real = real_points(past)
    size, before, changes = None, -1, _Changes(past)
    for saved in chosen:
        picture = sample_image(saved.load(), real)
        size = size or picture.size
        yield _captioned(picture, size, f"step {saved.step:,}", changes.between(before, saved.step))
        before = saved.step


class _Changes:
    """The changes of controls, each for as many pictures as it takes to read it."""

    def __init__(self, past: Past) -> None:
        self._changes = past.interventions
        self._text, self._left = "", 0

    def between(self, before: int, step: int) -> str:
        """What was changed last before `step`, if that is not long ago; after step `before` it is new."""
        new = [change for change in self._changes if before < change.step <= step]
        if new:
            self._text, self._left = ", ".join(map(change_text, new)), CHANGE_STAYS
        self._left -= 1
        return self._text if self._left >= 0 else ""


def _captioned(picture: Image.Image, size: tuple[int, int], step: str, change: str) -> Image.Image:
    """The picture in the middle of a frame of `size`, with two lines below."""
    width, height = (side + side % 2 for side in size)
    frame = Image.new("RGB", (width, height + 2 * LINE + 2 * MARGIN), GROUND)
    frame.paste(picture.convert("RGB"), ((width - picture.width) // 2, (height - picture.height) // 2))
    draw, font = ImageDraw.Draw(frame), ImageFont.load_default(LETTERS)
    draw.text((MARGIN, height + MARGIN), step, INK, font)
    length = len(change)
    while length and draw.textlength(shortened(change, length), font) > width - 2 * MARGIN:
        length -= 1
    draw.text((MARGIN, height + MARGIN + LINE), shortened(change, length) if length else "", ACCENT, font)
    return frame
