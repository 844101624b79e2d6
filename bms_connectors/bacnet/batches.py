"""How many properties to ask of a device at once, learnt from its answers. Pure, no sockets.

A batch of ReadPropertyMultiple (ASHRAE 135, clause 15.7) begins at 20 properties and grows to 50; more gains nothing.
A device without segmentation refuses a batch whose answer does not fit its buffer: the size halves, then nears the
refused one by half of the distance and stays below it. What was refused is tried again once, and after that only when
eight, then sixty-four times as many reads went well, so that a device is not driven into a refusal every few cycles and
a limit that is gone is still noticed. Silence halves too, but teaches nothing: it may have been the network.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_BATCH = 20
LARGEST_BATCH = 50
BATCH_STEP = 10

_OVERHEAD = 6
_ANSWER_OCTETS = 19
_REQUEST_OCTETS = 10
"""Octets of a property in an answer and in a request with one property an object: object identifier 5, property
identifier 2 or 3, opening and closing tags 2 or 4, value up to 7 (clauses 20.2 and 21)."""


def fitting(max_apdu: int) -> int:
    """Properties that surely fit one unsegmented message of `max_apdu` octets, at least 1."""
    return max(1, (max_apdu - _OVERHEAD) // _ANSWER_OCTETS)


PATIENCE = 8
MOST_PATIENCE = 8**5


@dataclass(slots=True)
class BatchSize:
    """Properties to ask at once; ``refused`` is the smallest batch that is known to be too long for the device."""

    size: int = FIRST_BATCH
    most: int = LARGEST_BATCH
    refused: int = LARGEST_BATCH + 1
    refusals: int = 0
    _good_reads: int = 0

    def begin(self, max_apdu: int | None, is_segmented: bool | None) -> None:
        """What the device says of itself: without segmentation the first batch must fit one message.

        And no request may ever be longer than that: it would not be refused but lost on the way.
        """
        if max_apdu is not None and is_segmented is False:
            self.size = min(self.size, fitting(max_apdu))
            self.most = min(self.most, max(1, (max_apdu - _OVERHEAD) // _REQUEST_OCTETS))

    def succeed(self) -> None:
        """All of a read was answered."""
        self._good_reads += 1
        wanted = min(self.most, self.size + BATCH_STEP)
        if wanted < self.refused:
            self.size = wanted
        elif self._good_reads >= self._patience():
            self.refused = LARGEST_BATCH + 1
            self.size = wanted
        else:
            self.size += (self.refused - self.size) // 2 if self.refused - self.size > 1 else 0

    def refuse(self, asked: int) -> None:
        """In a read the device aborted a batch of `asked` properties (the smallest of them): it was too long."""
        self.refusals += 1
        self._good_reads = 0
        self.refused = max(2, min(self.refused, asked))
        self.size = max(1, self.size // 2)

    def lose(self) -> None:
        """Nobody answered."""
        self.size = max(1, self.size // 2)

    def _patience(self) -> int:
        """Good reads before the refused size is tried again: none after the first refusal, then ever more."""
        return 0 if self.refusals <= 1 else min(MOST_PATIENCE, PATIENCE ** (self.refusals - 1))
