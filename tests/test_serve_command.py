"""The endpoint as the command line opens it, and the example of its page."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gan_desktop.cli import main
from gan_desktop.core import events
from gan_desktop.core.commands import Start
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.paths import PACKAGE
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.serving.server import Server
from gan_desktop.serving.token import read_or_make_token, token_file
from tests.patience import SECONDS
from tests.recording.made_runs import made_run
from tests.serving.client import Client
from tests.tiny import tiny_config, write_tiny
from tests.training.driving import ENDLESS, Driver

Capture = pytest.CaptureFixture[str]
ADDRESS = re.compile(r"programs may drive it: (http://127\.0\.0\.1:\d+), with the token in (.+)\n")
posix = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent otherwise there")


class There(Server):
    """An endpoint of another process, as a client needs to know it."""

    def __init__(self, url: str) -> None:
        self.url, self.token = url, read_or_make_token()


@contextmanager
def begun(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    """A command that opens an endpoint, and a program that talks to it; Ctrl-C ends it."""
    line = [sys.executable, "-m", "gan_desktop", *arguments]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    with subprocess.Popen(
        line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            assert process.stderr is not None
            match = next(filter(None, map(ADDRESS.search, iter(process.stderr.readline, ""))))
            assert match[2] == str(token_file())
            yield process, Client(There(match[1]))
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=SECONDS)
            assert process.returncode == 0
        finally:
            process.kill()


@posix
def test_a_kept_run_is_served_until_ctrl_c(tmp_path: Path) -> None:
    with begun("serve", str(made_run(tmp_path / "run"))) as (_, client):
        assert client.wait_for("run")["status"] == "finished"
        assert "is not being trained: finished" in client.do("pause", 409)["error"]


@posix
def test_the_run_that_is_trained_here_is_served(tmp_path: Path) -> None:
    tiny = ("--config", str(write_tiny(tmp_path)), "--steps", "1000000000", "--out", str(tmp_path / "run"))
    with begun("train", *tiny, "--serve", "0") as (_, client):
        client.wait_for("run")
        client.wait_for("figures")
        assert client.do("set", key="d_steps", value=2)["value"] == 2
    assert read_entry(tmp_path / "run").status == "stopped"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("serve", "last", "--host", "0.0.0.0"), "--host = '0.0.0.0': only this computer may reach the endpoint"),
        (("serve", "last", "--port", "x"), "--port = 'x': must be a whole number from 0 to 65535"),
        (("serve", "last", "--port", "65536"), "--port = '65536': must be a whole number from 0 to 65535"),
        (("serve", "nothing"), "unknown run 'nothing'"),
        (("train", "--serve", "-1"), "--serve = '-1': must be a whole number from 0 to 65535"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(
    tmp_path: Path, capsys: Capture, arguments: tuple[str, ...], reason: str
) -> None:
    made_run()
    assert main(list(arguments)) == 2
    out, error = capsys.readouterr()
    assert reason in error
    assert (out, error.count("\n")) == ("", 1)


def test_a_port_that_is_taken_is_refused(capsys: Capture) -> None:
    server = Server()
    server.start()
    made_run()
    try:
        assert main(["serve", "last", "--port", str(server._port)]) == 2
    finally:
        server.stop()
    assert "cannot be used" in capsys.readouterr().err


@pytest.mark.usefixtures("quick_compile")
def test_the_example_of_the_page_runs(tmp_path: Path) -> None:
    page = (PACKAGE.parent / "docs" / "driving.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(example.splitlines()) <= 20
    driver, server = Driver(), Server()
    server.start()
    try:
        driver.send(Start(replace_keys(tiny_config(tmp_path), ENDLESS), out=tmp_path / "run"))
        driver.wait(events.MetricsBlock)
        server.show(tmp_path / "run")
        Client(server).wait_for("figures")
        told = run_example(example, server)
    finally:
        server.stop()
        driver.quit()
    assert told.returncode == 0, told.stderr
    first, second, *heard = told.stdout.splitlines()
    assert first.startswith("training at step ")
    assert "'author': 'remote:http:tuner'" in second
    assert any(" control " in line for line in heard)


def run_example(example: str, server: Server) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RUN_URL": server.url, "RUN_TOKEN_FILE": str(token_file())}
    return subprocess.run(
        [sys.executable, "-c", example], env=environment, capture_output=True, text=True, timeout=SECONDS
    )
