"""How a scenario file writes times, shares, days and uses of spaces."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from twin.model.vocabulary import SpaceUse

DAY_S = 86_400.0
"""Length of a day [s]."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


class Words(BaseModel):
    """Files are read strictly: an unknown key is a fault, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _clock_s(text: object) -> float:
    if isinstance(text, float):
        return text
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise ValueError('is no time of day: write "08:30" in quotes')
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


Clock = Annotated[float, BeforeValidator(_clock_s), Field(ge=0, le=DAY_S)]
"""Seconds after midnight, written ``"08:30"``."""
Share = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[float, Field(gt=0, le=527_040)]
Seconds = Annotated[float, Field(ge=0, le=DAY_S)]


def clock_text(at_s: float) -> str:
    """Seconds after midnight as ``08:30``."""
    return f"{int(at_s // 3600):02d}:{int(at_s % 3600 // 60):02d}"


def _after_start(end: float, info: ValidationInfo) -> float:
    start = info.data.get("start")
    if start is not None and end <= start:
        raise ValueError(f"is not after the start ({clock_text(start)}): write what passes midnight as two")
    return end


End = Annotated[Clock, AfterValidator(_after_start)]
"""A `Clock` after the ``start`` beside it."""


def _in_order(window: tuple[float, float]) -> tuple[float, float]:
    if window[1] <= window[0]:
        raise ValueError(f"ends at {clock_text(window[1])}, not after it opens ({clock_text(window[0])})")
    return window


Window = Annotated[tuple[Clock, Clock], AfterValidator(_in_order)]


def _not_empty(items: tuple[SpaceUse, ...]) -> tuple[SpaceUse, ...]:
    if not items:
        raise ValueError("names no use of a space")
    return items


Uses = Annotated[tuple[SpaceUse, ...], AfterValidator(_not_empty)]


class Weekday(StrEnum):
    """Days of the week, as iCalendar (RFC 5545) writes them."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


WEEK = tuple(Weekday)


def _some_day(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    if not days:
        raise ValueError("names no day")
    return days


Days = Annotated[tuple[Weekday, ...], AfterValidator(_some_day)]
"""Days on which something happens; left out: every day."""
