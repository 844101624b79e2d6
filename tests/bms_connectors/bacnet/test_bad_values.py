"""Values that make no sense: a quality each, for their own point only."""

from __future__ import annotations

import logging
import math
from types import SimpleNamespace
from typing import Any

import pytest
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.primitivedata import CharacterString, Enumerated, Null, ObjectIdentifier, Real
from bms_town import Listing
from lone_device import LoneApplication, analog_points, lone, serving, talking

from bms_connectors.bacnet.answers import Answers, decoded
from bms_connectors.bacnet.introduction import _decoded
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.poller import Poller
from twin.model.point_kinds import Freshness
from twin.model.vocabulary import Quality

VALUE = (2, 1, 85)
"""Present value of analog value 1."""


def answer_with(app: LoneApplication, value: object) -> None:
    """The first object's present value is this, whatever its type."""
    target = app.get_object_name("T1")
    plain = target.read_property

    async def read(attr: Any, index: int | None = None) -> object:
        return value if int(attr) == VALUE[2] else await plain(attr, index)

    object.__setattr__(target, "read_property", read)


@pytest.mark.parametrize(
    ("value", "quality"),
    [
        pytest.param(Real(math.nan), Quality.DECODE, id="not a number"),
        pytest.param(Real(math.inf), Quality.DECODE, id="infinite"),
        pytest.param(CharacterString("warm"), Quality.DECODE, id="a text"),
        pytest.param(CharacterString("x" * 900), Quality.DECODE, id="a long text"),
        pytest.param(ObjectIdentifier(("device", 3)), Quality.DECODE, id="an object identifier"),
        pytest.param(Enumerated(7), Quality.DECODE, id="an enumeration"),
        pytest.param(Null(()), Quality.DEVICE_ERROR, id="nothing"),
    ],
)
async def test_a_value_of_the_wrong_type_spoils_only_its_own_point(value: object, quality: Quality) -> None:
    device = lone()
    async with talking(device) as talk, serving(device, 3) as app:
        answer_with(app, value)
        readings = await BacnetConnector(talk).read(analog_points(3))
    assert [(r.quality, r.value) for r in readings] == [(quality, None), (Quality.GOOD, 2.0), (Quality.GOOD, 3.0)]


def test_results_without_content_are_missing_and_no_more() -> None:
    answers = Answers()
    answers.take(decoded([SimpleNamespace(objectIdentifier=(2, 1), listOfResults=None)]))
    assert answers.values == {}
    answers.take(decoded([SimpleNamespace(objectIdentifier=(2, 1), listOfResults=[result(None)])]))
    assert answers.values == {VALUE: None}


def result(outcome: object) -> SimpleNamespace:
    return SimpleNamespace(propertyIdentifier=85, propertyArrayIndex=None, readResult=outcome)


@pytest.mark.parametrize("fact", ["instance", "max_apdu", "is_segmented", "revision", "objects", "restarted_at"])
def test_a_device_that_does_not_know_itself_says_nothing(fact: str) -> None:
    assert _decoded(fact, AnyValue(CharacterString("?"))) is None


async def test_a_value_that_comes_and_goes_is_logged_a_few_times_only(
    sink: Listing, wait_until, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bms_connectors")
    device = lone()
    async with serving(device, 2) as app, Poller(analog_points(2), [device], sink, cycle_s={Freshness.PLANT: 0.02}):
        for turn in range(30):
            heard = len(sink.readings)
            answer_with(app, Real(math.nan if turn % 2 else 20.0))
            await wait_until(lambda heard=heard: len(sink.readings) > heard + 4)
    assert Quality.DECODE in {reading.quality for reading in sink.readings}
    assert len(caplog.records) <= 4
