"""The samples of one step as a picture."""

from __future__ import annotations

from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.registry import exports
from gan_desktop.exports.kept import real_points, samples_at
from gan_desktop.recording.past import read_past
from gan_desktop.recording.snapshots import sample_image


@exports.register("samples", title="Samples of one step, as PNG", facts=Format(5, ".png", of_one_step=True))
def write_samples(order: Order) -> None:
    """The generator's samples from the fixed latents, at the last step or the one that is asked for: a grid of images,
    or points over the real ones.
    """
    _, past = read_past(order.run)
    sample_image(samples_at(past, order.step), real_points(past)).save(order.out, "PNG")
