"""Electricity: main board with meter, emergency generator, UPS of door control, alarms and the control post."""

from __future__ import annotations

from site_models.services import kinds
from site_models.services.assembly import Assembly, Medium


def add_power(assembly: Assembly) -> None:
    """The electrical plant of the brief."""
    entry = assembly.brief.file.plant.power
    room = assembly.room(entry.board)
    board = assembly.add(f"MDB-{assembly.site}", kinds.MAIN_BOARD, room, assembly.spot(room))
    meter = assembly.add(f"EM-{assembly.site}", kinds.POWER_METER, room, assembly.spot(room, 1.2))
    generator = assembly.add_placed(f"GEN-{assembly.site}", kinds.GENERATOR, entry.generator)
    units = []
    for number, code in enumerate(entry.ups, start=1):
        place = assembly.room(code)
        units.append(assembly.add(f"UPS-{assembly.site}-{number:02d}", kinds.UPS, place, assembly.spot(place)))
    assembly.feed(Medium.POWER, meter, board)
    assembly.feed(Medium.POWER, generator, board)
    assembly.feed(Medium.POWER, board, *units)
    assembly.system(f"{board} power", "ELECTRICAL", [meter, board, generator, *units])
