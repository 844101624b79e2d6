"""Property sets of one element, read without following the whole model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from twin.files.text import plain

Entity = Any
"""An ifcopenshell entity."""
Values = Mapping[str, object]
W = TypeVar("W", bound=StrEnum)


def property_set(element: Entity, name: str, seen: dict[int, tuple[str, object]] | None = None) -> Values:
    """Values of the property set with this name that the element itself carries; empty if there is none.

    Args:
        element: The element.
        name: Name of the set.
        seen: Properties by STEP id, for a caller who reads many sets of one file that share their properties.
    """
    for relation in getattr(element, "IsDefinedBy", None) or ():
        definition = getattr(relation, "RelatingPropertyDefinition", None)
        if definition is not None and definition.is_a("IfcPropertySet") and definition.Name == name:
            return dict(_named(prop, seen) for prop in definition.HasProperties)
    return {}


def _named(prop: Entity, seen: dict[int, tuple[str, object]] | None) -> tuple[str, object]:
    if seen is None:
        return prop.Name, _value(prop)
    key = prop.id()
    if key not in seen:
        seen[key] = (prop.Name, _value(prop))
    return seen[key]


def _value(prop: Entity) -> object:
    if prop.is_a("IfcPropertySingleValue"):
        return prop.NominalValue.wrappedValue if prop.NominalValue is not None else None
    if prop.is_a("IfcPropertyListValue"):
        return [value.wrappedValue for value in prop.ListValues or ()]
    return None


def quantity_of(element: Entity, names: Sequence[str]) -> float:
    """The first area [file units] by these names among the element's quantities; 0 if it states none."""
    stated = {
        quantity.Name: float(quantity.AreaValue)
        for relation in getattr(element, "IsDefinedBy", None) or ()
        if (definition := getattr(relation, "RelatingPropertyDefinition", None)) is not None
        and definition.is_a("IfcElementQuantity")
        for quantity in definition.Quantities
        if quantity.is_a("IfcQuantityArea")
    }
    return next((stated[name] for name in names if name in stated), 0.0)


def text_of(values: Values, key: str) -> str:
    """A text value, made harmless; empty if absent."""
    value = values.get(key)
    return plain(value) if isinstance(value, str) else ""


def texts_of(values: Values, key: str) -> tuple[str, ...]:
    """A list of texts, made harmless; empty if absent."""
    value = values.get(key)
    return tuple(plain(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def number_of(values: Values, key: str, default: float = 0.0) -> float:
    """A finite number, or the default."""
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if abs(value) < 1e9 else default


def flag_of(values: Values, key: str) -> bool:
    """A boolean value; False if absent."""
    return values.get(key) is True


def word_of(values: Values, key: str, default: W) -> W:
    """A word of a closed list, or the default."""
    try:
        return type(default)(text_of(values, key))
    except ValueError:
        return default
