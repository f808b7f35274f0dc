"""A state as named arrays, which a checkpoint keeps and from which the digest is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy.typing as npt

# The players that come first in the digest: the two of a GAN.
FIRST = ("generator", "discriminator")
WEIGHT_KINDS = ("parameters", "statistics")


def is_weight(path: str) -> bool:
    player, _, rest = path.partition("/")
    return player != "averaged" and rest.startswith(tuple(f"{kind}/" for kind in WEIGHT_KINDS))


def digest_of(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    """The `weights_digest` of a state from `state_arrays`."""
    weights = [path for path in arrays if is_weight(path)]
    players = dict.fromkeys([*FIRST, *sorted({path.partition("/")[0] for path in weights})])
    digest = hashlib.sha256()
    for part in (f"{player}/{kind}/" for player in players for kind in WEIGHT_KINDS):
        for path in sorted(path for path in weights if path.startswith(part)):
            digest.update(arrays[path].tobytes())
    return digest.hexdigest()


def flatten(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested dicts and named tuples, with their paths, in a fixed order; a player's path is its name."""
    if hasattr(tree, "_asdict"):
        tree = tree._asdict()
        tree = tree.pop("players", {}) | tree
    if not isinstance(tree, dict):
        yield path, tree
        return
    for name in sorted(tree):
        yield from flatten(tree[name], f"{path}/{name}" if path else name)
