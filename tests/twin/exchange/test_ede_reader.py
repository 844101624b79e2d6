from __future__ import annotations

from pathlib import Path

import pytest

from twin.exchange.ede_cells import LARGEST_BYTES
from twin.exchange.ede_points import points_of_ede
from twin.exchange.ede_reader import read_ede
from twin.model.errors import ConfigError
from twin.model.points import BacnetBinding
from twin.model.register import Register

TITLES = (
    "# keyname;device obj.-instance;object-name;object-type;object-instance;description;present-value-default;"
    "min-present-value;max-present-value;settable;supports COV;hi-limit;low-limit;state-text-reference;unit-code;"
    "vendor-specific-address"
)
HEAD = (
    "# Engineering-Data-Exchange - B.I.G.-EU\r\nPROJECT_NAME;Halle 3\r\nVERSION_OF_REFERENCEFILE;7\r\n"
    "TIMESTAMP_OF_LAST_CHANGE;19. Dez 2005\r\nAUTHOR_OF_LAST_CHANGE;somebody\r\nVERSION_OF_LAYOUT;2.2\r\n"
    f"#mandatory;mandatory\r\n{TITLES}\r\n"
)
ROOM = "H3R7T;10;RoomTemperature;0;4123;Room temperature;20;;;N;Y;24;18;;62;N1.5"
FAN = "H3R7F;10;Fan;14;7;Fan mode;1;1;3;y;n;;;35;;F2"
TEXTS = (
    "#State Text Reference\r\n#Reference Number;Text 1 or Inactive-Text;Text 2\r\n35;OFF;AUTO;ON;;\r\n22;OFF;ON;;\r\n"
)


def given_file(
    folder: Path, *rows: str, head: str = HEAD, name: str = "Halle_EDE.csv", encoding: str = "utf-8"
) -> Path:
    path = folder / name
    path.write_bytes((head + "\r\n".join(rows) + "\r\n").encode(encoding))
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_ede(path)
    return [str(fault).replace(f"{path}: ", "").replace(f"{path.parent}/", "") for fault in caught.value.faults]


def test_a_file_of_a_supplier_is_read(tmp_path: Path) -> None:
    path = given_file(tmp_path, ROOM, "", "# a remark", FAN, "AS10;10;AS B3;8;10;Controller;;;;N;N;;;;;A1")
    (tmp_path / "Halle_StateTexts.csv").write_text(TEXTS)
    ede = read_ede(path)
    assert (ede.project, ede.version, ede.changed, ede.layout) == ("Halle 3", "7", "19. Dez 2005", "2.2")
    room, fan, _ = ede.objects
    assert (room.device, room.name, room.type, room.instance) == (10, "RoomTemperature", "analog-input", 4123)
    assert (room.high, room.low, room.unit, room.settable) == (24.0, 18.0, "degrees-celsius", False)
    assert (fan.type, fan.states, fan.settable) == ("multi-state-output", ("OFF", "AUTO", "ON"), True)
    found = points_of_ede(ede)
    assert found.register == Register()
    assert [(d.name, d.instance, d.host) for d in found.devices] == [("AS B3", 10, "")]
    assert [(o.name, o.binding) for o in found.foreign][:1] == [(
        "RoomTemperature", BacnetBinding(device="AS B3", object_type="analog-input", object_instance=4123),
    )]  # fmt: skip


def test_no_name_of_a_person_is_kept(tmp_path: Path) -> None:
    assert "somebody" not in repr(read_ede(given_file(tmp_path, ROOM)))


@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_commas_tabs_and_encodings_of_spreadsheets_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    head = "PROJECT_NAME;Gefängnis\nVERSION_OF_LAYOUT;2\n" + TITLES.removeprefix("# ") + "\n"
    row = 'Kühler;10;Kühler;2;5;Vorlauf °C;;;;;;"24,5";"-3,25";;62'
    path = given_file(tmp_path, row.replace(";", separator), head=head.replace(";", separator), encoding=encoding)
    ede = read_ede(path)
    (cooler,) = ede.objects
    assert (ede.project, cooler.name, cooler.description) == ("Gefängnis", "Kühler", "Vorlauf °C")
    assert (cooler.high, cooler.low) == (24.5, -3.25)


def test_titles_in_other_words_order_and_case_are_understood(tmp_path: Path) -> None:
    titles = "#KEYNAME;Object-Type;Device-Object-Instance;object_instance;Object Name;commandable;Notes"
    head = f"# Project_Name;X;\nversion_of_layout;2,1;\n{titles}\n"
    ede = read_ede(given_file(tmp_path, ";Binary Input;10.0;5;Tür;yes;seen", head=head))
    assert [(o.key, o.type, o.device, o.settable) for o in ede.objects] == [("Tür", "binary-input", 10, True)]
    assert (ede.layout, ede.notes) == ("2.1", ("column Notes is passed over",))


def test_optional_columns_and_cells_may_be_missing(tmp_path: Path) -> None:
    head = "keyname;device obj.-instance;object-name;object-type;object-instance\n"
    assert read_ede(given_file(tmp_path, "a;1;A;0;1", "b;1;B;3;1;;;", head=head)).objects[1].settable is None


def test_state_texts_that_nobody_gave_are_noted(tmp_path: Path) -> None:
    ede = read_ede(given_file(tmp_path, FAN))
    assert ede.objects[0].states == ()
    assert ede.notes == ("1 rows refer to state texts, and no file of them stands beside it",)


def test_companions_are_found_by_other_names_too(tmp_path: Path) -> None:
    (tmp_path / "HALLE_state-texts.CSV").write_text("Reference Number,Text 1\n35,a,b\n")
    (tmp_path / "Halle_Units.csv").write_text("#Code;Unit Text\n40000;furlongs\n")
    (tmp_path / "Halle_ObjTypes.csv").write_text("100;Special\n")
    special = "S;10;S;100;1;;;;;;;;;;40000;"
    objects = read_ede(given_file(tmp_path, FAN, special)).objects
    assert [(o.type, o.states, o.unit) for o in objects] == [
        ("multi-state-output", ("a", "b"), ""),
        ("100", (), "furlongs"),
    ]


def test_vendors_types_and_units_in_words_are_kept(tmp_path: Path) -> None:
    units = ("degrees-celsius", "°C", "K/K", "---", "62.0", "300")
    rows = [f"u{place};10;U;2;{place};;;;;;;;;;{unit};" for place, unit in enumerate(units)]
    ede = read_ede(given_file(tmp_path, *rows, "p;10;P;264;1"))
    assert [row.unit for row in ede.objects[:-1]] == [
        *("degrees-celsius", "degrees-celsius", "K/K", "", "degrees-celsius", "unit 300"),
    ]
    assert [row.type for row in points_of_ede(ede).passed_over] == ["264"]


def test_texts_of_strangers_are_made_harmless(tmp_path: Path) -> None:
    (row,) = read_ede(given_file(tmp_path, "k\x1b[2J;10;n\u202ename;0;1;d\x07;;;;;;;;;;")).objects
    assert (row.key, row.name, row.description) == ("k␛[2J", "n�name", "d␇")


def test_objects_without_a_value_are_told_apart_and_doors_have_three(tmp_path: Path) -> None:
    rows = ("a;10;Week;17;1", "b;10;Door 1;30;1", "c;11;X;8;11", "d;12;X;8;12")
    found = points_of_ede(read_ede(given_file(tmp_path, *rows)))
    assert [row.name for row in found.passed_over] == ["Week"]
    bindings = [named.binding for named in found.foreign]
    assert [b.property for b in bindings if isinstance(b, BacnetBinding)] == [
        "present-value",
        "door-status",
        "lock-status",
    ]
    assert [device.name for device in found.devices] == ["device 10", "X 11", "X 12"]


# Faults.


def test_every_fault_of_the_rows_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "Halle_StateTexts.csv").write_text(TEXTS + "x;a\n22;other\n")
    rows = (
        ROOM,
        ROOM,
        "a;4194303;A;0;1",
        "b;10;B;99;1",
        "c;10;C;2000;1",
        "d;10;D;0;-1",
        "e;;;;",
        ";10;;0;9",
        "f;10;F;0;2;;;;;maybe;;1.234,5;nan;99;6x",
        "g;10;G;0;3;;;;;;;;;;;;extra",
        "h;10;H;0;2.5",
    )
    assert faults_of(given_file(tmp_path, *rows)) == [
        "Halle_StateTexts.csv: row 5: x is not a number",
        "Halle_StateTexts.csv: row 6: number 22 stands twice with other texts",
        "row 10: analog-input 4123 of device 10 is row 9 too",
        "row 11, device obj.-instance: 4194303 is more than 4194302",
        "row 12, object-type: 99 is no object type",
        "row 13, object-type: 2000 is no object type",
        "row 14, object-instance: -1 is not a whole number of 0 or more",
        "row 15, device obj.-instance: is missing",
        "row 15, object-type: is missing",
        "row 15, object-instance: is missing",
        "row 16, object-name: is missing",
        "row 17, settable: maybe is neither Y nor N",
        "row 17, hi-limit: 1.234,5 is not a number",
        "row 17, low-limit: nan is not a number",
        "row 17, state-text-reference: 99 is no reference number of the state texts",
        "row 17, unit-code: 6x is not a number",
        "row 18: has 17 cells, the line of titles 16",
        "row 19, object-instance: 2.5 is not a whole number of 0 or more",
    ]


@pytest.mark.parametrize(
    ("head", "faults"),
    [
        ("", ["has no line with the titles keyname, device obj.-instance, …"]),
        (TITLES.replace(";", "|") + "\n", ["cells are parted by neither semicolons, commas nor tabs"]),
        (
            "VERSION_OF_LAYOUT;3.1\nkeyname;description;object-name;unit-code\n",
            [
                "row 1, VERSION_OF_LAYOUT: layout 3.1 is none of 2.0 to 2.3",
                "row 2, device obj.-instance: the column is missing",
                "row 2, object-type: the column is missing",
                "row 2, object-instance: the column is missing",
            ],
        ),
        (TITLES + ";settable\n", ["row 1, settable: the column stands twice"]),
        (TITLES + '\na;1;"open;0;1\n', ["row 2: is not CSV: unexpected end of data"]),
    ],
)
def test_a_table_that_is_no_ede_is_refused(tmp_path: Path, head: str, faults: list[str]) -> None:
    assert faults_of(given_file(tmp_path, head=head)) == faults


def test_a_binary_a_huge_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    binary, huge = tmp_path / "b_EDE.csv", tmp_path / "h_EDE.csv"
    binary.write_bytes(b"\x7fELF\0\0\x81")
    with huge.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    assert faults_of(binary) == ["is no text"]
    assert faults_of(huge) == [f"has {LARGEST_BYTES + 1} bytes, more than {LARGEST_BYTES}"]
    assert faults_of(tmp_path / "none_EDE.csv") == ["there is no such file"]
    assert faults_of(tmp_path) == ["is no file"]
    (tmp_path / "u_EDE.csv").write_bytes(b"K\xfche \x81")
    assert faults_of(tmp_path / "u_EDE.csv") == ["is no text (byte 5)"]


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("gatehouse:kind", "is no mark of Gatehouse"),
        ("gatehouse:kind=co2&kind=co2", "is no mark of Gatehouse"),
        ("gatehouse:", "names kind , which is not known"),
        ("gatehouse:kind=warmth&element=e", "names kind warmth, which is not known"),
        ("gatehouse:kind=co2", "names no element"),
        ("gatehouse:kind=co2&element=e&id=a%20b", "gives a point the id 'a b'"),
        ("gatehouse:kind=co2&element=e&property=%1b", "names property '␛'"),
        ("gatehouse:kind=co2&element=e kind=co2&element=e&id=k&property=x", "holds point k, which stands twice"),
        ("gatehouse:kind=co2&element=e kind=co2&element=e&id=m&low=x", "is not a number"),
    ],
)
def test_a_mark_that_somebody_changed_is_a_fault(tmp_path: Path, mark: str, text: str) -> None:
    ede = read_ede(given_file(tmp_path, f"k;10;K;0;1;;;;;;;;;;;{mark}"))
    with pytest.raises(ConfigError) as caught:
        points_of_ede(ede)
    assert [(fault.key, fault.text) for fault in caught.value.faults] == [("row 9, vendor-specific-address", text)]
