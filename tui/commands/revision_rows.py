"""How a comparison of two revisions is told: rows for JSON, pages and tables; shared by ``diff`` and ``import``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from twin.model.carrying import Carried
from twin.model.differences import Difference
from twin.model.elements import Element
from twin.model.revision import Revision

_CLASSES = {"space": "IfcSpace", "door": "IfcDoor", "link": ""}


def revision_rows(revision: Revision, changed: Iterable[Difference]) -> dict[str, Any]:
    """What became of every element: counts, and a row for each that moved, changed, came or went."""
    by = Counter(match.by.value for match in revision.matches)
    return {
        "found": len(revision.matches),
        "found_by": dict(sorted(by.items())),
        "moved": [_element(match.new) | {"moved_m": match.moved_m} for match in revision.matches if match.is_moved],
        "reissued": [
            {
                "ifc_class": match.new.ifc_class,
                "name": match.new.name,
                "old": match.old.global_id,
                "new": match.new.global_id,
                "by": match.by.value,
            }
            for match in revision.matches
            if match.is_reissued
        ],
        "changed": [
            {"ifc_class": _CLASSES[difference.kind], "element": difference.code, "global_id": difference.global_id}
            | {"fact": difference.fact}
            | {"before": difference.before, "after": difference.after}
            for difference in changed
        ]
        + [
            {
                "ifc_class": match.new.ifc_class,
                "element": match.new.name,
                "global_id": match.new.global_id,
                "fact": fact,
                "before": then,
                "after": now,
            }
            for match in revision.matches
            for fact, then, now in match.changes
        ],
        "added": [_element(element) for element in revision.added],
        "lost": [
            _element(element) | {"near": [other.global_id for other in revision.near.get(element.global_id, ())]}
            for element in revision.lost
        ],
    }


def carried_rows(carried: Carried) -> dict[str, Any]:
    """What came along, and what waits for a person's decision."""
    return {
        "points": carried.points_carried,
        "corrections": carried.corrections_carried,
        "renamed": [{"old": old, "new": new} for old, new in carried.renamed],
        "rebound": list(carried.rebound),
        "unresolved": [
            {
                "kind": row.hanging.value,
                "subject": row.subject,
                "element": row.element,
                "was": row.was,
                "reason": row.reason,
                "near": list(row.near),
            }
            for row in carried.unresolved
        ],
    }


def flat_rows(rows: Mapping[str, Any]) -> list[dict[str, object]]:
    """The same as one table for a terminal."""
    return [
        *(_line("moved", row, row["global_id"], f"{row['moved_m']:.2f} m") for row in rows["moved"]),
        *(_line("new GlobalId", row, row["new"], f"was {row['old']}, by {row['by']}") for row in rows["reissued"]),
        *(_line("changed", row, row["global_id"], _change(row)) for row in rows["changed"]),
        *(_line("new", row, row["global_id"], "") for row in rows["added"]),
        *(_line("gone", row, row["global_id"], _perhaps(row["near"])) for row in rows["lost"]),
    ]


def _change(row: Mapping[str, Any]) -> str:
    return f"{row['fact']}: {row['before']} -> {row['after']}"


def _perhaps(near: Sequence[str]) -> str:
    return f"perhaps {', '.join(near)}" if near else ""


def _element(element: Element) -> dict[str, object]:
    return {
        "ifc_class": element.ifc_class,
        "name": element.name,
        "tag": element.tag,
        "global_id": element.global_id,
        "model": element.model,
    }


def _line(what: str, row: Mapping[str, Any], global_id: str, text: str) -> dict[str, object]:
    name = row.get("element") or row.get("name", "")
    return {"what": what, "class": row.get("ifc_class", ""), "name": name, "global_id": global_id, "how": text}
