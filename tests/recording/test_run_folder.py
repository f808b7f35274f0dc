"""Making a run folder: the contract's files, and nothing left behind after bad input."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from gan_desktop.core import paths
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.presets import load_config
from gan_desktop.recording import run_folder
from gan_desktop.recording.run_folder import check_out, create_run_folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(folder))
    return folder


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_default_folder_is_in_the_data_directory(data: Path) -> None:
    check_out(None)
    assert not data.exists()
    folder = create_run_folder(None, "digits", RunConfig())
    assert folder.parent == data / "runs"
    date, time, preset, number = folder.name.split("-")
    assert (len(date), len(time), preset, number) == (8, 6, "digits", "1")
    assert {path.name for path in folder.iterdir()} == {"config.toml", "samples", "checkpoints"}


def test_config_reads_back(tmp_path: Path) -> None:
    config = RunConfig.model_validate({"training": {"seed": 7}, "data": {"name": "ring", "modes": 5}})
    folder = create_run_folder(tmp_path / "out", "ring", config)
    assert load_config(folder / "config.toml").config == config


@pytest.mark.parametrize("name", ["../../etc", "a b/ü\n", "", "x" * 300, "...", "нейросеть" * 20])
def test_any_name_makes_a_folder_in_its_place(data: Path, name: str) -> None:
    folder = create_run_folder(None, name, RunConfig())
    assert folder.parent == data / "runs"
    assert folder.is_dir()


def test_two_at_once_take_different_folders(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder.time, "strftime", lambda _: "20261120-161512")
    made: list[Path] = []
    threads = [
        threading.Thread(target=lambda: made.append(create_run_folder(None, "digits", RunConfig()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.name for path in made) == [f"20261120-161512-digits-{n}" for n in range(1, 9)]


def test_out_is_the_folder_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    empty = Path("empty")
    empty.mkdir()
    check_out(empty)
    assert create_run_folder(empty, "digits", RunConfig()) == tmp_path / "empty"
    new = Path("deep/er/run")
    check_out(new)
    assert not Path("deep").exists()
    assert create_run_folder(new, "digits", RunConfig()) == tmp_path / new


BAD_OUTS = {
    "a file": "{tmp}/file",
    "below a file": "{tmp}/file/run",
    "not empty": "{tmp}/full",
    "not writable even for root": "/proc/run",
    "deep in what is not writable": "/proc/a/b/run",
    "too long": "{tmp}/" + "x" * 300,
    "a null byte": "{tmp}/a\0b",
}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that nobody can write")
@pytest.mark.parametrize("function", [check_out, lambda out: create_run_folder(out, "digits", RunConfig())])
@pytest.mark.parametrize("case", BAD_OUTS)
def test_bad_out_is_one_sentence_and_leaves_nothing(tmp_path: Path, function, case: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    before = everything_in(tmp_path)
    with pytest.raises(InputError) as caught:
        function(Path(BAD_OUTS[case].format(tmp=tmp_path)))
    assert str(caught.value).startswith("--out '")
    assert "\n" not in str(caught.value)
    assert caught.value.key == "--out"
    assert everything_in(tmp_path) == before


def test_data_directory_that_cannot_be_written_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "file"))
    for attempt in (lambda: check_out(None), lambda: create_run_folder(None, "digits", RunConfig())):
        with pytest.raises(InputError, match=r"file/runs' cannot be written: .*--out"):
            attempt()


@pytest.mark.parametrize("existing", [False, True])
def test_a_later_failure_removes_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: bool) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    out = tmp_path / "a" / "run"
    if existing:
        out.mkdir(parents=True)
    before = everything_in(tmp_path)
    monkeypatch.setattr(paths, "write_whole", full)
    with pytest.raises(InputError, match="No space left on device"):
        create_run_folder(out, "digits", RunConfig())
    assert everything_in(tmp_path) == before
