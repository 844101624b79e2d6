"""The drill file: a master scenario events list (MSEL) as TOML, with expected actions, their evidence and standards.

Method after HSEEP (objectives, injects, expected actions, exercise evaluation guide). Times are ``"m:ss"`` of exercise
time after the start; what proves an action is a pattern over journal rows, so every verdict can cite its rows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from twin.files.toml import read_toml

CHANNELS = ("bms", "radio", "phone", "actor", "paper")
Channel = Literal["bms", "radio", "phone", "actor", "paper"]


def seconds(text: object) -> object:
    """``"2:30"`` as 150.0; anything else is left for the validator to refuse."""
    if isinstance(text, str) and (found := re.fullmatch(r"(?:(\d+):)?(\d{1,3}):([0-5]\d)", text)):
        hours, minutes, rest = found.groups()
        return 3600.0 * int(hours or 0) + 60.0 * int(minutes) + int(rest)
    return text


Moment = Annotated[float, BeforeValidator(seconds), Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Strict):
    """Which journal row proves an action: its kind, its subject, and values its data must have."""

    kind: str
    subject: str = ""
    data: dict[str, str] = {}

    def matches(self, kind: str, subject: str, data: dict[str, object]) -> bool:
        """Whether a journal row is such evidence."""
        return (
            kind == self.kind
            and self.subject in ("", subject)
            and all(str(data.get(key)) == value for key, value in self.data.items())
        )


class Inject(_Strict):
    """One line of the MSEL. On channel ``bms`` the building does something; on the others somebody says something."""

    at: Moment
    channel: Channel
    text: str
    do: str = ""
    subject: str = ""


class Expected(_Strict):
    """An expected action, its proof and its time standard, counted from the drill's start or from another action."""

    key: str
    text: str
    evidence: Evidence
    standard: Moment | None = None
    since: str = ""
    source: str = ""
    report: str = ""  # the trainee proves it by reporting this action


class Task(_Strict):
    """A critical task of the evaluation guide: rated from expected actions, and from rows that must not exist."""

    key: str
    text: str
    actions: list[str] = []
    forbidden: list[Evidence] = []


class TeamMove(_Strict):
    """What the scripted team does, some seconds after an action was proved or an inject was given."""

    on: str  # key of an expected action, ``inject:N`` (from 1) or ``start``
    delay_s: float = Field(ge=0)
    do: Literal["acknowledge", "dispatch", "unlock", "release", "emergency-release", "report", "report-count"]
    subject: str = ""
    text: str = ""


class Opening(_Strict):
    """The state from which the drill starts: time, regime, who is where."""

    time: str
    regime: str
    compartment_of: str  # a space; people of its release groups are simulated one by one
    response_base: str
    response_officers: int = Field(ge=1, le=10)
    refuge: str  # where people are brought: a space in another smoke compartment
    fire_in: str

    @property
    def start(self) -> dt.time:
        """Start as a time of day."""
        return dt.time.fromisoformat(self.time)


class Script(_Strict):
    """A whole drill."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")  # it names the report's file
    title: str
    description: str
    objectives: list[str]
    length: Moment
    opening: Opening
    inject: list[Inject]
    expect: list[Expected]
    task: list[Task]
    team: list[TeamMove] = []

    @model_validator(mode="after")
    def _names_exist(self) -> Script:
        keys = {expected.key for expected in self.expect}
        earlier: set[str] = set()
        problems = []
        for expected in self.expect:
            if expected.since and expected.since not in earlier:
                problems.append(f"expect {expected.key}: since {expected.since!r} is no expected action above it")
            earlier.add(expected.key)
        problems += [
            f"task {task.key}: {action!r} is no expected action"
            for task in self.task
            for action in task.actions
            if action not in keys
        ]
        for move in self.team:
            number = move.on.removeprefix("inject:")
            is_inject = move.on.startswith("inject:") and number.isdigit() and 1 <= int(number) <= len(self.inject)
            if move.on != "start" and move.on not in keys and not is_inject:
                problems.append(f"team: on {move.on!r} is neither an expected action nor an inject")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def load_script(path: Path) -> Script:
    """Read a drill file.

    Raises:
        ConfigError: every fault at once, with file and key.
    """
    return read_toml(path, Script)


def find_scripts(folder: Path) -> Sequence[Path]:
    """Drill files of a site folder, by name."""
    return sorted((folder / "drills").glob("*.toml"))
