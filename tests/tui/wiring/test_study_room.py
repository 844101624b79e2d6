from pathlib import Path

from tui.settings import Site, SiteFile
from tui.wiring.studies import StudyRoom

GOOD = """
[about]
key = "good"
title = "A day"
[[block]]
name = "all day"
start = "00:00"
end = "24:00"
place = "cell"
"""


def test_a_scenario_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "good.toml").write_text(GOOD, encoding="utf-8")
    (folder / "half.toml").write_text(GOOD.replace("24:00", "25:00").replace("good", "half"), encoding="utf-8")
    (folder / "folder.toml").mkdir()
    cards = StudyRoom(Site(folder=tmp_path, file=SiteFile(name="A site"), regimes=())).scenarios()
    assert [(card.key, card.title) for card in cards] == [("good", "A day"), ("half", "half: cannot be read")]
    assert cards[1].description == 'block[0].end: is no time of day: write "08:30" in quotes'
