"""Change of value, within bounds: as many subscriptions as a device can carry, lifetimes that end.

bacpypes3 serves SubscribeCOV, but takes any number of subscriptions, fails on a missing lifetime and sends confirmed
notifications without waiting for an answer (ASHRAE 135, clause 13.14).
"""

from __future__ import annotations

from typing import Any

from bacpypes3.apdu import ConfirmedCOVNotificationRequest
from bacpypes3.errors import ExecutionError, InconsistentParameters, ServicesError

from bms_connectors.virtual.bacnet_outbox import Outbox

MOST_SUBSCRIPTIONS = 1024
LONGEST_LIFETIME_S = 7 * 86400
"""A subscription that outlives a week is a subscriber that forgot it; 0 (for ever) is allowed by the standard."""


class BoundedCov:
    """Mixed into an application before bacpypes3's services."""

    outbox: Outbox
    request: Any
    cancel_subscription: Any
    _cov_detections: dict[Any, Any]

    def subscriptions(self) -> list[Any]:
        """Every live subscription of this device."""
        return [each for detection in self._cov_detections.values() for each in detection.cov_subscriptions]

    async def do_SubscribeCOVRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        is_cancelling = apdu.issueConfirmedNotifications is None and apdu.lifetime is None
        if not is_cancelling:
            if apdu.issueConfirmedNotifications is None:
                raise InconsistentParameters
            apdu.lifetime = apdu.lifetime if apdu.lifetime is not None else 0
            if apdu.lifetime > LONGEST_LIFETIME_S:
                raise ServicesError(errorCode="valueOutOfRange")
            self._renew(apdu)
        await super().do_SubscribeCOVRequest(apdu)  # type: ignore[misc]

    def _renew(self, apdu: Any) -> None:
        """A renewal may change confirmed to unconfirmed; a new subscription needs a place."""
        known = self.subscriptions()
        for each in known:
            if (each.client_addr, each.proc_id, each.obj_id) == (
                apdu.pduSource,
                apdu.subscriberProcessIdentifier,
                apdu.monitoredObjectIdentifier,
            ):
                each.confirmed = apdu.issueConfirmedNotifications
                return
        if len(known) >= MOST_SUBSCRIPTIONS:
            raise ExecutionError(errorClass="resources", errorCode="noSpaceToAddListElement")

    def cov_notification(self, cov: Any, apdu: Any) -> None:
        """Send one; a confirmed one waits for its turn, and a newer one of the same subscription replaces it."""
        if isinstance(apdu, ConfirmedCOVNotificationRequest):
            self.outbox.post(apdu, ("cov", cov.proc_id, cov.obj_id))
        else:
            self.request(apdu)

    def end_subscriptions(self) -> None:
        """Stop every lifetime, so that none ends after its application."""
        for detection in list(self._cov_detections.values()):
            for each in list(detection.cov_subscriptions):
                self.cancel_subscription(each)
