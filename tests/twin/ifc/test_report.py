from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ifc.reader import RefusedModelError, read_facility
from twin.ifc.report import ImportReport

Write = Callable[[Any], Path]


def codes(report: ImportReport) -> dict[str, int]:
    return {remark.code: remark.count for remark in report.remarks}


def test_the_report_counts_what_was_read_and_how_sure_each_door_is(house: Any, written: Write) -> None:
    house.boundary("A", "inner")
    house.boundary("B", "inner")
    report = read_facility(written(house)).report
    assert (report.spaces, report.doors, report.doors_joined, report.doors_sure) == (2, 2, 2, 2)
    assert report.joins["both"]["sure"] == 1
    assert report.joins["geometry"]["sure"] == 1
    assert report.classes["IfcDoor"] == 2
    assert (report.schema, report.unit_m, report.instances) == ("IFC4", 0.001, len(house.lines))


def test_every_lack_is_told_with_its_consequence_and_its_remedy(house: Any, written: Write) -> None:
    house.room("LONELY", (20.0, 20.0, 24.0, 23.0))
    house.room("OVER", (0.5, 0.5, 4.0, 3.0))
    report = read_facility(written(house)).report
    found = codes(report)
    assert found["spaces-unreached"] >= 1
    assert found["spaces-overlap"] == 1
    assert found["external-unknown"] == 2
    assert found["uses-unknown"] == 4
    assert {"no-boundaries", "no-zones", "no-equipment", "no-points", "not-georeferenced"} <= set(found)
    assert all(remark.consequence and remark.remedy for remark in report.remarks)


def test_the_remedy_is_that_of_the_program_that_wrote_the_file(house: Any, written: Write) -> None:
    text = house.text().replace("(''),(''),'','',''", "(''),(''),'','Autodesk Revit 2024',''")
    report = read_facility(written(text)).report
    assert (report.exporter, report.program) == ("revit", "Autodesk Revit 2024")
    remedy = {remark.code: remark.remedy for remark in report.remarks}
    assert remedy["no-boundaries"].startswith("Modify setup")


def test_who_made_a_file_is_not_kept(house: Any, written: Write) -> None:
    text = house.text().replace("(''),(''),'','',''", "('Jane Roe'),('Roe Architects'),'','',''")
    assert "Roe" not in repr(read_facility(written(text)).report)


def test_a_refused_file_has_a_report_that_says_what_is_known(house: Any, written: Write) -> None:
    empty = type(house)()
    with pytest.raises(RefusedModelError) as caught:
        read_facility(written(empty))
    report = caught.value.report
    assert (report.outcome, report.schema, report.spaces) == ("refused", "IFC4", 0)
    assert "has no spaces" in report.cause
    assert [remark.code for remark in report.remarks] == ["no-spaces"]


def test_a_model_of_building_services_may_have_no_spaces(house: Any, written: Write) -> None:
    assert read_facility(written(type(house)()), needs_spaces=False).report.spaces == 0


def test_a_length_unit_of_feet_is_turned_into_metres(house: Any, written: Write) -> None:
    metres = read_facility(written(house)).facility.space("A").area_m2
    inches = house.text().replace(
        "IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.)",
        "IFCCONVERSIONBASEDUNIT(#9001,.LENGTHUNIT.,'INCH',#9002)",
    )
    more = (
        "#9001=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);\n#9002=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(25.4),#9003);\n"
        "#9003=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);\nENDSEC;\nEND-ISO"
    )
    read = read_facility(written(inches.replace("ENDSEC;\nEND-ISO", more)))
    assert read.report.unit_m == pytest.approx(0.0254)
    assert read.facility.space("A").area_m2 == pytest.approx(metres * 25.4**2, rel=1e-6)


@pytest.mark.parametrize(("prefix", "is_refused"), [(".CENTI.", True), (".MILLI.", False)])
def test_two_unit_assignments_are_refused_if_they_contradict(
    house: Any, written: Write, prefix: str, is_refused: bool
) -> None:
    length = house.add(f"IFCSIUNIT(*,.LENGTHUNIT.,{prefix},.METRE.)")
    house.add(f"IFCUNITASSIGNMENT((#{length}))")
    if not is_refused:
        assert read_facility(written(house)).facility.space("A").area_m2 == pytest.approx(12.0)
        return
    with pytest.raises(RefusedModelError, match=r"length units of 0\.001 m and 0\.01 m"):
        read_facility(written(house))


def test_areas_that_a_file_states_are_compared_with_the_outline(house: Any, written: Write) -> None:
    for name, area in (("A", 12.0), ("B", 20.0)):
        quantity = house.add(f"IFCQUANTITYAREA('NetFloorArea',$,$,{area},$)")
        qto = house.root("IFCELEMENTQUANTITY", f"qto {name}", f"$,'Qto_SpaceBaseQuantities',$,$,(#{quantity})")
        house.root("IFCRELDEFINESBYPROPERTIES", f"rel {name}", f"$,$,$,(#{house.spaces[name]}),#{qto}")
    (remark,) = (one for one in read_facility(written(house)).report.remarks if one.code == "areas-differ")
    assert (remark.count, remark.elements) == (1, ("B: outline 11.40 m2, quantity 20.00 m2",))
