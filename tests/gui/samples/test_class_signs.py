"""Signs beside the rows of classes that have collapsed or are lost: by the figures of now, and never colour alone."""

from __future__ import annotations

import dataclasses
from html import unescape
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gan_desktop.core.events import Samples
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.gui.look.theme import DARK, LIGHT, Colors
from gan_desktop.gui.samples.class_sign import paint_sign
from gan_desktop.gui.samples.class_signs import Sign, class_signs, share_text
from tests.gui.conftest import Bench

CLASSES = 10
LABELS = np.repeat(np.arange(CLASSES, dtype=np.int32), 8)
IMAGES = np.full((len(LABELS), 8, 8, 1), 0.5, np.float32)


def measured(alike: tuple[int, ...] = (), lost: tuple[int, ...] = (), step: int = 1000, **changes: Any) -> Measured:
    """A measurement with all classes as in the data but these; real samples have 0.9 ± 0.018 within each."""
    shares = np.full(CLASSES, 1.0)
    shares[list(lost)] = 0
    diversity = np.full(CLASSES, 0.9)
    diversity[list(alike)] = 0.9 * 0.12
    known: dict[str, Any] = {
        "count": 1000,
        "shares": tuple((shares / shares.sum()).tolist()),
        "share_floors": ((0.1, 0.01),) * CLASSES,
        "by_class": {"diversity": tuple(diversity.tolist())},
        "class_floors": {"diversity": (Floor(0.9, 0.018),) * CLASSES},
        "asked": True,
    }
    return Measured(step, {}, None, {}, {}, 0.1, **(known | changes))


@pytest.fixture
def panel(bench: Bench) -> Any:
    shown = bench.show("samples")
    bench.start(replace_keys(bench.model.form.config, {"data.conditional": True}))
    bench.model.receive(Samples(1000, IMAGES, labels=LABELS))
    shown.refresh()
    return shown


def tell(bench: Bench, panel: Any, event: Measured) -> dict[int, Sign]:
    bench.model.receive(event)
    panel.refresh()
    return {label: sign.sign for label, sign in panel.generated.signs.items()}


def test_a_class_that_has_collapsed_is_marked_until_it_is_fine_again(bench: Bench, panel: Any) -> None:
    assert tell(bench, panel, measured(alike=(3,), lost=(7,))) == {3: Sign.COLLAPSED, 7: Sign.LOST}
    assert panel.generated.accessibleDescription() == (
        "Class 3: two fakes are 12 % as far apart as two real samples of it (real: 100 ± 2 %). "
        "Class 7: 0 % of the fakes are of it (real: 10 %)."
    )
    assert panel.caption.text() == "= all the same · × lost"
    assert tell(bench, panel, measured(step=1250)) == {}
    assert panel.caption.text() == panel.generated.accessibleDescription() == ""


def test_the_pointer_on_a_row_says_the_figures(bench: Bench, panel: Any) -> None:
    tell(bench, panel, measured(alike=(3,)))
    place = panel.generated._placed()[0][0]
    middle = place.top() + place.height() * 3.5 / CLASSES
    sentence = "Class 3: two fakes are 12 % as far apart as two real samples of it (real: 100 ± 2 %)."
    assert unescape(panel.generated.tip_at(QPointF(place.left() - 4, middle))) == f"<p>{sentence}</p>"
    assert sentence in unescape(panel.generated.tip_at(QPointF(place.left() + 4, middle)))
    below = middle + place.height() / CLASSES
    assert panel.generated.tip_at(QPointF(place.left() - 4, below)) == "Class 4"


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_signs_are_painted_beside_their_rows(bench: Bench, panel: Any, colors: Colors) -> None:
    panel.set_colors(colors)
    tell(bench, panel, measured(alike=(3,)))
    grid = panel.generated
    place = grid._placed()[0][0]
    picture = grid.grab().toImage()
    red = [
        (x, y)
        for y in range(picture.height())
        for x in range(int(place.left()))
        if picture.pixelColor(x, y) == QColor(colors.error)
    ]
    row = place.height() / CLASSES
    assert len(red) > 20
    assert all(place.top() + 3 * row <= y <= place.top() + 4 * row for _, y in red)
    # Grids beside each other keep the same room for heads, so that their images are alike.
    assert panel.real._placed()[0][0].left() == place.left()


def sign_picture(sign: Sign, colors: Colors) -> QImage:
    image = QImage(28, 28, QImage.Format.Format_RGB32)
    image.fill(QColor(colors.surface))
    painter = QPainter(image)
    paint_sign(painter, QRectF(0, 0, 28, 28), sign, colors)
    painter.end()
    return image


def test_signs_differ_in_shape(qapp: object) -> None:
    grey = dataclasses.replace(LIGHT, error="#808080")
    assert sign_picture(Sign.LOST, grey) != sign_picture(Sign.COLLAPSED, grey)


def test_nothing_is_marked_that_was_not_measured(bench: Bench, panel: Any) -> None:
    """Nothing before the detectors look, nothing if fakes were asked for no class, nothing that is not shown."""
    signs = {3: Sign.COLLAPSED}
    assert tell(bench, panel, measured(alike=(3,), step=250)) == {}
    assert tell(bench, panel, measured(alike=(3,), asked=False)) == {}
    assert tell(bench, panel, measured(by_class={}, class_floors={})) == {}
    assert tell(bench, panel, measured(alike=(3,))) == signs
    bench.model.record.look_at(bench.model.record.snapshots[0].step - 1)
    assert tell(bench, panel, measured(alike=(3,))) == {}
    bench.model.record.look_at(None)
    assert tell(bench, panel, measured(alike=(3,))) == signs
    # The averaged generator was not measured.
    bench.model.receive(Samples(1010, IMAGES, IMAGES, LABELS))
    panel.refresh()
    panel.choices.generator.button("averaged").click()
    assert panel.generated.signs == {}
    panel.choices.generator.button("both").click()
    assert set(panel.generated.signs) == {3}
    bench.start(replace_keys(bench.model.form.config, {"data.conditional": True}))
    bench.model.receive(Samples(0, IMAGES, labels=LABELS))
    panel.refresh()
    assert panel.generated.signs == {}


def test_a_class_alone_says_it_in_its_title(bench: Bench, panel: Any) -> None:
    tell(bench, panel, measured(alike=(3,)))
    bench.model.receive(Samples(1010, IMAGES, labels=np.full(len(IMAGES), 3, np.int32)))
    panel.refresh()
    assert panel._titles[panel.generated].text() == "Generated · class 3 · all the same · step 1,010"


def test_a_class_may_be_lost_and_always_the_same() -> None:
    (sign,) = class_signs(measured(alike=(7,), lost=(7,)), (), ["cat"] * CLASSES).values()
    assert sign.sign is Sign.LOST
    assert sign.sentence.startswith("Class cat: 0 % of the fakes are of it (real: 10 %). Class cat: two fakes are 12 %")


@pytest.mark.parametrize(
    ("share", "deviation", "text"), [(0.12, 0, "12 %"), (0.004, 0, "0.4 %"), (1, 0.02, "100 ± 2 %")]
)
def test_shares_are_written_for_people(share: float, deviation: float, text: str) -> None:
    assert share_text(share, deviation) == text
