"""Every format, read again by the program that people would read it with."""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PIL.GifImagePlugin import GifImageFile

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import exports
from gan_desktop.recording.exporting import export_run, format_of, in_order
from gan_desktop.recording.past import read_past
from tests.exports.conftest import NASTY, STEPS, figures
from tests.gan import FIGURES
from tests.recording.made_runs import made_run


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


# What is read of the record; the generator's formats need a run that was trained, and have tests of their own.
RECORDED = [name for name in exports if not format_of(name).of_generator]


@pytest.mark.parametrize("name", RECORDED)
def test_every_format_is_written_whole_and_tells_how_far_it_is(name: str, run: Path, tmp_path: Path) -> None:
    told: list[float] = []
    out = export_run(run, name, tmp_path / f"x{format_of(name).suffix}", progress=told.append)
    assert out.is_dir() is format_of(name).is_folder
    assert list(tmp_path.iterdir()) == [out]
    assert told == sorted(told)
    if not format_of(name).of_one_step:
        assert told[-1] == pytest.approx(1.0)
        assert told[0] > 0


@pytest.mark.parametrize("name", RECORDED)
def test_points_and_a_run_without_samples_or_measurements_are_written_or_refused(
    name: str, points_run: Path, tmp_path: Path
) -> None:
    export_run(points_run, name, tmp_path / f"x{format_of(name).suffix}")
    empty = made_run(tmp_path / "empty", steps=0)
    with nullcontext() if name in ("html", "tensorboard", "zip") else pytest.raises(InputError, match=r"^no "):
        export_run(empty, name, tmp_path / f"y{format_of(name).suffix}")
    assert all(not path.name.startswith(".") for path in tmp_path.iterdir())


def test_figures_are_every_steps_in_csv(run: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(lines(export_run(run, "csv", tmp_path / "x.csv"))))
    assert rows[0] == ["step", *FIGURES]
    assert [row[0] for row in rows[1:]] == [str(step) for step in range(STEPS)]
    read = np.array([[float(cell or "nan") for cell in row[1:]] for row in rows[1:]], np.float32)
    np.testing.assert_array_equal(read, figures())


def test_arrow_reads_the_same_figures_from_parquet(run: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(export_run(run, "parquet", tmp_path / "x.parquet"))
    columns = {name: table[name].to_numpy() for name in table.column_names}
    assert columns["step"].tolist() == list(range(STEPS))
    assert (columns["step"].dtype, columns["d_loss"].dtype) == (np.int64, np.float32)
    np.testing.assert_array_equal(np.stack([columns[name] for name in FIGURES], axis=1), figures())
    assert "[generator]" in table.schema.metadata[b"config"].decode()


def test_metrics_stand_beside_their_floors(run: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(lines(export_run(run, "metrics-csv", tmp_path / "x.csv"))))
    assert rows[2] == {
        "step": "100", "metric": "modes_covered", "value": "0", "averaged": "0", "floor": "8", "floor_deviation": "0"
    }  # fmt: skip
    assert rows[3]["floor"] == ""
    assert len(rows) == 2 * STEPS // 100


def test_tensorboard_reads_figures_metrics_samples_and_words(run: Path, tmp_path: Path) -> None:
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    folder = export_run(run, "tensorboard", tmp_path / "logs")
    log = accumulators.EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0, "tensors": 0}).Reload()
    tags = log.Tags()
    assert set(tags["scalars"]) >= {f"figures/{name}" for name in FIGURES} | {"metrics/modes_covered"}
    losses = log.Scalars("figures/d_loss")
    assert [event.step for event in losses] == list(range(STEPS))
    np.testing.assert_array_equal([event.value for event in losses], figures()[:, FIGURES.column("d_loss")])
    pictures = log.Images("samples")
    assert [event.step for event in pictures] == list(range(0, STEPS + 1, 100))
    assert Image.open(io.BytesIO(pictures[0].encoded_image_string)).width == pictures[0].width
    (change,) = log.Tensors("interventions/g_learning_rate")
    assert (change.step, change.tensor_proto.string_val) == (
        500,
        ["0.001 → 0.01".join(["g_learning_rate ", ""]).encode()],
    )
    assert log.Tensors("alerts/mode_collapse")[0].tensor_proto.string_val == [NASTY.encode()]


@pytest.mark.parametrize(("step", "shown"), [(None, STEPS), (0, 0), (199, 100), (STEPS, STEPS)])
def test_samples_are_those_of_the_step(run: Path, tmp_path: Path, step: int | None, shown: int) -> None:
    from gan_desktop.recording.snapshots import sample_image

    _, past = read_past(run)
    expected = sample_image(next(saved for saved in past.samples if saved.step == shown).load())
    with Image.open(export_run(run, "samples", tmp_path / "x.png", step=step)) as found:
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_a_film_has_all_samples_and_says_the_step(run: Path, tmp_path: Path) -> None:
    count = STEPS // 100 + 1
    with Image.open(export_run(run, "gif", tmp_path / "x.gif")) as film:
        assert isinstance(film, GifImageFile)
        assert film.n_frames == count
        frames = [np.asarray(frame.convert("L")) for frame in ImageSequence.all_frames(film)]
    assert len({frame[-52:-26].tobytes() for frame in frames}) == count
    # The change at step 500 is in the caption from that picture on.
    assert [bool(frame[-26:].max() > 100) for frame in frames] == [place >= 5 for place in range(count)]


def test_a_film_is_a_video_that_plays(points_run: Path, tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    from gan_desktop.exports.film import LAST_STAYS

    with av.open(str(export_run(points_run, "mp4", tmp_path / "x.mp4"))) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    assert len(frames) == STEPS // 100 + LAST_STAYS
    assert all(side % 2 == 0 for side in frames[0].shape)
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 1


class _Page(HTMLParser):
    """What a page holds, and whether its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_report_needs_no_network_and_shows_what_people_wrote_as_text(run: Path, tmp_path: Path) -> None:
    page = _Page()
    page.feed(export_run(run, "html", tmp_path / "x.html").read_text(encoding="utf-8"))
    assert not page.open
    assert page.links
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    text = " ".join(page.words)
    assert text.count(NASTY) >= 2
    for words in ("Losses", "Samples", "at its best", "8 at step", "g_learning_rate 0.001 → 0.01", "[generator]"):
        assert words in text or "7 at step" in text, words


def test_a_run_without_anything_has_a_report(tmp_path: Path) -> None:
    page = _Page()
    page.feed(export_run(made_run(tmp_path / "run", steps=0), "html", tmp_path / "x.html").read_text(encoding="utf-8"))
    assert not page.open
    assert "Config" in page.words


def test_formats_have_places_and_descriptions() -> None:
    assert len({format_of(name).order for name in exports}) == len(exports) == len(in_order())
    assert len({format_of(name).suffix for name in exports}) == len(exports)
    assert all(entry.title and entry.description for entry in exports.values())
