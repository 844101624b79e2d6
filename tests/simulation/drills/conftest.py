"""A drill of two injects on an imagined block, and journal rows to judge it by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from simulation.drills.script import Script
from twin.files.toml import parse_toml
from twin.model.journal import JournalEntry, JournalRow

START = datetime(2026, 5, 4, 2, 10, tzinfo=UTC)

SCRIPT = """
key = "fire"
title = "Fire"
description = "A fire."
objectives = ["It is put out"]
length = "10:00"
[opening]
time = "02:10"
regime = "night"
compartment_of = "C1"
response_base = "POST"
response_officers = 2
refuge = "DAY"
fire_in = "C1"
[[inject]]
at = "0:00"
channel = "bms"
do = "fire"
subject = "C1"
text = "detector"
[[inject]]
at = "1:00"
channel = "radio"
text = "smoke"
[[expect]]
key = "ack"
text = "acknowledged"
standard = "0:15"
evidence = { kind = "alarm.acknowledged", data = { alarm = "fire" } }
[[expect]]
key = "released"
text = "released"
standard = "2:00"
since = "ack"
evidence = { kind = "command.done", subject = "RG-N" }
[[task]]
key = "detect"
text = "detection"
actions = ["ack"]
[[task]]
key = "group"
text = "right group"
actions = ["released"]
forbidden = [{ kind = "command.requested", subject = "RG" }]
[[team]]
on = "inject:1"
delay_s = 8
do = "acknowledge"
subject = "fire"
[[team]]
on = "ack"
delay_s = 10
do = "emergency-release"
subject = "RG-N"
"""


@pytest.fixture
def script() -> Script:
    return parse_toml(SCRIPT, Script, where="fire.toml")


@pytest.fixture
def rows() -> Callable[..., list[JournalRow]]:
    """``rows((8, "alarm.acknowledged", "SC", {"alarm": "fire"}), …)``: seconds after the start."""

    def make(*events: tuple[float, str, str, dict[str, object]]) -> list[JournalRow]:
        return [
            JournalRow(
                number=number,
                entry=JournalEntry(
                    at=START,
                    kind=kind,
                    subject=subject,
                    actor="a",
                    source="exercise",
                    data=data,
                    exercise_at=START + timedelta(seconds=at_s),
                ),
                previous_hash="",
                hash="",
            )
            for number, (at_s, kind, subject, data) in enumerate(events, start=1)
        ]

    return make
