"""The application of a virtual device: bacpypes3's, guarded, with the services that it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bms_connectors.bacnet.lifetime import close_silently
from bms_connectors.virtual.bacnet_alarms import AlarmDesk, AlarmServices
from bms_connectors.virtual.bacnet_cov import BoundedCov
from bms_connectors.virtual.bacnet_life_safety import LifeSafetyPanel, LifeSafetyServices
from bms_connectors.virtual.bacnet_outbox import Outbox
from bms_connectors.virtual.bacnet_ranges import RangeServices
from bms_connectors.virtual.bacnet_reads import PlainReads, answer_plain_reads
from bms_connectors.virtual.bacnet_recipients import ListServices
from bms_connectors.virtual.bacnet_segments import repeat_first_segments
from bms_connectors.virtual.bacnet_services import GuardedApplication
from bms_connectors.virtual.bacnet_time import DeviceClock, TimeServices
from twin.model.ids import PointId

repeat_first_segments()


class VirtualApplication(
    PlainReads,
    TimeServices,
    RangeServices,
    AlarmServices,
    LifeSafetyServices,
    ListServices,
    BoundedCov,
    GuardedApplication,
):
    """All services of one device; `from_parts` makes it."""

    @classmethod
    def from_parts(
        cls,
        objects: Iterable[Any],
        *,
        clock: DeviceClock,
        desk: AlarmDesk,
        panel: LifeSafetyPanel | None,
        life_safety_points: dict[Any, PointId],
    ) -> VirtualApplication:
        """An application with its objects; its sockets bind in the next turns of the loop."""
        app: VirtualApplication = cls.from_object_list(list(objects))
        app.clock, app.desk = clock, desk
        app.panel, app.life_safety_points = panel, life_safety_points
        app.outbox = Outbox(app.request)
        answer_plain_reads(app)
        return app

    async def end(self) -> None:
        """Stop notifications, subscriptions and transactions, then close the sockets."""
        await self.outbox.close()
        self.end_subscriptions()
        close_silently(self)
