"""Files of other programs, known by what they begin with, and how to turn each into something that is read here."""

from __future__ import annotations

from collections.abc import Iterable

NOT_READ = "which is not read here"
UNPACK = f"{NOT_READ}; unpack it and choose the folder, or pack it as .zip"


def _array(kind: str, array: str) -> str:
    """The end of a sentence about a kind of file that holds arrays, with the Python that takes one out."""
    return f"{kind}, {NOT_READ}; convert it: np.save('data.npy', {array})"


# Where the mark stands, the mark, and what a file that has it is, as the end of a sentence.
FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89HDF\r\n\x1a\n", _array("an HDF5 file", "h5py.File(file)['name'][:]")),
    (0, b"MATLAB 5.0 MAT-file", _array("a MATLAB file", "scipy.io.loadmat(file)['name']")),
    *(
        (0, bytes([0x80, n]), _array("a Python pickle", "np.asarray(pickle.load(open(file, 'rb')))"))
        for n in range(2, 6)
    ),
    (128, b"DICM", _array("a DICOM file", "np.stack([pydicom.dcmread(file).pixel_array for file in files])")),
    (0, b"PAR1", f"a Parquet file, {NOT_READ}; pandas.read_parquet(file).to_csv('data.csv', index=False)"),
    (0, b"SIMPLE  =", _array("a FITS file", "astropy.io.fits.getdata(file)")),
    (344, b"n+1\0", _array("a NIfTI file", "nibabel.load(file).get_fdata()")),
    (0, b"SQLite format 3\0", f"an SQLite database, {NOT_READ}; save a table of numbers as CSV"),
    (0, b"%PDF", f"a PDF document, {NOT_READ}; save its images as PNG files in a folder"),
    *(
        (4, mark, f"a single image, of a kind that {NOT_READ[6:]}; save it as PNG or JPEG in a folder with others")
        for mark in (b"ftyphei", b"ftypmif1", b"ftypavif")
    ),
    (4, b"ftyp", f"a film, {NOT_READ}; save its frames as PNG files in a folder"),
    (0, b"\x1aE\xdf\xa3", f"a film, {NOT_READ}; save its frames as PNG files in a folder"),
    (0, b"7z\xbc\xaf\x27\x1c", f"a 7-Zip archive, {UNPACK}"),
    (0, b"Rar!\x1a\x07", f"a RAR archive, {UNPACK}"),
    (0, b"\xfd7zXZ\0", f"an xz archive, {UNPACK}"),
    (0, b"BZh", f"a bzip2 archive, {UNPACK}"),
    (0, b"\x89PNG\r\n\x1a\n", "a single image; choose the folder that it is in"),
    (0, b"\xff\xd8\xff", "a single image; choose the folder that it is in"),
)
# How many bytes are needed to know them all.
LOOKED_AT = max(place + len(mark) for place, mark, _ in FOREIGN)
# For zip files: what a member's name ends with.
IN_ARCHIVES = (
    (("xl/workbook.xml", "[Content_Types].xml"), f"an Office document, {NOT_READ}; save its table as CSV"),
    (("data.pkl",), _array("a PyTorch file", "torch.load(file).numpy()")),
    ((".zip",), f"a zip file with another one in it, {NOT_READ}; unpack it and choose the one inside"),
    ((".csv", ".tsv", ".txt"), f"a zip file of texts, {NOT_READ}; unpack it and choose the one to train on"),
)


def foreign_kind(start: bytes) -> str:
    """What a file is that begins like this, and what to do, as the end of a sentence; empty if it is none of these."""
    return next((f"is {text}" for place, mark, text in FOREIGN if start[place : place + len(mark)] == mark), "")


def foreign_archive(names: Iterable[str]) -> str:
    """What a zip file of these names, without images and arrays, is and what to do, in the way of `foreign_kind`."""
    held = sorted(names)
    for endings, text in IN_ARCHIVES:
        if any(name.endswith(endings) for name in held):
            return f"is {text}"
    first = ", ".join(held[:5]) or "nothing"
    return (
        f"is a zip file without images and arrays: it holds {first}; allowed: image files, or .npy files as in an .npz"
    )
