"""The files of a site folder as pydantic models: one model per file or row, strict keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from site_models.plant_files import PlantEntry
from site_models.strict import Code, Length, Position, Size, Strict
from twin.model.vocabulary import FailMode, FireAction, LinkKind, Provenance, SpaceUse, UseCondition

Operation = Literal[
    "SINGLE_SWING_LEFT",
    "SINGLE_SWING_RIGHT",
    "DOUBLE_DOOR_SINGLE_SWING",
    "SLIDING_TO_LEFT",
    "SLIDING_TO_RIGHT",
    "DOUBLE_DOOR_SLIDING",
    "ROLLINGUP",
    "REVOLVING",
]
"""IfcDoorTypeOperationEnum, as far as a catalogue needs it."""
Count = Annotated[int, Field(ge=0, le=10_000)]


class StoreyEntry(Strict):
    """A storey of a part: name of the level, elevation and floor-to-floor height [m]."""

    name: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]
    elevation_m: Position
    height_m: Length


class PartEntry(Strict):
    """A building of the site. ``bands``: beginnings of the band names it claims; empty claims what is left."""

    code: Code
    name: str
    bands: list[str]
    use_condition: UseCondition
    storeys: Annotated[list[StoreyEntry], Field(min_length=1)]


class WallsEntry(Strict):
    """Wall thicknesses, the distances at which two rooms share a wall, and what a door needs around it [m]."""

    internal_m: Length
    external_m: Length
    gap_min_m: Length
    gap_max_m: Length
    door_margin_m: Size
    lintel_m: Size


class DoorsEntry(Strict):
    """Width of a door frame, each side and above [m]."""

    frame_m: Size


class SlabsEntry(Strict):
    """Slab thickness [m]."""

    thickness_m: Length


class YardsEntry(Strict):
    """Height of the body that stands for an outdoor space [m]."""

    height_m: Length


class WindowsEntry(Strict):
    """Which uses have windows, their area as a share of the floor, sill height and height [m]."""

    uses: list[SpaceUse]
    floor_share: Annotated[float, Field(gt=0, le=1)]
    sill_m: Size
    height_m: Length


class ExternalStairEntry(Strict):
    """Where a stair of the link list that begins and ends outdoors stands: part and rectangle in plan [m]."""

    code: str
    part: Code
    x0_m: Position
    y0_m: Position
    x1_m: Position
    y1_m: Position


class RegimeZoneEntry(Strict):
    """A unit whose spaces are not just those of one wing and level, or whose use condition differs from its part's."""

    name: Code
    spaces: tuple[str, ...] = ()
    use_condition: UseCondition | None = None


class GeoreferenceEntry(Strict):
    """Where the origin lies: projected coordinate system, coordinates [m], rotation of local x from east [degrees]."""

    crs: Annotated[str, Field(pattern=r"^EPSG:\d{4,6}$")]
    eastings_m: Position
    northings_m: Position
    height_m: Position
    rotation_deg: Annotated[float, Field(ge=-360, le=360)]


class SourceEntry(Strict):
    """Provenance of a group of figures and, where there is one, the citation."""

    provenance: Provenance
    citation: str = ""


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


class BriefFile(Strict):
    """``brief.toml``. Groups, compartments and zones are tables of name and purpose: what a list may name."""

    notice: str
    site: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$")]
    name: str
    authored_at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"), AfterValidator(_moment)]
    walls: WallsEntry
    doors: DoorsEntry
    slabs: SlabsEntry
    yards: YardsEntry
    windows: WindowsEntry
    georeference: GeoreferenceEntry
    first_device_instance: Annotated[int, Field(ge=1, le=4_000_000)]
    parts: Annotated[list[PartEntry], Field(min_length=1)]
    regime_zones: tuple[RegimeZoneEntry, ...] = ()
    external_stairs: tuple[ExternalStairEntry, ...] = ()
    interlock_groups: dict[Code, str] = Field(default_factory=dict)
    release_groups: dict[Code, str] = Field(default_factory=dict)
    smoke_compartments: dict[Code, str]
    hvac_zones: dict[Code, str]
    plant: PlantEntry
    sources: dict[str, SourceEntry]


class ProgrammeRow(Strict):
    """A line of ``programme.csv``: ``count`` equal rooms in a row along x, ``code`` a name or a range ``C01-C10``."""

    storey: str
    band: Code
    space_name: str
    code: Code
    type: SpaceUse
    count: Annotated[int, Field(ge=1, le=1000)]
    width_m: Length
    depth_m: Length
    height_m: Size
    x0_m: Position
    y0_m: Position
    pitch_m: Size
    door_type: str = ""
    doors_per_space: Count = 0
    capacity: Count
    hvac_zone: str = ""
    supply_l_s: Size
    annex_m2: Size = 0.0
    annex_partitioned: Literal["yes", "no", ""] = ""
    note: str = ""


class DoorRow(Strict):
    """A line of ``doors.csv``: one door on the middle line of the wall between its two spaces."""

    code: Annotated[str, Field(pattern=r"^D\.[A-Z0-9]+(-[A-Z0-9]+){3,}\.\d+$")]
    storey: str
    type: str
    from_space: str
    to_space: str
    centre_x_m: Position
    centre_y_m: Position
    along: Literal["x", "y"]
    clear_width_m: Length
    clear_height_m: Length
    interlock_group: str = ""
    release_group: str = ""
    smoke_boundary: Literal["yes", "no"]
    note: str = ""


class LinkRow(Strict):
    """A line of ``links.csv``: one stair or lift between two consecutive storeys."""

    code: str
    kind: LinkKind
    storey_from: str
    space_from: str
    storey_to: str
    space_to: str
    width_m: Length
    rise_m: Length
    riser_mm: Size = 0.0
    tread_mm: Size = 0.0
    flights: Annotated[int, Field(ge=0, le=3)] = 0


class Monitoring(StrEnum):
    """What tells of a door: which points it has, and on which device."""

    CONTROLLER = "controller"  # the Modbus door controller of its landing
    READER = "reader"  # the BACnet access controller of its building
    CONTACT = "contact"  # a position contact on the door controller
    SECURE_CONTACT = "secure-contact"  # a position contact where people are detained, elsewhere nothing
    NONE = "none"


class DoorTypeRow(Strict):
    """A line of ``door_types.csv``: the catalogue in prose and as codes.

    ``operation`` is the door's way of moving in the words of IFC4; a leaf that swings, two from 1.4 m, where left out.
    """

    type: Annotated[str, Field(pattern=r"^D(-[A-Z]+)+$")]
    use: str
    clear_width_m: Length
    clear_height_m: Length
    fire_rating: str = ""
    lock_type: str = ""
    fail_mode: FailMode
    fire_action: FireAction
    self_closing: Literal["yes", "no"]
    monitoring: Monitoring
    operation: Operation | None = None
    lock: str = ""
    normal_state: str = ""
    on_fire_alarm: str = ""
    on_power_failure: str = ""
    monitored_points: str = ""
    note: str = ""
