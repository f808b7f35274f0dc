"""What stands out in the gradients and updates of both networks, in sentences with the figures that they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.views import Layer, Role
from gan_desktop.gui.look import words

# An update changes a healthy kernel by about a thousandth of its norm (a rule of thumb: Karpathy, CS231n, "ratio of
# weights:updates"); half a decade to either side counts as about.
HEALTHY_RATIOS = (10**-3.5, 10**-2.5)
FAST_RATIO, SLOW_RATIO = 1e-2, 1e-5
# One network's gradient beside the other's, and one kernel's beside the largest of its network.
UNEVEN_NETWORKS, UNEVEN_KERNELS = 100.0, 1000.0
MOST = 2


def _tr(text: str) -> str:
    return QCoreApplication.translate("Layers", text)


def is_kernel(layer: Layer) -> bool:
    """Whether it is a matrix that mixes features, rather than an offset or a scale of each."""
    return layer.name.endswith("kernel") or isfinite(layer.spectral_norm)


def short_name(layer: Layer) -> str:
    """The layer's name without what every kernel is called: dense_0, but dense_0/bias."""
    return layer.name.removesuffix("/kernel")


def gradient_norm(layers: Sequence[Layer]) -> float:
    """The L2 norm of the gradient of all these parameters together."""
    return sqrt(sum(layer.gradient_norm**2 for layer in layers))


def findings(layers: Sequence[Layer]) -> list[str]:
    """The most telling sentences, at most `MOST`; where nothing stands out, one that says so."""
    networks: dict[Role, list[Layer]] = {
        name: [layer for layer in layers if layer.network == name] for name in ("d", "g")
    }
    broken = [layer for layer in layers if not isfinite(layer.gradient_norm)]
    if broken:
        return [_tr("The gradient of {layer} is no longer finite.").format(layer=_place(broken[0]))]
    found = _between(networks)
    for name, parameters in networks.items():
        kernels = [layer for layer in parameters if is_kernel(layer)]
        found += _still(name, kernels) or [*_within(kernels), *_speeds(kernels)]
    return found[:MOST] or [_calm(networks, layers)]


def _place(layer: Layer) -> str:
    return _tr("{network}'s {layer}").format(network=layer.network.upper(), layer=short_name(layer))


def _between(networks: dict[Role, list[Layer]]) -> list[str]:
    norms = {name: gradient_norm(parameters) for name, parameters in networks.items() if parameters}
    if len(norms) < 2:
        return []
    weak, strong = sorted(norms, key=lambda name: norms[name])
    if norms[strong] == 0:
        return [_tr("Neither network receives a gradient.")]
    if norms[weak] == 0:
        return [_tr("{weak} receives no gradient at all: it cannot learn.").format(weak=weak.upper())]
    if norms[strong] < UNEVEN_NETWORKS * norms[weak]:
        return []
    text = _tr("{weak}'s gradient is {share} of {strong}'s ({a} to {b}): it has little to learn from.")
    share = words.rate(_rounded(norms[weak] / norms[strong]))
    a, b = (words.three_digits(norms[name]) for name in (weak, strong))
    return [text.format(weak=weak.upper(), strong=strong.upper(), share=share, a=a, b=b)]


def _still(name: Role, kernels: list[Layer]) -> list[str]:
    """A sentence about a network none of whose weights change: nothing else about it is worth one."""
    if kernels and all(layer.update_ratio == 0 for layer in kernels):
        return [_tr("{network} stands still: its updates change nothing.").format(network=name.upper())]
    return []


def _within(kernels: list[Layer]) -> list[str]:
    """A gradient that fades on its way through a network."""
    if len(kernels) < 2:
        return []
    weak = min(kernels, key=lambda layer: layer.gradient_norm)
    strong = max(kernels, key=lambda layer: layer.gradient_norm)
    if weak.gradient_norm == 0 < strong.gradient_norm:
        return [_tr("{layer} receives no gradient.").format(layer=_place(weak))]
    if strong.gradient_norm <= UNEVEN_KERNELS * weak.gradient_norm:
        return []
    share = words.rate(_rounded(weak.gradient_norm / strong.gradient_norm))
    text = _tr("{weak} receives {share} of the gradient of {strong}: it hardly learns.")
    return [text.format(weak=_place(weak), share=share, strong=short_name(strong))]


def _speeds(kernels: list[Layer]) -> list[str]:
    """A kernel that changes much faster or slower than is usual."""
    known = [layer for layer in kernels if isfinite(layer.update_ratio) and layer.update_ratio > 0]
    if not known:
        return []
    fast, slow = (choose(known, key=lambda layer: layer.update_ratio) for choose in (max, min))
    if fast.update_ratio > FAST_RATIO:
        text = _tr("An update changes {layer} by {share} % of its norm, where 0.1 % is usual: it may overshoot.")
        return [text.format(layer=_place(fast), share=f"{100 * fast.update_ratio:.2g}")]
    if slow.update_ratio < SLOW_RATIO:
        text = _tr("An update changes {layer} by {share} of its norm, where 1e-3 is usual: it hardly moves.")
        return [text.format(layer=_place(slow), share=words.rate(_rounded(slow.update_ratio)))]
    return []


def _calm(networks: dict[Role, list[Layer]], layers: Sequence[Layer]) -> str:
    ratios = [layer.update_ratio for layer in layers if is_kernel(layer) and layer.update_ratio > 0]
    if not ratios or not all(networks.values()):
        return _tr("Nothing stands out.")
    d, g = (words.three_digits(gradient_norm(networks[name])) for name in ("d", "g"))
    text = _tr("Nothing stands out: gradients of {d} (D) and {g} (G), and updates of {low} to {high} of each kernel.")
    low, high = (words.rate(_rounded(choose(ratios))) for choose in (min, max))
    return text.format(d=d, g=g, low=low, high=high)


def _rounded(value: float) -> float:
    return float(f"{value:.1e}")
