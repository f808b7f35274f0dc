"""Archives that are damaged, or made to do harm: nothing in them runs, and no more is allocated than they hold."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from gan_desktop.recording.array_archive import read_arrays

ARRAYS: dict[str, np.ndarray] = {
    "a/b": np.arange(6, dtype=np.float32).reshape(2, 3),
    "empty": np.zeros((0, 4), np.int64),
    "one": np.array(3.5),
    "text": np.array("äö"),
    "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
}


def written(**arrays: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.savez(content, allow_pickle=True, **arrays)
    return content.getvalue()


def archive(content: bytes, name: str = "a.npy", method: int = zipfile.ZIP_STORED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        made.writestr(name, content)
    return packed.getvalue()


def npy(shape: str, descr: str = "'<f4'", values: bytes = bytes(16)) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + values


def test_arrays_come_back_and_are_their_own() -> None:
    read = read_arrays(io.BytesIO(written(**ARRAYS)))
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)
        assert read[name].flags.writeable


HARMFUL = {
    "claims terabytes": archive(npy("(1000000000000,)")),
    "claims what no number holds": archive(npy("(1000000000000, 1000000000000, 1000000000000)")),
    "claims less": archive(npy("(3,)")),
    "pickle": written(a=np.array([print], object)),
    "no header": archive(npy("(")),
    "records of objects": archive(npy("(2,)", "[('a', '|O')]")),
    "another file": archive(b"hello", "hello.txt"),
    "packed": archive(npy("(4,)"), method=zipfile.ZIP_DEFLATED),
    "no magic": archive(b"hello"),
    "nothing": b"",
    "version 9": archive(npy("(4,)").replace(b"\x01\x00", b"\x09\x00", 1)),
}


@pytest.mark.parametrize("content", HARMFUL.values(), ids=HARMFUL)
def test_harmful_archives_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_arrays(io.BytesIO(content))


def test_a_size_that_the_archive_does_not_have_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(archive(npy("(4,)")))
    directory = content.index(b"PK\x01\x02")
    for place in (20, 24):  # what it takes in the archive, and what it is to become
        content[directory + place : directory + place + 4] = (2**31).to_bytes(4, "little")
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(ValueError, match="claims 2,147,483,648 bytes"):
        read_arrays(io.BytesIO(bytes(content)))


def test_every_flipped_bit_is_found_or_changes_nothing() -> None:
    content = written(a=np.arange(4, dtype=np.float32), b=np.ones(2))
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        try:
            read = read_arrays(io.BytesIO(bytes(damaged)))
        except ValueError:
            continue
        # An array may be hidden, which whoever knows the names has to see.
        for name, array in read.items():
            np.testing.assert_array_equal(array, {"a": np.arange(4), "b": np.ones(2)}[name])
