"""An IDS file as we need it: safe to hand to the library, and with the identifiers that the library does not keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from twin.files.text import plain
from twin.files.toml import read_text
from twin.model.errors import ConfigError, Fault

_SPECIFICATION = "{http://standards.buildingsmart.org/IDS}specification"
_LEVEL = re.compile(r"(\d)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Identifier of a specification and its level: the digit before the first point, 0 where there is none."""

    identifier: str
    level: int


def read_headings(path: Path) -> list[Heading]:
    """Identifiers and levels of the specifications, in the order of the file.

    Raises:
        ConfigError: the file is missing, is no UTF-8 text or no XML, or has a document type: an IDS needs none, and the
            entities of one may blow up when they are read.
    """
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ConfigError([Fault(str(path), "", "declares a document type, which an IDS file does not need")])
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities, the danger of this parser, are refused above
    except ET.ParseError as error:
        raise ConfigError([Fault(str(path), "", f"is not XML: {plain(str(error))}")]) from error
    return [_heading(element.get("identifier", "")) for element in root.iter(_SPECIFICATION)]


def _heading(identifier: str) -> Heading:
    found = _LEVEL.match(identifier)
    return Heading(identifier=plain(identifier), level=int(found[1]) if found else 0)
