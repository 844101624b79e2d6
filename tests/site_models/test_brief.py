from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from site_models.brief import read_brief
from site_models.overlap_checks import room_overlaps
from site_models.programme import Brief, CodeRange
from twin.model.errors import BriefError
from twin.model.vocabulary import SpaceUse

Change = Callable[[str, str, str], Path]

SEARCH_ROOM = "Search & property,SRCH,STAFF,1,3.60,4.00,2.70,49.00,"
SEARCH_DOOR = "D.VIL-L00-C-SRCH.1,L00,D-STAFF,VIL-L00-C-SRCH,VIL-L00-C-CORE,50.800,4.100,x,0.90,2.10"


def test_the_shipped_brief_has_no_fault_and_every_room(brief: Brief) -> None:
    assert (len(brief.spaces), len(brief.doors), len(brief.links)) == (294, 304, 15)


def test_the_notice_is_in_the_brief_and_beside_it(brief: Brief) -> None:
    notice = "Fictional building; programme inspired by public project descriptions."
    sources = Path(__file__).parents[2] / "site_models/sites/vilnius/SOURCES.md"
    assert brief.file.notice == notice
    assert notice in sources.read_text(encoding="utf-8")


def test_a_range_of_codes_names_every_member() -> None:
    assert CodeRange.of("C09-C11").first(3) == ["C09", "C10", "C11"]
    assert CodeRange.of("OBS1-OBS2").first(9) == ["OBS1", "OBS2"]
    assert CodeRange.of("LAND1").first(2) == ["LAND1"]


def test_a_range_is_counted_before_it_is_expanded(changed: Change) -> None:
    old = "L00,A-N,Single cell,C01-C10"
    with pytest.raises(BriefError) as caught:
        read_brief(changed("programme.csv", old, old.replace("C10", "C99999999999999999999")))
    assert [str(fault) for fault in caught.value.faults] == [
        "programme.csv: row 4, count: C01-C99999999999999999999 names 99999999999999999999 spaces, count says 10"
    ]


def test_a_range_that_runs_backwards_is_one_fault(changed: Change) -> None:
    old = "L00,A-N,Single cell,C01-C10"
    with pytest.raises(BriefError) as caught:
        read_brief(changed("programme.csv", old, old.replace("C01-C10", "C10-C01")))
    assert [str(fault) for fault in caught.value.faults] == ["programme.csv: row 4, code: C10-C01 runs backwards"]


def test_rooms_of_two_parts_may_not_share_ground_at_one_height(brief: Brief) -> None:
    main, annexe = (part.code for part in brief.file.parts)
    at = {(room.part, room.level): room for room in brief.rooms if room.use is not SpaceUse.YARD}

    def faults(level: str) -> list[str]:
        ours = at[annexe, "L00"]
        theirs = replace(at[main, level], x0=ours.x0 - 1.0, x1=ours.x0 + 0.5, y0=ours.y0, y1=ours.y1)
        both = Brief(file=brief.file, rooms=(ours, theirs), doors=(), links=(), door_types={})
        return [fault.text for fault in room_overlaps(both)]

    assert [f"overlaps {at[main, 'L01'].code}" in text for text in faults("L01")] == [True]  # 3.30 m, beside 0–4.80 m
    assert faults("L02") == []  # 6.60 m


def test_two_doors_may_not_overlap_in_one_wall(changed: Change) -> None:
    row = f"{SEARCH_DOOR},,,no,\n"
    other = row.replace("SRCH.1", "SRCH.2").replace("D-STAFF", "D-WC").replace("50.800", "51.200")
    with pytest.raises(BriefError) as caught:
        read_brief(changed("doors.csv", row, row + other))
    assert [str(fault) for fault in caught.value.faults] == [
        "doors.csv: row 67, centre_x_m: D.VIL-L00-C-SRCH.2 overlaps D.VIL-L00-C-SRCH.1 (row 66)"
    ]


def test_an_external_stair_without_a_place_is_a_fault_of_its_row(changed: Change) -> None:
    last = "S.VIL-L00-U-UST2,stair,L00,VIL-L00-U-UST2,L01,VIL-L01-U-UST2,1.50,4.80,160.0,300,2\n"
    external = "S.VIL-L00-EXT-W,stair,L00,OUTSIDE,L01,OUTSIDE,1.10,3.30,165.0,280,2\n"
    with pytest.raises(BriefError) as caught:
        read_brief(changed("links.csv", last, last + external))
    assert [fault.key for fault in caught.value.faults] == ["row 17, code"]
    assert all("S.VIL-L00-EXT-W" in fault.text and "external" in fault.text for fault in caught.value.faults)


ROOM, DOOR = ("programme.csv", SEARCH_ROOM), ("doors.csv", SEARCH_DOOR)
CELLS = ("programme.csv", "L00,A-N,Single cell,C01-C10")
LIFT = ("links.csv", "L02,VIL-L02-C-LIFT,L03,VIL-L03-C-LIFT")
STAIR = ("links.csv", "VIL-L01-U-UST2,1.50,4.80,160.0")
SLABS = ("brief.toml", "thickness_m = 0.25")


@pytest.mark.parametrize(
    ("place", "part", "instead", "key", "text"),
    [
        (ROOM, "49.00", "48.00", "row 31, x0_m", "overlaps"),
        (ROOM, "STAFF", "STAF", "row 31, type", "Input should be"),
        (ROOM, "3.60", "wide", "row 31, width_m", "number"),
        (ROOM, "2.70", "3.20", "row 31, height_m", "do not fit"),
        (CELLS, "C10", "C11", "row 4, count", "names 11 spaces"),
        (("programme.csv", "L04,ROOF,"), "L04", "L05", "storey", "no part"),
        (DOOR, "D-STAFF", "D-SECRET", "row 66, type", "no door type"),
        (DOOR, "-CORE", "-KERN", "row 66, to_space", "no space"),
        (DOOR, "4.100", "4.300", "row 66, centre_y_m", "4.100"),
        (DOOR, "50.800", "49.200", "row 66, clear_width_m", "do not fit"),
        (DOOR, "0.90,", "3.90,", "row 66, clear_width_m", "do not fit"),
        (DOOR, "2.10", "2.65", "row 66, clear_height_m", "ceiling"),
        (DOOR, "C-CORE", "A-LAND1", "row 66, centre_x_m", "share no wall"),
        (DOOR, "C-CORE", "A-C09", "row 66, centre_x_m", "share no wall"),
        (DOOR, "L00,D", "L01,D", "row 66, storey", "is on L00"),
        (DOOR, ",x,", ",y,", "row 66, along", "along x"),
        (DOOR, "SRCH.1", "SRCX.1", "row 66, code", "does not carry"),
        (("doors.csv", "clear_width_m,"), "clear_width", "breadth", "breadth_m", "not a known column"),
        (LIFT, "L03-C-LIFT", "L03-C-ELR", "space_to", "does not lie above"),
        (STAIR, "160.0", "170.0", "riser_mm", "whole number"),
        (STAIR, "1.50,4.80", "1.50,4.60", "rise_m", "4.80 m apart"),
        (("door_types.csv", "\nD-WC,"), "D-WC", "d-wc", "row 13, type", "match"),
        (SLABS, "0.25", "0.25\ncolour = 1", "slabs.colour", "known key"),
        (SLABS, "0.25", '"thick"', "slabs.thickness_m", "number"),
        (("brief.toml", "slabs = { prov"), "slabs", "slab", "sources.slabs", "says where"),
        (("brief.toml", "elevation_m = 9.90"), "9.90", "9.80", "L03.elevation_m", "ends at"),
    ],
)
def test_a_fault_is_reported_with_file_row_and_key(
    changed: Change, place: tuple[str, str], part: str, instead: str, key: str, text: str
) -> None:
    file, old = place
    assert part in old
    with pytest.raises(BriefError) as caught:
        read_brief(changed(file, old, old.replace(part, instead)))
    assert any(f.where == file and key in f.key and text in f.text for f in caught.value.faults), str(caught.value)


def test_every_fault_of_every_file_is_reported_at_once(changed: Change) -> None:
    changed("programme.csv", SEARCH_ROOM, SEARCH_ROOM.replace("49.00", "48.00"))
    changed("doors.csv", "clear_width_m,", "breadth_m,")
    folder = changed("brief.toml", "slabs = { prov", "slab = { prov")
    with pytest.raises(BriefError) as caught:
        read_brief(folder)
    assert {fault.where for fault in caught.value.faults} == {"programme.csv", "doors.csv", "brief.toml"}


def test_a_missing_file_is_a_fault_and_not_a_crash(changed: Change) -> None:
    folder = changed("brief.toml", "thickness_m = 0.25", "thickness_m = 0.25")
    (folder / "links.csv").unlink()
    with pytest.raises(BriefError, match=r"links\.csv: there is no such file"):
        read_brief(folder)


def test_a_door_that_the_programme_counts_must_be_in_the_door_list(changed: Change) -> None:
    folder = changed("doors.csv", f"{SEARCH_DOOR},,,no,\n", "")
    with pytest.raises(BriefError, match=r"VIL-L00-C-SRCH has 0 doors of type D-STAFF"):
        read_brief(folder)
