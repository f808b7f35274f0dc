"""A network as a list of Keras layers, which a program can build and a script can spell out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

Shape = tuple[int, ...]

INPUT = "Input"


@dataclass(frozen=True)
class Layer:
    """A layer of `keras.layers`.

    Attributes:
        kind: the name of its class, or `INPUT`.
        arguments: what it is made with; an initializer that takes arguments is a dict as Keras serialises it.
        inputs: the places in the plan of the layers that it is called on.
        weights: the names of our arrays, in the order of its own weights.
    """

    kind: str
    arguments: dict[str, Any]
    inputs: tuple[int, ...] = ()
    weights: tuple[str, ...] = ()


@dataclass(frozen=True)
class Node:
    """What a layer gives: its place in the plan, and the shape of one sample."""

    place: int
    shape: Shape


class Plan:
    """The layers of a network in the order in which they are called; the last one gives what the network gives."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []

    def input(self, name: str, shape: Shape, dtype: str = "float32") -> Node:
        """One of the network's inputs."""
        given = {"dtype": dtype} if dtype != "float32" else {}
        return self._append(Layer(INPUT, {"shape": shape, **given, "name": name}), shape)

    def add(
        self, kind: str, inputs: Node | Sequence[Node], shape: Shape, weights: Sequence[str] = (), **arguments: Any
    ) -> Node:
        """A layer that makes something of that shape."""
        nodes = [inputs] if isinstance(inputs, Node) else inputs
        return self._append(Layer(kind, arguments, tuple(node.place for node in nodes), tuple(weights)), shape)

    def _append(self, layer: Layer, shape: Shape) -> Node:
        self.layers.append(layer)
        return Node(len(self.layers) - 1, shape)

    def as_json(self) -> list[dict[str, Any]]:
        """The layers as JSON has them."""
        return [asdict(layer) for layer in self.layers]
