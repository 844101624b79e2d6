"""Devices that a site's settings put behind a router are addressed, served and read through it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.settings import Site, load_site
from tui.wiring.register_file import addressing_of
from tui.wiring.routers import gateway_delays, routers_of
from twin.model.errors import ConfigError
from twin.model.points import Device, Protocol
from twin.model.register import Register

SETTINGS = """
name = "A block"
[[router]]
network = 20
station = 250
devices = ["ROOM-1", "ROOM-2"]
plain = ["ROOM-2"]
"""


def device(name: str, station: int, protocol: Protocol = Protocol.BACNET) -> Device:
    return Device(name=name, protocol=protocol, host="", port=47808, instance=2000 + station, station=station)


def site(folder: Path, text: str = SETTINGS) -> Site:
    (folder / "gatehouse.toml").write_text(text, encoding="utf-8")
    return load_site(folder)


def addressed(where: Site, *devices: Device) -> tuple[Device, ...]:
    return Register(devices=devices).addressed(addressing_of(where)).devices


def test_a_device_of_a_line_is_reached_through_its_router(tmp_path: Path):
    where = site(tmp_path)
    room, other = addressed(where, device("ROOM-1", 7), device("AHU", 3))
    assert (room.host, room.ip) == ("20:7@127.0.1.250", "127.0.1.250")
    assert (other.host, other.ip) == ("127.0.1.3", "127.0.1.3")


def test_the_line_is_served_as_the_settings_say(tmp_path: Path):
    where = site(tmp_path)
    (routed,) = routers_of(where, addressed(where, device("ROOM-1", 7), device("ROOM-2", 8), device("AHU", 3)))
    assert (routed.router.host, routed.line.network, routed.line.loss) == ("127.0.1.250", 20, 0.02)
    assert [(c.device.name, c.max_apdu, c.has_multiple) for c in routed.controllers] == [
        ("ROOM-1", 480, True),
        ("ROOM-2", 206, False),
    ]


def test_a_line_with_a_device_that_is_not_there_or_is_elsewhere_is_refused_with_its_key(tmp_path: Path):
    where = site(tmp_path)
    with pytest.raises(ConfigError) as caught:
        routers_of(where, [device("ROOM-1", 7), device("ROOM-2", 8, Protocol.MODBUS)])
    assert "router[0].devices" in str(caught.value)
    assert "ROOM-1 is at no address in the register, by the settings at 20:7@127.0.1.250" in str(caught.value)
    assert "no such device on this protocol: ROOM-2" in str(caught.value)


def test_a_device_whose_line_was_taken_out_of_the_settings_is_named(tmp_path: Path):
    found = addressed(site(tmp_path), device("ROOM-1", 7), device("ROOM-2", 8))
    shorter = site(tmp_path, SETTINGS.replace('devices = ["ROOM-1", "ROOM-2"]', 'devices = ["ROOM-2"]'))
    with pytest.raises(
        ConfigError, match=r"ROOM-1 is at 20:7@127\.0\.1\.250 in the register, by the settings at 127\.0\.1\.7"
    ):
        routers_of(shorter, found)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('plain = ["ROOM-2"]', 'plain = ["ROOM-9"]'), "ROOM-9 is not among the devices"),
        (("network = 20", "network = 1"), "router[0].network"),
        (("station = 250", "station = 0"), "router[0].station"),
        (('"ROOM-2"]', '"ROOM-1"]'), "ROOM-1 stands twice"),
        (("network = 20", "network = 20\nmax_apdu = 1476"), "router[0].max_apdu"),
        (("network = 20", "network = 20\nloss = 1.0"), "router[0].loss"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_router_is_named(tmp_path: Path, change: tuple[str, str], named: str):
    with pytest.raises(ConfigError) as caught:
        site(tmp_path, SETTINGS.replace(*change))
    assert named in str(caught.value)


GATEWAY = """
name = "A block"
[[gateway]]
station = 250
devices = ["METER", "DOOR"]
delay_s = 0.05
"""


def test_the_units_of_a_gateway_share_its_address_and_have_their_stations_as_unit_ids(tmp_path: Path):
    where = site(tmp_path, GATEWAY)
    units = [
        device("METER", 19, Protocol.MODBUS),
        device("DOOR", 17, Protocol.MODBUS),
        device("PLC", 1, Protocol.MODBUS),
    ]
    found = addressed(where, *units)
    assert [(each.host, each.instance) for each in found] == [
        ("127.0.2.250", 19),
        ("127.0.2.250", 17),
        ("127.0.2.1", 2001),
    ]
    assert gateway_delays(where, found) == {"127.0.2.250": 0.05}


def test_a_gateway_with_a_unit_that_is_not_there_or_is_elsewhere_is_refused_with_its_key(tmp_path: Path):
    where = site(tmp_path, GATEWAY)
    with pytest.raises(ConfigError) as caught:
        gateway_delays(where, [device("METER", 19, Protocol.MODBUS), device("DOOR", 17)])
    assert "gateway[0].devices" in str(caught.value)
    assert "METER is at no address in the register, by the settings at 127.0.2.250" in str(caught.value)
    assert "no such device on this protocol: DOOR" in str(caught.value)


def test_a_unit_is_behind_one_gateway_only(tmp_path: Path):
    with pytest.raises(ConfigError, match="DOOR stands twice"):
        site(tmp_path, GATEWAY + '[[gateway]]\nstation = 251\ndevices = ["DOOR"]\n')
