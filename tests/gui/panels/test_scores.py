"""The discriminator's scores: two histograms, and the sentence that says what they come to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gan_desktop.core.commands import Watch
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.views import Scores, View
from gan_desktop.gui.look.theme import DARK, LIGHT
from gan_desktop.gui.panels.scores import percent, share_above
from gan_desktop.gui.plotting.score_bars import BINS
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.fake_views import scores
from tests.gui.own_data.test_modes import near, picture


def logits(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def show(bench: Bench, event: Scores, **keys: Any) -> Any:
    panel = bench.show("scores")
    bench.start(replace_keys(bench.model.form.config, keys))
    bench.model.receive(event)
    panel.refresh()
    return panel


def test_it_asks_for_scores_while_it_is_seen(bench: Bench) -> None:
    panel = bench.show("scores")
    panel.set_watched(True)
    panel.set_watched(False)
    assert bench.sent == [Watch(frozenset({View.SCORES})), Watch(frozenset())]
    assert panel.bars.content is None
    assert "appears here" in panel.message.text()
    bench.host.grab()


def test_how_often_d_is_right(bench: Bench) -> None:
    panel = show(bench, Scores(1200, logits(1, 2, 3, -1), logits(-1, -2, -3, -4, 1)))
    assert panel.message.text() == "D tells 78 % right: it puts 75 % of the real above 0.5 and 80 % of the fake below."
    assert panel.caption.text() == "step 1,200"
    content = panel.bars.content
    assert (content.low, content.high, content.boundary) == (0, 1, 0.5)
    np.testing.assert_allclose(content.real, 1 / (1 + np.exp(-np.array([1.0, 2, 3, -1]))))
    assert content.names == ("real 0.71", "fake 0.24")


def test_bins_hold_shares(bench: Bench) -> None:
    panel = show(bench, Scores(10, logits(*[100.0] * 30, *[-100.0] * 10), logits(-1e30)))
    content = panel.bars.content
    heights = content.heights(content.real)
    assert (heights[-1], heights[0], heights.sum()) == (0.75, 0.25, 1)
    assert content.heights(content.fake).tolist() == [1] + [0] * (BINS - 1)
    bench.host.grab()


@pytest.mark.parametrize("objective", ["wasserstein", "hinge", "least_squares", "relativistic"])
def test_a_critic_is_judged_by_its_order(bench: Bench, objective: str) -> None:
    event = Scores(10, logits(10, 11, 12, 13), logits(9, 9.5, 12.5))
    panel = show(bench, event, **{"objective.objective": objective, "regularization.label_smoothing": 0.0})
    assert panel.message.text() == "D is a critic here: it scores a real sample above a fake one in 75 % of all pairs."
    content = panel.bars.content
    assert content.boundary is None
    assert content.low < 9 < 13 < content.high
    bench.host.grab()


@pytest.mark.parametrize(
    ("real", "fake"),
    [
        (logits(), logits()),
        (logits(1, 2), logits(np.nan, np.inf)),
        (logits(np.nan), logits(1.0)),
    ],
)
def test_scores_that_are_not_finite(bench: Bench, real: np.ndarray, fake: np.ndarray) -> None:
    panel = show(bench, Scores(10, real, fake))
    assert panel.message.text() == "The discriminator's logits are not finite."
    assert panel.bars.content is None
    bench.host.grab()


def test_what_is_finite_among_them_counts(bench: Bench) -> None:
    panel = show(bench, Scores(10, logits(1, np.nan, -1), logits(-1, -np.inf)))
    assert "75 % right" in panel.message.text()


def test_one_value_alone_has_an_axis(bench: Bench) -> None:
    panel = show(bench, Scores(10, logits(5), logits(5)), **{"objective.objective": "wasserstein"})
    assert panel.bars.content.low < 5 < panel.bars.content.high
    assert "in 50 % of all pairs" in panel.message.text()
    bench.host.grab()


def test_a_new_run_forgets_the_scores_of_the_last(bench: Bench) -> None:
    panel = show(bench, scores(10))
    bench.start()
    panel.refresh()
    assert panel.bars.content is None
    assert panel.caption.text() == ""


def test_real_and_fake_are_told_apart_by_more_than_colour(bench: Bench) -> None:
    """Real bars are filled; fake ones are hatched, so that the ground is seen between the lines."""
    panel = show(bench, scores(10, 4.0))
    for colors in (LIGHT, DARK):
        panel.set_colors(colors)
        panel.bars.setStyleSheet(f"background: {colors.surface}")
        pixels = picture(panel.bars)
        half = pixels.shape[1] // 2
        low = slice(pixels.shape[0] - 40, pixels.shape[0] - 24)
        fake, real = pixels[low, 9:20], pixels[low, -20:-9]
        assert near(fake, colors.g).mean() > 0.1
        assert near(fake, colors.surface).mean() > 0.3
        assert near(real, colors.faint(colors.real, 0.5)).mean() > 0.9
        assert near(pixels[:, half - 4 : half + 4], colors.text, 60).sum() > 10


def test_pairs_are_counted_as_by_hand() -> None:
    rng = np.random.default_rng(0)
    real, fake = rng.integers(0, 6, 40).astype("f"), rng.integers(0, 5, 30).astype("f")
    pairs = (real[:, None] > fake).mean() + (real[:, None] == fake).mean() / 2
    assert share_above(real, fake) == pytest.approx(pairs)


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "100"), (0.999, "> 99"), (0.5, "50"), (0.001, "< 1"), (0.0, "0"), (0.994, "99")]
)
def test_all_and_none_are_said_only_where_it_is_so(share: float, text: str) -> None:
    assert percent(share) == text


def test_it_is_a_tab_of_the_losses(window: MainWindow) -> None:
    docks = window.docks.docks
    assert docks["losses"].panel.is_watched
    assert not docks["scores"].panel.is_watched
    docks["scores"].raise_()
    assert docks["scores"].panel.is_watched
    assert not docks["losses"].panel.is_watched


def test_looking_back_shows_the_scores_of_then(bench: Bench) -> None:
    panel = show(bench, scores(100, apart=5))
    bench.take_steps(300)
    bench.model.receive(scores(300, apart=0))
    record = bench.model.record
    record.look_at(200)
    panel.refresh()
    assert panel.caption.text() == "step 100"
    assert "D tells > 99 % right" in panel.message.text() or "D tells 100 % right" in panel.message.text()
    assert set(panel._table()["step"]) == {100}
    record.look_at(50)
    panel.refresh()
    assert panel.bars.content is None
    assert panel.message.text().startswith("By step 50, no scores were kept")
    assert panel.caption.text() == ""
