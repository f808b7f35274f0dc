"""The memory that training takes: counted as it is, and refused where it is not there, before anything is built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import families, optimizers
from gan_desktop.training.assembly import load_data
from gan_desktop.training.engine import available_memory, footprint
from gan_desktop.training.engine.footprint import amount, check_memory, least_memory, network_sizes, state_size
from gan_desktop.training.trainer import Trainer

GIGABYTE = 10**9
DIGITS = {"data.name": "digits", "training.batch_size": 8, "latent.latent_dim": 4}
NARROW = {"generator.channels": 2, "discriminator.channels": 2}
MLP = {"generator.widths": (8, 6), "discriminator.widths": (5,)}
LARGE = {"generator.widths": (16384,) * 8, "discriminator.widths": (64,)}

KINDS: dict[str, dict[str, Any]] = {
    **{name: {"generator.family": name, "discriminator.family": name} | NARROW for name in families if name != "mlp"},
    "mlp": MLP | {"generator.batch_norm": True, "discriminator.minibatch_stddev": True},
    "maxout": MLP | {"discriminator.activation": "maxout"},
    "conditional": MLP | {"data.conditional": True},
    "packed": MLP | {"regularization.packing": 2},
    "dropout": MLP | {"discriminator.dropout": 0.5},
    **{name: MLP | {"optimizer.d_optimizer": name, "optimizer.g_optimizer": name} for name in optimizers},
}


def config_of(changes: dict[str, Any]) -> RunConfig:
    return replace_keys(RunConfig(), DIGITS | changes)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_counted_is_what_is_built(kind: str) -> None:
    config = config_of(KINDS[kind])
    trainer = Trainer(config)
    sizes = network_sizes(config, trainer.data)
    assert sizes is not None
    by_role = {turn.role: size.parameters for turn, size in sizes}
    assert (by_role["g"], by_role["d"]) == trainer.parameter_counts()
    counted = state_size(config, sizes)
    # Beside them, the state has a few numbers that count steps.
    built = sum(array.size for name, array in trainer.state_arrays().items() if array.shape)
    assert counted == built


def test_the_results_of_products_are_counted() -> None:
    config = config_of(MLP)
    sizes = {turn.role: size for turn, size in network_sizes(config, load_data(config)) or ()}
    generator, discriminator = sizes["g"], sizes["d"]
    assert generator.activations == 8 * (8 + 6 + 64)
    assert discriminator.activations == 8 * (5 + 1)
    twice = replace_keys(config, {"training.batch_size": 16})
    assert least_memory(twice, load_data(twice)) - least_memory(config, load_data(config)) == 4 * generator.activations


def test_spectral_normalisation_does_not_hide_a_network() -> None:
    config = config_of(MLP)
    normalised = replace_keys(config, {"regularization.spectral_norm": True})
    assert least_memory(normalised, load_data(config)) == least_memory(config, load_data(config))


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that sets what the machine has left."""
    return lambda size: monkeypatch.setattr(footprint, "available_memory", lambda: size)


def test_networks_that_are_too_large_are_refused_before_they_are_built(
    memory: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory(20 * GIGABYTE)
    monkeypatch.setattr("gan_desktop.training.trainer.initial_state", lambda *_: pytest.fail("it was built"))
    with pytest.raises(InputError) as refused:
        Trainer(config_of(LARGE))
    # Seven layers of 16384 x 16384 times (parameter, two moments, average) times three copies, and the gradients.
    assert str(refused.value) == (
        "generator.widths = [16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384]: "
        "training would take at least 97.8 GB of memory, and the machine has left 20.0 GB"
    )
    assert refused.value.key == "generator.widths"


def test_networks_that_fit_are_not_refused(memory: Callable[[int], None]) -> None:
    config = config_of(LARGE)
    memory(100 * GIGABYTE)
    check_memory(config, load_data(config), "CPU")


def test_nothing_is_asked_about_small_networks(memory: Callable[[int], None]) -> None:
    memory(0)
    config = config_of(MLP)
    check_memory(config, load_data(config), "CPU")


def large_batch() -> dict[str, Any]:
    wide = {"generator.widths": (16384,), "discriminator.widths": (16384,), "latent.latent_dim": 1}
    return wide | {"data.name": "ring", "data.samples": 200_000, "training.batch_size": 65_536}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        (LARGE, "generator.widths"),
        ({"generator.widths": (64,), "discriminator.widths": (16384,) * 4}, "discriminator.widths"),
        (large_batch(), "training.batch_size"),
    ],
)
def test_the_key_that_takes_most_is_named(changes: dict[str, Any], key: str, memory: Callable[[int], None]) -> None:
    memory(GIGABYTE)
    config = config_of(changes)
    with pytest.raises(InputError) as refused:
        check_memory(config, load_data(config), "CPU")
    assert refused.value.key == key


def test_what_the_last_run_left_behind_is_given_back_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [GIGABYTE, 200 * GIGABYTE]
    monkeypatch.setattr(footprint, "available_memory", lambda: answers.pop(0))
    config = config_of(LARGE)
    check_memory(config, load_data(config), "CPU")
    assert answers == []


@pytest.mark.parametrize(("size", "refuses"), [(80 * GIGABYTE, True), (100 * GIGABYTE, False), (None, False)])
def test_a_gpu_is_judged_by_its_own_memory(
    size: int | None, refuses: bool, memory: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory(0)
    monkeypatch.setattr(footprint, "gpu_memory", {1: size}.__getitem__)
    config = config_of(LARGE)
    if not refuses:
        check_memory(config, load_data(config), "GPU:1")
        return
    with pytest.raises(InputError, match=r"at least 97\.8 GB of memory, and GPU:1 has 80\.0 GB$"):
        check_memory(config, load_data(config), "GPU:1")


@pytest.mark.parametrize(("size", "text"), [(2.34e12, "2.3 TB"), (9.87e10, "98.7 GB"), (2.5e8, "250 MB")])
def test_amounts(size: float, text: str) -> None:
    assert amount(int(size)) == text


def write_group(folder: Path, limit: str, used: int, cache: int, names: tuple[str, str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{names[2]} {cache}\n")


V2 = ("memory.max", "memory.current", "inactive_file")
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


@pytest.mark.parametrize(
    ("membership", "groups", "room"),
    [
        ("0::/a/b\n", {"a/b": ("max", 10, 0), "a": ("1000", 600, 100)}, 500),
        ("0::/a/b\n", {"a/b": ("300", 10, 0), "a": ("1000", 600, 100)}, 290),
        ("0::/a/b\n", {"a/b": ("max", 10, 0)}, None),
        ("0::/not/there\n", {"": ("700", 800, 0)}, 0),
        ("", {}, None),
    ],
)
def test_limits_of_control_groups(
    membership: str, groups: dict[str, tuple[str, int, int]], room: int | None, tmp_path: Path
) -> None:
    (tmp_path / "membership").write_text(membership)
    for name, values in groups.items():
        write_group(tmp_path / "groups" / name, *values, V2)
    assert available_memory.group_memory(tmp_path / "groups", tmp_path / "membership") == room


def test_limits_of_control_groups_of_the_first_kind(tmp_path: Path) -> None:
    (tmp_path / "membership").write_text("5:cpu:/x\n4:memory:/job\n0::/x\n")
    write_group(tmp_path / "memory" / "job", "1000", 300, 100, V1)
    assert available_memory.group_memory(tmp_path, tmp_path / "membership") == 800


def test_no_control_groups(tmp_path: Path) -> None:
    assert available_memory.group_memory(tmp_path, tmp_path / "missing") is None


def test_the_machine_has_memory_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_memory.available_memory() > 0
    monkeypatch.setattr(available_memory, "group_memory", lambda: 7)
    assert available_memory.available_memory() == 7


TOLD = "0, GPU-aaa, 81559\n1, GPU-bbb, 40000\n"


@pytest.mark.parametrize(
    ("visible", "index", "mebibytes"),
    [
        (None, 0, 81559),
        (None, 1, 40000),
        (None, 2, None),
        ("1", 0, 40000),
        ("GPU-bb,0", 0, 40000),
        ("GPU-bb,0", 1, 81559),
        ("1", 1, None),
        ("", 0, None),
    ],
)
def test_the_memory_of_a_gpu(
    visible: str | None, index: int, mebibytes: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(available_memory.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=TOLD))
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    expected = None if mebibytes is None else mebibytes * 2**20
    assert available_memory.gpu_memory(index) == expected


def test_without_nvidias_tool_a_gpus_memory_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available_memory, "QUERY", ("a-tool-that-is-not-there",))
    assert available_memory.gpu_memory(0) is None


def test_state_arrays_are_of_four_bytes() -> None:
    arrays = Trainer(config_of(MLP)).state_arrays()
    assert {array.dtype for array in arrays.values() if array.shape} == {np.dtype("float32")}
