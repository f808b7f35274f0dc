"""Files of data that cannot be read, each with the data set that is asked to, and what must be said of it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import numpy as np

NAN = np.full((40, 8, 8), np.nan)


def _npy(array: np.ndarray, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


def _npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return stream.getvalue()


IMAGES = np.zeros((40, 8, 8), np.uint8)
FILES: dict[str, bytes] = {
    "nothing": b"",
    "cut.npy": _npy(IMAGES)[:-100],
    "header.npy": _npy(IMAGES)[:40],
    "claims.npy": _npy(IMAGES).replace(b"(40, 8, 8)", b"(4e9, 8,8)"),
    "objects.npy": _npy(np.array([1, "a", None], dtype=object), allow_pickle=True),
    "dates.npy": _npy(np.zeros((40, 8, 8), "datetime64[s]")),
    "records.npy": _npy(np.zeros(40, [("a", "f4"), ("b", "i4")])),
    "texts.npy": _npy(np.full((40, 8, 8), "x")),
    "complex.npy": _npy(np.zeros((40, 8, 8), complex)),
    "nan.npy": _npy(NAN),
    "scalar.npy": _npy(np.array(3.0)),
    "none.npy": _npy(np.zeros((0, 8, 8))),
    "flat.npy": _npy(np.zeros((40, 7))),
    "deep.npy": _npy(np.zeros((2, 2, 2, 2, 2, 2))),
    "points_nan.npy": _npy(np.full((40, 2), np.nan)),
    "lengths.npz": _npz(images=IMAGES, labels=np.zeros(39, int)),
    "labels.npz": _npz(images=IMAGES, labels=np.full(40, 0.5)),
    "names.npz": _npz(first=IMAGES, second=IMAGES),
    "inner.zip": _zip(more_dot_zip=_zip(a_dot_png=b"x")),
    "text.zip": _zip(a_dot_txt=b"hello"),
    "cut.zip": _zip(a_dot_png=b"x" * 500)[:-60],
    "words.csv": b"one,two\nthree,four\n",
    "uneven.csv": b"1,2\n3\n",
    "nan.csv": b"1,2\n3,nan\n",
    "comma.csv": b"1;2\n3,5;4\n",
    "bytes.csv": b"1,2\n\xff\xfe,3\n",
    "long.csv": b"1,2\n" + b"9" * 100_000 + b",3\n",
    "raw.csv": b"1,2\n\x1b[31m,3\n",
    "weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(64),
    "data.pkl": b"\x80\x04\x95" + bytes(64),
    "data.mat": b"MATLAB 5.0 MAT-file" + b" " * 105 + b"\0\1IM" + bytes(64),
    "scan.dcm": bytes(128) + b"DICM" + bytes(64),
    "table.parquet": b"PAR1" + bytes(64),
    "archive.7z": b"7z\xbc\xaf\x27\x1c" + bytes(64),
    "archive.rar": b"Rar!\x1a\x07\x01\0" + bytes(64),
    "book.xlsx": _zip(xl_dot_xml=b"<x/>"),
    "film.mp4": b"\0\0\0\x20ftypisom" + bytes(64),
    "data.json": json.dumps({"a": [1, 2]}).encode(),
    "one.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "idx": b"\0\0\x08\x03" + bytes(4) + b"\xff" * 8,
    "idx.gz": gzip.compress(b"\0\0\x08\x03\0\0\0\x05\0\0\0\x08\0\0\0\x08" + bytes(64)),
    "not.gz": b"\x1f\x8b" + bytes(64),
    "pictures/a.png": b"not a picture",
    "pictures/b.jpg": b"",
    "others/a.txt": b"hello",
    "mnist/train-images-idx3-ubyte": b"\x89PNG" + bytes(60),
    "cifar/data_batch_1.bin": bytes(100),
}
# The data set, the path and what the sentence has to say.
BAD_DATA: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *(
        (name, path, (path,))
        for path in FILES
        if "/" not in path
        for name in ("arrays", "points", "images")
        if (name, path) not in {("points", "comma.csv")}
    ),
    *(
        (name, path, ("does not exist",))
        for name in ("arrays", "points", "images", "mnist", "cifar10")
        for path in ("missing", "~/missing", "nothing/x")
    ),
    *((name, "x" * 300, ("cannot be read",)) for name in ("arrays", "points", "images", "mnist", "cifar10")),
    *(
        (name, path, (path,))
        for name in ("arrays", "points", "mnist", "cifar10", "images")
        for path in ("pipe", "loop")
    ),
    ("images", "pictures", ("holds no readable image", "a.png is not an image", "b.jpg is empty")),
    ("images", "others", ("holds no images", ".txt")),
    ("images", "empty", ("holds no images", ".png")),
    ("mnist", "empty", ("holds no images",)),
    ("mnist", "mnist", ("is not an IDX",)),
    ("cifar10", "cifar", ("cifar",)),
    ("cifar10", "empty", ("empty",)),
    ("arrays", "empty", ("empty",)),
    ("points", "empty", ("empty",)),
    ("ring", "empty", ("takes no path",)),
    ("digits", "empty", ("takes no path",)),
)


def make_files(folder: Path) -> None:
    """Write them all, and an empty folder."""
    (folder / "empty").mkdir()
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
