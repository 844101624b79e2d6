"""What must be true of an IFC file before it is opened: the library takes some cut-off files without a word."""

from __future__ import annotations

import errno
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twin.files.text import plain
from twin.model.errors import IfcError

_SCHEMAS = ("IFC2X3", "IFC4", "IFC4X1", "IFC4X2", "IFC4X3")
_HEADER_BYTES = 65_536
BYTES_PER_BYTE = 7
"""Memory that reading takes per byte of the file, at the peak (measured up to 183 MB; opening alone takes 4.3)."""
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'")
# Texts and comments may hold anything, also what looks like an instance; they are eaten by the first two branches. A
# doubled quote within a text ends one text and begins another, which comes to the same.
_INSTANCE = re.compile(rb"'[^']*+'|/\*.*?\*/|(#\d+\s*=)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What the text of the file says: schema name and number of instances (``#n=``)."""

    schema: str
    instances: int


def preflight(path: Path, *, limit_bytes: int, name: str = "") -> Preflight:
    """Look at a file before opening it.

    Args:
        path: The file.
        limit_bytes: Largest file that there is memory for.
        name: What errors call the file, if not by its path.

    Raises:
        IfcError: it is missing, empty, too large, no IFC file, of a schema we cannot read, or cut off.
    """
    name = name or str(path)
    with _content(path, name, limit_bytes) as data:
        head = data[:_HEADER_BYTES]
        if not head.strip():
            raise IfcError(name, "is empty")
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISO-10303-21"):
            raise IfcError(name, "is not an IFC file: it does not begin with ISO-10303-21")
        found = _SCHEMA.search(head)
        if not found:
            raise IfcError(name, "names no schema in its header (FILE_SCHEMA)")
        schema = plain(found[1].decode("ascii", "replace"), limit=40)
        if not _is_readable(schema):
            raise IfcError(name, f"has schema {schema}; readable are IFC2X3, IFC4 and IFC4X3")
        if b"END-ISO-10303-21" not in data[-_HEADER_BYTES:]:
            raise IfcError(name, "is cut off: the end mark END-ISO-10303-21 is missing")
        instances = sum(1 for match in _INSTANCE.finditer(data) if match[1])
    return Preflight(schema=schema, instances=instances)


@contextmanager
def _content(path: Path, name: str, limit_bytes: int) -> Iterator[mmap.mmap]:
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if size == 0:
                raise IfcError(name, "is empty")
            if size > limit_bytes:
                text = f"has {size / 1e6:.0f} MB; there is memory to read {limit_bytes / 1e6:.0f} MB: raise the limit"
                raise IfcError(name, f"{text}, or split the model by buildings")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data
    except FileNotFoundError as error:
        raise IfcError(name, "there is no such file") from error
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ENOMEM:
            raise MemoryError from error
        raise IfcError(name, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _is_readable(schema: str) -> bool:
    """IFC2X3 and the IFC4 family with their addenda (``IFC4X3_ADD2``), not IFC2X_FINAL and other early ones."""
    return re.split(r"[_ ]", schema.upper())[0] in _SCHEMAS
