"""Building every sample site, against writing the very same instances with the bare library, in one run."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import ifcopenshell

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names


def main() -> None:
    """Time, size, instances and ratio of every site."""
    with tempfile.TemporaryDirectory() as folder:
        for name in site_names():
            path = Path(folder) / f"{name}.ifc"
            begun = time.perf_counter()
            write_ifc(read_brief(site_folder(name)), path)
            built_s = time.perf_counter() - begun
            model = ifcopenshell.open(str(path))
            recipe = [(entity.is_a(), [_plain(value) for value in entity]) for entity in model]
            bare_s = _bare(
                recipe, {entity.id(): place for place, entity in enumerate(model)}, Path(folder) / "bare.ifc"
            )
            size = path.stat().st_size / 1e6
            print(
                f"build of {name:<24} {built_s:5.2f} s {size:5.2f} MB {len(recipe):6d} instances "
                f"{built_s / bare_s:5.2f} x bare writing of the same instances"
            )


def _plain(value: Any) -> Any:
    """A value without references into the file it comes from: an instance by its id, a measure by type and value."""
    if isinstance(value, ifcopenshell.entity_instance):
        return ("#", value.id()) if value.id() else ("measure", value.is_a(), value[0])
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _bare(recipe: list[tuple[str, list[Any]]], place_of: dict[int, int], path: Path) -> float:
    begun = time.perf_counter()
    file = ifcopenshell.file(schema="IFC4")
    made: list[Any] = []
    late: list[tuple[Any, int, Any]] = []

    def value_of(value: Any) -> Any:
        match value:
            case ("#", key):
                return made[place_of[key]]
            case ("measure", kind, inner):
                return file.create_entity(kind, inner)
            case list():
                return [value_of(item) for item in value]
        return value

    for ifc_class, values in recipe:
        entity = file.create_entity(ifc_class)
        made.append(entity)
        for index, value in enumerate(values):
            if value is None:
                continue
            try:
                entity[index] = value_of(value)
            except IndexError:  # refers to an instance further down
                late.append((entity, index, value))
            except (RuntimeError, TypeError):  # derived attributes cannot be set
                continue
    for entity, index, value in late:
        entity[index] = value_of(value)
    path.write_text(file.to_string(), encoding="utf-8")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
