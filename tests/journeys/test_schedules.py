"""Schedules of devices from the command line: shown beside the regime, taken as a file, edited, written, read back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from twin.store.database import open_database
from twin.store.journal import rows
from twin.store.register import load_points

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
async def building(site: Site) -> AsyncIterator[BuildingProcess]:
    async with BuildingProcess(site.folder) as running:
        yield running


@pytest.fixture
def unit(site: Site) -> str:
    """The device of an air handling unit."""
    with open_database(site.database) as store:
        return next(
            point.binding.device for point in load_points(store) if point.kind == "supply_setpoint" and point.binding
        )


@pytest.fixture
def write(gatehouse: Run, site: Site, unit: str) -> Run:
    def run(file: Path, *more: str, role: str = "engineer") -> subprocess.CompletedProcess[str]:
        return gatehouse(
            "bms", "set-schedule", unit, "1", file, "--site", site.folder, "--role", role, "--reason", "winter", *more
        )

    return run


WEEK = """
default = 20
[week.monday]
"06:00" = 21.5
"20:00" = "none"
[week.sunday]
"07:30" = 21.3
[[exception]]
on = "calendar 1"
priority = 5
times = { "00:00" = 18.5 }
[[exception]]
on = "2026-12-24..2027-01-06"
times = { "12:00" = 19, "14:00" = "none" }
[[calendar]]
number = 1
days = ["*-12-25", "* last fri"]
"""


async def test_a_schedule_is_read_edited_and_written_back(
    building: BuildingProcess, gatehouse: Run, write: Run, site: Site, unit: str, tmp_path: Path
) -> None:
    shown = gatehouse("bms", "schedules", "--site", site.folder, "--device", unit, "--json")
    (before,) = json.loads(shown.stdout)
    assert (before["value"], before["default"], before["priority"]) == (None, None, 16)
    assert [row["regime"] for row in before["day"]] == [
        "night lock-up",
        "unlock",
        "midday count",
        "unlock and association",
        "night lock-up",
    ]
    assert before["regime"] in {row["regime"] for row in before["day"]}

    file = tmp_path / "winter.toml"
    file.write_text(WEEK, encoding="utf-8")
    written = write(file, "--json")
    assert written.returncode == 0, written.stderr
    assert json.loads(written.stdout)["outcome"] == "done"

    exported = gatehouse("bms", "schedules", "--site", site.folder, "--device", unit, "--schedule", "1", "--toml")
    assert exported.returncode == 0, exported.stderr
    (tmp_path / "again.toml").write_text(exported.stdout, encoding="utf-8")
    assert write(tmp_path / "again.toml").returncode == 0
    after = gatehouse("bms", "schedules", "--site", site.folder, "--device", unit, "--schedule", "1", "--toml")
    assert after.stdout == exported.stdout

    (now,) = json.loads(gatehouse("bms", "schedules", "--site", site.folder, "--device", unit, "--json").stdout)
    assert now["default"] == 20.0
    assert now["value"] is not None
    assert now["week"]["monday"] == [{"at": "06:00", "value": 21.5}, {"at": "20:00", "value": None}]
    assert now["week"]["sunday"] == [{"at": "07:30", "value": 21.3}]
    assert [(each["on"], each["priority"]) for each in now["exceptions"]] == [
        ("calendar 1", 5),
        ("2026-12-24..2027-01-06", 16),
    ]
    assert now["calendars"][0]["days"] == ["*-12-25", "* last fri"]

    people = gatehouse("bms", "schedules", "--site", site.folder, "--device", unit)
    assert "monday       06:00 21.5, 20:00 none" in people.stdout
    assert "calendar 1   " in people.stdout
    with open_database(site.database) as store:
        kinds = [row.entry for row in rows(store) if row.entry.kind.startswith("device.")]
    assert [entry.kind for entry in kinds] == ["device.requested", "device.done"] * 2
    assert "21.5" in str(kinds[0].data)


async def test_what_may_not_be_written_is_refused_and_changes_nothing(
    building: BuildingProcess, gatehouse: Run, write: Run, site: Site, unit: str, tmp_path: Path
) -> None:
    file = tmp_path / "warm.toml"
    file.write_text('default = 40\n[week.monday]\n"06:00" = 3\n', encoding="utf-8")
    told = write(file)
    assert told.returncode == 3
    assert f"{file}: default: 40 is above 28" in told.stderr
    assert f'{file}: week.monday."06:00": 3 is below 14' in told.stderr
    file.write_text("default = 24\n", encoding="utf-8")
    viewer = write(file, role="viewer")
    assert viewer.returncode == 5
    assert "role viewer has no right to schedule" in viewer.stderr
    settings = site.folder / "gatehouse.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('mode = "virtual"', 'mode = "live"'), encoding="utf-8"
    )
    live = write(file)
    assert live.returncode == 5
    assert f"does not list the device {unit} as writable" in live.stderr
    (shown,) = json.loads(gatehouse("bms", "schedules", "--site", site.folder, "--device", unit, "--json").stdout)
    assert shown["default"] is None


async def test_names_that_are_not_there_and_devices_without_schedules(
    building: BuildingProcess, gatehouse: Run, site: Site, unit: str, tmp_path: Path
) -> None:
    with open_database(site.database) as store:
        door = next(
            point.binding.device for point in load_points(store) if point.kind == "door_command" and point.binding
        )
    none = gatehouse("bms", "schedules", "--site", site.folder, "--device", door, "--json")
    assert (none.returncode, json.loads(none.stdout)) == (0, [])
    assert gatehouse("bms", "schedules", "--site", site.folder, "--device", "NOBODY").returncode == 2
    assert gatehouse("bms", "schedules", "--site", site.folder, "--schedule", "99").returncode == 2
    assert gatehouse("bms", "schedules", "--site", site.folder, "--toml").returncode == 2
    file = tmp_path / "any.toml"
    file.write_text("", encoding="utf-8")
    order = ("--site", site.folder, "--role", "engineer", "--reason", "test")
    assert gatehouse("bms", "set-schedule", door, "1", file, *order).returncode == 2


def test_a_site_of_which_no_device_answers_ends_with_the_exit_code_of_connections(
    gatehouse: Run, site: Site, unit: str
) -> None:
    silent = gatehouse("bms", "schedules", "--site", site.folder, "--device", unit)
    assert silent.returncode == 4
