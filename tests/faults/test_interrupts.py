"""A few interrupts, at moments told by what the process has reached; many at random: `tests/faults/interrupts.py`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.faults.interrupts import SIGNALS, Interrupt, interrupt, reached, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has reached"),
]


@pytest.mark.parametrize(
    ("what", "moment"),
    [
        ("terminal", "program"),
        ("terminal", "tensorflow"),
        ("terminal", "run"),
        ("window", "program"),
        ("window", "qt"),
        ("window", "tensorflow"),
        ("pressed", "tensorflow"),
        ("pressed", "run"),
    ],
)
def test_an_interrupt_ends_cleanly(what: str, moment: str, tmp_path: Path, compiled_blocks: Path) -> None:
    number = SIGNALS[len(what + moment) % len(SIGNALS)]
    process = start(what, tmp_path, compiled_blocks)
    try:
        while (now := reached(process, tmp_path)) != moment:
            assert now != "ended"
            time.sleep(0.01)
        shot = Interrupt(what, 0.0, number)
        interrupt(process, shot, tmp_path)
    finally:
        process.kill()
        process.wait()
    assert not shot.wrong
