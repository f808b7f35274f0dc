"""`python -m gan_desktop` and the `gan-desktop` command."""

from __future__ import annotations

import sys


def main() -> None:
    from gan_desktop.cli import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
