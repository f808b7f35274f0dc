"""Damaged databases, checkpoints and notes: one sentence says so, and what is whole is used."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.recording.notes import NOTES
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.recording.run_folder import CHECKPOINTS, DATABASE
from gan_desktop.training.checkpoint import Checkpoint, read_checkpoint
from tests.faults.test_disk import heard
from tests.tiny import tiny_config
from tests.training.driving import Driver

PAGE = 4096


@pytest.fixture(scope="module")
def run(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 40 steps with two checkpoints, at 10 and 40, which is measured every 10 steps."""
    place = tmp_path_factory.mktemp("damage")
    config = replace_keys(tiny_config(place), {"training.measure_every": 10, "training.checkpoint_seconds": 0.0})
    driver.send(commands.Start(config, out=place / "run", paused=True), commands.Step(10))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 10)
    driver.send(commands.SaveCheckpoint(), commands.Resume())
    driver.wait_status(Status.FINISHED)
    return place / "run"


@pytest.fixture
def copy(run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run, tmp_path / "run"))


def damaged_databases(content: bytes, count: int) -> Iterator[bytes]:
    """A flipped bit, a page of noise, and bytes here and there, in turn."""
    chance = random.Random(0)
    for number in range(count):
        damaged = bytearray(content)
        if number % 3 == 0:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        elif number % 3 == 1:
            page = chance.randrange(len(damaged) // PAGE) * PAGE
            damaged[page : page + PAGE] = chance.randbytes(PAGE)
        else:
            for _ in range(30):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        yield bytes(damaged)


def refusal_of(read: Callable[[Path], object], path: Path) -> str:
    """The sentence with which it is refused; empty if it is read."""
    try:
        read(path)
    except InputError as error:
        return str(error)
    return ""


def check_sentences(copy: Path, count: int) -> None:
    content = (copy / DATABASE).read_bytes()
    refused = 0
    for damaged in damaged_databases(content, count):
        (copy / DATABASE).write_bytes(damaged)
        read_entry(copy)
        for read in (read_run, read_kept_run):
            if sentence := refusal_of(read, copy):
                refused += 1
                assert "\n" not in sentence
                assert str(copy / DATABASE) in sentence
    assert refused > count // 3


def test_a_damaged_database_is_one_sentence(copy: Path) -> None:
    check_sentences(copy, 60)


@pytest.mark.slow
def test_many_damaged_databases(copy: Path) -> None:
    check_sentences(copy, 3000)


def test_a_damaged_page_of_figures_is_never_shown_as_right(copy: Path, driver: Driver) -> None:
    """Nothing goes on with it either; its checkpoints are named, which are whole."""
    content = bytearray((copy / DATABASE).read_bytes())
    page = next(
        page for page in range(1, len(content) // PAGE) if content[page * PAGE] == 13 and content[page * PAGE + 4] >= 40
    )
    content[page * PAGE + 8 : page * PAGE + 16] = bytes(8)  # where its first rows are
    (copy / DATABASE).write_bytes(bytes(content))
    for command in (commands.Continue(copy, length={"training.steps": 50}), commands.Replay(copy)):
        driver.send(command)
        message = driver.wait(events.CommandRefused).message
        assert f"{copy / DATABASE} cannot be read as a run: it is damaged" in message
        assert f"load_checkpoint reads {copy / CHECKPOINTS / 'step_00000040.npz'}" in message
    assert read_checkpoint(copy / CHECKPOINTS / "step_00000040.npz").step == 40


def same(one: Checkpoint, other: Checkpoint) -> bool:
    assert one.diagnosis is not None
    assert other.diagnosis is not None
    arrays, others = one.arrays | one.diagnosis.arrays, other.arrays | other.diagnosis.arrays
    return (
        (one.step, one.config, one.interventions) == (other.step, other.config, other.interventions)
        and one.diagnosis.plain == other.diagnosis.plain
        and arrays.keys() == others.keys()
        and all(np.array_equal(array, others[name], equal_nan=True) for name, array in arrays.items())
    )


def check_flips(run: Path, tmp_path: Path, every: int) -> None:
    source = run / CHECKPOINTS / "step_00000010.npz"
    content, whole = source.read_bytes(), read_checkpoint(source)
    path = tmp_path / source.name
    directory = content.index(b"PK\x01\x02")
    # The directory at the end is where a bit does most: each of its bytes.
    for place in (*range(0, directory, every), *range(directory, len(content), 1 + every // 50)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(bytes(damaged))
        sentence = refusal_of(read_checkpoint, path)
        assert str(path) in sentence or same(read_checkpoint(path), whole)  # a date, say
    for length in range(0, len(content), max(every, 20)):
        path.write_bytes(content[:length])
        with pytest.raises(InputError, match=path.name):
            read_checkpoint(path)


def test_a_flipped_bit_of_a_checkpoint_is_found_or_changes_nothing(run: Path, tmp_path: Path) -> None:
    check_flips(run, tmp_path, 397)


@pytest.mark.slow
def test_every_flipped_bit_of_a_checkpoint(run: Path, tmp_path: Path) -> None:
    check_flips(run, tmp_path, 1)


Change = Callable[[Path], object]


def of_another_run(newest: Path) -> None:
    """The same networks, but other weights."""
    content = dict(np.load(newest))
    name = next(name for name in content if name.startswith("generator/parameters/"))
    content[name] = content[name] + 1
    meta = str(content.pop("meta"))
    meta = meta.replace(f'"weights_digest": "{read_checkpoint(newest).digest}", ', "")
    np.savez(newest, meta=np.array(meta), **content)


def with_a_pickle(newest: Path) -> None:
    np.savez(newest, meta=np.array([print], object))


def as_a_folder(newest: Path) -> None:
    newest.unlink()
    newest.mkdir()


CHANGES: dict[str, Change] = {
    "another run": of_another_run,
    "pickle": with_a_pickle,
    "gone": Path.unlink,
    "folder": as_a_folder,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_checkpoint_before_is_used(copy: Path, driver: Driver, change: Change) -> None:
    newest = copy / CHECKPOINTS / "step_00000040.npz"
    change(newest)
    driver.seen.clear()
    driver.send(commands.Continue(copy, length={"training.steps": 50}))
    origin = driver.wait(events.RunStarted).origin
    driver.wait_status(Status.FINISHED)
    assert (origin.checkpoint, origin.parted) == (10, None)
    assert change is Path.unlink or str(newest) in " ".join(origin.reasons)


def test_damaged_notes_keep_nothing_from_going_on(copy: Path, driver: Driver) -> None:
    (copy / NOTES).write_text('{"bookmarks": [')
    driver.seen.clear()
    driver.send(commands.Continue(copy, length={"training.steps": 50}))
    driver.wait_status(Status.FINISHED)
    assert read_run(copy).steps == 50
    assert heard(driver, events.EngineError) == heard(driver, events.NotKept) == []
    assert (copy / NOTES).read_text() == '{"bookmarks": ['
