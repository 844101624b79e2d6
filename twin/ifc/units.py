"""The length unit of a file. Wrong metres are worse than none: a file that names two different ones is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ifcopenshell.util.unit

from twin.model.errors import IfcError

_DEFAULT_M = 1.0


def length_scale(file: Any, path: str) -> float:
    """Metres per length unit; 1 where the file names no unit.

    Raises:
        IfcError: the file names length units of different sizes, in one assignment or in several.
    """
    scales = {round(scale, 12) for scale in _length_scales(file)}
    if len(scales) > 1:
        sizes = " and ".join(f"{scale:g} m" for scale in sorted(scales))
        raise IfcError(path, f"names length units of {sizes}: which of them its figures are in cannot be told")
    return scales.pop() if scales else _DEFAULT_M


def names_length_unit(file: Any) -> bool:
    """Whether the file says what its lengths are in."""
    return any(True for _ in _length_scales(file))


def _length_scales(file: Any) -> Iterator[float]:
    for assignment in file.by_type("IfcUnitAssignment"):
        for unit in assignment.Units:
            if getattr(unit, "UnitType", None) == "LENGTHUNIT":
                yield float(ifcopenshell.util.unit.get_unit_scale(unit))
