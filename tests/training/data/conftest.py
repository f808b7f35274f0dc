"""What the tests of data sets share: loading by name, IDX bytes, a cache of their own, a server, the real MNIST."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, silent

# Examples that read and write files take as long as the machine likes.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

IdxBytes = Callable[..., bytes]
Load = Callable[..., DataSet]


def _idx_bytes(values: np.ndarray, type_code: int = 0x08) -> bytes:
    header = struct.pack(">BBBB", 0, 0, type_code, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def idx_bytes() -> IdxBytes:
    """Writes an array of bytes as IDX, independently of the reader."""
    return _idx_bytes


def _load(name: str, path: Path | None = None, seed: int = 0, report: Report = silent, **options: Any) -> DataSet:
    entry = datasets[name]
    return entry.value(DataRequest(entry.options(**options), path, seed, report))


@pytest.fixture(scope="session")
def load_data() -> Load:
    """Loads a data set by name, from a path, with options."""
    return _load


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """The sentence with which a data set refuses to load."""

    def sentence(*arguments: Any, key: str = "data.path", **options: Any) -> str:
        with pytest.raises(InputError) as caught:
            _load(*arguments, **options)
        assert caught.value.key == key
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 1000
        return str(caught.value)

    return sentence


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


@dataclass
class StandIn:
    """What the server holds by name, and what it was asked for."""

    contents: dict[str, bytes] = field(default_factory=dict)
    announced: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A server on this machine that stands in for every address; its `contents` are a test's to fill."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/files/")
            stand_in.asked.append(name)
            if name not in stand_in.contents:
                self.send_error(404)
                return
            content = stand_in.contents[name]
            self.send_response(200)
            self.send_header("Content-Length", str(stand_in.announced.get(name, len(content))))
            self.end_headers()
            with suppress(ConnectionError):  # cancelled
                self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("GAN_DESKTOP_MIRROR", f"http://127.0.0.1:{http.server_port}/files")
        try:
            yield stand_in
        finally:
            http.shutdown()
            thread.join()
