from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulation.weather_file import read_weather
from twin.model.errors import ConfigError


def test_csv_of_time_and_temperature(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("time,temperature_c,wind\n2026-01-01T00:00,-3.5,2\n2026-01-01T01:00+00:00,-4.5,3\n")
    weather = read_weather(path)
    assert weather.outdoor_c(datetime(2026, 1, 1, 0, 30, tzinfo=UTC)) == pytest.approx(-4.0)


def test_energyplus_weather_is_read_hour_by_hour(tmp_path: Path) -> None:
    path = tmp_path / "w.epw"
    hours = [f"1987,1,1,{hour + 1},0,?,{-5.0 + hour},-7.0,80" for hour in range(24)]
    path.write_text("\n".join([*(f"HEAD{number}" for number in range(8)), *hours]) + "\n")
    weather = read_weather(path)
    assert weather.outdoor_c(weather.start + timedelta(hours=3)) == pytest.approx(-2.0)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("w.csv", "time,temperature_c\n2026-01-01T00:00,warm\n2026-01-01T01:00,1\n", "row 2, temperature_c"),
        ("w.csv", "time,temperature_c\n2026-01-01T01:00,1\n2026-01-01T00:00,1\n", "row 3: is not later"),
        ("w.csv", "time,temperature_c\n2026-01-01T01:00,1\n", "fewer than two"),
        ("w.csv", "time,temperature_c\n2026-01-01T01:00,999\n2026-01-01T02:00,1\n", "row 2"),
        ("w.epw", "\n".join("x" * 9) + "\n1987,1,1\n", "row 9: has no dry-bulb"),
    ],
)
def test_every_fault_of_a_weather_file_is_told_with_its_row(tmp_path: Path, name: str, text: str, what: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError, match=what):
        read_weather(path)
