"""The classes of images in folders and zip files: by sub-folder, or by the dataset.json that StyleGAN's tools write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from gan_desktop.training.data.files import refusal
from gan_desktop.training.data.image_decoding import ImageSource
from gan_desktop.training.data.label_arrays import LARGEST_LABEL
from gan_desktop.training.data.zip_files import MemberError, refusing

LISTING = "dataset.json"
# In bytes: enough for the names of a million images, and no more than can be parsed with ease.
LARGEST_LISTING = 2**26
SHARD = re.compile(r"\d{2,}")
NUMBERS = re.compile(r"\d+")
# What StyleGAN's tools write for a data set without labels, and what a person may write if one is refused.
WITHOUT = '{"labels": null} means no classes'


def common_folder(names: Iterable[str]) -> str:
    """The folder around all names, "" or with a slash behind it."""
    common: list[str] | None = None
    for name in names:
        parts = name.split("/")[:-1]
        if common is None:
            common = parts
        same = (a == b for a, b in zip(common, parts, strict=False))
        common = common[: next((place for place, equal in enumerate(same) if not equal), min(len(common), len(parts)))]
    return "".join(f"{part}/" for part in common or ())


def first_folder(name: str) -> str:
    """The first-level folder that a file lies in, "" if it lies in none."""
    first, separator, _ = name.partition("/")
    return first if separator else ""


def are_shards(names: Sequence[str]) -> bool:
    """Whether first-level folders are parts of one numbered series, as in 00000/img00000000.png, and not classes.

    Names of shards are numbers, and the numbers of the files go on from one folder to the next. In classes the files
    are counted anew in each folder, or their numbers are mixed.
    """
    spans: dict[str, list[int]] = {}
    for name in names:
        folder, numbers = first_folder(name), NUMBERS.findall(name.rpartition("/")[2].rpartition(".")[0])
        if not (SHARD.fullmatch(folder) and numbers):
            return False
        spans.setdefault(folder, []).append(int(numbers[-1][:18]))
    if len({len(folder) for folder in spans}) != 1 or len(spans) < 2:
        return False
    ordered = [(min(spans[folder]), max(spans[folder])) for folder in sorted(spans)]
    return all(before[1] < after[0] for before, after in pairwise(ordered))


def read_listing(place: Path, source: ImageSource) -> dict[str, int] | bool:
    """What a dataset.json says of each file, by its name beside the listing.

    Returns:
        Labels by name; True if it says that there are none; False if it is no such listing.

    Raises:
        InputError: it cannot be read, or has labels which are no numbers of classes.
    """
    try:
        with refusing(place, "a zip file"), source.open("rb") as stream:
            content = stream.read(LARGEST_LISTING + 1)
    except MemberError as error:
        raise refusal(place, f"is refused: {LISTING} {error}") from None
    try:
        listing: Any = json.loads(content) if len(content) <= LARGEST_LISTING else None
    except (ValueError, RecursionError):
        return False
    if not isinstance(listing, Mapping) or "labels" not in listing:
        return False
    if listing["labels"] is None:
        return True
    labels = {}
    for item in listing["labels"] if isinstance(listing["labels"], list) else [None]:
        if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and _is_label(item[1])):
            allowed = f'["name", label] with whole numbers 0 to {LARGEST_LABEL:,}; {WITHOUT}'
            raise refusal(place, f"is refused: {LISTING} holds the label {str(item)[:80]}; allowed: {allowed}")
        labels[item[0]] = item[1]
    return labels


def label_of(place: Path, labels: Mapping[str, int], name: str) -> int:
    """The label of a file. Raises InputError if the listing has none."""
    if name not in labels:
        raise refusal(place, f"is refused: {LISTING} has no label for {name}; allowed: one for each image; {WITHOUT}")
    return labels[name]


def _is_label(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_LABEL
