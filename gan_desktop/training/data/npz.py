"""Arrays and labels from an .npz archive, as Keras keeps MNIST: headers checked before anything is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from gan_desktop.training.data.files import (
    Labels,
    Part,
    Pixels,
    Stream,
    check_images_shape,
    check_labels,
    file_size,
    refusal,
)
from gan_desktop.training.data.foreign import foreign_archive
from gan_desktop.training.data.label_arrays import class_numbers
from gan_desktop.training.data.npy import BYTES, LABELS, PLAIN, Array, check_bytes, read_header, read_values
from gan_desktop.training.data.zip_files import METHODS, refusing

ZIP_MAGIC = b"PK"
# Names of samples and of their labels: Keras's and MedMNIST's, then what people write, scikit-learn's, and what NumPy
# gives to arrays without a name. The first group with samples is taken.
POINT_GROUPS = (("points", "labels"),)
GROUPS = (
    (("x_train", "y_train"), ("x_test", "y_test")),
    (("X_train", "y_train"), ("X_test", "y_test")),
    (("train_images", "train_labels"), ("val_images", "val_labels"), ("test_images", "test_labels")),
    (("images", "labels"),),
    (("x", "y"),),
    (("X", "y"),),
    (("X", "Y"),),
    (("data", "target"),),
    (("data", "labels"),),
    (("arr_0", "arr_1"),),
)

Groups = Sequence[Sequence[tuple[str, str]]]
Reader = Callable[[Path, str, Stream], Array]
Say = Callable[[str], None]


def unsaid(sentence: str) -> None:
    """A `Say` that tells nobody."""


def read_npz(path: Path) -> list[Part]:
    """The grey images of an archive, with their labels where they are there.

    Raises:
        InputError: it is no zip archive, damaged, without known names, or has arrays of other shapes or types.
    """
    return [Part(images, labels) for images, labels in read_archive(path, GROUPS, "images", _read_grey)]


def read_archive(
    path: Path, groups: Groups, noun: str, read: Reader, any_name: bool = False, say: Say = unsaid
) -> list[tuple[Array, Labels | None]]:
    """The arrays of the first of `groups` that is in an archive, each with its labels where they are there.

    Args:
        path: the archive.
        groups: pairs of names, of samples and of their labels.
        noun: what the samples are, for messages.
        read: reads the samples from a stream at their header; its `str` is the array's name in messages.
        any_name: whether an archive's only array is taken whatever its name is.
        say: gets a sentence about what was understood of the labels.

    Raises:
        InputError: not a zip archive, damaged, without known names, with labels that do not fit, or what `read` raises.
    """
    with _opened(path) as archive:
        names = _names(path, archive)
        pairs = [(min(names), "")] if any_name and len(names) == 1 else _pairs(path, groups, noun, names)
        return [_read_pair(path, archive, names, noun, read, say, *pair) for pair in pairs]


def archive_shapes(path: Path) -> list[tuple[int, ...]]:
    """The shapes that an archive's samples announce: those under the known names, else those of its only array.

    Raises:
        InputError: as `read_archive`; the samples themselves are not read.
    """
    with _opened(path) as archive:
        names = _names(path, archive)
        known = [samples for group in (*GROUPS, POINT_GROUPS) for samples, _ in group if samples in names]
        if not known and len(names) != 1:
            raise refusal(path, f"holds nothing by a known name: its arrays are {', '.join(sorted(names)[:10])}")
        shapes = []
        for name in known or names:
            with archive.open(_member(path, archive, name)) as stream:
                shapes.append(read_header(path, f"'{name}'", stream, PLAIN).shape)
        return shapes


def _names(path: Path, archive: zipfile.ZipFile) -> set[str]:
    held = archive.namelist()
    if not any(name.endswith(".npy") for name in held):
        raise refusal(path, foreign_archive(held))
    return {name.removesuffix(".npy") for name in held}


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; what goes wrong with it is said in one sentence."""
    file_size(path)
    with refusing(path, "an .npz archive"), zipfile.ZipFile(path) as archive:
        yield archive


def _pairs(path: Path, groups: Groups, noun: str, names: set[str]) -> list[tuple[str, str]]:
    """The names of samples present, each with the name that its labels would have."""
    # Some groups differ only in the name of the labels.
    for group in sorted(groups, key=lambda group: not any(names.issuperset(pair) for pair in group)):
        found = [(samples, labels) for samples, labels in group if samples in names]
        orphans = [labels for samples, labels in group if labels in names and samples not in names]
        if found and orphans:
            raise refusal(path, f"is incomplete: it holds the labels '{orphans[0]}' without their {noun}")
        if found:
            return found
    allowed = ", ".join(dict.fromkeys(samples for group in groups for samples, _ in group))
    held = ", ".join(sorted(names)[:10]) or "nothing"
    advice = f"np.savez(file, {groups[0][0][0]}=array) names one"
    raise refusal(path, f"holds no {noun}: its arrays are {held}; allowed: {allowed}; {advice}")


def _read_pair(
    path: Path, archive: zipfile.ZipFile, names: set[str], noun: str, read: Reader, say: Say, samples: str, labels: str
) -> tuple[Array, Labels | None]:
    with archive.open(_member(path, archive, samples)) as stream:
        values = read(path, f"'{samples}'", stream)
    if labels not in names:
        return values, None
    classes, note = _read_labels(path, archive, labels)
    if note:
        say(note)
    check_labels(f"{path}: '{samples}'", len(values), f"{path}: '{labels}'", len(classes), noun)
    return values, classes


def _read_grey(path: Path, name: str, stream: Stream) -> Pixels:
    header = read_header(path, name, stream, BYTES)
    shape = header.shape
    if len(shape) == 4 and shape[3] == 1:
        shape = shape[:3]
    if len(shape) != 3:
        raise refusal(
            path, f"is refused: {name} has shape {shape}; allowed: (count, height, width), with or without a 1"
        )
    check_images_shape(path, name, (shape[0], shape[1], shape[2]))
    values = read_values(path, name, stream, header)
    check_bytes(path, name, values)
    return values.reshape(shape).astype(np.uint8)


def _read_labels(path: Path, archive: zipfile.ZipFile, name: str) -> tuple[Labels, str]:
    with archive.open(_member(path, archive, name)) as stream:
        header = read_header(path, f"'{name}'", stream, LABELS)
        return class_numbers(path, f"'{name}'", read_values(path, f"'{name}'", stream, header))


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    member = archive.getinfo(f"{name}.npy" if f"{name}.npy" in archive.namelist() else name)
    if member.compress_type not in METHODS:
        raise refusal(
            path, f"is refused: '{name}' is packed by method {member.compress_type}; allowed: stored or deflated"
        )
    return member
