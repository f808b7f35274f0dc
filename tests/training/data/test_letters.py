"""The data sets of letters: labels, seeds, what is held out, two styles, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.data.glyphs import ALPHABETS
from gan_desktop.training.data.letters import HELD_OUT, even_pairs

Load = Callable[..., Any]


def test_letters_are_images_with_labels(load_data: Load) -> None:
    data = load_data("letters", samples=520)
    assert data.title == "Latin capitals, in 11 styles"
    assert (data.kind, data.samples.shape, data.samples.dtype) == ("images", (520, 16, 16, 1), np.float32)
    assert data.samples.min() == 0
    assert data.samples.max() == 1
    assert data.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert np.bincount(data.labels).tolist() == [20] * 26
    assert data.source is None


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_each_alphabet_is_labelled_evenly(load_data: Load, alphabet: str) -> None:
    letters = ALPHABETS[alphabet]
    data = load_data("letters", alphabet=alphabet, samples=3 * len(letters), image_size=8)
    assert data.class_names == tuple(letters)
    assert np.bincount(data.labels).tolist() == [3] * len(letters)
    assert data.samples.any(axis=(1, 2, 3)).all()


def test_styles_can_be_the_classes(load_data: Load) -> None:
    data = load_data("letters", styles="gothic_english, plain", label="style", samples=101)
    assert data.title == "Latin capitals, in 2 styles"
    assert data.class_names == ("plain", "gothic English")
    assert sorted(np.bincount(data.labels)) == [50, 51]
    # Double lines have more ink.
    ink = data.samples.mean(axis=(1, 2, 3))
    assert ink[data.labels == 1].mean() > ink[data.labels == 0].mean()


@pytest.mark.parametrize(("letters", "styles"), [(26, 11), (24, 2), (10, 7), (4, 6)])
def test_letters_styles_and_pairs_come_equally_often(letters: int, styles: int) -> None:
    for count in (letters * styles, 2 * letters * styles, 3 * letters * styles + 5, 7):
        letter, style = even_pairs(count, letters, styles)
        for values, kinds in ((letter, letters), (style, styles), (letter * styles + style, letters * styles)):
            assert np.ptp(np.bincount(values, minlength=kinds)) <= 1


def test_the_seed_decides_what_is_drawn(load_data: Load) -> None:
    first, same, other = (load_data("letters", seed=seed, samples=300) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.samples, same.samples)
    np.testing.assert_array_equal(first.held_out, same.held_out)
    np.testing.assert_array_equal(first.labels, same.labels)
    assert not np.array_equal(first.labels, other.labels)
    # The same letters, elsewhere.
    assert not {each.tobytes() for each in first.samples} & {each.tobytes() for each in other.samples}


def test_held_out_letters_are_other_images_of_the_same_kind(load_data: Load) -> None:
    data = load_data("letters", samples=300)
    assert data.held_out.shape == (HELD_OUT, 16, 16, 1)
    assert np.ptp(np.bincount(data.held_out_labels, minlength=26)) <= 1
    assert not {each.tobytes() for each in data.samples} & {each.tobytes() for each in data.held_out}
    assert data.held_out.mean() == pytest.approx(data.samples.mean(), rel=0.1)


def test_without_jitter_a_letter_is_always_the_same_and_nothing_is_held_out(load_data: Load) -> None:
    data = load_data("letters", samples=260, styles="plain", jitter=0.0)
    assert len(np.unique(data.samples.reshape(260, -1), axis=0)) == 26
    assert data.held_out is None
    assert data.held_out_labels is None


def test_more_jitter_is_more_spread(load_data: Load) -> None:
    def spread(jitter: float) -> float:
        data = load_data("letters", samples=520, styles="plain", jitter=jitter)
        return float(np.mean([data.samples[data.labels == label].var(axis=0).sum() for label in range(26)]))

    assert 0 < spread(0.3) < spread(0.6) < spread(1.0)


def test_two_styles_are_two_domains_drawn_apart(load_data: Load) -> None:
    data = load_data("letter_styles", samples=520)
    assert data.source is not None
    assert data.title == "Latin capitals, plain to script"
    assert data.source.title == "Latin capitals, plain"
    assert not data.paired
    for domain in (data, data.source):
        assert domain.samples.shape == (520, 16, 16, 1)
        assert domain.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        assert np.bincount(domain.labels).tolist() == [20] * 26
        assert len(domain.held_out) == len(domain.held_out_labels) == HELD_OUT
    assert np.mean(data.labels == data.source.labels) < 0.15
    assert np.mean(data.held_out_labels == data.source.held_out_labels) < 0.15


def test_letters_of_both_styles_can_be_read(load_data: Load) -> None:
    """Fisher's discriminant (`scikit-learn`) reads letters that it has not seen, at 16 x 16 pixels."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    data = load_data("letter_styles", samples=4000)
    for domain in (data, data.source):
        reader = LinearDiscriminantAnalysis().fit(domain.samples.reshape(len(domain), -1), domain.labels)
        assert reader.score(domain.held_out.reshape(HELD_OUT, -1), domain.held_out_labels) > 0.97


@pytest.mark.parametrize("name", ["letters", "letter_styles"])
def test_a_path_is_refused(refused: Callable[..., str], name: str, tmp_path: Path) -> None:
    assert f"the data set '{name}' is built in and takes no path" in refused(name, tmp_path)


@pytest.mark.parametrize(
    ("values", "key", "sentence"),
    [
        ({"alphabet": "greek", "styles": "script"}, "styles", "'script': greek has 'all', or some of plain, roman"),
        ({"styles": "plain, nice"}, "styles", "'plain, nice': must be 'all', or some of plain, bold, roman"),
        ({"styles": []}, "styles", "must be 'all', or some of plain, bold, roman"),
        ({"styles": 3}, "styles", "3: must be 'all', or some of plain, bold, roman"),
        ({"alphabet": "runes"}, "alphabet", "'runes': allowed: 'latin_capitals', 'latin_small'"),
        ({"image_size": 65}, "image_size", "65: must be at most 64"),
        ({"jitter": 1.5}, "jitter", "1.5: must be at most 1"),
    ],
)
def test_letters_that_are_refused(values: dict[str, Any], key: str, sentence: str) -> None:
    _refused("letters", values, key, sentence)


@pytest.mark.parametrize(
    ("values", "key", "sentence"),
    [
        ({"style": "plain"}, "style", "'plain': must be another style than data.source_style"),
        ({"source_style": "script"}, "style", "'script': must be another style than data.source_style"),
        ({"alphabet": "cyrillic"}, "source_style", "'plain': cyrillic has roman"),
        ({"alphabet": "greek"}, "style", "'script': greek has plain, roman"),
        ({"style": "nice"}, "style", "'nice': allowed: 'plain', 'bold'"),
    ],
)
def test_styles_that_are_refused(values: dict[str, Any], key: str, sentence: str) -> None:
    _refused("letter_styles", values, key, sentence)


def _refused(name: str, values: dict[str, Any], key: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        replace_keys(RunConfig(), {"data.name": name, **{f"data.{option}": value for option, value in values.items()}})
    assert caught.value.key == f"data.{key}"
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(f"data.{key} = ")


def test_styles_are_written_in_one_way() -> None:
    def styles(value: Any) -> Any:
        return replace_keys(RunConfig(), {"data.name": "letters", "data.styles": value}).data.options.styles

    assert styles(["script", "plain"]) == styles("script plain") == styles("plain, script") == "plain, script"
    assert styles(["all"]) == styles("all") == "all"
