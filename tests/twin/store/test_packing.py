"""Packed days answer as they did before; packing can be stopped at any moment and touches no day that is young."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store import packing
from twin.store.dayfiles import DayFile, by_day, day_files
from twin.store.history_query import query
from twin.store.packing import pack_days
from twin.store.sample_rows import DAY_MS, moment_of

POINTS = [PointId(f"TST/{name}") for name in "ABC"]
DAY = 20_000  # 2024-10-04
START = DAY * DAY_MS
EVER = (datetime(1971, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
LATER = datetime(2025, 1, 1, tzinfo=UTC)
BAD = [quality for quality in Quality if quality is not Quality.GOOD]

READINGS = st.builds(
    lambda point, ms, value: Reading(
        point,
        None if isinstance(value, Quality) else value,
        value if isinstance(value, Quality) else Quality.GOOD,
        moment_of(START + ms),
    ),
    st.sampled_from(POINTS),
    st.integers(-DAY_MS, DAY_MS - 1) | st.integers(0, 3) | st.integers(3_599_990, 3_600_010),
    st.floats(allow_nan=False) | st.integers(0, 300).map(lambda tenths: tenths / 10) | st.sampled_from(BAD),
)


def write(folder: Path, *readings: Reading) -> None:
    for day, (part, _) in by_day(readings).items():
        file = DayFile(folder, day)
        file.insert(part)
        file.close()


def good(value: float, ms: int, point: PointId = POINTS[0]) -> Reading:
    return Reading(point, value, Quality.GOOD, moment_of(START + ms))


def answers(folder: Path) -> list[list[Reading]]:
    return [query(folder, point, *EVER) for point in POINTS]


def pack(folder: Path, now: datetime = LATER) -> list[packing.PackedDay]:
    return list(pack_days(folder, now))


def loose(path: Path) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT count(*) FROM sample").fetchone()
    connection.close()
    return int(count)


@settings(deadline=None, max_examples=40)
@given(st.lists(READINGS, max_size=60), st.lists(READINGS, max_size=10))
def test_a_packed_day_answers_as_before_also_with_late_readings(
    tmp_path_factory: pytest.TempPathFactory, readings: list[Reading], late: list[Reading]
) -> None:
    folder, twin = tmp_path_factory.mktemp("packed"), tmp_path_factory.mktemp("plain")
    write(folder, *readings)
    write(twin, *readings)
    assert all(not day.problem for day in pack(folder))
    assert answers(folder) == answers(twin)
    write(folder, *late)
    write(twin, *late)
    assert answers(folder) == answers(twin)
    pack(folder)
    assert answers(folder) == answers(twin)
    assert sum(loose(path) for _, path in day_files(folder)) == 0
    middle = (moment_of(START + 3_599_995), moment_of(START + 3_600_005))
    for point in POINTS:
        assert query(folder, point, *middle) == query(twin, point, *middle)


def test_days_are_packed_when_they_are_old_and_never_today(tmp_path: Path) -> None:
    now = moment_of(START + DAY_MS // 2)
    write(tmp_path, *(good(1.0, -days * DAY_MS) for days in range(4)))
    assert [day.day for day in pack(tmp_path, now)] == [date(2024, 10, 1), date(2024, 10, 2)]
    assert pack(tmp_path, now) == []
    with pytest.raises(ValueError, match="being written"):
        list(pack_days(tmp_path, now, older_than_days=0))


def test_a_packed_day_is_one_small_file(tmp_path: Path) -> None:
    write(tmp_path, *(good(n % 7 / 10, 1000 * n) for n in range(20_000)))
    (day,) = pack(tmp_path)
    assert (day.samples, day.problem) == (20_000, "")
    assert day.bytes_after < 3 * 20_000 < day.bytes_before
    assert [path.name for path in tmp_path.iterdir()] == ["2024-10-04.db"]


def test_a_sample_that_makes_no_sense_leaves_its_day_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, good(1.0, 0), good(2.0, DAY_MS))
    path = tmp_path / "2024-10-04.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sample SET q = 3")
    connection.close()
    first, second = pack(tmp_path)
    assert "makes no sense" in first.problem
    assert second.problem == ""
    assert loose(path) == 1


def test_a_damaged_chunk_is_a_store_error(tmp_path: Path) -> None:
    write(tmp_path, good(1.0, 0))
    pack(tmp_path)
    with sqlite3.connect(tmp_path / "2024-10-04.db") as connection:
        connection.execute("UPDATE chunk SET data = x'00'")
    connection.close()
    with pytest.raises(StoreError, match="makes no sense: a chunk is damaged"):
        query(tmp_path, POINTS[0], *EVER)


def test_a_reading_that_comes_while_its_hour_is_packed_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, good(1.0, 0))
    late = [good(2.0, 1), good(3.0, 0)]
    encode = packing.encode

    def and_then_something_comes(samples: object) -> bytes:
        if late:
            write(tmp_path, late.pop())
        return encode(samples)  # type: ignore[arg-type]

    monkeypatch.setattr(packing, "encode", and_then_something_comes)
    (day,) = pack(tmp_path)
    assert day.problem == ""
    assert query(tmp_path, POINTS[0], *EVER) == [good(3.0, 0), good(2.0, 1)]


def test_packing_that_is_interrupted_goes_on_the_next_time(tmp_path: Path) -> None:
    write(tmp_path, *(good(float(hour), hour * 3_600_000) for hour in range(24)))
    before = answers(tmp_path)

    def stop(_day: date, hour: int) -> None:
        if hour % 24 == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(pack_days(tmp_path, LATER, told=stop))
    assert loose(tmp_path / "2024-10-04.db") == 14
    assert answers(tmp_path) == before
    pack(tmp_path)
    assert loose(tmp_path / "2024-10-04.db") == 0
    assert answers(tmp_path) == before


def test_a_day_that_somebody_reads_is_packed_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, good(1.0, 0), good(2.0, 1))
    reader = sqlite3.connect(f"{(tmp_path / '2024-10-04.db').as_uri()}?mode=ro", uri=True)
    rows = reader.execute("SELECT v FROM sample ORDER BY ts")
    assert rows.fetchone() == (1.0,)
    (day,) = pack(tmp_path)
    assert day.problem == ""
    assert rows.fetchone() == (2.0,)
    reader.close()


PACKER = """
import sys
from datetime import UTC, datetime
from twin.store.packing import pack_days
print("ready", flush=True)
list(pack_days(sys.argv[1], datetime(2025, 1, 1, tzinfo=UTC)))
"""


def test_a_packer_that_is_killed_leaves_everything_there_once(tmp_path: Path) -> None:
    write(tmp_path, *(good(n % 70 / 10, 2000 * n, point) for n in range(40_000) for point in POINTS[:2]))
    before = answers(tmp_path)
    dice = random.Random(2)
    for _ in range(4):
        packer = subprocess.Popen(
            [sys.executable, "-c", PACKER, str(tmp_path)], cwd=Path(__file__).parents[3], stdout=subprocess.PIPE
        )
        assert packer.stdout is not None
        packer.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.25))
        packer.send_signal(signal.SIGKILL)
        packer.wait()
        packer.stdout.close()
        assert answers(tmp_path) == before
    pack(tmp_path)
    assert answers(tmp_path) == before
    assert loose(tmp_path / "2024-10-04.db") == 0
