"""How much memory a run could have: of the machine, of the container it is in, of a GPU."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psutil

CONTROL_GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
QUERY = ("nvidia-smi", "--query-gpu=index,uuid,memory.total", "--format=csv,noheader,nounits")
QUERY_SECONDS = 20.0
MEBIBYTE = 2**20


def available_memory() -> int:
    """Bytes that this process could still take, swap included, within the limits of its control groups."""
    free = psutil.virtual_memory().available + psutil.swap_memory().free
    room = group_memory()
    return free if room is None else min(free, room)


def group_memory(root: Path = CONTROL_GROUPS, membership: Path = MEMBERSHIP) -> int | None:
    """The bytes that its control groups leave to this process; None if there is no limit or there are no groups."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return None
    rooms = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            names, base = ("memory.max", "memory.current", "inactive_file"), root
        elif "memory" in controllers.split(","):
            names, base = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"), root / "memory"
        else:
            continue
        group = base / path.strip("/")
        # A container may show its own group as the root, and name it as the machine does.
        rooms += [_room(folder, *names) for folder in {base, group, *group.parents} if folder.is_relative_to(base)]
    return min((room for room in rooms if room is not None), default=None)


def _room(folder: Path, limit_name: str, used_name: str, cache_name: str) -> int | None:
    """One group's limit less what it uses; files that the system keeps in memory and would give up do not count."""
    try:
        limit, used = (folder / limit_name).read_text().strip(), int((folder / used_name).read_text())
        if not limit.isdecimal():
            return None
        words = [line.split() for line in (folder / "memory.stat").read_text().splitlines()]
    except (OSError, ValueError):
        return None
    cache = sum(int(value) for name, value in words if name == cache_name)
    return max(0, int(limit) - max(0, used - cache))


def gpu_memory(index: int) -> int | None:
    """The memory in bytes of the GPU that TensorFlow calls `GPU:index`; None if NVIDIA's tool does not report it.

    It is all of the memory, free or not, since TensorFlow keeps for the next run what the last one had.
    """
    try:
        said = subprocess.run(QUERY, capture_output=True, text=True, check=True, timeout=QUERY_SECONDS).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    rows = [[word.strip() for word in line.split(",")] for line in said.splitlines() if line.count(",") == 2]
    wanted = os.environ.get("CUDA_VISIBLE_DEVICES")
    name = str(index) if wanted is None else [*wanted.split(","), *[""] * (index + 1)][index].strip()
    for number, uuid, mebibytes in rows:
        if name and (name == number or uuid.startswith(name)) and mebibytes.isdecimal():
            return int(mebibytes) * MEBIBYTE
    return None
