"""Two programs drive a real run at once; afterwards the run is replayed."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.cli import main
from gan_desktop.core import events
from gan_desktop.core.commands import Start
from gan_desktop.core.keys import replace_keys
from gan_desktop.recording.reader import read_run
from tests.patience import SECONDS
from tests.serving.client import Client
from tests.serving.conftest import Serve
from tests.tiny import tiny_config
from tests.training.driving import ENDLESS, Driver

# None of these makes it diverge.
VALUES: dict[str, tuple[Any, ...]] = {
    "g_learning_rate": (1e-4, 3e-4, 1e-3),
    "d_learning_rate": (1e-4, 3e-4, 1e-3),
    "beta_1": (0.0, 0.5),
    "d_steps": (1, 2),
}
# The first of these changes compiles a step that knows all of them.
MORE = {"r1_weight": (0.0, 0.1), "objective": ("non_saturating", "hinge")}


class Program(threading.Thread):
    """Changes, pauses and reads, in random order, each once the one before has been answered."""

    def __init__(self, client: Client, name: str, count: int, values: dict[str, tuple[Any, ...]]) -> None:
        super().__init__(name=name)
        self._client, self._random, self._count = client, random.Random(name), count
        self._values = values
        self.changes: list[tuple[str, Any]] = []
        self.failure: BaseException | None = None
        self.seen = [0]

    def run(self) -> None:
        ways = (self._change, self._pause, self._resume, self._read)
        try:
            for way in self._random.choices(ways, (7, 1, 1.5, 2), k=self._count):
                way()
            self._resume()
        except BaseException as error:  # noqa: BLE001 - the test says it
            self.failure = error

    def _change(self) -> None:
        key = self._random.choice(list(self._values))
        value = self._random.choice(self._values[key])
        answer = self._client.do("set", key=key, value=value, id=f"{len(self.changes)}")
        assert (answer["key"], answer["value"], answer["id"]) == (key, value, f"{len(self.changes)}")
        self.changes.append((key, value))

    def _pause(self) -> None:
        assert self._client.do("pause")["action"] == "pause"

    def _resume(self) -> None:
        assert self._client.do("resume")["action"] == "resume"

    def _read(self) -> None:
        what = self._random.choice(["/state", "/actions", "/samples.png", "events"])
        if what == "events":
            self.seen += [event["seq"] for event in self._client.events()]
        else:
            assert self._client.send("GET", what)[0] == 200


def drive(serve: Serve, folder: Path, count: int, values: dict[str, tuple[Any, ...]]) -> None:
    driver = Driver()
    try:
        driver.send(Start(replace_keys(tiny_config(folder.parent), ENDLESS), out=folder))
        driver.wait(events.MetricsBlock)
        server = serve(folder)
        Client(server).wait_for("run")
        programs = [Program(Client(server, name), name, count // 2, values) for name in ("ann", "bob")]
        for program in programs:
            program.start()
        for program in programs:
            program.join(SECONDS * 10)
            assert not program.is_alive(), "a deadlock"
        assert [program.failure for program in programs] == [None, None]
        assert Client(server).do("stop")["status"] == "stopped"
    finally:
        driver.quit()
    assert not driver.of(events.EngineError)
    made = read_run(folder).interventions
    for program in programs:
        author = f"remote:http:{program.name}"
        assert [(change.key, change.value) for change in made if change.author == author] == program.changes
        assert program.seen == list(range(len(program.seen)))  # none was missed, none came twice
    assert len(made) == sum(len(program.changes) for program in programs)
    assert main(["replay", str(folder)]) == 0


@pytest.mark.usefixtures("quick_compile")
def test_two_programs_drive_a_run_and_it_replays(serve: Serve, tmp_path: Path) -> None:
    drive(serve, tmp_path / "run", 100, VALUES)


@pytest.mark.slow
@pytest.mark.usefixtures("quick_compile")
def test_a_thousand_changes_pauses_and_reads_replay(serve: Serve, tmp_path: Path) -> None:
    drive(serve, tmp_path / "run", 1000, VALUES | MORE)
