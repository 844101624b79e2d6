"""``gatehouse bms discover --bbmd``: whom a site may ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bms_connectors import discovery
from tui.commands import bms_discover
from twin.model.errors import ConnectError, RefusedError
from twin.store.database import open_database

REAL = "192.0.2.77:47808"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """BBMDs that were asked; nobody answers."""
    bbmds: list[str] = []

    async def nobody(ports: list[int], *, bbmd: str, **_: object) -> list[object]:
        bbmds.append(bbmd)
        return []

    monkeypatch.setattr(discovery, "discover", nobody)
    return bbmds


def discover(folder: Path, settings: str, *words: str) -> Result:
    (folder / "gatehouse.toml").write_text(f'name = "Test"\n{settings}', encoding="utf-8")
    with open_database(folder / "gatehouse.db", create=True):
        return CliRunner().invoke(bms_discover.command, ["--site", str(folder), *words])


@pytest.mark.parametrize(("settings", "words"), [("", ["--bbmd", REAL]), (f'[network]\nbbmd = "{REAL}"\n', [])])
def test_a_virtual_site_asks_no_real_bbmd(tmp_path: Path, asked: list[str], settings: str, words: list[str]) -> None:
    done = discover(tmp_path, settings, *words)
    assert isinstance(done.exception, RefusedError)
    assert asked == []


def test_a_live_site_asks_its_own_bbmd_or_the_one_that_is_named(tmp_path: Path, asked: list[str]) -> None:
    live = f'mode = "live"\n[network]\nbbmd = "{REAL}"\n'
    for words in ([], ["--bbmd", "192.0.2.78:47809"]):
        assert isinstance(discover(tmp_path, live, *words).exception, ConnectError)
    assert asked == [REAL, "192.0.2.78:47809"]


def test_a_virtual_site_may_ask_a_bbmd_on_loopback(tmp_path: Path, asked: list[str]) -> None:
    assert isinstance(discover(tmp_path, "", "--bbmd", "127.0.1.9:47808").exception, ConnectError)
    assert asked == ["127.0.1.9:47808"]


def test_what_is_no_address_is_refused(tmp_path: Path, asked: list[str]) -> None:
    done = discover(tmp_path, "", "--bbmd", "bbmd.example")
    assert done.exit_code == 2
    assert "10.1.2.3:47808" in done.output
    assert asked == []
