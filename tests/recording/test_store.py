"""The run's database: nothing lost, nothing doubled, readable while it is written and after a crash."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.measured import Floor
from gan_desktop.core.presets import dump_toml
from gan_desktop.recording import store as store_module
from gan_desktop.recording.reader import MeasuredValue, RunRecord, read_run
from gan_desktop.recording.schema import FORMAT
from gan_desktop.recording.store import RunStore
from tests.gan import FIGURES

WIDTH = len(FIGURES)


def block(first_step: int, steps: int = 1) -> MetricsBlock:
    """Each figure tells its step and column."""
    values = np.arange(first_step, first_step + steps)[:, None] + np.arange(WIDTH) / 16
    return MetricsBlock(first_step, values.astype(np.float32), FIGURES)


def table(record: RunRecord) -> np.ndarray:
    return np.stack([record.history.column(name) for name in FIGURES], axis=1)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


# Another process writes blocks of 64 steps, one intervention early on, and tells each step it has reached.
WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.config import RunConfig
from gan_desktop.recording.store import RunStore

FIGURES = RunConfig().game.figures
store = RunStore(Path(sys.argv[1]), FIGURES, {})
print(0, flush=True)
for first in range(0, 10**7, 64):
    values = np.arange(first, first + 64)[:, None] + np.arange(len(FIGURES)) / 16
    store.add_figures(MetricsBlock(first, values.astype(np.float32), FIGURES))
    if store.is_due:
        store.flush()
    if first == 640:
        store.add_intervention(first, "g_steps", 1, None)
    print(first + 64, flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def writing(path: Path, pause: float) -> Iterator[subprocess.Popen[str]]:
    """The process, which has made its database; killed at the end."""
    command = [sys.executable, "-c", WRITER, str(path), str(pause)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[RunStore]:
    store = RunStore(path, FIGURES, {"name": "digits"})
    yield store
    store.abandon()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.integers(0, 2**53 - 1000),
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    flushes=st.sets(st.integers(0, 5)),
    data=st.data(),
)
def test_every_figure_reads_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, first: int, lengths: list[int], flushes: set[int], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("store") / "run.sqlite"
    values = data.draw(arrays.arrays(np.float32, (sum(lengths), WIDTH), elements=st.floats(width=32)))
    store = RunStore(path, FIGURES, {})
    step = 0
    for index, length in enumerate(lengths):
        store.add_figures(MetricsBlock(first + step, values[step : step + length], FIGURES))
        step += length
        if index in flushes:
            store.flush()
    store.close()
    record = read_run(path)
    assert record.history.first_step == first
    np.testing.assert_array_equal(table(record), values)  # NaN equals NaN here, infinities each its own


def test_facts_and_events_read_back(path: Path, store: RunStore) -> None:
    config = RunConfig()
    store.set_facts(config=dump_toml(config), seed=3, device="CPU", seconds=0.0, total_steps=None)
    store.set_facts(seconds=1.5)
    store.add_intervention(0, "d_learning_rate", 1e-3, 2e-4)
    store.add_intervention(0, "d_learning_rate", 2e-3, 1e-3)
    store.add_intervention(50, "g_steps", 2, None)
    store.add_alert(60, "collapse", "one mode of 8", {"modes_covered": 1})
    store.add_checkpoint(70, "checkpoints/70")
    store.add_snapshot(70, "samples/step_00000070.png")
    assert store.is_due
    store.flush()
    assert not store.is_due
    record = read_run(path)
    assert record.facts == {
        "format": FORMAT,
        "name": "digits",
        "config": dump_toml(config),
        "seed": 3,
        "device": "CPU",
        "seconds": 1.5,
        "total_steps": None,
    }
    assert record.config() == config
    assert record.interventions == (
        Intervention(0, "d_learning_rate", 1e-3, 2e-4),
        Intervention(0, "d_learning_rate", 2e-3, 1e-3),
        Intervention(50, "g_steps", 2, None),
    )
    assert record.alerts[0].evidence == {"modes_covered": 1}
    assert [(file.step, file.path) for file in record.checkpoints + record.snapshots] == [
        (70, "checkpoints/70"),
        (70, "samples/step_00000070.png"),
    ]


def test_metrics_read_back(path: Path, store: RunStore) -> None:
    store.add_metrics([(250, "modes_covered", 7.0, 8.0, 8.0, 0.0), (250, "mode_kl", float("nan"), None, None, None)])
    store.close()
    first, second = read_run(path).metrics
    assert first == MeasuredValue(250, "modes_covered", 7.0, 8.0, Floor(8.0, 0.0))
    assert (second.step, second.metric, second.averaged, second.floor) == (250, "mode_kl", None, None)
    assert np.isnan(second.value)


def test_a_run_of_a_program_that_measured_nothing(path: Path, store: RunStore) -> None:
    store.close()
    change(path, "DROP TABLE metrics")
    assert read_run(path).metrics == ()


def test_a_step_lost_or_given_twice_is_an_error(store: RunStore) -> None:
    store.add_figures(block(0, 10))
    for first in (9, 11):
        with pytest.raises(ValueError, match="expected 10"):
            store.add_figures(block(first))


def test_figures_are_committed_before_they_are_a_second_old(path: Path) -> None:
    clock = Clock()
    store = RunStore(path, FIGURES, {}, clock)
    for step in range(400):
        clock.now += 0.025
        store.add_figures(block(step))
        if store.is_due:
            store.flush()
        # What a crash would cost, were it at the moment before the next block.
        assert (step + 1 - len(read_run(path).history) + 1) * 0.025 <= 1.0 + 1e-6
    store.close()


def test_slow_steps_are_committed_at_once(path: Path) -> None:
    clock = Clock()
    store = RunStore(path, FIGURES, {}, clock)
    for step in range(5):
        clock.now += 3
        store.add_figures(block(step))
        if store.is_due:
            store.flush()
        assert len(read_run(path).history) == step + 1
    store.close()


def test_a_full_disk_loses_and_doubles_nothing(path: Path, store: RunStore) -> None:
    store.add_figures(block(0, 100))
    store.flush()
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count = {pages}")
    for first in range(100, 10_000, 100):
        store.add_figures(block(first, 100))
    for _ in range(2):
        with pytest.raises(RecordingError, match=r"run\.sqlite could not be written: database or disk is full"):
            store.flush()
    store.add_intervention(10_000, "g_steps", 2, 1)
    with pytest.raises(RecordingError, match="full"):
        store.flush()
    with pytest.raises(RecordingError, match="full"):
        store.close()
    assert len(read_run(path).history) == 100
    store._database.execute("PRAGMA max_page_count = 1000000")
    store.add_figures(block(10_000))
    store.close()
    record = read_run(path)
    np.testing.assert_array_equal(table(record), block(0, 10_001).values)
    assert record.interventions == (Intervention(10_000, "g_steps", 2, 1),)


def test_a_little_room_takes_some_of_what_waits(path: Path, store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_STEPS", 500)
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count = {pages + 40}")
    for first in range(0, 10_000, 100):
        store.add_figures(block(first, 100))
    store.add_intervention(7, "g_steps", 2, 1)
    before = store.waiting_bytes
    with pytest.raises(RecordingError, match="full"):
        store.flush()
    written = len(read_run(path).history)
    assert 0 < written < 10_000
    assert written % 500 == 0
    assert 0 < store.waiting_bytes < before
    store._database.execute("PRAGMA max_page_count = 1000000")
    store.flush()
    assert store.waiting_bytes == 0
    record = read_run(path)
    np.testing.assert_array_equal(table(record), block(0, 10_000).values)
    assert record.interventions == (Intervention(7, "g_steps", 2, 1),)


def test_what_waits_can_be_written_elsewhere(path: Path, store: RunStore, tmp_path: Path) -> None:
    store.add_figures(block(0, 100))
    store.flush()
    store.add_figures(block(100, 50))
    store.add_intervention(120, "g_steps", 2, 1)
    store.set_facts(step=150)
    with pytest.raises(RecordingError, match="missing"):
        store.write_elsewhere(tmp_path / "missing" / "run.sqlite", [])
    store.write_elsewhere(tmp_path / "other.sqlite", [(150, "samples/150")], rescued_from="here")
    other = read_run(tmp_path / "other.sqlite")
    assert other.history.first_step == 100
    np.testing.assert_array_equal(table(other), block(100, 50).values)
    assert other.interventions == (Intervention(120, "g_steps", 2, 1),)
    assert other.facts == {"format": FORMAT, "name": "digits", "step": 150, "rescued_from": "here"}
    assert [saved.step for saved in other.snapshots] == [150]
    assert not store.waiting
    store.close()
    assert len(read_run(path).history) == 100


def test_a_checkpoint_that_goes_is_forgotten(path: Path, store: RunStore) -> None:
    for step in (3, 7, 7):
        store.add_checkpoint(step, f"checkpoints/{step}")
    store.remove_checkpoint("checkpoints/3")
    assert store.is_due
    store.close()
    assert [saved.step for saved in read_run(path).checkpoints] == [7]


def test_a_removed_folder_is_noticed(path: Path, store: RunStore) -> None:
    moved = path.rename(path.with_name("moved"))
    store.add_figures(block(0))
    with pytest.raises(RecordingError, match=r"run\.sqlite could not be written: No such file"):
        store.flush()
    moved.rename(path)
    store.flush()
    assert len(read_run(path).history) == 1


def test_a_file_that_is_there_or_cannot_be_made_is_refused(tmp_path: Path, path: Path, store: RunStore) -> None:
    for bad in (path, tmp_path / "missing" / "run.sqlite"):
        with pytest.raises(RecordingError, match="could not be written"):
            RunStore(bad, FIGURES, {})


def test_close_twice_and_no_litter(path: Path, store: RunStore) -> None:
    store.close()
    store.close()
    read_run(path)
    assert [file.name for file in path.parent.iterdir()] == ["run.sqlite"]


def test_reading_while_another_process_writes(path: Path) -> None:
    with writing(path, pause=0.002) as process:
        lengths = []
        for _ in range(40):
            record = read_run(path.parent)
            np.testing.assert_array_equal(table(record), block(0, len(record.history)).values)
            lengths.append(len(record.history))
            process.stdout.readline()
        assert lengths == sorted(lengths)
        assert lengths[-1] > lengths[0]


def test_a_kill_costs_at_most_the_last_second(path: Path) -> None:
    with writing(path, pause=0.02) as process:
        told = 0
        for line in process.stdout:
            told = int(line)
            if told >= 6400:
                break
        process.kill()  # SIGKILL, where there are signals
        told = max([told, *(int(line) for line in process.stdout)])
        process.wait()
    record = read_run(path)
    np.testing.assert_array_equal(table(record), block(0, len(record.history)).values)
    # 64 steps a block and at least 20 ms between blocks make at most 3,200 steps in a second.
    assert len(record.history) >= told - 3200
    assert record.interventions[-1].step == 640


def test_what_is_not_a_run_is_refused_in_one_sentence(tmp_path: Path, path: Path) -> None:
    with pytest.raises(InputError, match=r"is not a run folder: there is no file .*run\.sqlite"):
        read_run(tmp_path)
    for content in (b"", b"SQLite format 3\0" + b"nonsense" * 1000, b"text"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"run\.sqlite cannot be read as a run: ") as caught:
            read_run(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("offset", range(4096, 40_960, 4096))
def test_a_damaged_page_is_refused_or_harmless(path: Path, store: RunStore, offset: int) -> None:
    store.add_figures(block(0, 1000))
    store.close()
    content = bytearray(path.read_bytes())
    content[offset : offset + 512] = bytes(range(256)) * 2
    path.write_bytes(content)
    try:
        read_run(path)
    except InputError as error:
        assert "cannot be read as a run" in str(error)  # noqa: PT017 - either is right


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


def test_a_newer_format_is_refused(path: Path, store: RunStore) -> None:
    store.close()
    change(path, f"UPDATE run SET value = {FORMAT + 1} WHERE key = 'format'")
    with pytest.raises(InputError, match=r"newer GAN Desktop \(format 3, this one reads up to 2\): update the program"):
        read_run(path)


def test_missing_steps_and_texts_are_refused(path: Path, store: RunStore) -> None:
    store.add_figures(block(0, 10))
    store.close()
    change(path, "UPDATE figures SET d_loss = 'much' WHERE step = 3")
    with pytest.raises(InputError, match="cannot be read as a run"):
        read_run(path)
    change(path, "DELETE FROM figures WHERE step = 3")
    with pytest.raises(InputError, match="steps are missing between 0 and 9"):
        read_run(path)


def test_a_figure_unknown_at_the_time_is_nan(path: Path, store: RunStore) -> None:
    store.add_figures(block(0, 10))
    store.close()
    change(path, "ALTER TABLE figures DROP COLUMN g_loss")
    history = read_run(path).history
    assert np.isnan(history.column("g_loss")).all()
    np.testing.assert_array_equal(history.column("d_loss"), block(0, 10).column("d_loss"))


def test_steps_are_whole_numbers_in_the_file(path: Path, store: RunStore) -> None:
    store.add_figures(block(2**53 - 100, 70))
    store.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT DISTINCT typeof(step) FROM figures").fetchall() == [("integer",)]
        assert database.execute("SELECT max(step) FROM figures").fetchone() == (2**53 - 31,)
