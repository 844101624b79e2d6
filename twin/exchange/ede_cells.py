"""Tables that strangers' spreadsheets write: bytes to text, text to cells, cells to values."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from twin.model.errors import ConfigError, Fault

LARGEST_BYTES = 32 * 2**20
"""A list of 100,000 objects has about 15 MB."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_YES = frozenset({"y", "yes", "true", "1", "j", "ja", "x"})
_NO = frozenset({"n", "no", "false", "0", "nein"})


def read_lines(path: Path) -> list[str]:
    """Lines of a text file with their ends: UTF-8 or UTF-16 with a byte order mark, UTF-8, else Windows-1252.

    Raises:
        ConfigError: it is missing, no file, too large or no text.
    """
    try:
        if path.exists() and not path.is_file():
            raise _fault(path, "is no file")
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise _fault(path, f"has {size} bytes, more than {LARGEST_BYTES}")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise _fault(path, "there is no such file") from error
    except OSError as error:
        raise _fault(path, f"cannot be read: {error.strerror}") from error
    return list(io.StringIO(_decoded(path, data), newline=""))


def rows(lines: Sequence[str], separator: str, where: str, *, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something and are no comment: number of the first line (the file begins with 1), cells.

    Raises:
        ConfigError: a quotation mark is not closed, or something follows a closed one.
    """
    reader = csv.reader(lines[after:], delimiter=separator, strict=True)
    while True:
        number = after + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ConfigError([Fault(where, f"row {number}", f"is not CSV: {error}")]) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
            yield number, [cell.strip() for cell in cells]


def number_of(cell: str) -> float:
    """A finite number, with decimal point or decimal comma.

    Raises:
        ValueError: it is none.
    """
    text = cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        raise ValueError("is not a number")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("is too large")
    return value


def whole_of(cell: str) -> int:
    """A whole number of 0 or more; spreadsheets may have written ``62.0``.

    Raises:
        ValueError: it is none.
    """
    value = number_of(cell)
    if value < 0 or value != int(value):
        raise ValueError("is not a whole number of 0 or more")
    return int(value)


def flag_of(cell: str) -> bool:
    """Y or N, in the ways in which they are written.

    Raises:
        ValueError: neither.
    """
    word = cell.lower()
    if word not in _YES | _NO:
        raise ValueError("is neither Y nor N")
    return word in _YES


def bare(title: str) -> str:
    """A title without case, blanks, hyphens, quotation marks and ``#``, in which files differ."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


def _decoded(path: Path, data: bytes) -> str:
    try:
        if data.startswith(_UTF16_MARKS):
            return data.decode("utf-16")
        if b"\0" in data:
            raise _fault(path, "is no text")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _fault(path, f"is no text (byte {error.start})") from error


def _fault(path: Path, text: str) -> ConfigError:
    return ConfigError([Fault(str(path), "", text)])
