"""Devices: listed, chosen, trained on, and explained where they are not there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.training import devices
from gan_desktop.training.backend import tf
from tests.tiny import write_tiny

# A CPU in two parts stands in for a machine with two devices. Only a fresh process can still divide it.
SPLIT = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import load_config
from gan_desktop.training.backend import tf
from gan_desktop.training.devices import choose_device, list_devices
from gan_desktop.training.networks.mlp import Mlp
from gan_desktop.training.trainer import Trainer

part = tf.config.LogicalDeviceConfiguration()
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [part, part])
said = {"devices": [asdict(device) for device in list_devices()]}
said["chosen"] = {name: choose_device(name).name for name in ("auto", "cpu", "CPU:0", "cpu:1")}
try:
    choose_device("CPU:2")
except InputError as error:
    said["refused"] = str(error)
config = load_config(Path("tiny.toml")).config
for name in ("CPU", "CPU:1"):
    trainer = Trainer(replace_keys(config, {"training.device": name}))
    trainer.advance(10)
    said[name] = {
        "digest": trainer.weights_digest(),
        "title": trainer.device.title,
        "places": sorted({variable.device for variable in tf.nest.flatten(trainer.state)}),
    }
print(json.dumps(said))
"""


def test_a_machine_with_two_devices(
    tmp_path: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    write_tiny(tmp_path)
    result = run_python("-c", SPLIT)
    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout.splitlines()[-1])
    cpus = [device for device in said["devices"] if device["name"].startswith("CPU")]
    assert [device["name"] for device in cpus] == ["CPU", "CPU:1"]
    assert len({device["title"] for device in cpus}) == 2
    assert said["chosen"] == {
        "auto": said["devices"][0]["name"],
        "cpu": "CPU",
        "CPU:0": "CPU",
        "cpu:1": "CPU:1",
    }
    assert said["refused"].startswith("training.device = 'CPU:2': there is no such device; allowed here: auto, ")
    assert said["refused"].endswith("CPU, CPU:1")
    for name, place in (("CPU", "/device:CPU:0"), ("CPU:1", "/device:CPU:1")):
        assert [there.partition("/task:0")[2] for there in said[name]["places"]] == [place]
    assert said["CPU"]["digest"] == said["CPU:1"]["digest"]
    assert said["CPU:1"]["title"] == cpus[1]["title"]


def test_the_cpu_is_always_there() -> None:
    assert devices.list_devices()[-1].name == "CPU"
    assert devices.choose_device("cpu") == devices.choose_device("CPU:0") == devices.list_devices()[-1]


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without one."""

    def only_cpus(listed: Any) -> Any:
        return lambda kind=None: [] if kind == "GPU" else listed(kind)

    monkeypatch.setattr(tf.config, "list_physical_devices", only_cpus(tf.config.list_physical_devices))
    monkeypatch.setattr(tf.config, "list_logical_devices", only_cpus(tf.config.list_logical_devices))


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize(
    ("system", "with_cuda", "words"),
    [
        ("win32", False, ["no GPU build for Windows", "WSL2"]),
        ("darwin", False, ["no official GPU build for macOS"]),
        ("linux", True, ["NVIDIA driver", "gan-desktop[cuda]"]),
        ("linux", False, ["built without GPU support"]),
    ],
)
@pytest.mark.parametrize("wish", ["GPU", "gpu:0", "GPU:3"])
def test_a_gpu_that_is_not_there(
    system: str, with_cuda: bool, words: list[str], wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(tf.test, "is_built_with_cuda", lambda: with_cuda)
    with pytest.raises(InputError) as refused:
        devices.choose_device(wish)
    assert refused.value.key == "training.device"
    sentence = str(refused.value)
    assert sentence.startswith(f"training.device = '{wish}': there is no such device; allowed here: auto, CPU (")
    for word in words:
        assert word in sentence
        assert word in devices.gpu_note()


@pytest.mark.usefixtures("no_gpu")
def test_no_words_about_gpus_where_none_was_wished_for() -> None:
    with pytest.raises(InputError, match=r"'TPU:0'.*allowed here: auto, CPU$"):
        devices.choose_device("TPU:0")


def test_gpus_come_first_and_take_memory_as_they_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    growing = []
    physical = [Named("/physical_device:GPU:0"), Named("/physical_device:GPU:1")]
    logical = {
        "GPU": [Named("/device:GPU:0"), Named("/device:GPU:1")],
        "CPU": [Named("/device:CPU:0")],
    }
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: physical)
    monkeypatch.setattr(tf.config, "list_logical_devices", logical.__getitem__)
    experimental = tf.config.experimental
    monkeypatch.setattr(experimental, "set_memory_growth", lambda device, on: growing.append((device, on)))
    monkeypatch.setattr(experimental, "get_device_details", lambda device: {"device_name": f"Model of {device.name}"})
    found = devices.list_devices()
    assert [device.name for device in found] == ["GPU:0", "GPU:1", "CPU"]
    assert found[1].title == "GPU:1 Model of /physical_device:GPU:1"
    assert growing == [(physical[0], True), (physical[1], True)]
    assert devices.choose_device("auto") == devices.choose_device("GPU") == found[0]
    assert devices.choose_device("gpu:1") == found[1]
    assert devices.gpu_note() == ""
