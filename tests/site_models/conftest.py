from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.layout import Layout, layout_of
from site_models.programme import Brief
from twin.model.facility import Facility


@pytest.fixture(scope="session")
def brief() -> Brief:
    return read_brief(site_folder("vilnius"))


@pytest.fixture(scope="session")
def layout(brief: Brief) -> Layout:
    return layout_of(brief)


@pytest.fixture(scope="session")
def facility(layout: Layout) -> Facility:
    return layout.facility


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the Vilnius folder in which one text of one file is replaced by another."""
    folder = tmp_path / "site"
    shutil.copytree(site_folder("vilnius"), folder)

    def change(file: str, old: str, new: str) -> Path:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change
