"""Who claims which device instance: a second claimant makes both unbelievable until it is gone. Pure, no sockets.

A device instance is unique in the whole internetwork (ASHRAE 135, clause 12.11.1). Where two devices carry one, every
tool reads now this one, now that one, and nobody notices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

MOST_RIVALS = 8
"""More addresses for one instance are not worth remembering; the first is reason enough (assumption)."""


@dataclass(slots=True)
class Neighbours:
    """Addresses that claimed an instance of ours; instances that nobody expects are not remembered."""

    _home: dict[int, set[str]] = field(default_factory=dict)
    _rivals: dict[int, dict[str, None]] = field(default_factory=dict)
    _callers: dict[tuple[int, str], list[Callable[[], None]]] = field(default_factory=dict)

    def expect(self, instance: int, address: str) -> None:
        """One of ours lives there. Two of ours with one instance are rivals of each other."""
        homes = self._home.setdefault(instance, set())
        homes.add(address)
        if len(homes) > 1:
            self._rivals.setdefault(instance, {}).update(dict.fromkeys(sorted(homes)))

    def on_call(self, instance: int, address: str, called: Callable[[], None]) -> None:
        """Call this when the device of ours says I-Am: it does so when it has started."""
        self._callers.setdefault((instance, address), []).append(called)

    def heard(self, instance: int, address: str) -> None:
        """Somebody said I-Am."""
        homes = self._home.get(instance)
        if homes is None:
            return
        for called in self._callers.get((instance, address), ()):
            called()
        rivals = self._rivals.setdefault(instance, {})
        if address not in homes and len(rivals) < MOST_RIVALS:
            rivals[address] = None

    def rival_of(self, instance: int, address: str) -> str:
        """Another address that claims the instance, or the empty text."""
        return next((other for other in self._rivals.get(instance, ()) if other != address), "")

    def is_resolved(self, instance: int, rival: str) -> None:
        """The rival was asked and is gone, or is somebody else."""
        self._rivals.get(instance, {}).pop(rival, None)
