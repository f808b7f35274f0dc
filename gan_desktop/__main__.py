"""`python -m gan_desktop` and the `gan-desktop` command."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main() -> None:
    # Until a command takes signals itself nothing has been written. An exception is no way out: what is being imported
    # may swallow it, and the program would go on as if nobody had asked it to stop.
    signal.signal(signal.SIGINT, _leave)
    try:
        from gan_desktop.cli import main as run

        code = run()
    except KeyboardInterrupt:  # a second Ctrl-C, which does not wait for what the first one asked for
        code = 0
    sys.exit(code)


def _leave(number: int, frame: FrameType | None) -> None:
    os._exit(0)


if __name__ == "__main__":
    main()
