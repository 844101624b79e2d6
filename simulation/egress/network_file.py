"""A hand-made network of spaces and links as a TOML file, so that a published case can be run as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulation.egress import sfpe
from simulation.graph import SPECIFIC_FLOW_P_S_M
from twin.files.toml import known_part
from twin.model.errors import ConfigError, Fault

_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Amount = Annotated[_Finite, Field(ge=0)]
_Measure = Annotated[_Finite, Field(gt=0)]
_Id = Annotated[str, Field(min_length=1)]
LAYERS_M = {
    "door": sfpe.DOOR_LAYER_M,
    "stair": sfpe.DOOR_LAYER_M,
    "corridor": sfpe.CORRIDOR_LAYER_M,
    "opening": 0.0,
}
"""Boundary layer at each side by kind of link, where the file gives none."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpaceEntry(_Strict):
    """A space: who is in it, how far they walk to their link, how fast, and when they set out.

    ``speed_m_s`` left out: by density, of the people who are there at the start. ``storage``: most people whom the
    space holds; while it is full nobody passes a link into it, and the queue stands before that link.
    """

    id: _Id
    exit: bool = False
    people: Annotated[int, Field(ge=0, le=100_000)] = 0
    area_m2: _Measure | None = None
    walk_m: _Amount = 0.0
    speed_m_s: _Measure | None = None
    pre_movement_s: _Amount = 0.0
    storage: Annotated[int, Field(ge=1)] | None = None

    @property
    def walking_speed_m_s(self) -> float:
        """Given, or by density; that of the low density where no area is given."""
        if self.speed_m_s is not None:
            return self.speed_m_s
        return sfpe.speed_m_s(self.people / self.area_m2 if self.area_m2 else 0.0)


class LinkEntry(_Strict):
    """A one-way link. Its capacity acts at its entrance; a length is walked behind it.

    ``direction`` says which way a stair leads; SFPE's stair relations do not tell the two apart.
    """

    id: _Id
    from_: Annotated[_Id, Field(alias="from")]
    to: _Id
    kind: Literal["door", "opening", "corridor", "stair"]
    width_m: _Finite
    boundary_layer_m: _Amount | None = None
    specific_flow_per_m_s: _Measure | None = None
    unlock_at_s: _Amount = 0.0
    length_m: _Amount = 0.0
    riser_mm: _Measure | None = None
    tread_mm: _Measure | None = None
    direction: Literal["up", "down"] | None = None

    @property
    def effective_width_m(self) -> float:
        """Width without both boundary layers."""
        layer_m = LAYERS_M[self.kind] if self.boundary_layer_m is None else self.boundary_layer_m
        return self.width_m - 2 * layer_m

    @property
    def k_m_s(self) -> float:
        """K of the SFPE relations."""
        if self.kind == "stair" and self.riser_mm and self.tread_mm:
            return sfpe.stair_k_m_s(self.riser_mm, self.tread_mm)
        return sfpe.LEVEL_K_M_S

    @property
    def flow_p_s_m(self) -> float:
        """Specific flow: given, of a stair by riser and tread, else 1.3."""
        if self.specific_flow_per_m_s is not None:
            return self.specific_flow_per_m_s
        return sfpe.most_flow_p_s_m(self.k_m_s) if self.kind == "stair" else SPECIFIC_FLOW_P_S_M

    @property
    def traverse_s(self) -> float:
        """Seconds from entrance to end, at the speed of the low density: what is dense waits at the entrance."""
        return self.length_m / sfpe.speed_m_s(0.0, self.k_m_s)


class Network(_Strict):
    """Spaces and links."""

    space: Annotated[list[SpaceEntry], Field(min_length=1)]
    link: list[LinkEntry] = []

    def problems(self) -> Iterator[tuple[str, str]]:
        """What does not fit together, as key and text."""
        yield from _twice("space", [space.id for space in self.space])
        yield from _twice("link", [link.id for link in self.link])
        known = {space.id for space in self.space}
        if not any(space.exit for space in self.space):
            yield "space", "none of them is an exit"
        for number, link in enumerate(self.link):
            yield from _link_problems(f"link[{number}]", link, known)
        reached = self.reaching_an_exit()
        for number, space in enumerate(self.space):
            key = f"space[{number}]"
            if space.people and not space.exit and space.id not in reached:
                yield key, f"{space.people} people in {space.id} have no way to an exit"
            if space.storage is not None and space.exit:
                yield f"{key}.storage", f"{space.id} is an exit, which holds everybody"
            elif space.storage is not None and space.people > space.storage:
                yield f"{key}.people", f"{space.people} people in {space.id}, which holds {space.storage}"
            if space.speed_m_s is None and space.area_m2 and space.people / space.area_m2 >= sfpe.STANDSTILL_P_M2:
                density = space.people / space.area_m2
                yield f"{key}.people", f"{density:.2f} persons/m² in {space.id}: at 3.76 nobody moves"

    def reaching_an_exit(self) -> set[str]:
        """Spaces from which an exit can be reached, exits included."""
        reached = {space.id for space in self.space if space.exit}
        while more := {link.from_ for link in self.link if link.to in reached} - reached:
            reached |= more
        return reached


def load_network(path: Path | str) -> Network:
    """Read and check a network file.

    Raises:
        ConfigError: every fault at once, with file and key.
    """
    where = str(path)
    faults: list[Fault] = []
    network = known_part(path, Network, faults)
    if network is not None:
        faults += [Fault(where, key, text) for key, text in network.problems()]
    if network is None or faults:
        raise ConfigError(faults)
    return network


def _link_problems(key: str, link: LinkEntry, known: set[str]) -> Iterator[tuple[str, str]]:
    for end, name in (("from", link.from_), ("to", link.to)):
        if name not in known:
            yield f"{key}.{end}", f"there is no space {name}"
    if link.from_ == link.to:
        yield f"{key}.to", f"{link.id} leads back to {link.to}"
    if link.effective_width_m <= 0:
        yield f"{key}.width_m", f"{link.width_m:g} m less both boundary layers lets nobody pass through {link.id}"
    if link.kind == "stair" and not (link.riser_mm and link.tread_mm):
        yield key, f"the stair {link.id} needs riser_mm and tread_mm"
    if link.kind != "stair" and (link.riser_mm or link.tread_mm):
        yield key, f"{link.id} is no stair and has no riser_mm and tread_mm"


def _twice(key: str, ids: list[str]) -> Iterator[tuple[str, str]]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield key, f"{name} stands {count} times"
