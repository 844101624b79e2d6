"""Who may write to a field device what is no value of a point: acknowledgements, its clock, its schedules.

These are writes like any other (role, policy, reason, audit); nothing moves by them, so one step is enough.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.live.commands import WritePolicy, rights
from twin.model.operation import DeviceAction, DeviceIntent
from twin.model.vocabulary import Role, SiteMode

RIGHTS: Mapping[DeviceAction, str] = {
    DeviceAction.ACKNOWLEDGE: "acknowledge",
    DeviceAction.SET_CLOCK: "plant",
    DeviceAction.SCHEDULE: "plant",
}
"""The right that each action asks for (`twin.live.commands.PERMISSIONS`)."""


def device_refusal(intent: DeviceIntent, reason: str, *, role: Role, mode: SiteMode, policy: WritePolicy) -> str:
    """Why the intent may not be carried out; the empty text if it may."""
    if RIGHTS[intent.action] not in rights(role, mode):
        return f"role {role.value} has no right to {intent.action.value.replace('-', ' ')}"
    if not reason.strip():
        return "a reason is needed"
    if mode is SiteMode.LIVE and not (policy.enabled and intent.device in policy.devices):
        return f"live site: the configuration does not list the device {intent.device} as writable"
    return ""
