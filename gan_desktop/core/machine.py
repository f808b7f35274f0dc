"""What a run's weights depend on besides config, seed and interventions: the machine that computes them.

Sums of floating-point numbers depend on their order, and the order on how many threads divide the work, on the
processor's instructions, on TensorFlow and on the device. A run is repeated bit for bit if all of these are equal.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

# Instructions that work on many numbers at once, by which compilers and libraries choose their programs.
VECTOR_FEATURES = ("amx", "asimd", "avx", "f16c", "fma", "neon", "sse", "ssse", "sve", "vnni")
# Distributions that provide TensorFlow, in the order in which they are looked for.
TENSORFLOWS = ("tensorflow", "tensorflow-cpu")
TITLES = {
    "threads": "threads",
    "processor": "the processor",
    "features": "the processor's instructions",
    "tensorflow": "TensorFlow",
    "device": "the device",
}


@dataclass(frozen=True)
class Machine:
    """What makes two runs of one config, seed and interventions equal.

    Attributes:
        threads: how many threads compute a step.
        processor: its name.
        features: its instructions for vectors, sorted.
        tensorflow: its version.
        device: `CPU`, or a GPU with its name.
    """

    threads: int
    processor: str
    features: tuple[str, ...]
    tensorflow: str
    device: str

    def plain(self) -> dict[str, Any]:
        """The machine as JSON holds it."""
        return asdict(self) | {"features": list(self.features)}


def machine_from(plain: Mapping[str, Any]) -> Machine:
    """The machine that `plain` describes.

    Raises:
        ValueError: a part is missing, or has the wrong kind.
    """
    try:
        values = {field.name: plain[field.name] for field in fields(Machine)}
        features = tuple(str(feature) for feature in values.pop("features"))
        threads = int(values.pop("threads"))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not the description of a machine: {error}") from None
    return Machine(threads, features=features, **{name: str(value) for name, value in values.items()})


def differences(before: Machine, now: Machine) -> list[str]:
    """A sentence on each part in which two machines differ; none if a run is repeated bit for bit."""
    sentences = []
    for name, title in TITLES.items():
        was, is_now = getattr(before, name), getattr(now, name)
        if name == "features":
            gone, new = sorted(set(was) - set(is_now)), sorted(set(is_now) - set(was))
            changes = [f"without {', '.join(gone)}"] * bool(gone) + [f"with {', '.join(new)}"] * bool(new)
            if changes:
                sentences.append(f"{title} differ: now {' and '.join(changes)}")
        elif was != is_now:
            sentences.append(f"{title} differ{'' if name == 'threads' else 's'}: {was} then, {is_now} now")
    return sentences


@cache
def usable_cores() -> int:
    """How many processors the system gives to this process, which may be fewer than there are."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@cache
def processor_text() -> str:
    """All that the system says that tells one processor from another; it is only meant to be compared."""
    return "|".join([platform.machine(), processor_name(), *_all_features()])


@cache
def processor_name() -> str:
    """The processor's name, or its architecture if the system says no more."""
    return _from_cpuinfo("model name") or platform.processor() or platform.machine()


@cache
def processor_features() -> tuple[str, ...]:
    """Its instructions for vectors, sorted."""
    return tuple(name for name in _all_features() if name.startswith(VECTOR_FEATURES) or name.endswith("vnni"))


def _all_features() -> list[str]:
    """All instructions, as Linux names them, or as NumPy found them if there is nobody else to ask."""
    told = (_from_cpuinfo("flags") or _from_cpuinfo("Features")).split()
    if not told:
        core: Any = getattr(np, "_core", None) or np.core  # the latter before NumPy 2
        told = [name.lower() for name, there in core._multiarray_umath.__cpu_features__.items() if there]
    return sorted(set(told))


def _from_cpuinfo(key: str) -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            lines = [line.partition(":") for line in file]
    except OSError:
        return ""
    return next((value.strip() for name, _, value in lines if name.strip() == key), "")


def tensorflow_distributions() -> tuple[str, ...]:
    """Which distributions of TensorFlow are installed."""
    found = []
    for name in TENSORFLOWS:
        try:
            version(name)
        except PackageNotFoundError:
            continue
        found.append(name)
    return tuple(found)


def distributions_note() -> str:
    """One sentence if two distributions of TensorFlow, which share one folder, are installed; else empty."""
    found = tensorflow_distributions()
    if len(found) < 2:
        return ""
    versions = " and ".join(f"{name} {version(name)}" for name in found)
    return (
        f"Both {versions} are installed into one folder, so it is not certain which of them runs, and removing one "
        f"breaks the other: uninstall both, and then install tensorflow."
    )
