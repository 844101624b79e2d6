"""Turtle as text: namespaces, IRIs, literals and statements. The same facts always give the same bytes.

Everything is named by an IRI, never by a blank node: a blank node has no identity that survives a second export.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

BRICK = "https://brickschema.org/schema/Brick#"
REF = "https://brickschema.org/schema/Brick/ref#"
BACNET = "http://data.ashrae.org/bacnet/"
"""Not ``…/bacnet/2020#``, as older documents have it: Brick 1.5 and master use this one."""
GH = "urn:gatehouse:schema#"

PREFIXES = {
    "bacnet": BACNET,
    "brick": BRICK,
    "gh": GH,
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "ref": REF,
    "unit": "http://qudt.org/vocab/unit/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

PROPERTY = "PropertyIdentifier."
"""What the names of BACnet properties begin with in Brick master: ``bacnet:PropertyIdentifier.present-value``."""

_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES |= {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_SURROGATE = re.compile("[\ud800-\udfff]")

Fact = tuple[str, str | Iterable[str]]
"""A predicate and its object or objects, as terms; a fact without an object is not stated."""


def base_of(site: str) -> str:
    """What the IRIs of a site begin with."""
    return f"urn:gatehouse:{quote(site, safe='', errors='surrogatepass')}/"


def iri(base: str, kind: str, key: str) -> str:
    """The term for one thing of a site; whatever an IRI cannot hold is percent-encoded."""
    return f"<{base}{kind}/{quote(key, safe='/$', errors='surrogatepass')}>"


def within(node: str, fragment: str) -> str:
    """The term for a part of a thing that has no identity of its own, such as a reference."""
    return f"{node[:-1]}#{fragment}>"


def bacnet_property(name: str) -> str:
    """The term of a BACnet property in Brick master; in full, because a local name cannot hold everything."""
    return f"<{BACNET}{PROPERTY}{quote(name, safe='', errors='surrogatepass')}>"


def text(value: str) -> str:
    """A string literal. Lone surrogates, which no file can hold, become ``�``."""
    return f'"{_SURROGATE.sub(chr(0xFFFD), value).translate(_ESCAPES)}"'


def number(value: float) -> str:
    """A double whose text gives the same number back."""
    return f'"{float(value)!r}"^^xsd:double'


def flag(value: bool) -> str:
    """A boolean literal."""
    return "true" if value else "false"


def statement(subject: str, *facts: Fact) -> str:
    """All that is stated of one subject, a predicate a line."""
    lines = []
    for predicate, objects in facts:
        terms = [objects] if isinstance(objects, str) else list(objects)
        listed = ",\n        ".join(term for term in terms if term)
        if listed:
            lines.append(f"    {predicate} {listed}")
    return f"{subject}\n" + " ;\n".join(lines) + " .\n"


def header() -> str:
    """The prefixes of a file."""
    return "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
