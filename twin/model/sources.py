"""Source of a figure: every site, staffing and occupancy number says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model.vocabulary import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Provenance of a figure and, where published, its citation."""

    provenance: Provenance
    citation: str = ""
