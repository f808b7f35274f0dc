"""A label without room for its text."""

from __future__ import annotations

import pytest

from gan_desktop.gui.widgets.elided_label import ElidedLabel


@pytest.mark.usefixtures("qapp")
def test_the_end_that_is_to_be_kept_is_whole_where_the_rest_is_cut() -> None:
    label = ElidedLabel()
    label.setText("Generated · class 3 · step 1,200", " · step 1,200")
    width = label.sizeHint().width()
    assert label.cut(width) == label.text() == label.accessibleName()
    cut = label.cut(width - 30)
    assert cut.startswith("Generated")
    assert cut.endswith("… · step 1,200")
    alone = label.fontMetrics().horizontalAdvance("step 1,200")
    assert label.cut(alone + 2) == "step 1,200"
    assert label.cut(alone // 2).endswith("…")


@pytest.mark.usefixtures("qapp")
def test_a_text_without_such_an_end_is_cut_at_its_end() -> None:
    label = ElidedLabel("Generated · class 3")
    assert label.cut(label.fontMetrics().horizontalAdvance("Generated")).startswith("Gen")
    label.setText("Generated", "rated")
    assert label.cut(1000) == "Generated"
