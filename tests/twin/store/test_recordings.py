"""Recordings and the gaps between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from twin.store.recordings import Gap, RecordingLog, gaps

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_recording_that_never_ended_was_cut_off_at_its_last_commit(tmp_path: Path) -> None:
    RecordingLog(tmp_path, NOON).alive(at(30))
    RecordingLog(tmp_path, at(100))
    assert gaps(tmp_path) == [Gap(since=at(30), until=at(100), reason="crashed")]


def test_a_recording_that_ended_in_order_leaves_a_gap_from_its_end(tmp_path: Path) -> None:
    RecordingLog(tmp_path, NOON).close(at(30))
    RecordingLog(tmp_path, at(100))
    assert gaps(tmp_path) == [Gap(since=at(30), until=at(100), reason="stopped")]


def test_a_clock_that_was_set_back_makes_no_gap_of_negative_length(tmp_path: Path) -> None:
    RecordingLog(tmp_path, NOON).close(at(30))
    RecordingLog(tmp_path, at(10))
    assert gaps(tmp_path) == []


def test_the_end_of_a_recording_that_was_cut_off_is_known_to_a_second(tmp_path: Path) -> None:
    log = RecordingLog(tmp_path, NOON)
    for seconds in (0.9, 1.1, 1.9):
        log.alive(at(seconds))
    RecordingLog(tmp_path, at(100))
    assert gaps(tmp_path) == [Gap(since=at(1.1), until=at(100), reason="crashed")]


def test_a_clock_that_is_set_back_is_written_down_at_once(tmp_path: Path) -> None:
    log = RecordingLog(tmp_path, NOON)
    log.alive(at(-0.5))
    RecordingLog(tmp_path, at(100))
    assert [gap.since for gap in gaps(tmp_path)] == [at(-0.5)]
