from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin.exchange.bacnet_codes import OBJECT_TYPE_CODES, OBJECT_TYPES, UNIT_CODES
from twin.exchange.ede_marks import facts_of, marked
from twin.exchange.ede_points import points_of_ede
from twin.exchange.ede_reader import read_ede
from twin.exchange.ede_writer import write_ede
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.register import Register
from twin.model.units import UNITS

AT = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
TITLES = (
    "# keyname;device obj.-instance;object-name;object-type;object-instance;description;present-value-default;"
    "min-present-value;max-present-value;settable;supports COV;hi-limit;low-limit;state-text-reference;unit-code;"
    "vendor-specific-address"
)


def bacnet_part(register: Register) -> Register:
    return Register.of((p for p in register.points if isinstance(p.binding, BacnetBinding)), register.devices)


def addresses(register: Register) -> dict[int, tuple[str, int]]:
    return {d.instance: (d.host, d.port) for d in register.devices if d.protocol is Protocol.BACNET}


def test_the_bacnet_part_of_a_register_comes_back(register: Register, facility: Facility, tmp_path: Path) -> None:
    files = write_ede(register, facility, tmp_path, "wing", at=AT)
    ede = read_ede(files.paths[0])
    found = points_of_ede(ede, addresses=addresses(register))
    assert found.register == bacnet_part(register)
    assert (found.foreign, found.passed_over, ede.notes) == ((), (), ())


def test_what_cannot_stand_in_an_ede_file_is_told(register: Register, facility: Facility, tmp_path: Path) -> None:
    own_type = replace(register.points[0], binding=BacnetBinding(device="RC-A", object_type="200", object_instance=1))
    files = write_ede(replace(register, points=(own_type, *register.points[1:])), facility, tmp_path, "wing", at=AT)
    assert [(left.point.id.split("/", 1)[1], left.reason) for left in files.left_out] == [
        ("RC-A/HEARTBEAT", "200 is no object type of ASHRAE 135"),
        ("L00/A/C01/DOOR1/LOCK_STATUS", "is a Modbus point"),
        ("L00/A/C01/DOOR1/POSITION", "is a Modbus point"),
        ("L00/A/C02/TEMP", "is bound to no device"),
    ]


def test_files_have_the_layout_of_the_interest_group(register: Register, facility: Facility, tmp_path: Path) -> None:
    paths = write_ede(register, facility, tmp_path, "wing", at=AT).paths
    assert [path.name for path in paths] == ["wing_EDE.csv", "wing_StateTexts.csv", "wing_Units.csv"]
    ede, texts, units = (path.read_text(encoding="utf-8").splitlines() for path in paths)
    assert "TIMESTAMP_OF_LAST_CHANGE;2026-01-31T12:30:00Z" in ede
    assert "AUTHOR_OF_LAST_CHANGE;Gatehouse" in ede
    assert TITLES in ede
    assert "RC-A;2001;RC-A;8;2001" in "\n".join(ede)
    temperature = next(row for row in csv.reader(ede, delimiter=";") if row[0] == "TST/L00/A/C01/TEMP")
    assert temperature[1:15] == [
        "2001", "TST/L00/A/C01/TEMP", "0", "2", "temperature, TST-L00-A-C01 Cell 1", "", "", "", "N", "", "28.5",
        "18.0", "", "62",
    ]  # fmt: skip
    assert texts == [
        "#State Text Reference",
        "#Reference Number;Text 1 or Inactive-Text;Text 2 or Active-Text",
        "1;off;on",
    ]
    assert units[2:] == ["62;degrees-celsius", "73;seconds", "96;parts-per-million"]


def test_the_values_of_an_access_door_are_one_row(facility: Facility, tmp_path: Path) -> None:
    door = facility.doors[0].global_id
    device = Device(name="ACS", protocol=Protocol.BACNET, host="127.0.1.9", port=47808, instance=9)
    kinds = {"door-status": "door_position", "lock-status": "lock_status", "present-value": "door_command"}
    points = [
        Point(
            id=PointId(f"TST/D1/{kind.upper()}"), kind=kind, element=door, low=0.5 if kind == "lock_status" else None,
            states=("shut", "ajar", "?") if kind == "door_position" else (),
            binding=BacnetBinding(device="ACS", object_type="access-door", object_instance=1, property=value),
        )
        for value, kind in kinds.items()
    ]  # fmt: skip
    register = Register.of(points, [device])
    ede = read_ede(write_ede(register, facility, tmp_path, "acs", at=AT).paths[0])
    assert [(row.type, row.name, row.settable) for row in ede.objects] == [
        ("device", "ACS", None),
        ("access-door", "TST/D1 access-door 1", True),
    ]
    assert points_of_ede(ede, addresses=addresses(register)).register == register


def test_hosts_are_not_known_unless_they_are_given(register: Register, facility: Facility, tmp_path: Path) -> None:
    ede = read_ede(write_ede(register, facility, tmp_path, "wing", at=AT).paths[0])
    found = points_of_ede(ede, addresses={2002: ("10.0.0.2", 47809)})
    assert [(d.instance, d.host, d.port) for d in found.devices] == [(2001, "", 0), (2002, "10.0.0.2", 47809)]


@pytest.mark.parametrize("stem", ["", "a/b", "../a", "a/"])
def test_a_stem_is_a_name_of_a_file(register: Register, facility: Facility, tmp_path: Path, stem: str) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        write_ede(register, facility, tmp_path, stem, at=AT)


def test_two_devices_of_one_instance_are_not_written(register: Register, facility: Facility, tmp_path: Path) -> None:
    devices = [replace(device, instance=5) for device in register.devices]
    with pytest.raises(ValueError, match="one instance"):
        write_ede(replace(register, devices=tuple(devices)), facility, tmp_path, "wing", at=AT)
    assert list(tmp_path.iterdir()) == []


word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
state = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P", "S"]), min_size=1, max_size=8
)
limit = st.none() | st.floats(allow_nan=False, allow_infinity=False)
small = st.integers(0, 4_194_302)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    names = draw(st.lists(word, unique=True, max_size=3))
    instances = draw(st.lists(small, unique=True, min_size=len(names), max_size=len(names)))
    devices = [
        Device(
            name=name, protocol=Protocol.BACNET, host=draw(word), port=draw(st.integers(1, 65535)), instance=instance,
            station=draw(st.integers(0, 254)), global_id=GlobalId(draw(st.just("") | word)),
        )
        for name, instance in zip(names, instances, strict=True)
    ]  # fmt: skip
    types = st.sampled_from([name for name in OBJECT_TYPES if name != "device"])
    points = [
        Point(
            id=PointId(name), kind=draw(st.sampled_from(sorted(POINT_KINDS))), element=GlobalId(draw(word)),
            binding=BacnetBinding(
                device=device.name, object_type=draw(types), object_instance=draw(st.integers(0, 2)),
                property=draw(st.sampled_from(["present-value", "door-status"])),
            ),
            low=draw(limit), high=draw(limit), states=tuple(draw(st.lists(state, max_size=3))),
            global_id=GlobalId(draw(st.just("") | word)),
        )
        for name, device in zip(draw(st.lists(word, unique=True, max_size=8)), devices * 8, strict=False)
    ]  # fmt: skip
    return Register.of(points, devices)


@given(register=registers())
@settings(
    max_examples=100, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_any_bacnet_register_comes_back_as_it_was_written(facility: Facility, register: Register) -> None:
    with TemporaryDirectory() as folder:
        files = write_ede(register, facility, folder, "x", at=AT)
        assert files.left_out == ()
        assert points_of_ede(read_ede(files.paths[0]), addresses=addresses(register)).register == register


@given(
    facts=st.lists(
        st.dictionaries(st.sampled_from(["id", "kind", "element"]), st.text(min_size=1), max_size=3),
        min_size=1,
        max_size=3,
    )
)
def test_a_mark_is_plain_ascii_and_comes_back(facts: list[dict[str, str]]) -> None:
    told = [fact for fact in facts if fact]
    text = marked(told)
    assert text.isascii()
    assert not set(text) & set(";,\t\"'\r\n")
    assert facts_of(text) == (told or [{}])


def test_codes_are_those_of_the_standard() -> None:
    types = ("analog-input", "device", "multi-state-value", "life-safety-zone", "access-door", "color-temperature")
    assert [OBJECT_TYPE_CODES[name] for name in types] == [0, 8, 19, 22, 30, 64]
    units = (
        "square-meters",
        "kilowatt-hours",
        "degrees-celsius",
        "no-units",
        "percent",
        "decibels-a",
        "pascal-seconds",
    )
    assert [UNIT_CODES[name] for name in units] == [0, 19, 62, 95, 98, 232, 253]
    assert {unit.bacnet for unit in UNITS.values()} <= set(UNIT_CODES)
