"""The uptime of every controller, a value of the controller itself: the proof of life that ages are counted from."""

from __future__ import annotations

from site_models.points.naming import ANY, ascii_word, make_point, point_id
from twin.model.facility import Facility
from twin.model.ids import GlobalId, global_id_for
from twin.model.points import BacnetBinding, Binding, Point


def controller_id(facility: Facility, device: str) -> GlobalId:
    """GlobalId of the IfcController of a device."""
    return global_id_for(facility.code, "equipment", device)


def heartbeat(facility: Facility, device: str, binding: Binding, *, level: str = ANY, wing: str = ANY) -> Point:
    """Uptime of a device."""
    name = point_id(facility.code, level, wing, ANY, ascii_word(device), "HEARTBEAT")
    controller = controller_id(facility, device)
    return make_point(facility, name, "heartbeat", controller, binding, device=controller)


def bacnet_heartbeat(facility: Facility, device: str) -> Point:
    """Uptime of a BACnet device: its analog-input 0."""
    return heartbeat(facility, device, BacnetBinding(device=device, object_type="analog-input", object_instance=0))
