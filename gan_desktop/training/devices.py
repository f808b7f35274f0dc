"""The devices that can train: lists them, chooses one, and says why the one that was wanted is not there."""

from __future__ import annotations

import os
import sys

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Device
from gan_desktop.core.machine import Machine, processor_features, processor_name
from gan_desktop.training.backend import tf, threads


def list_devices() -> tuple[Device, ...]:
    """GPUs first, then the CPU (or several logical ones). Initialises TensorFlow's devices.

    A GPU's memory is taken only as it is needed, so that enough is left for the desktop.
    """
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:
            break  # devices are initialised already, in an earlier run of this process, and set as they were then
    gpus = [_device(logical.name) for logical in tf.config.list_logical_devices("GPU")]
    cpus = [_device(logical.name) for logical in tf.config.list_logical_devices("CPU")]
    return (*gpus, *cpus)


def _device(logical_name: str) -> Device:
    name = logical_name.removeprefix("/device:")
    kind, _, number = name.partition(":")
    if kind == "CPU":
        cores = os.cpu_count() or 1
        title = f"CPU ({cores} core{'s' if cores > 1 else ''})"
        return Device("CPU", title) if number == "0" else Device(name, f"{title}, part {number}")
    physical = tf.config.list_physical_devices("GPU")[int(number)]
    details = tf.config.experimental.get_device_details(physical)
    return Device(name, f"{name} {details.get('device_name', '')}".strip())


def machine(device: Device) -> Machine:
    """What the weights of a run on that device depend on."""
    place = "CPU" if device.name.startswith("CPU") else device.title
    return Machine(threads(), processor_name(), processor_features(), tf.__version__, place)


def gpu_note() -> str:
    """What it takes to use a GPU on this system, if TensorFlow finds none; else empty."""
    if tf.config.list_physical_devices("GPU"):
        return ""
    if sys.platform == "win32":
        return "TensorFlow has no GPU build for Windows itself: run GAN Desktop inside WSL2 to use an NVIDIA GPU."
    if sys.platform == "darwin":
        return "TensorFlow has no official GPU build for macOS: training uses the CPU."
    if tf.test.is_built_with_cuda():
        return "No GPU was found: it takes an NVIDIA driver and the extra gan-desktop[cuda]."
    return "This TensorFlow is built without GPU support."


def choose_device(name: str) -> Device:
    """The device of that name; `auto` is the first GPU, else the CPU.

    Raises:
        InputError: there is no such device; the sentence says which there are, and why there is no GPU.
    """
    devices = list_devices()
    if name.lower() == "auto":
        return devices[0]
    wanted = name.upper()
    aliases = {"GPU": "GPU:0", "CPU:0": "CPU"}
    for device in devices:
        if device.name == aliases.get(wanted, wanted):
            return device
    here = ", ".join(["auto", *(device.name for device in devices)])
    note = f" ({gpu_note().rstrip('.')})" if wanted.startswith("GPU") and gpu_note() else ""
    raise InputError(
        f"training.device = '{name}': there is no such device; allowed here: {here}{note}", "training.device"
    )
