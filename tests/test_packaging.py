"""What goes into the packaged executable; building it is a stage of `.ci/run`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def build() -> ModuleType:
    path = Path(__file__).parent.parent / "packaging" / "build.py"
    spec = importlib.util.spec_from_file_location("build", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_same_version_of_tensorflow_cpu_takes_tensorflows_place(build: ModuleType) -> None:
    listed = ["numpy==2.0", "tensorflow==2.99.0 ; python_version < '4'", "tensorflow-io==1", "pyinstaller==6"]
    assert build.replace_tensorflow(listed) == [
        "numpy==2.0",
        "tensorflow-cpu==2.99.0 ; python_version < '4'",
        "tensorflow-io==1",
        "pyinstaller==6",
    ]


@pytest.mark.parametrize("times", [0, 2])
def test_a_list_without_one_tensorflow_is_no_list_to_build_from(build: ModuleType, times: int) -> None:
    with pytest.raises(ValueError, match=f"tensorflow is {times} times"):
        build.replace_tensorflow(["numpy==2.0", *["tensorflow==2.21.0"] * times])
