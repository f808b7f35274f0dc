"""The family of a run: where it comes from, and all that branches from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.recording.library import branches_of, list_runs, run_of_id
from gan_desktop.recording.run_entry import RunEntry, read_entry


@dataclass(frozen=True)
class Member:
    """A run of a family, and its branches by the steps at which they begin."""

    entry: RunEntry
    branches: tuple[Member, ...] = ()

    def __iter__(self) -> Iterator[Member]:
        """It and all that descend from it, from the root."""
        yield self
        for branch in self.branches:
            yield from branch

    @property
    def begin(self) -> int:
        """The step at which it begins."""
        return 0 if self.entry.parent is None else self.entry.parent.step


def family_of(folder: Path) -> Member:
    """The family of the run in a folder, whose root is its eldest ancestor that is still there."""
    own = read_entry(folder)
    entries = [entry for entry in list_runs().entries if entry.id != own.id or not own.id]
    return _family(own, (own, *entries))


def _family(own: RunEntry, entries: Sequence[RunEntry]) -> Member:
    root, seen = own, {own.id}
    while root.parent is not None:
        parent = run_of_id(root.parent.id, entries)
        # A copied folder may have the id of one of its own branches.
        if parent is None or parent.id in seen:
            break
        seen.add(parent.id)
        root = parent
    return _member(root, entries, frozenset())


def _member(entry: RunEntry, entries: Sequence[RunEntry], above: frozenset[str]) -> Member:
    above |= {entry.id}
    branches = [_member(branch, entries, above) for branch in branches_of(entry, entries) if branch.id not in above]
    return Member(entry, tuple(sorted(branches, key=lambda branch: (branch.begin, branch.entry.started))))
