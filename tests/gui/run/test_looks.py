"""What is asked of the networks: what any panel wants is asked for once, and no more when none does."""

from __future__ import annotations

from gan_desktop.core.commands import Command, Inspect, ShowClass, Walk, Watch
from gan_desktop.core.views import View
from gan_desktop.gui.run.looks import Looks


def test_the_engine_is_told_of_all_wants_together_where_they_change() -> None:
    sent: list[Command] = []
    looks = Looks(sent.append)
    looks.want("a", [])
    assert sent == []
    looks.want("a", [View.LAYERS])
    looks.want("b", [View.LAYERS])
    looks.want("b", [], scores=True)
    looks.want("a", [])
    looks.want("b", [])
    layers = frozenset({View.LAYERS})
    assert sent == [Watch(layers), Watch(layers, True), Watch(frozenset(), True), Watch(frozenset())]


def test_each_question_is_a_command() -> None:
    sent: list[Command] = []
    looks = Looks(sent.append)
    looks.show_class(3)
    looks.inspect(7)
    looks.walk(None)
    assert sent == [ShowClass(3), Inspect(7), Walk(None, None)]
