"""Write down the exact version of everything that an installation takes, so that two people get the same numbers.

python3 -m uv run python packaging/pin.py              pin what is new, drop what is gone, keep all other versions
python3 -m uv run python packaging/pin.py --upgrade    take the newest versions that the requirements allow
python3 -m uv run python packaging/pin.py --check      change nothing; exit with 1 where the pins are not complete

uv reads the pins from pyproject.toml and nowhere else. constraints.txt is the same list for pip.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = re.compile(r"^constraint-dependencies = \[.*?\]\n", re.MULTILINE | re.DOTALL)
HEADER = (
    "# The exact versions that uv installs. Written by packaging/pin.py; with pip: pip install -c constraints.txt .\n"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--upgrade", action="store_true", help="take the newest versions that the requirements allow")
    what.add_argument(
        "--check", action="store_true", help="change nothing; exit with 1 where the pins are not complete"
    )
    arguments = parser.parse_args()
    project, constraints = ROOT / "pyproject.toml", ROOT / "constraints.txt"
    before = project.read_text(encoding="utf-8")
    pins = resolve(with_pins(before, []) if arguments.upgrade else before)
    written = {project: with_pins(before, pins), constraints: as_constraints(pins)}
    differing = [
        path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if arguments.check and differing:
        names = " and ".join(path.name for path in differing)
        print(f"{names} do not pin what uv installs; run: python3 -m uv run python packaging/pin.py", file=sys.stderr)
        return 1
    for path in differing:
        path.write_text(written[path], encoding="utf-8")
    print(f"{len(pins)} versions are pinned; changed: {', '.join(path.name for path in differing) or 'nothing'}")
    return 0


def resolve(project: str) -> list[str]:
    """Return a pin for each package that the pyproject.toml of this text needs, with every extra and every group."""
    uv = os.environ.get("UV", "uv")
    export = [
        "export",
        "--all-extras",
        "--all-groups",
        "--no-emit-project",
        "--no-hashes",
        "--no-annotate",
        "--no-header",
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(project, encoding="utf-8")
        done = subprocess.run([uv, *export, "--quiet"], cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return without_needless_markers(done.stdout.splitlines())


def without_needless_markers(requirements: Iterable[str]) -> list[str]:
    """Return `name==version` lines, which keep their marker only where a package has several versions."""
    lines = [line.strip() for line in requirements if "==" in line]
    versions = Counter(line.partition("==")[0] for line in lines)
    return [line if versions[line.partition("==")[0]] > 1 else line.partition(";")[0].strip() for line in lines]


def with_pins(project: str, pins: list[str]) -> str:
    """Return the text of a pyproject.toml with these pins as `constraint-dependencies` in place of its own.

    Raises:
        ValueError: it has no such list, or several.
    """
    listed = "".join(f'    "{pin}",\n' for pin in pins)
    changed, count = LIST.subn(lambda _: f"constraint-dependencies = [\n{listed}]\n", project)
    if count != 1:
        raise ValueError(f"pyproject.toml has {count} lists constraint-dependencies, not one")
    return changed


def as_constraints(pins: list[str]) -> str:
    """Return the text of constraints.txt."""
    return HEADER + "".join(f"{pin}\n" for pin in pins)


if __name__ == "__main__":
    raise SystemExit(main())
