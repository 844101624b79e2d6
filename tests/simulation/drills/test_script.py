from __future__ import annotations

from pathlib import Path

import pytest

from simulation.drills.script import Script, find_scripts, load_script, seconds
from twin.files.toml import parse_toml
from twin.model.errors import ConfigError


@pytest.mark.parametrize(("text", "value"), [("0:00", 0.0), ("2:30", 150.0), ("1:00:05", 3605.0), ("90:00", 5400.0)])
def test_moments_are_minutes_and_seconds(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["2:60", "2", "", "-1:00", "a:b"])
def test_what_is_no_moment_is_left_for_the_validator(text):
    assert seconds(text) == text


def _broken(old: str, new: str) -> str:
    source = (Path(__file__).parent / "conftest.py").read_text().split('SCRIPT = """')[1].split('"""')[0]
    assert old in source
    with pytest.raises(ConfigError) as caught:
        parse_toml(source.replace(old, new), Script, where="fire.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('title = "Fire"', 'heading = "Fire"', "heading"),
        ('at = "1:00"', 'at = "1:99"', "inject[1].at"),
        ('channel = "radio"', 'channel = "pigeon"', "inject[1].channel"),
        ('since = "ack"', 'since = "never"', "since 'never'"),
        ('actions = ["ack"]', 'actions = ["nothing"]', "'nothing'"),
        ('on = "inject:1"', 'on = "inject:7"', "inject:7"),
        ("response_officers = 2", "response_officers = 0", "response_officers"),
    ],
)
def test_a_wrong_key_or_name_is_reported_with_its_place(old, new, named):
    text = _broken(old, new)
    assert "fire.toml" in text
    assert named in text


def test_a_missing_file_is_a_configuration_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="gone"):
        load_script(tmp_path / "gone.toml")


def test_drills_are_found_in_their_folder(tmp_path: Path):
    (tmp_path / "drills").mkdir()
    for name in ("b.toml", "a.toml", "notes.txt"):
        (tmp_path / "drills" / name).touch()
    assert [path.name for path in find_scripts(tmp_path)] == ["a.toml", "b.toml"]
