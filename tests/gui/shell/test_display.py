"""Whether a window can be shown is said in a sentence, while Qt would abort the process."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.gui.shell import display

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland")

VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "QT_QPA_PLATFORM")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def x_server() -> Iterator[str]:
    """The DISPLAY of something that accepts connections where an X server would, on a socket without a file."""
    with socket.socket(socket.AF_UNIX) as server:
        for number in range(700, 800):
            try:
                server.bind(f"\0/tmp/.X11-unix/X{number}")
            except OSError:
                continue
            break
        server.listen()
        yield f":{number}"


def test_neither_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert display.no_display() == "no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"


def test_x_server_that_answers(x_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (x_server, f"{x_server}.0", f"unix{x_server}"):
        monkeypatch.setenv("DISPLAY", name)
        assert display.no_display() == ""


@pytest.mark.parametrize("name", [":799", ":799.0", "nonsense", "127.0.0.1:59000", ":"])
def test_x_server_that_does_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", name)
    assert display.no_display() == f"no display (nothing answers at DISPLAY={name})"


def test_a_remote_display_is_asked_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Socket(socket.socket):
        def connect(self, address: Any) -> None:
            asked.append((self.family, address))
            if self.family != socket.AF_INET6:
                raise OSError("refused")

    monkeypatch.setattr(display.socket, "socket", Socket)
    monkeypatch.setenv("DISPLAY", "localhost:10.0")
    assert display.no_display() == ""
    assert asked == [(socket.AF_INET, ("localhost", 6010)), (socket.AF_INET6, ("localhost", 6010))]


def test_wayland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert display.no_display() == "no display (no Wayland socket 'wayland-0')"
    (tmp_path / "wayland-0").touch()
    assert display.no_display() == ""


def test_wayland_gone_and_x11_there(x_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", x_server)
    assert display.no_display() == ""


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_platforms_that_need_none(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert display.no_display() == ""


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_systems_that_always_have_one(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail(f"{name} was looked for"))
    assert display.no_display() == ""
    assert display.missing_libraries() == ""


# Shared libraries.


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that makes the loader find everything but these libraries; returns the list of what was asked for."""

    def take_away(*libraries: str) -> list[str]:
        asked: list[str] = []

        def load(name: str) -> None:
            asked.append(name)
            if name in libraries:
                raise OSError(f"{name}: cannot open shared object file: No such file or directory")

        monkeypatch.setattr(ctypes, "CDLL", load)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        return asked

    return take_away


def test_nothing_is_missing(without: Any) -> None:
    without()
    assert display.missing_libraries() == ""
    assert display.missing_libraries(offscreen=True) == ""


def test_missing_libraries_are_named_with_the_command(without: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    without("libEGL.so.1", "libxcb-cursor.so.0")
    assert display.missing_libraries() == (
        "the window needs shared libraries that are not installed: libEGL.so.1, libxcb-cursor.so.0. "
        "On Debian and Ubuntu this installs them: sudo apt-get update && sudo apt-get install -y libegl1 libxcb-cursor0"
    )


def test_root_needs_no_sudo(without: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a bare machine there is no sudo."""
    without("libEGL.so.1")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert display.missing_libraries().endswith(": apt-get update && apt-get install -y libegl1")


def test_one_command_installs_what_any_display_needs(without: Any) -> None:
    without("libEGL.so.1", "libxcb-cursor.so.0")
    said = display.missing_libraries()
    assert "not installed: libEGL.so.1. " in said
    assert said.endswith(f"{COMMAND} libegl1 libxcb-cursor0")


@pytest.mark.parametrize("library", [*display.LIBRARIES, *display.X11_LIBRARIES])
def test_each_library_is_looked_for(library: str, without: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    without(library)
    package = {**display.LIBRARIES, **display.X11_LIBRARIES}[library]
    assert display.missing_libraries().endswith(f"{library}. {COMMAND} {package}")


COMMAND = "On Debian and Ubuntu this installs them: sudo apt-get update && sudo apt-get install -y"


@pytest.mark.parametrize(
    ("environment", "offscreen"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_x11_libraries_are_not_asked_for_where_x11_is_not_used(
    environment: dict[str, str], offscreen: bool, without: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    asked = without(*display.X11_LIBRARIES)
    assert display.missing_libraries(offscreen) == ""
    assert asked == list(display.LIBRARIES)


def test_the_program_says_it_and_does_not_load_qt(
    without: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from gan_desktop import app
    from gan_desktop.cli import main

    without("libEGL.so.1")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(app, "run_window", lambda: pytest.fail("the window was shown"))
    assert main([]) == 1
    error = capfd.readouterr().err
    assert error.count("\n") == 1
    assert "libEGL.so.1" in error
    assert "apt-get install -y libegl1" in error
