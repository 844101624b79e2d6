"""A compartment in fire alarm is seen on the plan by word and shape, wherever the view is."""

from __future__ import annotations

import pytest
from picture import strips_of, text_of
from table_desk import TableDesk

from tui.app import GatehouseApp
from tui.widgets.plan.looks import FLAMES, PALETTE, Ink

COMPARTMENT = [f"TST-L00-A-C{number:02}" for number in range(9, 13)]


def inks(app: GatehouseApp, characters: str) -> list[str]:
    """Foregrounds of the segments that hold any of these characters."""
    return [
        segment.style.color.name
        for strip in strips_of(app)
        for segment in strip
        if segment.style and segment.style.color and set(segment.text) & set(characters)
    ]


@pytest.mark.parametrize("size", [(230, 50), (120, 36)])
async def test_every_burning_room_has_the_word_the_pattern_and_the_walls(
    app: GatehouseApp, desk: TableDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.press("slash", *"A-C10", "enter")
        app.tick()
        await pilot.pause()
        quiet = text_of(app)
        for code in COMPARTMENT:
            desk.set_room(code, fire="alarm")
        app.tick()
        await pilot.pause()
        text = text_of(app)
        assert "FIRE" not in quiet
        assert sum(line.count("FIRE") for line in text.splitlines() if "│FIRE│" in line) == len(COMPARTMENT)
        assert FLAMES * 4 in text
        assert PALETTE[Ink.VERMILLION] in inks(app, "│")
        for code in COMPARTMENT:
            desk.set_room(code, fire="")
        app.tick()
        await pilot.pause()
        assert text_of(app) == quiet
        assert PALETTE[Ink.VERMILLION] not in inks(app, "│")


async def test_a_zone_in_fault_does_not_burn(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(230, 50)) as pilot:
        desk.set_room(COMPARTMENT[0], fire="fault")
        app.tick()
        await pilot.pause()
        assert FLAMES not in text_of(app)


async def test_a_fire_out_of_view_or_on_another_level_is_pointed_at(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"B-C16", "enter")
        await pilot.pause()
        desk.set_room("TST-L00-A-C01", fire="alarm")
        desk.set_room("TST-L01-A-C01", fire="alarm")
        app.tick()
        await pilot.pause()
        assert "FIRE ← west, on L01 " in text_of(app)
        await pilot.press("slash", *"L00-A-C01", "enter")
        await pilot.pause()
        assert "west" not in text_of(app)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "FIRE on L00 " in text_of(app)
