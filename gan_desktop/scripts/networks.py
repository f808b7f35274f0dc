"""The part of a script that has the networks: a plan of Keras layers spelt out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gan_desktop.training.as_keras.plan import INPUT, Layer

# The arguments that people give by their place.
BY_PLACE = (
    *("units", "filters", "input_dim", "output_dim", "kernel_size", "target_shape", "cropping", "activation"),
    *("rate", "pool_size", "n", "scale"),
)
# The most characters of a line.
WIDTH = 120
FAN_IN = '''\
def fan_in_normal(scale):
    """Normal weights of variance scale / fan in."""
    return VarianceScaling(scale, mode="fan_in", distribution="untruncated_normal")
'''


def spelt(name: str, layers: Sequence[Layer], spectral: bool = False) -> str:
    """The assignment that makes a network.

    Args:
        spectral: whether every kernel is divided by its largest singular value.
    """
    is_chain = all(layer.inputs == (place,) for place, layer in enumerate(layers[1:]))
    calls = [_call(layer, spectral) for layer in layers]
    return _sequential(name, layers, calls) if is_chain else _functional(name, layers, calls)


def _sequential(name: str, layers: Sequence[Layer], calls: Sequence[str]) -> str:
    inputs = f"keras.Input({_argument(layers[0].arguments['shape'])})"
    lines = [f"    {line}," for line in [inputs, *calls[1:]]]
    body = "\n".join(map(_fitting, lines))
    return f'{name} = keras.Sequential(\n    [\n{body}\n    ],\n    name="{name}",\n)\n'


def _functional(name: str, layers: Sequence[Layer], calls: Sequence[str]) -> str:
    names = _names(layers)
    inputs = [each for each, layer in zip(names, layers, strict=True) if layer.kind == INPUT]
    lines = [
        f"{made} = {call}" + (f"({_listed([names[place] for place in layer.inputs])})" if layer.inputs else "")
        for made, call, layer in zip(names, calls, layers, strict=True)
    ]
    body = "\n".join(map(_fitting, lines))
    returned = f'    return keras.Model({_listed(inputs)}, {names[-1]}, name="{name}")'
    return f"\n\ndef make_{name}():\n{body}\n{returned}\n\n\n{name} = make_{name}()\n"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _fitting(line: str) -> str:
    """A line of a network; if it is too long, its arguments stand in a line of their own."""
    line = f"    {line}"
    if len(line) <= WIDTH:
        return line
    begin, end = line.index("(") + 1, line.index("))") + 1 if "))" in line else line.rindex(")")
    margin = " " * (len(line) - len(line.lstrip()))
    return f"{line[:begin]}\n{margin}    {line[begin:end]}\n{margin}{line[end:]}"


def _names(layers: Sequence[Layer]) -> list[str]:
    """A name for what each layer gives: x where the next layer alone takes it, else one that is not in use."""
    places = range(len(layers))
    last_use = [max((user for user in places if place in layers[user].inputs), default=place) for place in places]
    names: list[str] = []
    for place, layer in enumerate(layers):
        if layer.kind == INPUT:
            names.append(layer.arguments["name"])
        elif last_use[place] <= place + 1:
            names.append("x")
        else:
            in_use = {names[other] for other in range(place) if last_use[other] > place}
            kept = ["kept", *(f"kept_{number}" for number in range(2, place + 3))]
            names.append(next(name for name in kept if name not in in_use))
    return names


def _call(layer: Layer, spectral: bool) -> str:
    if layer.kind == INPUT:
        return f"keras.Input({_input_arguments(layer)})"
    has_kernel = any(weight.endswith(("/kernel", "/table")) for weight in layer.weights)
    arguments = layer.arguments
    if spectral and has_kernel and arguments.get("kernel_initializer") == "zeros":
        # What is 0 has no largest singular value.
        arguments = arguments | {"kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0}}}
    places = [_argument(arguments[key]) for key in BY_PLACE if key in arguments]
    named = [f"{key}={_argument(value)}" for key, value in arguments.items() if key not in BY_PLACE]
    call = f"layers.{layer.kind}({', '.join([*places, *named])})"
    return f"layers.SpectralNormalization({call})" if spectral and has_kernel else call


def _argument(value: Any) -> str:
    if isinstance(value, dict):
        config = value["config"]
        if value["class_name"] == "VarianceScaling":
            return f"fan_in_normal({config['scale']:.6g})"
        return f"{value['class_name']}({', '.join(f'{key}={part:g}' for key, part in config.items())})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _input_arguments(layer: Layer) -> str:
    dtype = layer.arguments.get("dtype")
    return _argument(layer.arguments["shape"]) + (f', dtype="{dtype}"' if dtype else "")
