"""Property sets and quantities of authored elements. Sets with the prefix GH_ are this project's own.

Names and measures of the standard sets are those of the templates of IFC4 ADD2 TC1; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from site_models.author.model import Entity, Model


@dataclass(frozen=True, slots=True)
class Measure:
    """A value with its IFC measure, where the plain type would not tell."""

    ifc_type: str
    value: str | float


Value = str | bool | int | float | Measure | Sequence[str]


def identifier(text: str) -> Measure:
    """An IfcIdentifier."""
    return Measure("IfcIdentifier", text)


def length_m(value: float) -> Measure:
    """A positive length [m]."""
    return Measure("IfcPositiveLengthMeasure", value)


def area_m2(value: float) -> Measure:
    """An area [m²]."""
    return Measure("IfcAreaMeasure", value)


def count(value: int) -> Measure:
    """A count: a number without unit."""
    return Measure("IfcCountMeasure", float(value))


def temperature_c(value: float) -> Measure:
    """A temperature; the unit of the model is the degree Celsius."""
    return Measure("IfcThermodynamicTemperatureMeasure", value)


def flow_l_s(value: float) -> Measure:
    """A volumetric flow given in l/s, written in the model's m³/s."""
    return Measure("IfcVolumetricFlowRateMeasure", value / 1000)


def set_properties(model: Model, element: Entity, code: str, name: str, values: Mapping[str, Value]) -> None:
    """Give an element a property set; empty texts and lists are left out."""
    properties = [_property(model, key, value) for key, value in values.items() if value not in ("", ())]
    if not properties:
        return
    pset = model.root("IfcPropertySet", "pset", f"{code}/{name}", Name=name, HasProperties=properties)
    _define(model, element, pset, f"{code}/{name}")


def type_properties(model: Model, code: str, name: str, values: Mapping[str, Value]) -> Entity:
    """A property set for a type object, which hands it to all its occurrences."""
    properties = [_property(model, key, value) for key, value in values.items()]
    return model.root("IfcPropertySet", "pset", f"{code}/{name}", Name=name, HasProperties=properties)


def set_quantities(
    model: Model,
    element: Entity,
    code: str,
    name: str,
    *,
    lengths: Mapping[str, float],
    areas: Mapping[str, float],
    volumes: Mapping[str, float],
) -> None:
    """Give an element a quantity set: lengths [m], areas [m²] and volumes [m³]."""
    kinds = (("IfcQuantityLength", lengths), ("IfcQuantityArea", areas), ("IfcQuantityVolume", volumes))
    quantities = [
        model.shared(ifc_class, key, None, None, round(value, 4))
        for ifc_class, values in kinds
        for key, value in values.items()
    ]
    qto = model.root("IfcElementQuantity", "qto", f"{code}/{name}", Name=name, Quantities=quantities)
    _define(model, element, qto, f"{code}/{name}")


def _define(model: Model, element: Entity, definition: Entity, code: str) -> None:
    model.relate(
        "IfcRelDefinesByProperties", code, "RelatingPropertyDefinition", definition, "RelatedObjects", [element]
    )


def _property(model: Model, key: str, value: Value) -> Entity:
    if isinstance(value, str | bool | int | float | Measure):
        return model.shared("IfcPropertySingleValue", key, None, _nominal(model, value))
    return model.shared("IfcPropertyListValue", key, None, tuple(_nominal(model, item) for item in value))


def _nominal(model: Model, value: str | bool | float | Measure) -> Entity:
    match value:
        case Measure(ifc_type, inner):
            return model.shared(ifc_type, round(inner, 6) if isinstance(inner, float) else inner)
        case bool():
            return model.shared("IfcBoolean", value)
        case int():
            return model.shared("IfcInteger", value)
        case float():
            return model.shared("IfcReal", round(value, 6))
        case _:
            return model.shared("IfcLabel", str(value))
