from pathlib import Path

import pytest

from simulation.study.scenario import load_scenario
from twin.model.errors import ConfigError

GOOD = """
[about]
key = "k"
title = "T"

[[block]]
name = "night"
start = "00:00"
end = "24:00"
place = "cell"
locked = true

[[staff.post]]
name = "control"
count = 1
start = "00:00"
end = "24:00"
scope = "site"
uses = ["CONTROL"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "day.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_times_are_seconds_after_midnight(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, GOOD.replace('"24:00"\nplace', '"06:45"\nplace')))
    assert scenario.block[0].end == 6.75 * 3600


@pytest.mark.parametrize(
    ("old", "new", "key", "text"),
    [
        ('place = "cell"', 'place = "moon"', "block[0].place", "cell"),
        ("locked = true", "lockd = true", "block[0].lockd", "is not a known key"),
        ('start = "00:00"\nend = "24:00"\nplace', 'start = "25:00"\nend = "24:00"\nplace', "block[0].start", "08:30"),
        ('uses = ["CONTROL"]', 'uses = ["THRONE"]', "staff.post[0].uses[0]", "CONTROL"),
        ('uses = ["CONTROL"]', "uses = []", "staff.post[0].uses", "names no use"),
        ('title = "T"', "", "about.title", "is missing"),
        ("count = 1", "count = 0", "staff.post[0].count", "greater"),
        ('end = "24:00"\nplace', 'end = "00:00"\nplace', "block[0].end", "not after the start (00:00)"),
        ('end = "24:00"\nscope', 'end = "00:00"\nscope', "staff.post[0].end", "not after the start (00:00)"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(tmp_path: Path, old: str, new: str, key: str, text: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    (fault,) = caught.value.faults
    assert (fault.where, fault.key) == (str(path), key)
    assert text in fault.text


def test_blocks_must_follow_one_another(tmp_path: Path) -> None:
    again = '[[block]]\nname = "again"\nstart = "10:00"\nend = "11:00"\nplace = "cell"\n'
    with pytest.raises(ConfigError, match="'again' overlaps"):
        load_scenario(written(tmp_path, GOOD + again))


ERRAND = '[[errand]]\nname = "shower"\nuse = "WET"\nstart = "16:30"\nend = "17:00"\nminutes = 15\nshare = 0.5\n'
OPEN_AIR = '[open_air]\nwindows = [["09:00", "11:00"], ["13:00", "14:00"]]\nturn_min = 60\n'


@pytest.mark.parametrize(
    ("words", "old", "new", "key", "text"),
    [
        (ERRAND, "15", "31", "errand[0].minutes", "does not fit between 16:30 and 17:00"),
        (ERRAND, '"17:00"', '"16:30"', "errand[0].end", "is not after the start (16:30)"),
        (OPEN_AIR, '"11:00"', '"08:00"', "open_air.windows[0]", "ends at 08:00, not after it opens (09:00)"),
        (OPEN_AIR, '"11:00"', '"13:30"', "open_air.windows", "the window at 13:00 opens before the one before it ends"),
        (OPEN_AIR, "60", "90", "open_air.turn_min", "a turn of 90 min does not fit the window that opens 13:00"),
        (OPEN_AIR, '"14:00"]]\nturn_min = 60', '"13:30"]]', "open_air.turn_min", "a turn of 60 min does not fit"),
    ],
)
def test_terms_that_would_do_nothing_are_faults(
    tmp_path: Path, words: str, old: str, new: str, key: str, text: str
) -> None:
    assert load_scenario(written(tmp_path, GOOD + words))
    with pytest.raises(ConfigError) as caught:
        load_scenario(written(tmp_path, GOOD + words.replace(old, new)))
    (fault,) = caught.value.faults
    assert fault.key == key
    assert text in fault.text


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('place = "cell"', 'place = "moon"').replace("count = 1", "count = 0")
    with pytest.raises(ConfigError) as caught:
        load_scenario(written(tmp_path, text))
    assert len(caught.value.faults) == 2
