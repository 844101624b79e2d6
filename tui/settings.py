"""A site on disk: the folder and its gatehouse.toml, checked where it is read, plain values behind that border."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bms_connectors.bacnet.bbmd import bbmd_address
from twin.files.toml import read_toml
from twin.model.errors import ConfigError, Fault
from twin.model.point_kinds import POINT_KINDS
from twin.model.regime import Regime
from twin.model.vocabulary import SiteMode
from twin.store.deadband import AT_LEAST_S, SLOW

SITE_FILE = "gatehouse.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Regime(_Strict):
    name: str
    start: str
    end: str
    unlocked: list[str] = []
    open: list[str] = []

    @field_validator("start", "end")
    @classmethod
    def _is_time(cls, text: str) -> str:
        if not re.fullmatch(r"[0-2]\d:[0-5]\d", text):
            raise ValueError('a time is written "08:30"')
        time.fromisoformat(text)
        return text


class _Network(_Strict):
    """Loopback networks and ports of the virtual building; two checkouts side by side take different ones.

    ``bbmd``: ``host:port`` of the BBMD with which a live site registers as a foreign device; empty for none.
    """

    bacnet: str = "127.0.1"
    bacnet_port: int = Field(default=47808, ge=1024, le=65535)
    modbus: str = "127.0.2"
    modbus_port: int = Field(default=1502, ge=1024, le=65535)
    bbmd: str = ""

    @field_validator("bacnet", "modbus")
    @classmethod
    def _is_loopback(cls, text: str) -> str:
        if not re.fullmatch(r"127\.\d{1,3}\.\d{1,3}", text) or any(int(part) > 255 for part in text.split(".")):
            raise ValueError('the virtual building lives on loopback: "127.0.1"')
        return text

    @field_validator("bbmd")
    @classmethod
    def _is_bbmd(cls, text: str) -> str:
        if text:
            bbmd_address(text)
        return text


class _Router(_Strict):
    """BACnet field controllers of the virtual building that are behind a router, as on an MS/TP line.

    ``network``: number of the line; ``station``: of the router on the site's BACnet network; ``devices``: who is on the
    line. Those take messages of ``max_apdu`` octets and none in segments; the ``plain`` ones take 206 octets and know
    no ReadPropertyMultiple. Each frame takes ``delay_s``, and the share ``loss`` of them is lost.
    """

    network: int = Field(ge=2, le=65534)
    station: int = Field(ge=1, le=254)
    devices: list[str] = Field(min_length=1)
    plain: list[str] = []
    max_apdu: Literal[206, 480] = 480
    delay_s: float = Field(default=0.005, ge=0, le=1)
    loss: float = Field(default=0.02, ge=0, lt=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        strange = sorted(set(self.plain) - set(self.devices))
        if strange:
            raise ValueError(f"plain: {strange[0]} is not among the devices of this line")
        return self


class _Gateway(_Strict):
    """Modbus units of the virtual building on a serial line behind a TCP gateway.

    ``station``: of the gateway on the site's Modbus network; ``devices``: who is on the line, each with its station
    number as unit id. The line answers one request at a time and takes ``delay_s`` for each.
    """

    station: int = Field(ge=1, le=254)
    devices: list[str] = Field(min_length=1)
    delay_s: float = Field(default=0.02, ge=0, le=1)


class _Tls(_Strict):
    """Certificates of Modbus devices that ask for them: PEM files beside gatehouse.toml, or with a full path.

    ``ca``: who signed the devices' certificates; ``certificate``, ``key``: ours. The files are the secret, not this.
    """

    devices: list[str] = Field(min_length=1)
    ca: str
    certificate: str
    key: str


class _Write(_Strict):
    enabled: bool = False
    points: list[str] = []
    devices: list[str] = []


class _History(_Strict):
    """What the recording desk keeps, and how long.

    ``keep_days``: days after which a day is removed for good, 0 for never; ``pack_after_days``: days after which one is
    packed. ``deadband``: by kind of point, in its unit, how far a value may move from the last row without a new one;
    ``at_least_s``: the longest time between two rows all the same.
    """

    keep_days: int = Field(default=0, ge=0)
    pack_after_days: int = Field(default=2, ge=1)
    deadband: dict[str, float] = {}
    at_least_s: float = Field(default=AT_LEAST_S, gt=0, le=86_400)

    @field_validator("deadband")
    @classmethod
    def _is_of_slow_kinds(cls, bands: dict[str, float]) -> dict[str, float]:
        for key, band in bands.items():
            kind = POINT_KINDS.get(key)
            if kind is None:
                raise ValueError(f"{key} is no kind of point")
            if kind.freshness not in SLOW:
                raise ValueError(f"{key}: every reading of doors, alarms and life safety is stored")
            if not 0 <= band < math.inf:
                raise ValueError(f"{key}: a deadband is a finite number, 0 or more")
            if kind.states and band:
                raise ValueError(f"{key}: states are no numbers, their deadband is 0")
        return bands


class SiteFile(_Strict):
    """What a person may write into gatehouse.toml."""

    name: str
    mode: SiteMode = SiteMode.VIRTUAL
    model: str = "model.ifc"
    points: str = "points.csv"
    weather: str = ""
    post: str = Field(default="control-1", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    regime: list[_Regime] = []
    network: _Network = _Network()
    router: list[_Router] = []
    gateway: list[_Gateway] = []
    tls: list[_Tls] = []
    write: _Write = _Write()
    history: _History = _History()

    @field_validator("router")
    @classmethod
    def _are_different_routers(cls, routers: list[_Router]) -> list[_Router]:
        _once("network", [router.network for router in routers])
        _once("station", [router.station for router in routers])
        _once("device", [device for router in routers for device in router.devices])
        return routers

    @field_validator("gateway")
    @classmethod
    def _are_different_gateways(cls, gateways: list[_Gateway]) -> list[_Gateway]:
        _once("station", [gateway.station for gateway in gateways])
        _once("device", [device for gateway in gateways for device in gateway.devices])
        return gateways


def _once(name: str, values: Iterable[object]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{name} {twice[0]} stands twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site folder with its settings."""

    folder: Path
    file: SiteFile
    regimes: tuple[Regime, ...]
    database_name: str = "gatehouse.db"
    is_bare: bool = False  # a database alone: no folder of its own, no building systems

    @property
    def database(self) -> Path:
        """SQLite: facility, register, journal, alarms, runs."""
        return self.folder / self.database_name

    @property
    def history(self) -> Path:
        """Samples, one file a day."""
        return self.folder / "history"

    @property
    def reports(self) -> Path:
        """Pages that were written."""
        return self.folder / "reports"

    @property
    def model(self) -> Path:
        """The building."""
        return self.folder / self.file.model

    @property
    def weather(self) -> Path | None:
        """Outdoor air of the virtual building, if the site has a record of it."""
        return self.folder / self.file.weather if self.file.weather else None

    @property
    def points(self) -> Path:
        """The register."""
        return self.folder / self.file.points


def load_site(folder: Path) -> Site:
    """Read a site folder.

    Raises:
        ConfigError: there is no gatehouse.toml, or every fault in it.
    """
    path = folder / SITE_FILE
    if not path.is_file():
        raise ConfigError([Fault(str(path), "", "is missing: make a site folder with `gatehouse site init`")])
    file = read_toml(path, SiteFile)
    regimes = tuple(
        Regime(
            name=entry.name,
            start=time.fromisoformat(entry.start),
            end=time.fromisoformat(entry.end),
            unlocked=frozenset(entry.unlocked),
            open=frozenset(entry.open),
        )
        for entry in file.regime
    )
    return Site(folder=folder, file=file, regimes=regimes)
