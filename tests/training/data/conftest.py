"""What the tests of data sets share: IDX bytes written from scratch, a cache of their own, the real MNIST."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# Examples that read and write files take as long as the machine likes.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

IdxBytes = Callable[..., bytes]


def _idx_bytes(values: np.ndarray, type_code: int = 0x08) -> bytes:
    header = struct.pack(">BBBB", 0, 0, type_code, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def idx_bytes() -> IdxBytes:
    """Writes an array of bytes as IDX, independently of the reader."""
    return _idx_bytes


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no address that could be reached: a test that downloads says from where."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GAN_DESKTOP_CACHE", str(folder))
    monkeypatch.setenv("GAN_DESKTOP_MIRROR", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folder


@pytest.fixture(scope="session")
def real_mnist() -> Path:
    """The folder of the real MNIST files, beside the checkout or where the environment says."""
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "mnist"
    folder = Path(os.environ.get("GAN_DESKTOP_TEST_MNIST") or beside)
    if not (folder / "t10k-images-idx3-ubyte.gz").is_file():
        pytest.skip("the real MNIST is not here: GAN_DESKTOP_TEST_MNIST names the folder of its IDX files")
    return folder
