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


def derived(folder: Path, text: str, name: str = "night") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scenario_says_only_what_differs_from_the_one_it_is_based_on(tmp_path: Path) -> None:
    base = load_scenario(written(tmp_path, GOOD + "[people]\nabsence = 0.2\nspeed_m_s = 0.9\n"))
    text = '[about]\nbased_on = "day"\ntitle = "N"\n[people]\nspeed_m_s = 1.1\n'
    night = load_scenario(derived(tmp_path, text))
    assert (night.about.key, night.about.title) == ("night", "N")
    assert (night.people.absence, night.people.speed_m_s) == (0.2, 1.1)
    assert (night.block, night.staff) == (base.block, base.staff)
    third = load_scenario(derived(tmp_path, '[about]\nbased_on = "night"\nkey = "3"\n', "third"))
    assert third.model_copy(update={"about": night.about}) == night
    assert third.about.key == "3"


def test_lists_of_tables_are_replaced_whole(tmp_path: Path) -> None:
    base = load_scenario(written(tmp_path, GOOD))
    post = GOOD[GOOD.index("[[staff.post]]") :].replace("count = 1", "count = 3")
    night = load_scenario(derived(tmp_path, f'[about]\nbased_on = "day"\n{post}'))
    assert [post.count for post in night.staff.post] == [3]
    assert night.block == base.block


def test_faults_name_the_file_that_says_it(tmp_path: Path) -> None:
    base = written(tmp_path, GOOD.replace('place = "cell"', 'place = "moon"').replace('title = "T"', ""))
    text = '[about]\nbased_on = "day"\n[people]\nspeed = 1\n[[staff.post]]\nname = "control"\nstart = "00:00"\n'
    path = derived(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    assert {(fault.where, fault.key) for fault in caught.value.faults} == {
        (str(base), "block[0].place"),
        (str(path), "about.title"),
        (str(path), "people.speed"),
        *((str(path), f"staff.post[0].{key}") for key in ("count", "end", "scope", "uses")),
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ('"nothing"', "there is no nothing.toml in this folder; there are: day"),
        ('"../day"', "is no name of a scenario"),
        ('"/day"', "is no name of a scenario"),
        ('"..\\\\day"', "is no name of a scenario"),
        ('".day"', "is no name of a scenario"),
        ("3", "is no name of a scenario"),
        ('["day"]', "is no name of a scenario"),
        ('"night"', "goes round in a circle: night → night"),
    ],
)
def test_a_wrong_base_is_one_clear_fault(tmp_path: Path, name: str, text: str) -> None:
    written(tmp_path, GOOD)
    path = derived(tmp_path, f"[about]\nbased_on = {name}\n")
    with pytest.raises(ConfigError) as caught:
        load_scenario(path)
    (fault,) = caught.value.faults
    assert (fault.where, fault.key) == (str(path), "about.based_on")
    assert text in fault.text


def test_a_circle_of_several_files_is_told_in_order(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "b")):
        derived(tmp_path, f'[about]\nbased_on = "{base}"\n', name)
    with pytest.raises(ConfigError, match=r"c.toml: about.based_on: goes round in a circle: b → c → b"):
        load_scenario(tmp_path / "a.toml")


def test_a_base_that_is_no_toml_is_named(tmp_path: Path) -> None:
    base = written(tmp_path, "[about")
    with pytest.raises(ConfigError) as caught:
        load_scenario(derived(tmp_path, '[about]\nbased_on = "day"\n'))
    assert [fault.where for fault in caught.value.faults] == [str(base)]
