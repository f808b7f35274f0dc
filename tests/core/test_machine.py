"""What a run depends on besides its config: kept, and compared in sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import PackageNotFoundError

import pytest

from gan_desktop.core import machine
from gan_desktop.core.machine import Machine, differences, machine_from, usable_cores

MACHINE = Machine(2, "A processor", ("avx", "avx2", "fma"), "2.21.0", "CPU")


def test_it_survives_json() -> None:
    assert machine_from(json.loads(json.dumps(MACHINE.plain()))) == MACHINE
    assert list(MACHINE.plain()) == ["threads", "processor", "features", "tensorflow", "device"]


@pytest.mark.parametrize("plain", [{}, MACHINE.plain() | {"threads": "many"}, MACHINE.plain() | {"features": None}])
def test_what_does_not_describe_a_machine_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not the description of a machine"):
        machine_from(plain)


def test_equal_machines_have_no_differences() -> None:
    assert differences(MACHINE, replace(MACHINE)) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"threads": 1}, "threads differ: 2 then, 1 now"),
        ({"processor": "Another"}, "the processor differs: A processor then, Another now"),
        ({"tensorflow": "2.22.0"}, "TensorFlow differs: 2.21.0 then, 2.22.0 now"),
        ({"device": "GPU:0 X"}, "the device differs: CPU then, GPU:0 X now"),
        ({"features": ("avx", "avx2")}, "the processor's instructions differ: now without fma"),
        (
            {"features": ("avx", "fma", "sse", "vnni")},
            "the processor's instructions differ: now without avx2 and with sse, vnni",
        ),
    ],
)
def test_each_difference_is_one_sentence(changes: dict[str, object], sentence: str) -> None:
    assert differences(MACHINE, replace(MACHINE, **changes)) == [sentence]


def test_all_differences_are_told() -> None:
    assert len(differences(MACHINE, Machine(1, "B", (), "1", "GPU:0"))) == 5


CPUINFO = "processor\t: 0\nmodel name\t: A processor\nflags\t\t: fpu avx2 sse4_1 avx512_vnni fma aes\n"


@pytest.mark.parametrize(
    ("text", "name", "features"),
    [
        (CPUINFO, "A processor", ("avx2", "avx512_vnni", "fma", "sse4_1")),
        ("processor\t: 0\nFeatures\t: fp asimd sve crc32\n", None, ("asimd", "sve")),
    ],
)
def test_what_linux_says_of_a_processor(
    text: str, name: str | None, features: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {key: value for key, _, value in (line.partition("\t") for line in text.splitlines())}
    told = {key: value.strip("\t: ") for key, value in told.items()}
    monkeypatch.setattr(machine, "_from_cpuinfo", lambda key: told.get(key, ""))
    monkeypatch.setattr("platform.processor", lambda: "architecture")
    assert machine.processor_name.__wrapped__() == (name or "architecture")
    assert machine.processor_features.__wrapped__() == features


def test_where_the_system_says_nothing_numpy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_from_cpuinfo", lambda key: "")
    features = machine.processor_features.__wrapped__()
    assert features == tuple(sorted(features))
    assert features


@pytest.mark.parametrize("found", [{"tensorflow": "2.21.0"}, {"tensorflow-cpu": "2.21.0"}, {}])
def test_one_tensorflow_needs_no_words(found: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with_distributions(found, monkeypatch)
    assert machine.distributions_note() == ""


def test_two_tensorflows_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with_distributions({"tensorflow": "2.21.0", "tensorflow-cpu": "2.20.0"}, monkeypatch)
    note = machine.distributions_note()
    assert note.startswith("Both tensorflow 2.21.0 and tensorflow-cpu 2.20.0 are installed")
    assert "\n" not in note


def with_distributions(found: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name not in found:
            raise PackageNotFoundError(name)
        return found[name]

    monkeypatch.setattr(machine, "version", version)


def test_cores_are_those_this_process_may_use() -> None:
    assert usable_cores() >= 1
