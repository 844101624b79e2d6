"""The sheets of a COBie workbook as plain rows, by the column names of COBie 2.4.

Sources:
    1. NBIMS-US V3, 4.2 Construction-Operations Building information exchange (COBie) 2.4: sheets and columns.
    2. RFC 2606, 3: ``example.org`` is nobody's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from twin.exchange.cobie_attributes import Row, attribute_rows
from twin.exchange.cobie_names import UNKNOWN, Component, Names, cell_text, components_of, names_of
from twin.model.equipment import System
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.register import Register
from twin.model.spaces import Zone
from twin.model.vocabulary import SpaceUse

AUTHOR = "model-author@example.org"
LONGEST_LIST = 30_000
"""Characters of a list of names in one cell; a spreadsheet cell holds 32 767."""

_CREATED = "CreatedBy CreatedOn"
_EXTERNAL = "ExtSystem ExtObject ExtIdentifier"
_WARRANTY = (
    "WarrantyGuarantorParts WarrantyDurationParts WarrantyGuarantorLabor WarrantyDurationLabor WarrantyDurationUnit"
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    sheet: tuple(columns.split())
    for sheet, columns in {
        "Instruction": "Title Text",
        "Contact": f"Email {_CREATED} Category Company Phone {_EXTERNAL} Department OrganizationCode GivenName "
        "FamilyName Street PostalBox Town StateRegion PostalCode Country",
        "Facility": f"Name {_CREATED} Category ProjectName SiteName LinearUnits AreaUnits VolumeUnits CurrencyUnit "
        "AreaMeasurement ExternalSystem ExternalProjectObject ExternalProjectIdentifier ExternalSiteObject "
        "ExternalSiteIdentifier ExternalFacilityObject ExternalFacilityIdentifier Description ProjectDescription "
        "SiteDescription Phase",
        "Floor": f"Name {_CREATED} Category {_EXTERNAL} Description Elevation Height",
        "Space": f"Name {_CREATED} Category FloorName Description {_EXTERNAL} RoomTag UsableHeight GrossArea NetArea",
        "Zone": f"Name {_CREATED} Category SpaceNames {_EXTERNAL} Description",
        "Type": f"Name {_CREATED} Category Description AssetType Manufacturer ModelNumber {_WARRANTY} {_EXTERNAL} "
        "ReplacementCost ExpectedLife DurationUnit WarrantyDescription NominalLength NominalWidth NominalHeight "
        "ModelReference Shape Size Color Finish Grade Material Constituents Features AccessibilityPerformance "
        "CodePerformance SustainabilityPerformance",
        "Component": f"Name {_CREATED} TypeName Space Description {_EXTERNAL} SerialNumber InstallationDate "
        "WarrantyStartDate TagNumber BarCode AssetIdentifier",
        "System": f"Name {_CREATED} Category ComponentNames {_EXTERNAL} Description",
        "Attribute": f"Name {_CREATED} Category SheetName RowName Value Unit {_EXTERNAL} Description AllowedValues",
    }.items()
}
"""Columns of each sheet, in the order of the workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet and its rows, by column; a column that a row lacks is not known."""

    name: str
    rows: tuple[Row, ...]


def sheets_of(facility: Facility, register: Register, *, at: datetime, model: str) -> tuple[Sheet, ...]:
    """All sheets of a facility and its register.

    ``CreatedBy`` must name a row of Contact. It is an organisation's role with an address that is nobody's, because
    Gatehouse keeps no personal data and does not know who drew the model.
    """
    components = components_of(facility, register)
    names = names_of(facility, components)
    rows: dict[str, Iterable[Row]] = {
        "Instruction": _instructions(at, model),
        "Contact": [{"Email": AUTHOR, "Category": "model author"}],
        "Facility": [_facility(facility, names)],
        "Floor": _floors(facility, names),
        "Space": _spaces(facility, names),
        "Zone": _zones(facility, names),
        "Type": _types(names),
        "Component": (_component(place, one, names) for place, one in enumerate(components)),
        "System": _systems(facility, names),
        "Attribute": attribute_rows(facility, register, names),
    }
    source = cell_text(model)
    stamp = {"CreatedBy": AUTHOR, "CreatedOn": _time(at), "ExtSystem": source, "ExternalSystem": source}
    return tuple(Sheet(name=name, rows=tuple(stamp | dict(row) for row in rows[name])) for name in COLUMNS)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _instructions(at: datetime, model: str) -> Iterator[Row]:
    yield {
        "Title": "What this is",
        "Text": "Rooms, doors, equipment and points of one model in the sheets of COBie 2.4",
    }
    yield {"Title": "What it is not", "Text": "No handover record: makers, warranties and documents are not known here"}
    yield {"Title": "Model", "Text": cell_text(model)}
    yield {"Title": "Written, UTC", "Text": _time(at)}
    yield {"Title": UNKNOWN, "Text": "The model does not say"}
    yield {"Title": "Names", "Text": "Unique in their sheet: (2) is added to a second one; a comma became a semicolon"}
    yield {"Title": "ExtIdentifier", "Text": "GlobalId in the IFC file; the one key that never changes"}
    yield {
        "Title": "Points",
        "Text": "Attribute rows of category Point; Value is the address, AllowedValues the limits",
    }
    yield {"Title": "Contact", "Text": "A role with an address that is nobody's: no personal data are kept"}


def _facility(facility: Facility, names: Names) -> Row:
    """COBie knows one facility a workbook: the site, with all its buildings."""
    return {
        "Name": names.facility,
        "SiteName": cell_text(facility.name or facility.code),
        "LinearUnits": "metres",
        "AreaUnits": "square metres",
        "VolumeUnits": "cubic metres",
        "AreaMeasurement": "net floor area within the walls",
        "ExternalSiteObject": "IfcSite",
        "ExternalSiteIdentifier": cell_text(facility.site_id),
        "ExternalFacilityObject": "IfcBuilding",
        "ExternalFacilityIdentifier": ",".join(building.global_id for building in facility.buildings) or UNKNOWN,
        "Description": cell_text(", ".join(building.name for building in facility.buildings)),
        "SiteDescription": cell_text(facility.code),
    }


def _floors(facility: Facility, names: Names) -> Iterator[Row]:
    buildings = {building.global_id: building.name for building in facility.buildings}
    for storey in facility.storeys:
        yield {
            "Name": names.floors[storey.global_id],
            "Category": "Floor",
            "ExtObject": "IfcBuildingStorey",
            "ExtIdentifier": storey.global_id,
            "Description": cell_text(f"{storey.name}, {buildings[storey.building]}"),
            "Elevation": storey.elevation_m,
        }


def _spaces(facility: Facility, names: Names) -> Iterator[Row]:
    for space in facility.spaces:
        yield {
            "Name": names.spaces[space.global_id],
            "Category": UNKNOWN if space.use is SpaceUse.UNKNOWN else space.use.value,
            "FloorName": names.floors[space.storey],
            "Description": cell_text(space.name),
            "ExtObject": "IfcSpace",
            "ExtIdentifier": space.global_id,
            "RoomTag": cell_text(space.code),
            # A body that could not be read has height and area 0.
            "UsableHeight": space.height_m or UNKNOWN,
            "NetArea": space.area_m2 or UNKNOWN,
        }


def _zones(facility: Facility, names: Names) -> Iterator[Row]:
    def of(zone: Zone, name: str, members: str) -> Row:
        return {
            "Name": name,
            "Category": zone.purpose,
            "SpaceNames": members,
            "ExtObject": "IfcZone",
            "ExtIdentifier": zone.global_id,
            "Description": cell_text(zone.name),
        }

    taken = set(names.zones.values())
    for zone in facility.zones:
        for name, members in _lists(names.zones[zone.global_id], zone.members, names.spaces, taken):
            yield of(zone, name, members)


def _systems(facility: Facility, names: Names) -> Iterator[Row]:
    def of(system: System, name: str, members: str) -> Row:
        return {
            "Name": name,
            "Category": cell_text(system.predefined_type),
            "ComponentNames": members,
            # Only a distribution system has a predefined type; the other is its superclass, and true of both.
            "ExtObject": "IfcDistributionSystem" if system.predefined_type else "IfcSystem",
            "ExtIdentifier": system.global_id,
            "Description": cell_text(f"serves {', '.join(system.serves)}" if system.serves else system.name),
        }

    taken = set(names.systems.values())
    for system in facility.systems:
        for name, members in _lists(names.systems[system.global_id], system.members, names.component_by_id, taken):
            yield of(system, name, members)


def _lists(
    name: str, members: Iterable[GlobalId], named: Mapping[GlobalId, str], taken: set[str]
) -> Iterator[tuple[str, str]]:
    """Name and comma-separated members; a list too long for a cell goes on in further rows of numbered names.

    Members without a row of their own (outdoors, sensors that are points) are left out.
    """
    lists = [""]
    for member in dict.fromkeys(named[one] for one in members if one in named):
        joined = f"{lists[-1]},{member}" if lists[-1] else member
        if len(joined) > LONGEST_LIST:
            lists.append(member)
        else:
            lists[-1] = joined
    yield name, lists[0] or UNKNOWN
    part = 2
    for text in lists[1:]:
        while f"{name} ({part})" in taken:
            part += 1
        taken.add(f"{name} ({part})")
        yield f"{name} ({part})", text


def _types(names: Names) -> Iterator[Row]:
    for (ifc_class, type_name), name in names.types.items():
        yield {
            "Name": name,
            "Category": cell_text(ifc_class),
            "Description": cell_text(type_name) if type_name else cell_text(f"{ifc_class} without a type in the model"),
            "AssetType": "Fixed",
            "ExtObject": cell_text(f"{ifc_class}Type") if type_name else UNKNOWN,
        }


def _component(place: int, one: Component, names: Names) -> Row:
    return {
        "Name": names.components[place],
        "TypeName": names.types[one.ifc_class, one.type],
        "Space": names.place(one),
        "Description": cell_text(one.description),
        "ExtObject": cell_text(one.ifc_class),
        "ExtIdentifier": cell_text(one.global_id),
        "TagNumber": cell_text(one.code),
    }
