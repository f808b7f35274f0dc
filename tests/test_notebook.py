"""The notebook, executed by a kernel of its own, and what a cell does when it is interrupted."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop import notebook
from gan_desktop.core.errors import InputError
from gan_desktop.core.paths import PACKAGE
from tests.patience import SECONDS
from tests.tiny import DIVERGES, tiny_config

NOTEBOOK = PACKAGE.parent / "examples" / "notebook.ipynb"


def test_the_notebook_draws_and_leaves_what_it_has_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    written = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in written.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE.parent))
    nbclient.NotebookClient(written, timeout=SECONDS, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (drawn,) = code[0].outputs
    html = drawn["data"]["text/html"]
    assert html.count("<polyline") == 2
    assert 'alt="samples at step 2,000" src="data:image/png;base64,' in html
    (printed,) = code[1].outputs
    assert printed["text"] == "2000 (2000, 2) (5000, 2)\n"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a cell has shown so far."""
    found: list[str] = []
    monkeypatch.setattr(notebook, "_display", lambda: found.append)
    return found


def test_an_interrupt_ends_it_and_keeps_what_it_has(
    tmp_path: Path, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)

    class Interrupting(list[str]):
        def append(self, html: str) -> None:
            super().append(html)
            os.kill(os.getpid(), signal.SIGINT)

    found = Interrupting()
    monkeypatch.setattr(notebook, "_display", lambda: found.append)
    run = notebook.watch(tiny_config(tmp_path), steps=10**6, every=0.0)
    assert 0 < run.step == len(run.history) < 10**6
    assert np.isfinite(run.samples).all()
    assert f"step {run.step:,}" in repr(run)
    assert run._repr_html_() == found[-1]
    assert signal.getsignal(signal.SIGINT) is before


def test_one_that_diverges_is_told(tmp_path: Path, shown: list[str]) -> None:
    keys: dict[str, Any] = {key.rpartition(".")[2]: value for key, value in DIVERGES.items()}
    run = notebook.watch(tiny_config(tmp_path), steps=10**6, **keys)
    assert run.trainer.diverged
    assert "diverged" in shown[-1]


def test_what_cannot_be_is_refused(shown: list[str]) -> None:
    for game, keys, reason in (("rink", {}, "did you mean 'ring'"), ("ring", {"steps": 0}, "steps = 0")):
        with pytest.raises(InputError, match=reason):
            notebook.watch(game, **keys)
    assert shown == []
