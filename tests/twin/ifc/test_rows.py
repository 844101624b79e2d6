from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twin.ifc.reader import read_facility
from twin.ifc.rows import facility_of, rows_of


def test_a_facility_comes_back_from_its_rows(house: Any, written: Callable[[Any], Path]) -> None:
    facility = read_facility(written(house)).facility
    assert facility_of(json.loads(json.dumps(rows_of(facility)))) == facility
