from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ifc.federation import federated
from twin.ifc.reader import Import, read_facility


def services(house: Any, *, x: float = 1.0, name: str = "storey L00") -> Any:
    """A model of building services: one heater, and the room A as services models carry it along."""
    model = type(house)()
    place = model.place(x, 1.0, 0.3)
    heater = model.root("IFCSPACEHEATER", "heater", f"$,'heater',$,$,{place},$,$,.RADIATOR.")
    model.root("IFCRELCONTAINEDINSPATIALSTRUCTURE", "holds", f"$,$,$,(#{heater}),#{model.storey}")
    return model


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Import]:
    def one(model: Any, name: str, *, needs_spaces: bool = True) -> Import:
        path = tmp_path / name
        path.write_text(model.text())
        return read_facility(path, needs_spaces=needs_spaces)

    return one


def test_a_single_model_is_itself(house: Any, read: Callable[..., Import]) -> None:
    one = read(house, "a.ifc")
    assert federated([one]) is one


def test_equipment_of_another_model_stands_in_the_room_of_the_first(house: Any, read: Callable[..., Import]) -> None:
    whole = federated([read(house, "arch.ifc"), read(services(house), "mep.ifc", needs_spaces=False)])
    (heater,) = whole.facility.equipment
    assert whole.facility.node_label(heater.space) == "A"  # type: ignore[arg-type]
    assert (whole.report.file, whole.report.equipment, whole.report.spaces) == ("arch.ifc + mep.ifc", 1, 2)
    assert len(whole.facility.storeys) == 1
    assert "no-equipment" not in {remark.code for remark in whole.report.remarks}
    assert {element.model for element in whole.elements} == {"arch.ifc", "mep.ifc"}


def test_a_room_that_both_carry_is_one_and_another_room_is_added(house: Any, read: Callable[..., Import]) -> None:
    model = services(house)
    model.rename("space A", "0" * 22)
    model.room("A", (0.05, 0.0, 4.0, 3.0))
    model.room("B", (30.0, 0.0, 34.0, 3.0))
    model.rename("space B", "1" * 22)
    whole = federated([read(house, "arch.ifc"), read(model, "mep.ifc")])
    assert [space.code for space in whole.facility.spaces] == ["A", "B"]
    model = services(house)
    model.rename("space B", "1" * 22)
    model.room("B", (30.0, 0.0, 34.0, 3.0))
    whole = federated([read(house, "arch.ifc"), read(model, "mep.ifc")])
    assert [space.code for space in whole.facility.spaces] == ["A", "B", "B~2"], "another place of the same name"


def test_two_things_with_one_globalid_are_kept_apart_and_told(house: Any, read: Callable[..., Import]) -> None:
    model = services(house)
    taken = read(house, "arch.ifc").facility.doors[0].global_id
    model.rename("valve", taken)
    valve = model.root("IFCVALVE", "valve", f"$,'valve',$,$,{model.place(6.0, 1.0, 0.3)},$,$,$")
    model.root("IFCRELCONTAINEDINSPATIALSTRUCTURE", "too", f"$,$,$,(#{valve}),#{model.storey}")
    whole = federated([read(house, "arch.ifc"), read(model, "mep.ifc", needs_spaces=False)])
    ids = {item.code: item.global_id for item in whole.facility.equipment}
    assert ids["valve"] == f"{taken}~2"
    assert any(taken in warning for warning in whole.report.warnings)
    models = {element.global_id: element.model for element in whole.elements}
    assert (models[taken], models[ids["valve"]]) == ("arch.ifc", "mep.ifc")


def test_a_model_that_stands_elsewhere_is_told(house: Any, read: Callable[..., Import]) -> None:
    far = services(house, x=5000.0)
    whole = federated([read(house, "arch.ifc"), read(far, "mep.ifc", needs_spaces=False)])
    assert "another-origin" in {remark.code for remark in whole.report.remarks}
    assert whole.facility.equipment[0].space is None


def test_architecture_and_electrical_installation_of_a_foreign_building(foreign: Callable[[str], Path]) -> None:
    models = [
        read_facility(foreign("Duplex_A_20110907.ifc")),
        read_facility(foreign("Duplex_Electrical.ifc"), needs_spaces=False),
    ]
    whole = federated(models)
    assert (len(whole.facility.spaces), len(whole.facility.doors), len(whole.facility.storeys)) == (21, 14, 4)
    assert len(whole.facility.equipment) == 99
    assert sum(item.space is not None for item in whole.facility.equipment) == 97
