"""An IDS file as we need it: safe to hand to the library, and with the identifiers that the library does not keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from twin.files.text import plain

_SPECIFICATION = "{http://standards.buildingsmart.org/IDS}specification"
_LEVEL = re.compile(r"(\d)\.")


class DocumentError(Exception):
    """The IDS file cannot be used: place in the file (may be empty) and what is wrong."""

    def __init__(self, place: str, what: str) -> None:
        self.place = place
        self.what = what
        super().__init__(f"{place}: {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Identifier of a specification and its level: the digit before the first point, 0 where there is none."""

    identifier: str
    level: int


def read_headings(path: Path) -> list[Heading]:
    """Identifiers and levels of the specifications, in the order of the file.

    Raises:
        DocumentError: the file is missing, is no UTF-8 text or no XML, or has a document type: an IDS needs none, and
            the entities of one may blow up when they are read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DocumentError("", "there is no such file") from error
    except OSError as error:
        raise DocumentError("", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError("", f"is not UTF-8 text (byte {error.start})") from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DocumentError("", "declares a document type, which an IDS file does not need")
    try:
        root = ET.fromstring(text)  # noqa: S314 - the parser of the library has no other; entities are refused above
    except ET.ParseError as error:
        raise DocumentError("", f"is not XML: {plain(str(error))}") from error
    return [_heading(element.get("identifier", "")) for element in root.iter(_SPECIFICATION)]


def _heading(identifier: str) -> Heading:
    found = _LEVEL.match(identifier)
    return Heading(identifier=plain(identifier), level=int(found[1]) if found else 0)
