"""The Brick exchange: facility and register as a Brick 1.5 graph with ``ref:`` links to the model and the devices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from twin.exchange.brick_building import building_statements
from twin.exchange.brick_names import Names, names_of
from twin.exchange.brick_points import register_statements
from twin.exchange.brick_text import header, statement, text
from twin.model.facility import Facility
from twin.model.register import Register

_SCHEMA = Path(__file__).with_name("brick_schema.ttl")


def brick_turtle(
    facility: Facility, register: Register, *, project_id: str, model: str, history: str = "history"
) -> str:
    """A site as Brick 1.5 in Turtle; `twin.exchange.brick_reader.read_brick` gives the register back.

    Args:
        facility: The building; its GlobalIds become IFC references where a model can hold them (22 characters).
        register: Its points, in the order of `Register.of`; without a binding they have no device reference.
        project_id: GlobalId of the model's IfcProject.
        model: The model file; only its name is written, not where it lies.
        history: Where the samples are kept, as ``ref:storedAt`` of every point.

    Returns:
        Turtle, the same for the same facts, without blank nodes. IRIs begin with ``urn:gatehouse:SITE/``.

    Raises:
        ValueError: a point is bound to a device that is not in the register.

    Sources:
        Brick 1.5.0 and its reference schema (brickschema.org); BACnet references also in the form of Brick master
        (BrickSchema/Brick, support/ref-schema.ttl, commit 2bb91eb). Units: QUDT.
    """
    return "\n".join(_sections(facility, register, project_id, model, history))


def _sections(facility: Facility, register: Register, project_id: str, model: str, history: str) -> Iterator[str]:
    names = names_of(facility)
    yield header()
    yield _SCHEMA.read_text(encoding="utf-8")
    yield _project(names, project_id, model)
    yield from building_statements(facility, names)
    yield from register_statements(register, names, history)


def _project(names: Names, project_id: str, model: str) -> str:
    return statement(
        names.project,
        ("a", "ref:ifcProject"),
        ("ref:ifcProjectID", text(project_id)),
        ("ref:ifcFileLocation", text(re.split(r"[/\\]", model)[-1])),
    )
