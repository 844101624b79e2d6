"""Life safety on the wire: LifeSafetyOperation and change of value (ASHRAE 135, clauses 13.13 and 13.1).

A virtual panel does what its plant offers. A host that is no `LifeSafetyPanel` refuses every operation: a panel that
answers yes and does nothing would be worse than none.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol, runtime_checkable

from bacpypes3.apdu import SimpleAckPDU
from bacpypes3.basetypes import LifeSafetyOperation, SilencedState
from bacpypes3.errors import ExecutionError, ObjectError, ServicesError
from bacpypes3.local.cov import GenericCriteria
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import LifeSafetyPointObject, LifeSafetyZoneObject

from bms_connectors.virtual.bacnet_time import is_loopback
from twin.model.ids import PointId

log = logging.getLogger(__name__)

_SILENCED = {
    "silence": SilencedState.allSilenced,
    "silence-audible": SilencedState.audibleSilenced,
    "silence-visual": SilencedState.visibleSilenced,
    "unsilence": SilencedState.unsilenced,
    "unsilence-audible": SilencedState.unsilenced,
    "unsilence-visual": SilencedState.unsilenced,
}
"""What the silenced property shows after an operation; a reset leaves it as it is."""
OPERATIONS = {int(LifeSafetyOperation(name)): name for name in (*_SILENCED, "reset", "reset-alarm", "reset-fault")}
"""Number on the wire to the standard's name, which a host is given (BACnetLifeSafetyOperation, clause 21)."""


@runtime_checkable
class LifeSafetyPanel(Protocol):
    """What a `PointHost` has besides, if its fire panel can be operated over the network."""

    def operate_life_safety(self, point: PointId, operation: str, /) -> str:
        """Silence or reset one detector or zone; the empty text if done, otherwise the reason of the refusal."""
        ...


class Zone(LocalObject, LifeSafetyZoneObject):  # type: ignore[misc]  # bacpypes3 has no types
    """A fire zone that can be subscribed to."""

    _cov_criteria = GenericCriteria


class Detector(LocalObject, LifeSafetyPointObject):  # type: ignore[misc]  # bacpypes3 has no types
    """A detector that can be subscribed to."""

    _cov_criteria = GenericCriteria


class LifeSafetyServices:
    """Mixed into an application: hands LifeSafetyOperation to the host's panel, if there is one.

    ``life_safety_points`` maps each life-safety object to the point it shows.
    """

    get_object_id: Any
    response: Any
    panel: LifeSafetyPanel | None
    life_safety_points: dict[Any, PointId]

    async def do_LifeSafetyOperationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        if not is_loopback(apdu.pduSource):
            raise ServicesError(errorCode="serviceRequestDenied")
        targets = self._targets(apdu.objectIdentifier)
        name = OPERATIONS.get(int(apdu.request))
        if self.panel is None or name is None:
            raise ServicesError(errorCode="optionalFunctionalityNotSupported")
        for target in targets:
            reason = self.panel.operate_life_safety(self.life_safety_points[target], name)
            if reason:
                log.info("%s %s refused: %s", target.objectIdentifier, name, reason)
                raise ServicesError(errorCode="serviceRequestDenied")
            if name in _SILENCED:
                target.silenced = _SILENCED[name]
        await self.response(SimpleAckPDU(context=apdu))

    def _targets(self, identifier: Any) -> list[Any]:
        """The named object, or every life-safety object of the device if none is named."""
        if identifier is None:
            return list(self.life_safety_points)
        target = self.get_object_id(identifier)
        if target is None:
            raise ObjectError(errorCode="unknownObject")
        if target not in self.life_safety_points:
            raise ExecutionError(errorClass="object", errorCode="optionalFunctionalityNotSupported")
        return [target]
