"""The short form of `python -m tests.faults.kills`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.kills import kill_once

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")]


@pytest.mark.parametrize(("after", "watched"), [(0.05, False), (1.7, True), (3.3, False)])
def test_a_killed_run_leaves_everything_whole(tmp_path: Path, after: float, watched: bool) -> None:
    """How much is lost depends on the machine: that is for the script, which is run where it is quiet."""
    faults = kill_once(tmp_path / "place", after, interval=0.5, watched=watched).faults
    assert [fault for fault in faults if not fault.endswith("are lost")] == []
