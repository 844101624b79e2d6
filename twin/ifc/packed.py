"""IFC files in a zip (``.ifczip``): one model inside, unpacked under a name of ours and never larger than allowed."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

from twin.files.text import plain
from twin.model.errors import IfcError

_MAGIC = b"PK\x03\x04"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ENCRYPTED = 0x1


def unpacked(path: Path, folder: Path, *, limit_bytes: int) -> Path:
    """The file itself, or the one IFC file that it packs, written into a folder.

    Raises:
        IfcError: the zip is damaged, encrypted, holds no IFC file or several, or one that is larger than the limit.
    """
    if not _is_zip(path):
        return _without_mark(path, folder)
    try:
        with zipfile.ZipFile(path) as packed:
            return _the_model(packed, path, folder / "unpacked.ifc", limit_bytes)
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, zlib.error) as error:
        raise IfcError(str(path), f"cannot be unpacked: {plain(str(error))}") from error


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False  # the preflight says what is wrong with it


def _without_mark(path: Path, folder: Path) -> Path:
    """A file that begins with a byte order mark, which editors add and the library refuses, as a copy without it."""
    try:
        with path.open("rb") as file:
            if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
                return path
            with (folder / "plain.ifc").open("wb") as copy:
                shutil.copyfileobj(file, copy)
    except OSError:
        return path  # the preflight says what is wrong with it
    return folder / "plain.ifc"


def _the_model(packed: zipfile.ZipFile, path: Path, target: Path, limit_bytes: int) -> Path:
    models = [entry for entry in packed.infolist() if entry.filename.lower().endswith(".ifc")]
    if len(models) != 1:
        names = ", ".join(plain(entry.filename, limit=40) for entry in packed.infolist()[:5]) or "nothing"
        raise IfcError(str(path), f"holds {len(models)} IFC files, not one (it holds {names})")
    if models[0].flag_bits & _ENCRYPTED:
        raise IfcError(str(path), "is encrypted")
    with packed.open(models[0]) as source, target.open("wb") as sink:
        # What a zip says of its sizes may be a lie: the bytes are counted as they come.
        shutil.copyfileobj(_Counted(source, limit_bytes, path), sink)
    return target


class _Counted:
    """A stream that ends in an error when it gives more than it may."""

    def __init__(self, source: IO[bytes], limit_bytes: int, path: Path) -> None:
        self._source, self._left, self._path = source, limit_bytes, path

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise IfcError(str(self._path), "is larger when unpacked than there is memory to read it")
        return data
