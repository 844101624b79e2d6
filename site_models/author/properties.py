"""Property sets and quantities of authored elements. Sets with the prefix GH_ are this project's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from site_models.author.model import Entity, Model

Value = str | bool | int | float | Sequence[str]


def set_properties(model: Model, element: Entity, code: str, name: str, values: Mapping[str, Value]) -> None:
    """Give an element a property set; empty texts are left out, lengths are plain metres."""
    properties = [_property(model, key, value) for key, value in values.items() if value != "" and value != ()]
    if not properties:
        return
    pset = model.root("IfcPropertySet", "pset", f"{code}/{name}", Name=name, HasProperties=properties)
    _define(model, element, pset, f"{code}/{name}")


def set_quantities(
    model: Model, element: Entity, code: str, name: str, lengths: Mapping[str, float], areas: Mapping[str, float]
) -> None:
    """Give an element a quantity set: lengths [m] and areas [m²]."""
    quantities = [model.shared("IfcQuantityLength", key, None, None, round(value, 4)) for key, value in lengths.items()]
    quantities += [model.shared("IfcQuantityArea", key, None, None, round(value, 4)) for key, value in areas.items()]
    qto = model.root("IfcElementQuantity", "qto", f"{code}/{name}", Name=name, Quantities=quantities)
    _define(model, element, qto, f"{code}/{name}")


def _define(model: Model, element: Entity, definition: Entity, code: str) -> None:
    model.relate(
        "IfcRelDefinesByProperties", code, "RelatingPropertyDefinition", definition, "RelatedObjects", [element]
    )


def _property(model: Model, key: str, value: Value) -> Entity:
    if isinstance(value, str | StrEnum | bool | int | float):
        return model.shared("IfcPropertySingleValue", key, None, _nominal(model, value))
    return model.shared("IfcPropertyListValue", key, None, tuple(_nominal(model, item) for item in value))


def _nominal(model: Model, value: str | bool | float) -> Entity:
    match value:
        case bool():
            return model.shared("IfcBoolean", value)
        case int():
            return model.shared("IfcInteger", value)
        case float():
            return model.shared("IfcReal", round(value, 6))
        case _:
            return model.shared("IfcLabel", str(value))
