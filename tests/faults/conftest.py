"""The engine that tests of faults drive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gan_desktop.recording import problems, recorder, store
from tests.conftest import do_without_xla, share_what_is_prepared
from tests.training.driving import Driver


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    """One engine, so that the networks are compiled once."""
    with pytest.MonkeyPatch.context() as patch:
        do_without_xla(patch)
        share_what_is_prepared(patch)
        # What is tried again here is tried at once.
        patch.setattr(problems, "FIRST_RETRY", 0.02)
        patch.setattr(problems, "LAST_RETRY", 0.02)
        patch.setattr(store, "LOCKED_SECONDS", 0.02)
        patch.setattr(recorder, "PATIENCE", 0.0)
        made = Driver(watched=False)
        yield made
        if made.thread.is_alive():
            made.quit()
