"""The errors of Gatehouse, drawn as one tree; each keeps the datum that failed.

* GatehouseError
  + ConfigError                a file that a person wrote is wrong            (faults: file, key, text)
  + ModelError                 the facility breaks its own rules              (faults)
    - IfcError                 an IFC file cannot be read as we need it       (path, what)
    - UnknownIdError           an id that points nowhere                      (kind, id)
    - BriefError               a site brief contradicts itself                (faults: file, row, key, text)
  + StoreError                 the database cannot serve                      (path)
    - SchemaVersionError       the file is newer or older than this program   (found, expected)
    - ChainError               the audit chain does not verify                (row)
  + ConnectorError             the conversation with a device failed          (device)
    - ConnectError             nobody answers, or the address cannot be bound (address)
    - ResponseTimeoutError     the device did not answer in time
    - DeviceRefusedError       BACnet error, reject, abort; Modbus exception  (code)
    - DecodeError              the answer makes no sense                      (what)
  + ScenarioError              a scenario or drill cannot be played           (faults)
    - UnreachableSpaceError    no way from one space to another               (start, goal)
  + RefusedError               role, interlock or policy says no              (reason)

A refused command is a *result* with its reason (`twin.live.commands`); `RefusedError` is for the command line, which
must end with exit code 5. Outside exceptions are translated at the edge of the wing with ``raise … from``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file or a model: where, which key or element, and what."""

    where: str
    key: str
    text: str

    def __str__(self) -> str:
        place = f"{self.where}: {self.key}" if self.key else self.where
        return f"{place}: {self.text}"


class GatehouseError(Exception):
    """Anything Gatehouse can say is wrong. ``exit_code`` is what the command line returns."""

    exit_code = 3

    def __reduce__(self) -> tuple[object, ...]:
        """Whole through another process too: pickle would call the class with the message alone."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[GatehouseError], args: tuple[object, ...], state: dict[str, object]) -> GatehouseError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class _FaultyError(GatehouseError):
    """An error that reports every fault at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ConfigError(_FaultyError):
    """A file that a person wrote is wrong."""


class ModelError(_FaultyError):
    """The facility breaks its own rules."""


class IfcError(ModelError):
    """An IFC file cannot be read as we need it."""

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        self.what = what
        super().__init__([Fault(path, "", what)])


class UnknownIdError(ModelError):
    """An id or code that points nowhere."""

    exit_code = 2

    def __init__(self, kind: str, id: str) -> None:
        self.kind = kind
        self.id = id
        super().__init__([Fault(kind, id, f"there is no such {kind}")])


class BriefError(ModelError):
    """A site brief contradicts itself."""


class StoreError(GatehouseError):
    """The database cannot serve."""

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        super().__init__(f"{path}: {what}")


class SchemaVersionError(StoreError):
    """The file is newer or older than this program."""

    def __init__(self, path: str, found: int, expected: int) -> None:
        self.found = found
        self.expected = expected
        super().__init__(path, f"has schema version {found}, this program knows {expected}")


class ChainError(StoreError):
    """The audit chain does not verify from `row` on."""

    exit_code = 1

    def __init__(self, path: str, row: int) -> None:
        self.row = row
        super().__init__(path, f"the audit chain is broken at row {row}")


class ConnectorError(GatehouseError):
    """The conversation with a device failed."""

    exit_code = 4

    def __init__(self, device: str, what: str) -> None:
        self.device = device
        super().__init__(f"{device}: {what}")


class ConnectError(ConnectorError):
    """Nobody answers at the address, or it cannot be bound."""


class ResponseTimeoutError(ConnectorError):
    """The device did not answer in time."""


class DeviceRefusedError(ConnectorError):
    """BACnet error, reject or abort; Modbus exception."""

    def __init__(self, device: str, what: str, code: str) -> None:
        self.code = code
        super().__init__(device, f"{what} ({code})")


class DecodeError(ConnectorError):
    """The answer makes no sense."""


class ScenarioError(_FaultyError):
    """A scenario or drill cannot be played."""


class UnreachableSpaceError(ScenarioError):
    """There is no way from one space to another."""

    def __init__(self, start: str, goal: str) -> None:
        self.start = start
        self.goal = goal
        super().__init__([Fault(start, goal, "cannot be reached")])


class RefusedError(GatehouseError):
    """Role, interlock or policy says no."""

    exit_code = 5

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
