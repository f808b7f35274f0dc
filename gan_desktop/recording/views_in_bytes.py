"""Pictures of the networks' insides as bytes, for the database: as exact as it takes to draw them again.

Logits and pulls are halves, 11 bits of the range that they span; places and norms are float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError
from gan_desktop.core.views import Arrows, KeptView, Layer, Layers, Manifold, Scores, Surface, View
from gan_desktop.recording.arrays_in_bytes import archive_from_bytes, archive_to_bytes

# The numbers of a layer, and its words.
NUMBERS = ("gradient_norm", "weight_norm", "update_ratio", "spectral_norm")

Archive = dict[str, npt.NDArray[Any]]


def view_to_bytes(view: KeptView) -> bytes:
    """A view as it is kept; `view_from_bytes` has the other way."""
    arrays: Archive = {}
    meta: dict[str, Any] = {"step": view.step}
    match view:
        case Surface():
            arrays["limits"] = view.limits.astype(np.float64)
            _halve("logits", view.logits, arrays, meta)
            if view.optimal is not None:
                _halve("optimal", view.optimal, arrays, meta)
            meta |= {"unknown": view.unknown, "optimal_unknown": view.optimal_unknown}
        case Manifold():
            arrays["points"] = view.points.astype(np.float32)
            meta |= {"whole": view.whole, "unknown": view.unknown}
        case Arrows():
            arrays["points"] = view.points.astype(np.float32)
            _halve("directions", view.directions, arrays, meta)
        case Layers():
            rows = [[getattr(layer, name) for name in NUMBERS] for layer in view.layers]
            arrays["numbers"] = np.array(rows, np.float32).reshape(-1, len(NUMBERS))
            meta["names"] = [[layer.network, layer.name] for layer in view.layers]
        case Scores():
            _halve("real", view.real, arrays, meta)
            _halve("fake", view.fake, arrays, meta)
    return archive_to_bytes(arrays, meta)


def view_from_bytes(kind: View, content: bytes) -> KeptView:
    """What `view_to_bytes` has written of a view of this kind.

    Raises:
        InputError: it is damaged.
    """
    arrays, meta = archive_from_bytes(content, f"the view '{kind}'")
    try:
        return _view(kind, arrays, meta)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"the view '{kind}' is damaged: {error}") from None


def _view(kind: View, arrays: Archive, meta: dict[str, Any]) -> KeptView:
    step = int(meta["step"])
    match kind:
        case View.SURFACE:
            optimal = _whole("optimal", arrays, meta) if "optimal" in arrays else None
            reasons = str(meta["unknown"]), str(meta["optimal_unknown"])
            return Surface(step, arrays["limits"], _whole("logits", arrays, meta), optimal, *reasons)
        case View.MANIFOLD:
            return Manifold(step, arrays["points"], bool(meta["whole"]), str(meta["unknown"]))
        case View.ARROWS:
            return Arrows(step, arrays["points"], _whole("directions", arrays, meta))
        case View.LAYERS:
            named = zip(meta["names"], arrays["numbers"].tolist(), strict=True)
            return Layers(step, tuple(Layer(network, str(name), *row) for (network, name), row in named))
        case View.SCORES:
            return Scores(step, _whole("real", arrays, meta), _whole("fake", arrays, meta))


def _halve(name: str, values: npt.NDArray[Any], arrays: Archive, meta: dict[str, Any]) -> None:
    """Put values into `arrays` as halves between -1 and 1; those that are not finite stay what they are."""
    exact = values.astype(np.float64)
    finite = exact[np.isfinite(exact)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    middle, reach = low / 2 + high / 2, (high / 2 - low / 2) or 1.0
    arrays[name] = ((exact - middle) / reach).astype(np.float16)
    meta[f"{name}_scale"] = [middle, reach]


def _whole(name: str, arrays: Archive, meta: dict[str, Any]) -> npt.NDArray[np.float32]:
    middle, reach = meta[f"{name}_scale"]
    # A value beyond float32 was infinite before.
    with np.errstate(over="ignore"):
        return (arrays[name].astype(np.float64) * reach + middle).astype(np.float32)
