"""Point lists of others into a register that is in use: nothing that is read now is redirected."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from block import block

from tui.wiring.point_lists import take_list, take_register
from tui.wiring.register_file import register_in
from twin.exchange.points import write_points_csv
from twin.model.errors import ConfigError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.register import Register
from twin.store.corrections import load_unresolved
from twin.store.database import open_database
from twin.store.facilities import ModelImport
from twin.store.imports import Replacement, save_import

KNOWN = Device(name="RC-1", protocol=Protocol.BACNET, host="127.0.0.1", port=47808, instance=1001)
HEAD = "point,device,protocol,host,port,instance,object_type,object_instance\n"


def temperature(about: GlobalId, id: str = "OLD/1", number: int = 1) -> Point:
    binding = BacnetBinding(device="RC-1", object_type="analog-input", object_instance=number)
    return Point(id=PointId(id), kind="temperature", element=about, binding=binding)


@pytest.fixture
def facility() -> Facility:
    return block(cells=2)


@pytest.fixture
def database(facility: Facility, tmp_path: Path) -> Path:
    path = tmp_path / "block.db"
    register = Register(points=(temperature(facility.spaces[0].global_id),), devices=(KNOWN,))
    origin = ModelImport(model="block.ifc", imported_at=datetime(2026, 1, 1, tzinfo=UTC))
    with open_database(path, create=True) as store:
        save_import(store, Replacement(facility=facility, register=register, elements=(), origin=origin))
    return path


@pytest.fixture
def rules(facility: Facility, tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    rule = {"name": "t", "pattern": "(?P<room>.+)/T$", "element": "{room}", "kind": "temperature", "point": "{name}"}
    path.write_text("[[rule]]\n" + "".join(f"{key} = '{value}'\n" for key, value in rule.items()))
    return path


def listed(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return path


def stored(database: Path) -> Register:
    with open_database(database) as store:
        return register_in(store)


def test_a_device_that_a_list_calls_otherwise_is_the_one_that_is_known(
    database: Path, facility: Facility, rules: Path, tmp_path: Path
) -> None:
    room = facility.spaces[1].code
    taken = take_list(database, listed(tmp_path, f"{room}/T,device 1001,bacnet,,,1001,analog-input,2"), rules)
    assert (len(taken.points), taken.left_out, taken.homeless) == (1, (), ())
    register = stored(database)
    assert register.devices == (KNOWN,)
    assert {point.binding.device for point in register.points if point.binding} == {"RC-1"}


def test_a_list_that_means_another_device_by_a_known_name_is_refused_and_changes_nothing(
    database: Path, facility: Facility, rules: Path, tmp_path: Path
) -> None:
    before = stored(database)
    row = f"{facility.spaces[1].code}/T,RC-1,bacnet,192.0.2.9,47808,777,analog-input,2"
    with pytest.raises(ConfigError, match="is 1001 in the register and 777 in the list"):
        take_list(database, listed(tmp_path, row), rules)
    assert stored(database) == before


def test_what_no_rule_binds_is_left_out_with_its_reason(database: Path, rules: Path, tmp_path: Path) -> None:
    rows = ("NOWHERE/T,X,bacnet,,,5,analog-input,1", "odd,X,bacnet,,,5,analog-input,2")
    taken = take_list(database, listed(tmp_path, *rows), rules)
    assert [name for name, _ in taken.left_out] == ["NOWHERE/T", "odd"]
    assert taken.total == 1


def test_a_register_of_another_building_is_refused(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    write_points_csv(Register(points=(temperature(GlobalId("elsewhere")),), devices=(KNOWN,)), path)
    before = stored(database)
    with pytest.raises(ConfigError, match="of another building"):
        take_register(database, path)
    assert stored(database) == before


def test_points_that_name_an_unknown_element_wait_for_a_decision(
    database: Path, facility: Facility, tmp_path: Path
) -> None:
    path = tmp_path / "points.csv"
    points = (temperature(facility.spaces[0].global_id, "NEW/1"), temperature(GlobalId("elsewhere"), "NEW/2", 2))
    write_points_csv(Register(points=points, devices=(KNOWN,)), path)
    taken = take_register(database, path)
    assert (taken.homeless, taken.removed) == (("NEW/2",), 1)
    with open_database(database) as store:
        assert [one.subject for one in load_unresolved(store)] == ["NEW/2"]
