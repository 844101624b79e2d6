"""A network file is checked as a whole, and what is wrong is named with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.egress.network_file import load_network
from twin.model.errors import ConfigError

ROOM = """
[[space]]
id = "room"
people = 100
area_m2 = 40.0
[[space]]
id = "out"
exit = true
[[link]]
id = "d1"
from = "room"
to = "out"
kind = "door"
width_m = 1.0
"""


def faults(folder: Path, text: str) -> str:
    path = folder / "network.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_network(path)
    assert "network.toml" in str(caught.value)
    return str(caught.value)


def test_defaults_are_those_of_the_handbook(tmp_path: Path) -> None:
    path = tmp_path / "network.toml"
    path.write_text(ROOM, encoding="utf-8")
    (door,) = load_network(path).link
    assert (door.effective_width_m, door.flow_p_s_m, door.traverse_s) == (pytest.approx(0.7), 1.3, 0.0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('to = "out"', 'to = "yard"'), "link[0].to: there is no space yard"),
        (('to = "out"', 'to = "room"'), "link[0].to: d1 leads back to room"),
        (("width_m = 1.0", "width_m = 0.0"), "link[0].width_m"),
        (("width_m = 1.0", "width_m = 0.3"), "lets nobody pass through d1"),
        (("exit = true", ""), "none of them is an exit"),
        (('from = "room"\nto = "out"', 'from = "out"\nto = "room"'), "100 people in room have no way to an exit"),
        (("people = 100", "people = -1"), "space[0].people"),
        (("people = 100", "people = 200"), "5.00 persons/m² in room"),
        (("people = 100", "people = 100\npre_movement_s = -5"), "space[0].pre_movement_s"),
        (("people = 100", "peple = 100"), "space[0].peple: is not a known key"),
        (('id = "out"', 'id = "room"'), "room stands 2 times"),
        (('kind = "door"', 'kind = "stair"'), "the stair d1 needs riser_mm and tread_mm"),
        (('kind = "door"', 'kind = "door"\nriser_mm = 170'), "d1 is no stair"),
        (("width_m = 1.0", "width_m = nan"), "link[0].width_m"),
        (("people = 100", "people = 100\nstorage = 50"), "100 people in room, which holds 50"),
        (("people = 100", "people = 100\nstorage = 0"), "space[0].storage"),
        (("exit = true", "exit = true\nstorage = 5"), "out is an exit, which holds everybody"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    assert named in faults(tmp_path, ROOM.replace(*change))


def test_an_unknown_key_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    found = faults(tmp_path, ROOM.replace("people = 100", "peple = 100").replace('to = "out"', 'to = "yard"'))
    assert "is not a known key" in found
    assert "there is no space yard" in found


def test_a_wrong_number_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    island = '[[space]]\nid = "island"\npeople = 3\npre_movement_s = -5\n'
    found = faults(tmp_path, island + ROOM.replace("width_m = 1.0", "width_m = 0.0"))
    assert "space[0].pre_movement_s" in found
    assert "3 people in island have no way to an exit" in found
    assert "0 m less both boundary layers lets nobody pass" in found
