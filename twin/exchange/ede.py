"""EDE, the engineering data exchange of BACnet: nouns and layout of the files that suppliers of controllers exchange.

One row an object. State texts, units and object types stand in companion files beside it, ``NAME_StateTexts.csv`` and
so on. Source: BACnet Interest Group Europe, "Engineering Data Exchange Template for BACnet Systems", layout 2.3.

The author of a file is not kept: Gatehouse holds no names of persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LAYOUTS = ("2", "2.0", "2.1", "2.2", "2.3")
LAYOUT = LAYOUTS[-1]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("keyname",),
    "device": ("device obj.-instance", "device-object-instance", "device instance", "device"),
    "name": ("object-name",),
    "type": ("object-type",),
    "instance": ("object-instance",),
    "description": ("description",),
    "default": ("present-value-default", "default value"),
    "least": ("min-present-value", "min. value"),
    "most": ("max-present-value", "max. value"),
    "settable": ("settable", "commandable"),
    "cov": ("supports COV",),
    "high": ("hi-limit", "high-limit"),
    "low": ("low-limit", "lo-limit"),
    "state_reference": ("state-text-reference",),
    "unit": ("unit-code",),
    "address": ("vendor-specific-address", "vendor-specific-addres"),
}
"""Our word for each column: its title in layout 2.3, then titles of other layouts and programs."""

MANDATORY = ("key", "device", "name", "type", "instance")

TITLES: Mapping[str, str] = {column: titles[0] for column, titles in COLUMNS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class EdeObject:
    """One BACnet object. Texts are harmless (`twin.files.text.plain`).

    ``row``: line of the file. ``device``, ``instance``: 0 to 4194302. ``type``: as in ASHRAE 135 (``analog-input``),
    for a vendor's own type its number. ``unit``: a BACnet name (``degrees-celsius``), what else the file says, or
    empty. ``low``, ``high``: alarm limits in that unit. ``states``: texts of the states from our state 0, those of
    ``state_reference``. ``settable``: None where the file does not tell.
    """

    row: int
    key: str
    device: int
    name: str
    type: str
    instance: int
    description: str = ""
    settable: bool | None = None
    low: float | None = None
    high: float | None = None
    state_reference: int | None = None
    states: tuple[str, ...] = ()
    unit: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdeFile:
    """An EDE file with what its companions say. ``notes``: what was passed over, in people's words."""

    path: str
    project: str = ""
    version: str = ""
    changed: str = ""
    layout: str = ""
    objects: tuple[EdeObject, ...] = ()
    state_texts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
