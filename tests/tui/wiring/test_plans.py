from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from block import block

from tui.wiring.plans import write_plans
from twin.model.errors import RefusedError


@pytest.fixture(scope="module")
def facility():
    return block(cells=2, storeys=2)


def test_each_level_becomes_a_file_in_a_new_folder(facility, tmp_path):
    paths = write_plans(facility, tmp_path / "a" / "plans", notice="Fictional.")
    assert [path.name for path in paths] == [f"{facility.code}-L00.svg", f"{facility.code}-L01.svg"]
    assert all("Fictional." in path.read_text(encoding="utf-8") for path in paths)


def test_a_name_from_a_model_cannot_leave_the_folder_nor_hide_another(facility, tmp_path):
    names = ("../../L", "..\\..\\l")
    storeys = tuple(replace(storey, name=name) for storey, name in zip(facility.storeys, names, strict=True))
    paths = write_plans(replace(facility, code="/etc/é", storeys=storeys), tmp_path)
    assert {path.parent for path in paths} == {tmp_path}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["etc_-_L.svg", "etc_-_l-2.svg"]


def test_a_name_of_nothing_that_is_safe_is_still_a_name(facility, tmp_path):
    storeys = tuple(replace(storey, name="…" * number) for number, storey in enumerate(facility.storeys, 1))
    paths = write_plans(replace(facility, code="é", storeys=storeys), tmp_path)
    assert [path.name for path in paths] == ["plan.svg", "plan-2.svg"]


def test_what_is_refused_writes_nothing(facility, tmp_path):
    with pytest.raises(RefusedError):
        write_plans(facility, tmp_path / "plans", zones="smoke", redact=True)
    assert list(tmp_path.iterdir()) == []
