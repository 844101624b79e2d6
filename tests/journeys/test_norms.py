"""The norm check on models: the four sites pass; each fixture, a copy with one fault, fails on its rule alone."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import ids_file, site_folder, site_names
from tui.cli import cli
from twin.checks.ids.specifications import check_ids
from twin.checks.rules import check_facility
from twin.ifc.reader import read_facility

Row = dict[str, str]
Edit = Callable[[list[Row]], list[Row]]


@pytest.fixture(scope="module", params=site_names())
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(site_folder(request.param), tmp_path_factory.mktemp(request.param))


def built(brief: Path, folder: Path) -> Path:
    path = folder / "model.ifc"
    write_ifc(read_brief(brief), path)
    return path


def edited(site: str, folder: Path, edits: dict[str, Edit]) -> Path:
    """A copy of a site's folder with some of its tables edited."""
    copy = folder / "brief"
    shutil.copytree(site_folder(site), copy)
    for name, edit in edits.items():
        path = copy / name
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        heads = list(rows[0])
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heads, lineterminator="\n")
            writer.writeheader()
            writer.writerows(edit(rows))
    return copy


def one_cell(rows: list[Row], codes: str, level: str, **changes: str) -> list[Row]:
    """The first cell of a range in a row of its own, changed; the others stay where they are."""
    out = []
    for row in rows:
        if (row["storey"], row["band"], row["code"]) != (level, "A-S", codes):
            out.append(row)
            continue
        first, last = codes.split("-")
        stem, number = first[0], int(first[1:])
        out.append({**row, "code": first, "count": "1", "pitch_m": "0.00", **changes})
        left = int(row["count"]) - 1
        rest = f"{stem}{number + 1:02d}-{last}" if left > 1 else last
        x0_m = f"{float(row['x0_m']) + float(row['pitch_m']):.2f}"
        out.append({**row, "code": rest, "count": str(left), "x0_m": x0_m})
    return out


def without_groups(rows: list[Row]) -> list[Row]:
    return [{**row, "interlock_group": ""} if row["interlock_group"] == "IL-PRA-1" else row for row in rows]


def fail_secure_exits(rows: list[Row]) -> list[Row]:
    return [{**row, "fail_mode": "fail-secure"} if row["type"] == "D-EXIT" else row for row in rows]


FIXTURES: dict[str, tuple[str, dict[str, Edit], str, int]] = {
    # 13.8 m² of living space for four people are 3.45 m² each.
    "a double cell for four": (
        "vilnius",
        {"programme.csv": lambda rows: one_cell(rows, "C11-C16", "L01", capacity="4")},
        "R1",
        1,
    ),
    # The annex shrinks with the cell: with 1.8 m² of annex the living area would be a fault of its own.
    "b single cell 1.9 m wide": (
        "vilnius",
        {"programme.csv": lambda rows: one_cell(rows, "C17-C19", "L01", width_m="1.90", annex_m2="1.50")},
        "R2",
        1,
    ),
    "c cell 2.4 m high": (
        "vilnius",
        {"programme.csv": lambda rows: one_cell(rows, "C17-C19", "L01", height_m="2.40")},
        "R3",
        1,
    ),
    "d sally port in no interlock group": ("pravieniskes", {"doors.csv": without_groups}, "R10", 3),
    "e fail-secure exit of an open zone": ("olaine-open-prison", {"door_types.csv": fail_secure_exits}, "F1", 4),
}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_failing_fixture_fails_on_its_rule_and_on_no_other(name: str, tmp_path: Path) -> None:
    site, edits, rule, count = FIXTURES[name]
    brief = edited(site, tmp_path, edits)
    text = (brief / "brief.toml").read_text(encoding="utf-8")
    # The brief's own check would refuse a group that nobody uses: the fixture leaves its declaration out too.
    unused = 'IL-PRA-1 = "entry: outside and middle corridor"\n'
    if site == "pravieniskes":
        assert unused in text
    (brief / "brief.toml").write_text(text.replace(unused, ""), encoding="utf-8")
    report = check_facility(read_facility(built(brief, tmp_path)).facility)
    assert {finding.rule for finding in report.findings} == {rule}
    assert len(report.findings) == count


def test_the_model_passes_every_rule(model: Path) -> None:
    report = check_facility(read_facility(model).facility)
    assert report.findings == ()
    assert report.notes == ()
    assert sum(rule.checked for rule in report.rules) > 40


def test_the_model_carries_what_is_needed_to_import_and_operate_it(model: Path) -> None:
    report = check_ids(model, ids_file(), level=2)
    others = {item.identifier: str(item.status) for item in report.specifications if item.status != "passed"}
    # A building without sleeping places has no sanitary annexes to speak of.
    sleeps = read_facility(model).facility.certified_places > 0
    assert others == ({} if sleeps else {"2.08": "not applicable"})
    assert {item.level for item in report.specifications} == {1, 2}


def test_the_command_says_what_it_found_and_ends_with_one(tmp_path: Path) -> None:
    brief = edited("olaine-open-prison", tmp_path, {"door_types.csv": fail_secure_exits})
    model = built(brief, tmp_path)
    done = CliRunner().invoke(cli, ["twin", "check", str(model), "--ids", "--json", "--quiet"])
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["passed"] is False
    assert {finding["rule"] for finding in answer["findings"]} == {"F1"}
    assert {"D.OAC-L00-W-COR.1", "D.OAC-L01-E-COR.1"} <= {finding["code"] for finding in answer["findings"]}
    assert all(specification["status"] == "passed" for specification in answer["ids"])
