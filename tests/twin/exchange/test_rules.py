from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.exchange.named_objects import NamedObject, named_point
from twin.exchange.object_meanings import misfit
from twin.exchange.patterns import LONGEST_NAME, compiled, longest_name
from twin.exchange.rules import Bound, Rules, bind, read_rules
from twin.files.toml import parse_toml
from twin.model.errors import ConfigError
from twin.model.facility import Facility
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Table
from twin.model.register import Register

ROOMS = r"""
[[rule]]
name = "room temperature"
pattern = '(?P<storey>L\d\d)[-_](?P<wing>[A-Z])[-_](?P<room>\w+)[-_]RT$'
element = "{site}-{storey}-{wing}-{room}"
kind = "temperature"
point = "{site}/{storey}/{wing}/{room}/TEMP"
"""


def rules_of(text: str) -> Rules:
    return parse_toml(text, Rules, where="rules.toml")


def rule(pattern: str, element: str = "TST-L00-A-C01", kind: str = "temperature", more: str = "") -> Rules:
    return rules_of(f"[[rule]]\nname = 'r'\npattern = '{pattern}'\nelement = '{element}'\nkind = '{kind}'\n{more}")


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        rules_of(text)
    return [(fault.key, fault.text) for fault in caught.value.faults]


def found(name: str, object_type: str = "analog-input", number: int = 1, **more: object) -> NamedObject:
    binding = BacnetBinding(device="AS 1", object_type=object_type, object_instance=number)
    return NamedObject(**{"name": name, "binding": binding} | more)  # type: ignore[arg-type]


def reasons(bound: Bound) -> list[str]:
    return [unbound.reason for unbound in bound.unbound]


def test_a_rule_makes_points_of_names(facility: Facility) -> None:
    named = found("AS1.L00_A-C01_RT", unit="degrees-celsius", low=18.0, high=26.0)
    (point,) = bind([named], facility, rules_of(ROOMS)).points
    assert (point.id, point.kind, point.element) == ("TST/L00/A/C01/TEMP", "temperature", facility.spaces[0].global_id)
    assert (point.binding, point.low, point.high) == (named.binding, 18.0, 26.0)


def test_rules_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(ROOMS, encoding="utf-8")
    assert read_rules(path) == rules_of(ROOMS)


def test_the_first_rule_that_matches_decides(facility: Facility) -> None:
    rules = rules_of(ROOMS + ROOMS.replace("temperature", "co2").replace("TEMP", "CO2"))
    assert [point.kind for point in bind([found("L00-A-C01-RT")], facility, rules).points] == ["temperature"]


def test_a_description_names_doors_and_equipment_by_code_id_or_name(facility: Facility) -> None:
    door, unit = facility.doors[0], facility.equipment[0]
    rules = rules_of(rf"""
        [[rule]]
        name = "door"
        field = "description"
        pattern = '^contact of (?P<door>\S+)$'
        element = "{{door}}"
        kind = "window_contact"
        [[rule]]
        name = "unit"
        field = "description"
        pattern = '^(?P<unit>Air unit) supply'
        element = "{{unit}}"
        by = "name"
        kind = "supply_temperature"
        [[rule]]
        name = "unit by id"
        pattern = "EXT"
        element = "{unit.global_id}"
        kind = "extract_temperature"
    """)
    objects = [
        found("1", "binary-input", description=f"contact of {door.code}"),
        found("2", description="Air unit supply air"),
        found("EXT"),
    ]
    bound = bind(objects, facility, rules)
    assert [point.element for point in bound.points] == [door.global_id, unit.global_id, unit.global_id]
    assert [point.id for point in bound.points] == ["TST/AS_1/1", "TST/AS_1/2", "TST/AS_1/EXT"]


def test_values_of_an_access_door_have_rules_of_their_own(facility: Facility) -> None:
    text = r"""
        [[rule]]
        name = "{0}"
        pattern = '^(?P<door>D\..*)$'
        element = "{{door}}"
        kind = "{0}"
        property = "{1}"
        point = "{{site}}/{{door}}/{0}"
    """
    kinds = {"door_position": "door-status", "lock_status": "lock-status", "door_command": "present-value"}
    rules = rules_of("".join(text.format(kind, value) for kind, value in kinds.items()))
    objects = [
        found(facility.doors[0].code, binding=BacnetBinding(
            device="AS", object_type="access-door", object_instance=1, property=value))
        for value in kinds.values()
    ]  # fmt: skip
    assert [point.kind for point in bind(objects, facility, rules).points] == list(kinds)


def test_points_of_a_list_without_elements_can_be_bound_by_their_ids(facility: Facility, register: Register) -> None:
    rules = rule(r"^TST/(?P<storey>L..)/A/(?P<room>C..)/TEMP$", "TST-{storey}-A-{room}", more="point = '{name}'")
    bound = bind(map(named_point, register.points), facility, rules)
    wanted = [p for p in register.points if p.kind == "temperature"]
    assert [replace(p, global_id=w.global_id) for p, w in zip(bound.points, wanted, strict=True)] == wanted
    assert len(bound.points) + len(bound.unbound) == len(register.points)


def test_texts_of_states_are_kept_where_they_differ(facility: Facility) -> None:
    rules = rule(".", kind="window_contact")
    own = bind([found("a", "binary-input", states=("ZU", "AUF"))], facility, rules).points
    usual = bind([found("a", "binary-input", states=("closed", "open"))], facility, rules).points
    assert (own[0].states, usual[0].states) == (("ZU", "AUF"), ())


def test_every_reason_is_given(facility: Facility) -> None:
    twins = tuple(replace(space, name="Cell") for space in facility.spaces[:2])
    facility = replace(facility, spaces=(*twins, *facility.spaces[2:]))
    rules = rules_of(
        ROOMS
        + r"""
        [[rule]]
        name = "named"
        pattern = '^cell (?P<kind>\w+)$'
        element = "Cell"
        by = "name"
        kind = "{kind}"
        [[rule]]
        name = "kind"
        pattern = '^k (?P<kind>\w+)$'
        element = "TST-L00-A-C01"
        kind = "{kind}"
    """
    )
    objects = [
        found("nothing"),
        found("L09-A-C01-RT"),
        found("cell co2"),
        found("k warmth"),
        found("L00-A-C01-RT", "binary-input"),
        found("L00-A-C01-RT", unit="degrees-fahrenheit"),
        found("L00-A-C01-RT"),
        found("L00_A_C01_RT"),
        found("k door_mode", "multi-state-input", states=("a", "b")),
        found("k light", "binary-input"),
        found("L" * 201),
    ]
    bound = bind(objects, facility, rules)
    assert [point.id for point in bound.points] == ["TST/L00/A/C01/TEMP"]
    assert reasons(bound) == [
        "no rule matches",
        "rule 'room temperature' names element TST-L09-A-C01, which the facility has not",
        "rule 'named' names element Cell, which the facility has 2 times",
        "rule 'kind': there is no kind of point warmth",
        "rule 'room temperature': kind temperature does not fit binary-input",
        "rule 'room temperature': kind temperature is in degrees-celsius, the object in degrees-fahrenheit",
        "point TST/L00/A/C01/TEMP stands already for another object",
        "rule 'kind': kind door_mode has 4 states, the object 2",
        "rule 'kind': kind light is for commands, binary-input can only be read",
        "its name has 201 characters, rule 'room temperature' is tried on 200 at most",
    ]


@pytest.mark.parametrize(
    ("kind", "place", "fits"),
    [
        ("temperature", "analog-value", True),
        ("temperature", "multi-state-value", False),
        ("temperature", "schedule", False),
        ("fire_zone", "life-safety-zone", True),
        ("leak", "life-safety-point", False),
        ("fan_run", "binary-value", True),
        ("generator", "binary-input", False),
        ("generator", "multi-state-input", True),
        ("response_dispatch", "multi-state-value", True),
        ("lock_status", "access-door", False),
        ("door_command", "access-door", True),
    ],
)
def test_a_kind_fits_its_types_of_object(kind: str, place: str, fits: bool) -> None:
    binding = BacnetBinding(device="d", object_type=place, object_instance=1)
    assert (misfit(POINT_KINDS[kind], binding) == "") is fits


@pytest.mark.parametrize(
    ("kind", "table", "data", "fits"),
    [
        ("lock_status", Table.HOLDING_REGISTER, DataType.BIT, True),
        ("temperature", Table.COIL, DataType.BIT, False),
        ("temperature", Table.INPUT_REGISTER, DataType.FLOAT32, True),
        ("door_command", Table.INPUT_REGISTER, DataType.UINT16, False),
        ("door_command", Table.HOLDING_REGISTER, DataType.UINT16, True),
    ],
)
def test_a_kind_fits_its_modbus_tables(kind: str, table: Table, data: DataType, fits: bool) -> None:
    assert (misfit(POINT_KINDS[kind], ModbusBinding(device="d", table=table, address=0, data_type=data)) == "") is fits


# Rule files that are wrong, and strangers who mean harm.


def test_every_fault_of_a_rule_file_has_its_key() -> None:
    text = r"""
        [[rule]]
        name = ""
        pattern = "(unclosed"
        element = "{anything}"
        kind = "warmth"
        [[rule]]
        name = "groups"
        pattern = "(?P<a>x)"
        element = "{b}"
        kind = "co2"
        point = "{a.__class__}"
        color = "red"
    """
    keys = [key for key, _ in faults_of(text)]
    assert keys == [
        "rule[0].name",
        "rule[0].pattern",
        "rule[0].kind",
        "rule[1].element",
        "rule[1].point",
        "rule[1].color",
    ]
    assert faults_of(text)[3][1] == "{b} is no group of the pattern"
    assert faults_of(text)[4][1] == "has a brace that belongs to no {group}"
    assert faults_of("")[0] == ("rule", "is missing")


@pytest.mark.parametrize("pattern", ["(a+)+$", r"(\w*)*x", "(a|aa)+b", r"(?:\w+[-_])*RT", "(a?b?)*", "((?:ab|c){3})++"])
def test_a_pattern_that_could_run_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="repeats without end"):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["(?:ab|c){30}x", ".*" * 9, "(((ab|c){99}){99}){99}", "x" * 501, "(" * 400, r"\p"])
def test_a_pattern_that_is_too_much_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"too often|longer than|no regular expression"):
        compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "longest"),
    [
        (r"(?P<storey>L\d\d)[-_](?P<wing>[A-Z])[-_](?P<room>\w+)[-_]RT$", LONGEST_NAME),
        (r"\w+_\w+", LONGEST_NAME),
        (r"\w+_\w+_\w+", 80),
        (r"^\w+_\w+_\w+", LONGEST_NAME),
        (r"^[^_]++_[^_]++_[^_]++_[^_]++_\w+$", LONGEST_NAME),
        (r"(?:\d{1,3}\.){3}\d{1,3}", LONGEST_NAME),
        (r"(?=a\w*)(?(?!x)b|c)d", 0),
    ],
)
def test_the_freer_a_pattern_the_shorter_the_names_it_is_tried_on(pattern: str, longest: int) -> None:
    if longest:
        assert longest_name(pattern) == longest
    else:
        with pytest.raises(ValueError, match="no regular expression"):
            compiled(pattern)


def test_a_hostile_name_costs_little(facility: Facility) -> None:
    """The bound is on ways, not on time; without it the first pattern takes minutes, so a second is far off."""
    for pattern in (r"\w+_\w+_\w+_\w+_RT$", r"^(\w+)_(\w+)_(\w+)_(\w+)_RT$", ".*.*.*=x"):
        longest = longest_name(pattern)
        start = time.perf_counter()
        bind([found(mark * size) for mark in "_=" for size in (longest, 200)], facility, rule(pattern))
        assert time.perf_counter() - start < 5.0


def test_a_name_that_is_too_long_for_a_pattern_is_given_to_no_later_rule(facility: Facility) -> None:
    rules = rules_of(ROOMS.replace("[-_](?P<wing>", r"\w*\w*[-_](?P<wing>") + ROOMS)
    bound = bind([found("x" * 150 + "L00-A-C01-RT")], facility, rules)
    assert reasons(bound) == ["its name has 162 characters, rule 'room temperature' is tried on 80 at most"]


@pytest.mark.parametrize("name", ["{site}", "{0.__class__}", "%s{", "${name}", r"\g<0>"])
def test_nothing_in_a_name_is_put_in_twice_or_evaluated(facility: Facility, name: str) -> None:
    bound = bind([found(name)], facility, rule("(?P<all>.+)", "{all}"))
    assert reasons(bound) == [f"rule 'r' names element {name}, which the facility has not"]


def test_ids_and_reasons_hold_nothing_that_a_terminal_obeys(facility: Facility) -> None:
    bound = bind([found("ü\x1b[2J\u202e x")], facility, rule("."))
    assert bound.points[0].id == "TST/AS_1/__[2J__x"
    (reason,) = reasons(bind([found("\x1b[2J")], facility, rule("(?P<all>.+)", "{all}")))
    assert "\x1b" not in reason


@given(name=st.text(max_size=250))
@settings(max_examples=100, deadline=None)
def test_any_name_is_either_bound_or_has_a_reason(name: str) -> None:
    facility = Facility(code="T", name="", buildings=(), storeys=(), spaces=(), doors=())
    bound = bind([found(name)], facility, rules_of(ROOMS))
    assert len(bound.points) + len(bound.unbound) == 1
    assert all(unbound.reason.isprintable() for unbound in bound.unbound)
