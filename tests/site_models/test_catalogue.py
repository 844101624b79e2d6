from __future__ import annotations

import pytest

from site_models.catalogue import site_folder, site_names, site_summary
from twin.model.errors import UnknownIdError


def test_a_site_is_counted_without_voids_and_its_area_without_yards() -> None:
    assert "vilnius" in site_names()
    summary = site_summary("vilnius")
    assert (summary["spaces"], summary["doors"], summary["places"]) == (294, 304, 200)
    assert summary["net_area_m2"] == pytest.approx(6447, abs=0.5)


@pytest.mark.parametrize("name", ["atlantis", "../vilnius", ""])
def test_a_site_that_is_not_shipped_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownIdError):
        site_folder(name)
