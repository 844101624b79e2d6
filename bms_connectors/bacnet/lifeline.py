"""What a device says of itself, and what it means when that changes: it was restarted, or rebuilt. Pure, no sockets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Of the device object (ASHRAE 135, clause 12.11); None where the device does not say.

    ``instance``: who answers at the address, -1 for somebody else. ``max_apdu``: octets. ``revision``: database
    revision. ``objects``: length of the object list. ``restarted_at``: time of the last restart, as an opaque text that
    only changes.
    """

    instance: int | None = None
    max_apdu: int | None = None
    is_segmented: bool | None = None
    revision: int | None = None
    objects: int | None = None
    restarted_at: str | None = None


@dataclass(slots=True)
class Lifeline:
    """Signs of a restart, and the changes worth a line in the log."""

    known: Identity | None = None
    uptime_s: float | None = None
    restarts: int = 0

    def meet(self, now: Identity) -> list[str]:
        """Take what the device says; what has changed since the last time, in words. Any change is a restart."""
        before, self.known = self.known, now
        if before is None:
            return []
        changes = []
        if _differs(before.objects, now.objects):
            changes.append(f"object list changed: {before.objects} → {now.objects} objects")
        elif _differs(before.revision, now.revision):
            changes.append(f"database revision {before.revision} → {now.revision}")
        if _differs(before.restarted_at, now.restarted_at):
            changes.append("restarted")
        self.restarts += bool(changes)
        return changes

    def beat(self, uptime_s: float) -> bool:
        """Take a reading of the device's uptime [s]; True if it went back, which only a restart explains."""
        before, self.uptime_s = self.uptime_s, uptime_s
        went_back = before is not None and uptime_s < before
        self.restarts += went_back
        return went_back


def _differs(before: object, now: object) -> bool:
    """Both known and not equal: silence about a property is no change of it."""
    return before is not None and now is not None and before != now
