"""Views come back as well as it takes to draw them; what is damaged is refused in a sentence."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Samples
from gan_desktop.core.views import VIEW_OF, KeptView, Layer, Layers, Manifold, Surface, View
from gan_desktop.recording.arrays_in_bytes import samples_to_bytes
from gan_desktop.recording.views_in_bytes import view_from_bytes, view_to_bytes
from tests.gui.fake_views import LIMITS, arrows, manifold, scores, surface
from tests.recording.test_arrays_in_bytes import POINTS

ODD = np.array([[np.nan, np.inf], [-np.inf, 3.0]], np.float32)
VIEWS: dict[str, KeptView] = {
    "surface": surface(5),
    "surface of a line": surface(5, limits=LIMITS[:1], logits=np.linspace(-9, 2, 64, dtype="f"), optimal=None),
    "no surface": Surface(5, LIMITS, np.empty((0, 0), "f"), None, "D judges packs", "no density"),
    "not finite": surface(5, logits=ODD),
    "a constant": surface(5, logits=np.full((4, 4), 7.5, "f")),
    "a critic far from 0": surface(5, logits=(1e6 + np.arange(16.0, dtype="f")).reshape(4, 4)),
    "huge": surface(5, logits=np.array([[-3e38, 3e38], [0.0, 1e38]], "f")),
    "manifold": manifold(5, whole=False),
    "no manifold": Manifold(5, np.empty((0, 0, 2), "f"), unknown="no class was chosen"),
    "arrows": arrows(5),
    "weak arrows": arrows(5, 1e-12),
    "layers": Layers(5, (Layer("d", "dense/kernel", 0.5, 2.0, 1e-3, 1.5), Layer("g", "b", 0.0, 0.0, np.nan, np.nan))),
    "no layers": Layers(5, ()),
    "scores": scores(5),
}


def close(was: Any, now: Any) -> bool:
    """Whether values are alike within a thousandth of the range that they span."""
    if isinstance(was, np.ndarray):
        finite = was[np.isfinite(was)].astype(np.float64)
        span = finite.max() - finite.min() if len(finite) else 0.0
        return was.shape == now.shape and np.allclose(was, now, rtol=1e-6, atol=span / 1000, equal_nan=True)
    if isinstance(was, tuple):
        return len(was) == len(now) and all(map(close, was, now))
    if isinstance(was, Layer):
        return all(close(getattr(was, field.name), getattr(now, field.name)) for field in fields(was))
    if isinstance(was, float):
        return bool(np.isclose(was, now, equal_nan=True))
    return bool(was == now)


@pytest.mark.parametrize("name", VIEWS)
def test_views_come_back(name: str) -> None:
    view = VIEWS[name]
    content = view_to_bytes(view)
    back = view_from_bytes(VIEW_OF[type(view)], content)
    assert type(back) is type(view)
    for field in fields(view):
        assert close(getattr(view, field.name), getattr(back, field.name)), field.name


def test_every_kind_is_kept() -> None:
    assert set(VIEW_OF.values()) == set(View) == {VIEW_OF[type(view)] for view in VIEWS.values()}


@pytest.mark.parametrize("kind", View)
def test_what_is_damaged_is_refused(kind: View) -> None:
    for content in (b"", b"nonsense", view_to_bytes(surface(5))[:-30]):
        with pytest.raises(InputError, match="cannot be read"):
            view_from_bytes(kind, content)
    with pytest.raises(InputError, match=f"the view '{kind}' is damaged"):
        view_from_bytes(kind, samples_to_bytes(Samples(1, POINTS)))
