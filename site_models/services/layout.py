"""The building services of a site: everything the brief and the uses of its spaces ask for."""

from __future__ import annotations

from collections.abc import Iterable

from site_models.programme import Brief
from site_models.services.air import add_air
from site_models.services.assembly import Assembly, Services
from site_models.services.heating import add_heating
from site_models.services.power import add_power
from site_models.services.security import add_security
from site_models.windows import Window
from twin.model.spaces import Space, Storey


def services_of(
    brief: Brief, spaces: Iterable[Space], storeys: dict[tuple[str, str], Storey], windows: Iterable[Window]
) -> Services:
    """Lay out the services of a checked brief.

    Args:
        brief: The brief.
        spaces: Its declared spaces.
        storeys: Its declared storeys by part and level.
        windows: Its windows; radiators stand below the first one of a room.
    """
    first: dict[str, Window] = {}
    for window in windows:
        first.setdefault(window.space, window)
    assembly = Assembly(brief=brief, spaces={space.code: space for space in spaces}, storeys=storeys, windows=first)
    add_air(assembly)
    add_heating(assembly)
    add_power(assembly)
    add_security(assembly)
    return assembly.finished()
