"""File systems that can be had by root alone: small ones, and folders that are read only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*command: str) -> None:
    try:
        is_mounted = os.geteuid() == 0 and subprocess.run(["mount", *command], capture_output=True).returncode == 0
    except (FileNotFoundError, AttributeError):
        is_mounted = False
    if not is_mounted:
        pytest.skip("file systems are mounted by root alone, and not everywhere")


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A file system of so many bytes, "1m" or "500k"."""
    place.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def read_only(place: Path) -> Iterator[Path]:
    """A folder that nobody can write meanwhile, not even root."""
    _mount("--bind", str(place), str(place))
    try:
        _mount("-o", "remount,ro,bind", str(place))
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Fill a small disk to the last byte with one file, which is returned."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler
