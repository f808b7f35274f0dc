"""What `data.path` may be for images like MNIST's: a folder of IDX files, one IDX file, or an .npz archive."""

from __future__ import annotations

import re
from pathlib import Path

from gan_desktop.core.paths import expanded
from gan_desktop.training.data.files import Part, check_labels, first_bytes, is_folder, refusal
from gan_desktop.training.data.idx import read_images, read_labels
from gan_desktop.training.data.npz import ZIP_MAGIC, read_npz

# `train-images-idx3-ubyte.gz`, and what unpacking and repacking make of it: `train-images.idx3-ubyte`.
NAME = re.compile(r"(?P<prefix>.*?)(?P<kind>images|labels)[-.]idx[13]-ubyte(\.gz)?", re.IGNORECASE)


def read_path(path: Path) -> list[Part]:
    """Read whatever is at `path`.

    Raises:
        InputError: it is missing, empty or damaged; one sentence names the file.
    """
    path = expanded(path)
    if is_folder(path):
        return _read_folder(path)
    is_archive = first_bytes(path, len(ZIP_MAGIC)) == ZIP_MAGIC
    return read_npz(path) if is_archive else [Part(read_images(path))]


def _read_folder(folder: Path) -> list[Part]:
    images, labels = _find(folder)
    if not images:
        raise refusal(
            folder, "holds no images: train-images-idx3-ubyte or t10k-images-idx3-ubyte, gzipped or not, are looked for"
        )
    for prefix in labels.keys() - images.keys():
        raise refusal(labels[prefix], "has no images beside it")
    # Keras's order: the training set comes first.
    order = sorted(images, key=lambda prefix: (not prefix.endswith("train-"), prefix))
    return [_read_pair(images[prefix], labels.get(prefix)) for prefix in order]


def _find(folder: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """The files of images and of labels by the beginning of their names; a file goes before its gzipped twin."""
    found: dict[str, dict[str, Path]] = {"images": {}, "labels": {}}
    try:
        files = sorted(folder.iterdir(), reverse=True)
    except OSError as error:
        raise refusal(folder, f"cannot be read: {error.strerror or error}") from None
    for file in files:
        match = NAME.fullmatch(file.name)
        # Archivers of one system leave hidden twins on the others: ._train-images-idx3-ubyte.
        if match and not file.name.startswith("."):
            found[match["kind"].lower()][match["prefix"]] = file
    return found["images"], found["labels"]


def _read_pair(images: Path, labels: Path | None) -> Part:
    pixels = read_images(images)
    if labels is None:
        return Part(pixels)
    classes = read_labels(labels)
    check_labels(images, len(pixels), labels, len(classes))
    return Part(pixels, classes)
