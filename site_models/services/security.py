"""Fire panel, cell call units, cameras, duress buttons, portals, kiosks, sign-in terminals, dust extraction."""

from __future__ import annotations

from collections.abc import Iterable

from site_models.services import kinds
from site_models.services.assembly import Assembly
from site_models.services.kinds import Kind
from twin.model.vocabulary import CELLS, OPEN_CONDITIONS, SpaceUse, UseCondition

WITH_CALL = CELLS | {SpaceUse.CELL_PROTOTYPE}
WITH_CAMERA = frozenset(
    {
        SpaceUse.LANDING,
        SpaceUse.CORRIDOR,
        SpaceUse.DAYROOM,
        SpaceUse.SALLY,
        SpaceUse.SEARCH,
        SpaceUse.WORKSHOP,
        SpaceUse.SPORT,
        SpaceUse.YARD,
    }
)
"""Uses under camera where people are detained; never cells, and nothing in open buildings (assumption)."""
WITH_DURESS = frozenset(
    {
        SpaceUse.LANDING,
        SpaceUse.DAYROOM,
        SpaceUse.WORKSHOP,
        SpaceUse.CLASS,
        SpaceUse.PROGRAMME,
        SpaceUse.MEET,
        SpaceUse.HEALTH,
        SpaceUse.CONTROL,
        SpaceUse.SEARCH,
        SpaceUse.SPORT,
    }
)
"""Uses where an officer may be alone with prisoners (assumption); also in the open prison."""


def add_security(assembly: Assembly) -> None:
    """The devices of the brief and of the uses of its spaces, and their systems."""
    brief, plant = assembly.brief, assembly.brief.file.plant
    panel_room = assembly.room(plant.fire_panel)
    panel = assembly.add(f"FACP-{assembly.site}", kinds.FIRE_PANEL, panel_room, assembly.spot(panel_room, 1.4))
    assembly.system(f"{panel} fire detection", "FIREPROTECTION", [panel])
    detained = [room for room in brief.spaces if brief.use_condition(room) not in OPEN_CONDITIONS]
    calls = [room.code for room in brief.spaces if room.use in WITH_CALL]
    cameras = [room.code for room in detained if room.use in WITH_CAMERA]
    prison = [room for room in brief.spaces if brief.use_condition(room) is not UseCondition.NOT_DETENTION]
    duress = [room.code for room in prison if room.use in WITH_DURESS]
    security = [
        *_one_each(assembly, "CU", kinds.CALL_UNIT, calls, 1.2),
        *_one_each(assembly, "DB", kinds.DURESS_BUTTON, duress, 1.1),
        *_one_each(assembly, "CAM", kinds.CAMERA, cameras, 2.4),
        *_several(assembly, "MD", kinds.PORTAL, plant.portals.items()),
        *_several(assembly, "TB", kinds.TOOL_BOARD, ((code, 1) for code in plant.tool_counts)),
        *_several(assembly, "PD", kinds.FENCE_UNIT, ((code, 1) for code in plant.perimeter)),
    ]
    if security:
        assembly.system(f"{assembly.site} security", "SECURITY", security)
    communication = [
        *_several(assembly, "KSK", kinds.KIOSK, plant.kiosks.items()),
        *_several(assembly, "SIGN", kinds.SIGN_IN, ((code, 1) for code in plant.sign_in)),
    ]
    if communication:
        assembly.system(f"{assembly.site} communication", "COMMUNICATION", communication)
    dust = list(_several(assembly, "DX", kinds.DUST_FAN, ((code, 1) for code in plant.dust_extraction)))
    if dust:
        assembly.system(f"{assembly.site} dust extraction", "EXHAUST", dust)


def _one_each(assembly: Assembly, stem: str, kind: Kind, codes: Iterable[str], height_m: float) -> Iterable[str]:
    for code in codes:
        room = assembly.room(code)
        at = (round(room.x0 + 0.15, 4), round(room.y0 + 0.15, 4), round(room.floor_m + height_m, 4))
        yield assembly.add(f"{stem}.{code}", kind, room, at)


def _several(assembly: Assembly, stem: str, kind: Kind, counts: Iterable[tuple[str, int]]) -> Iterable[str]:
    for code, count in counts:
        room = assembly.room(code)
        for number in range(1, count + 1):
            yield assembly.add(f"{stem}.{code}.{number}", kind, room, assembly.spot(room))
