"""Whether a window can be shown here, said before Qt is asked: Qt itself would abort the process. Imports no Qt."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from pathlib import Path

# What Qt loads on Linux, each with its Debian package: first for any window, then for the X11 plug-in.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Platforms of Qt that need no display server.
SCREENLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
CONNECT_SECONDS = 2.0


def no_display() -> str:
    """Why no window can be shown here, as the start of a sentence; empty if one can."""
    if not sys.platform.startswith("linux"):
        return ""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(SCREENLESS):
        return ""
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not wayland and not x11:
        return "no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    if wayland and (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / wayland).exists():
        return ""
    if x11 and _x11_answers(x11):
        return ""
    return f"no display (nothing answers at DISPLAY={x11})" if x11 else f"no display (no Wayland socket '{wayland}')"


def _x11_answers(display: str) -> bool:
    """Whether an X server accepts connections at a display such as `:0` or `host:10.0`."""
    match = re.fullmatch(r"(?:(?P<host>.*)/)?(?P<name>[^/]*?):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        return False
    number, host = int(match["number"]), match["name"]
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")
    return _connects(socket.AF_INET, (host, 6000 + number)) or _connects(socket.AF_INET6, (host, 6000 + number))


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(CONNECT_SECONDS)
            connection.connect(address)
    except OSError:
        return False
    return True


def missing_libraries(offscreen: bool = False) -> str:
    """One sentence on the shared libraries that Qt needs and that are not here; empty if all are.

    Args:
        offscreen: the window will not be shown, so what talks to a display is not needed.
    """
    if not sys.platform.startswith("linux"):
        return ""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    shows_on_x11 = not offscreen and bool(os.environ.get("DISPLAY")) and platform in ("", "xcb")
    if shows_on_x11 and os.environ.get("WAYLAND_DISPLAY") and not platform:
        shows_on_x11 = False  # Qt prefers Wayland
    wanted = LIBRARIES | (X11_LIBRARIES if shows_on_x11 else {})
    missing = [library for library in wanted if not _loads(library)]
    if not missing:
        return ""
    return (
        f"the window needs shared libraries that are not installed: {', '.join(missing)}. "
        f"On Debian and Ubuntu this installs them: {_install_command(missing)}"
    )


def _install_command(missing: list[str]) -> str:
    """The command that installs them, and what a window on another display would lack, so that once is enough."""
    libraries = LIBRARIES | X11_LIBRARIES
    packages = [package for name, package in libraries.items() if name in missing or not _loads(name)]
    sudo = "sudo " if os.geteuid() != 0 else ""
    return f"{sudo}apt-get update && {sudo}apt-get install -y {' '.join(packages)}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
