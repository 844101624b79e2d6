"""The banner never loses mode and alarm counts."""

from __future__ import annotations

import pytest
from block import block
from table_desk import TableDesk

from tui.widgets.banner import BannerText, banner_runs
from tui.widgets.runs import length
from twin.model.vocabulary import DoorState, SiteMode


def text(mode: SiteMode = SiteMode.EXERCISE) -> BannerText:
    desk = TableDesk(block(cells=4))
    desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED)
    desk.set_door("D.TST-L00-A-C02.1", DoorState.HELD)
    return BannerText(
        mode=mode, alarms=desk.alarms(), place="A very long name of a place indeed", code="TST", level="L00",
        regime="LOCK-UP 12:00–13:30", role="supervisor", clock="exercise 12:04:31 ×4",
    )  # fmt: skip


@pytest.mark.parametrize("width", [40, 80, 120, 230])
def test_mode_and_counts_come_first_at_every_width(width: int) -> None:
    runs = banner_runs(text(), width)
    line = "".join(run.text for run in runs)
    assert line.startswith(" EXERCISE   ▲1  ◆1  ■0  ●0 ")
    assert length(runs) <= width


def test_at_80_columns_the_place_gives_way_before_the_clock() -> None:
    line = "".join(run.text for run in banner_runs(text(), 80))
    assert "exercise 12:04:31 ×4" in line
    assert "A very long name" not in line
    assert "▸ L00" in line


def test_no_two_modes_share_word_or_colour() -> None:
    firsts = [banner_runs(text(mode), 80)[0] for mode in SiteMode]
    assert len({run.text for run in firsts}) == len({run.bg for run in firsts}) == len(SiteMode)


def test_unacknowledged_counts_flash_inverse() -> None:
    calm, flash = (banner_runs(text(), 80, flash_on=on)[2] for on in (False, True))
    assert (flash.fg, calm.bg) == (calm.bg, calm.bg)
    assert flash.bg != calm.bg
