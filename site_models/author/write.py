"""Write a laid-out site as an IFC4 file: the same brief gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from site_models.author.boundaries import make_boundaries
from site_models.author.classification import classify, product_reference, space_reference
from site_models.author.doors import make_doors
from site_models.author.equipment import make_equipment, make_systems
from site_models.author.links import make_links
from site_models.author.model import Entity, Model
from site_models.author.points import make_points
from site_models.author.project import make_project, make_storeys
from site_models.author.spaces import make_spaces, make_zones
from site_models.author.structure import make_slabs, make_walls
from site_models.author.windows import make_windows
from site_models.layout import Layout, layout_of
from site_models.programme import Brief
from twin.files.atomic import write_text
from twin.model.ids import GlobalId

STAGES = 11
"""Steps that ``on_progress`` counts."""

Progress = Callable[[int, int], None]
"""Called with the steps done and `STAGES`."""


def write_ifc(source: Brief | Layout, path: Path | str, on_progress: Progress | None = None) -> None:
    """Write a site as IFC4; the file appears whole or not at all.

    Args:
        source: A checked brief, or its layout.
        path: The file to write; its folder must exist.
        on_progress: Called after every step.

    Raises:
        BriefError: a door stands in no wall.
        OSError: the folder cannot be written.
    """
    tick = _counted(on_progress)
    layout = source if isinstance(source, Layout) else layout_of(source)
    brief = layout.brief
    tick()
    model = Model(brief.site)
    site = make_project(model, brief)
    storeys = make_storeys(model, brief, site)
    tick()
    spaces = make_spaces(model, layout, storeys)
    tick()
    make_zones(model, layout, spaces)
    walls = make_walls(model, layout, storeys)
    tick()
    make_slabs(model, layout, storeys)
    tick()
    doors = make_doors(model, layout, storeys, walls)
    make_windows(model, layout, storeys, walls)
    tick()
    make_links(model, layout, storeys)
    make_boundaries(model, layout, spaces, doors)
    tick()
    equipment = make_equipment(model, layout, storeys, spaces)
    tick()
    points = make_points(model, layout, storeys, spaces, doors, equipment)
    tick()
    make_systems(model, layout, spaces, equipment, points)
    classify(model, _references(model, layout, spaces))
    tick()
    _stamp(model, brief)
    write_text(path, model.file.to_string())
    tick()


def _references(
    model: Model, layout: Layout, spaces: Mapping[GlobalId, Entity]
) -> Iterator[tuple[tuple[str, str], Entity]]:
    for space in layout.facility.spaces:
        reference = space_reference(space.use)
        if reference:
            yield reference, spaces[space.global_id]
    for element in model.file.by_type("IfcElement"):
        reference = product_reference(
            element.is_a(), element.ObjectType or getattr(element, "PredefinedType", None) or ""
        )
        if reference:
            yield reference, element


def _counted(on_progress: Progress | None) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if on_progress:
            on_progress(done, STAGES)

    return tick


def _stamp(model: Model, brief: Brief) -> None:
    """The header says what the brief says, never the clock, the machine or its user."""
    header = model.file.header
    header.file_description.description = ("ViewDefinition [DesignTransferView_V1.0]", brief.file.notice)
    header.file_name.name = f"{brief.site}.ifc"
    header.file_name.time_stamp = brief.file.authored_at
    header.file_name.author = ("",)
    header.file_name.organization = ("",)
    header.file_name.originating_system = "Gatehouse"
    header.file_name.authorization = ""
