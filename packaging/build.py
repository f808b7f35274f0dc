"""Build the packaged executable into dist/gan-desktop/.

python3 -m uv run --group package python packaging/build.py
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1e6
HOW = "to build, run: python3 -m uv run --group package python packaging/build.py"


def main() -> int:
    """Build, strip, and say where it is, how large, and how long it took."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="where gan-desktop/ is put")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "pyinstaller", help="for intermediate files")
    arguments = parser.parse_args()
    try:
        from PyInstaller import __main__ as pyinstaller
    except ImportError:
        print(f"PyInstaller is missing; {HOW}", file=sys.stderr)
        return 2
    begun = time.monotonic()
    pyinstaller.run(
        [
            str(ROOT / "packaging" / "gan_desktop.spec"),
            "--noconfirm",
            *("--distpath", str(arguments.dist)),
            *("--workpath", str(arguments.work)),
            *("--log-level", "WARN"),
        ]
    )
    folder = arguments.dist / "gan-desktop"
    built = size(folder)
    strip_largest(folder)
    print(
        f"{folder}: {size(folder) / MEGABYTE:.0f} MB ({built / MEGABYTE:.0f} MB before stripping), "
        f"built in {time.monotonic() - begun:.0f} s"
    )
    return 0


def size(folder: Path) -> int:
    """Bytes of all files, each counted once though links lead to it."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def strip_largest(folder: Path) -> None:
    """On Linux, take the symbol tables out of TensorFlow's libraries, a fifth of their size, and out of Python's.

    PyInstaller's own option would strip every library, and breaks those whose layout was patched for their wheels.
    """
    tool = shutil.which("strip")
    if sys.platform != "linux" or tool is None:
        return
    inside = folder / "_internal"
    for library in sorted([*(inside / "tensorflow").rglob("*.so*"), *inside.glob("libpython*.so*")]):
        if not library.is_symlink():
            subprocess.run([tool, "--strip-unneeded", str(library)], check=True)


if __name__ == "__main__":
    sys.exit(main())
