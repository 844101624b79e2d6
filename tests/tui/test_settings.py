from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from tui.settings import load_site
from twin.model.errors import ConfigError
from twin.model.vocabulary import SiteMode

GOOD = """
name = "A block"
mode = "virtual"
[[regime]]
name = "night"
start = "21:45"
end = "06:45"
unlocked = ["D-ROOM"]
"""


def site(tmp_path: Path, text: str):
    (tmp_path / "gatehouse.toml").write_text(text, encoding="utf-8")
    return load_site(tmp_path)


def test_a_site_file_gives_paths_mode_and_regimes(tmp_path):
    found = site(tmp_path, GOOD)
    assert found.file.mode is SiteMode.VIRTUAL
    assert found.model == tmp_path / "model.ifc"
    assert found.points == tmp_path / "points.csv"
    (night,) = found.regimes
    assert (night.start, night.end, night.unlocked) == (time(21, 45), time(6, 45), {"D-ROOM"})


def test_writing_to_a_real_back_end_is_off_unless_it_is_written_in_so_many_words(tmp_path):
    assert not site(tmp_path, GOOD).file.write.enabled
    on = site(tmp_path, GOOD + '\n[write]\nenabled = true\npoints = ["VIL/P"]\n')
    assert on.file.write.points == ["VIL/P"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace("21:45", "25:45"), "regime[0].start"),
        (GOOD.replace('"21:45"', "21"), "regime[0].start"),
        (GOOD + '\n[network]\nbacnet = "10.0.0"\n', "network.bacnet"),
        (GOOD + '\n[network]\nbacnet = "127.0.999"\n', "network.bacnet"),
        (GOOD + "\n[network]\nmodbus_port = 80\n", "network.modbus_port"),
        (GOOD.replace("name =", "titre =", 1), "titre"),
        (GOOD + '\npost = "../../x"\n', "post"),
        (GOOD + "\n[history]\nkeep_days = -1\n", "history.keep_days"),
        (GOOD + "\n[history]\npack_after_days = 0\n", "history.pack_after_days"),
        (GOOD + "\n[history]\nat_least_s = 0\n", "history.at_least_s"),
        (GOOD + "\n[history]\ndeadband = {warmth = 0.1}\n", "warmth is no kind"),
        (GOOD + "\n[history]\ndeadband = {door_position = 0}\n", "door_position: every reading"),
        (GOOD + "\n[history]\ndeadband = {co2 = inf}\n", "co2: a deadband is a finite"),
        (GOOD + "\n[history]\ndeadband = {co2 = -1}\n", "co2: a deadband is a finite"),
        (GOOD + "\n[history]\ndeadband = {pump_run = 0.5}\n", "pump_run: states"),
    ],
)
def test_every_fault_is_named_with_its_key(tmp_path, text, named):
    with pytest.raises(ConfigError) as caught:
        site(tmp_path, text)
    assert "gatehouse.toml" in str(caught.value)
    assert named in str(caught.value)


def test_all_faults_are_reported_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        site(tmp_path, GOOD.replace('"virtual"', '"dream"').replace("21:45", "99:00"))
    assert len(caught.value.faults) == 2


def test_a_folder_without_a_site_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="site init"):
        load_site(tmp_path)


def test_a_bbmd_is_written_as_an_address_with_its_port(tmp_path):
    assert site(tmp_path, GOOD).file.network.bbmd == ""
    assert site(tmp_path, GOOD + '\n[network]\nbbmd = "10.1.2.3:47808"\n').file.network.bbmd == "10.1.2.3:47808"
    with pytest.raises(ConfigError, match=r"network\.bbmd"):
        site(tmp_path, GOOD + '\n[network]\nbbmd = "10.1.2.3"\n')


def test_what_is_kept_of_the_history_is_everything_unless_the_site_says_otherwise(tmp_path):
    plain = site(tmp_path, GOOD).file.history
    assert (plain.keep_days, plain.pack_after_days, plain.deadband, plain.at_least_s) == (0, 2, {}, 900.0)
    text = "[history]\nkeep_days = 730\ndeadband = {temperature = 0.1, pump_run = 0}\nat_least_s = 600\n"
    kept = site(tmp_path, f"{GOOD}\n{text}").file.history
    assert (kept.keep_days, kept.deadband, kept.at_least_s) == (730, {"temperature": 0.1, "pump_run": 0.0}, 600.0)
