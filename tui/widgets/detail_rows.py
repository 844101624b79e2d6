"""The selected door or room in words: both ends, state, interlock, points with quality and age."""

from __future__ import annotations

from collections.abc import Sequence

from tui.desk import Desk
from tui.widgets.plan.looks import Ink, look_of
from tui.widgets.runs import Row, Run, folded, title
from tui.widgets.wording import clock_text, span_text, value_ink, value_text
from twin.model.doors import Door
from twin.model.ids import GlobalId
from twin.model.operation import DoorView
from twin.model.spaces import Space


def detail_rows(desk: Desk, element: GlobalId | None, width: int) -> list[Row]:
    """Rows for the selection; a hint where nothing is selected."""
    facility = desk.facility
    if element is not None and element in facility.door_by_id:
        return _door(desk, facility.door_by_id[element], width)
    if element is not None and element in facility.space_by_id:
        return _space(desk, facility.space_by_id[element], width)
    return [
        title("SELECTED", "nothing"),
        [Run("shift+arrows or , . pick a door", Ink.DIM)],
        [Run("/ finds by code, n next alarm", Ink.DIM)],
    ]


def _door(desk: Desk, door: Door, width: int) -> list[Row]:
    view = desk.door_view(door.global_id)
    rows: list[Row] = [title("DOOR", desk.facility.level_of(door)), [Run(door.code, Ink.BRIGHT, bold=True)]]
    if door.joins is None:
        rows.append([Run("joins: not known", Ink.PURPLE)])
    else:
        a, b = (desk.facility.node_label(node) for node in door.joins)
        rows += [[Run(line)] for line in folded(f"{a} ↔ {b}", width)]
    rows.append(_state(desk, view))
    rows += [[Run(line, Ink.CALL)] for line in folded(view.reason, width)]
    rows += _facts(
        (
            ("type", door.type),
            ("lock", door.lock_type),
            ("interlock", door.interlock_group),
            ("release", door.release_group),
            ("fails", door.fail_mode.value),
            ("on fire", door.fire_action.value),
        )
    )
    return rows + _points(desk, door.global_id, width)


def _state(desk: Desk, view: DoorView) -> Row:
    look = look_of(view)
    name = f" {look.symbol} {view.state.value.upper()} "
    runs = [Run(name, look.fg, look.bg if look.bg is not None else Ink.CELL, bold=True)]
    runs.append(Run(" as expected" if view.expected else " off regime", Ink.DIM if view.expected else Ink.CALL))
    if view.since is not None:
        runs.append(Run(f" {span_text((desk.clock().at - view.since).total_seconds())}", Ink.DIM))
    return runs


def _space(desk: Desk, space: Space, width: int) -> list[Row]:
    view = desk.space_view(space.global_id)
    rows: list[Row] = [title("ROOM", desk.facility.level_of(space)), [Run(space.code, Ink.BRIGHT, bold=True)]]
    rows += [[Run(line)] for line in folded(space.name, width)]
    if view.fire:
        rows.append([Run(f" FIRE {view.fire} ".upper(), Ink.WHITE, Ink.VERMILLION, bold=True)])
    if view.calling:
        rows.append([Run(" CELL CALL ", Ink.BLACK, Ink.CALL, bold=True)])
    rows += _facts(
        (
            ("use", space.use.value),
            ("area", f"{space.area_m2:.1f} m²"),
            ("places", str(space.capacity) if space.capacity else ""),
            ("people", "" if view.occupancy is None else str(view.occupancy)),
            ("temp", "" if view.temp_c is None else f"{view.temp_c:.1f} °C"),
            ("CO₂", "" if view.co2_ppm is None else f"{view.co2_ppm:.0f} ppm"),
            ("release", space.release_group),
            ("smoke", space.smoke_compartment),
        )
    )
    doors = desk.facility.doors_of.get(space.global_id, ())
    if doors:
        rows.append(title("Doors", f"{len(doors)}: r steps through"))
        for door in doors:
            look = look_of(desk.door_view(door.global_id))
            rows.append([Run(f" {look.symbol} ", look.fg, look.bg, bold=True), Run(f" {door.code}")])
    return rows + _points(desk, space.global_id, width)


def _facts(facts: Sequence[tuple[str, str]]) -> list[Row]:
    return [[Run(f"{label:<10}", Ink.DIM), Run(value)] for label, value in facts if value and value != "none"]


def _points(desk: Desk, element: GlobalId, width: int) -> list[Row]:
    points = desk.points_of(element)
    if not points:
        return [[Run("no points are bound", Ink.DIM)]]
    now = desk.clock().at
    rows: list[Row] = [title("Points", clock_text(desk.clock(), desk.mode))]
    for point in points:
        reading = desk.reading(point.id)
        age = span_text((now - reading.at).total_seconds())
        label = point.meaning.label
        room = max(width - len(label) - len(age) - 2, 1)
        rows.append(
            [
                Run(f"{label} ", Ink.DIM),
                Run(f"{value_text(point, reading):<{room}}", value_ink(reading)),
                Run(age, Ink.DIM),
            ]
        )
    return rows
