"""What EDE has no column for, carried in ``vendor-specific-address``: kind, element and sensor of our points.

That column is the free text of whoever writes the file, so no other column has to say what it does not mean. A mark is
``gatehouse:`` and for each point of the object a query string (RFC 3986, clause 3.4), parted by blanks:
``gatehouse:kind=temperature&element=2ZpFSaXrvPx9TgOL4H$QaJ``. Everything but letters, digits and ``/$-_.~`` is percent
encoded: no separator, quotation mark or line end of a CSV file can occur in it. Several points of one object are the
values of an access door. The first of them has its id in ``keyname`` and its limits and state texts in their columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, urlencode

PREFIX = "gatehouse:"
_SAFE = "/$"
_MOST_FACTS = 20

Facts = Mapping[str, str]


def marked(facts: Iterable[Facts]) -> str:
    """The mark that carries facts, one mapping a point; empty values are left out."""
    told = ({key: value for key, value in fact.items() if value} for fact in facts)
    return PREFIX + " ".join(urlencode(fact, quote_via=quote, safe=_SAFE) for fact in told)


def facts_of(address: str) -> list[Facts] | None:
    """Facts of a mark; None where the address is somebody else's.

    Raises:
        ValueError: it begins like a mark and is none.
    """
    if not address.startswith(PREFIX):
        return None
    try:
        return [_facts(part) for part in address.removeprefix(PREFIX).split()] or [{}]
    except ValueError as error:
        raise ValueError("is no mark of Gatehouse") from error


def _facts(part: str) -> Facts:
    pairs = parse_qsl(part, strict_parsing=True, errors="strict", max_num_fields=_MOST_FACTS)
    facts = dict(pairs)
    if len(facts) != len(pairs):
        raise ValueError("a fact stands twice")
    return facts
