"""What must be true of an IFC file before it is opened: the library takes some cut-off files without a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from twin.files.text import plain
from twin.model.errors import IfcError

_SCHEMAS = ("IFC2X3", "IFC4", "IFC4X1", "IFC4X2", "IFC4X3")
_HEADER_BYTES = 65_536
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'")
# Texts and comments may hold anything, also what looks like an instance; they are eaten by the first two branches.
_INSTANCE = re.compile(rb"'(?:[^']|'')*'|/\*.*?\*/|(#\d+\s*=)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What the text of the file says: schema name and number of instances (``#n=``)."""

    schema: str
    instances: int


def preflight(path: Path) -> Preflight:
    """Look at a file before opening it.

    Raises:
        IfcError: it is missing, empty, no IFC file, of a schema we cannot read, or cut off.
    """
    data = _content(path)
    head = data[:_HEADER_BYTES]
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISO-10303-21"):
        raise IfcError(str(path), "is not an IFC file: it does not begin with ISO-10303-21")
    found = _SCHEMA.search(head)
    if not found:
        raise IfcError(str(path), "names no schema in its header (FILE_SCHEMA)")
    schema = plain(found[1].decode("ascii", "replace"), limit=40)
    if not _is_readable(schema):
        raise IfcError(str(path), f"has schema {schema}; readable are IFC2X3, IFC4 and IFC4X3")
    if b"END-ISO-10303-21" not in data[-_HEADER_BYTES:]:
        raise IfcError(str(path), "is cut off: the end mark END-ISO-10303-21 is missing")
    instances = sum(1 for match in _INSTANCE.finditer(data) if match[1])
    return Preflight(schema=schema, instances=instances)


def _content(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise IfcError(str(path), "there is no such file") from error
    except OSError as error:
        raise IfcError(str(path), f"cannot be read: {error.strerror}") from error
    if not data.strip():
        raise IfcError(str(path), "is empty")
    return data


def _is_readable(schema: str) -> bool:
    """IFC2X3 and the IFC4 family with their addenda (``IFC4X3_ADD2``), not IFC2X_FINAL and other early ones."""
    return re.split(r"[_ ]", schema.upper())[0] in _SCHEMAS
