"""The Modbus client against servers that behave like real ones: holes, gateways, nonsense, certificates."""

from __future__ import annotations

import asyncio
import logging
import ssl
import struct
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bms_town import Listing, point, register
from raw_server import HOST, Request, answering, plc

from bms_connectors.connectors import open_connectors
from bms_connectors.modbus.tls import TlsFiles
from bms_connectors.poller import Poller
from twin.model.errors import ConfigError
from twin.model.point_kinds import Freshness
from twin.model.points import DataType, Device, Point, Reading, Table
from twin.model.vocabulary import Quality

HOLDING = Table.HOLDING_REGISTER


def word(address: int, device: str = "PLC") -> Point:
    return point(f"{device}/P{address}", "co2", register(device, HOLDING, address, DataType.UINT16))


def real(address: int, device: str = "PLC") -> Point:
    return point(f"{device}/F{address}", "co2", register(device, HOLDING, address, DataType.FLOAT32))


def numbered(request: Request) -> bytes:
    """Register n holds n."""
    return request.registers(*range(request.address, request.address + request.count))


async def read(device: Device, *reads: list[Point], tls: TlsFiles | None = None) -> list[list[Reading]]:
    line = open_connectors([device], {device.name: tls} if tls else None)[device.name]
    async with line.connector:
        return [await line.connector.read(points) for points in reads]


async def test_a_hole_is_found_once_and_never_asked_for_again() -> None:
    def with_hole(request: Request) -> bytes:
        asked = range(request.address, request.address + request.count)
        return request.refusal(2) if 5 in asked else numbered(request)

    device, points = plc(), [word(n) for n in (1, 2, 8, 9)]
    async with answering(device, with_hole) as server:
        first, second, third = await read(device, points, points, points)
        for readings in (first, second, third):
            assert [reading.value for reading in readings] == [1.0, 2.0, 8.0, 9.0]
        assert [(r.address, r.count) for r in server.requests[-4:]] == [(1, 2), (8, 2)] * 2


@pytest.mark.parametrize("bits", [0x7FC00000, 0x7F800000, 0xFF800000, 0xFFFFFFFF])
async def test_nan_and_infinity_are_no_values_and_spoil_nobody_else(bits: int) -> None:
    high, low = struct.unpack(">HH", bits.to_bytes(4, "big"))
    device = plc()
    async with answering(device, lambda request: request.registers(high, low, 7)):
        ((bad, good),) = await read(device, [real(0), word(2)])
    assert (bad.quality, bad.value) == (Quality.DECODE, None)
    assert (good.quality, good.value) == (Quality.GOOD, 7.0)


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(lambda r: r.registers(*range(r.count - 1)), id="too few registers"),
        pytest.param(lambda r: bytes([r.function, 250]) + b"\0\1", id="a length that is not there"),
        pytest.param(lambda r: bytes([r.function]), id="no length"),
        pytest.param(lambda r: bytes([r.function + 1, 2, 0, 1]), id="another function"),
        pytest.param(lambda _: bytes([0x83, 77]), id="an exception that does not exist"),
        pytest.param(lambda _: b"\xff" * 7, id="no header"),
        pytest.param(lambda _: b"\xff" + bytes(300), id="zeros"),
    ],
)
async def test_nonsense_is_a_quality_and_the_next_read_is_served(nonsense) -> None:
    device, points = plc(), [word(n) for n in (0, 1, 2)]
    is_mad = True

    async with answering(device, lambda r: nonsense(r) if is_mad else numbered(r)):
        line = open_connectors([device])["PLC"]
        async with line.connector, asyncio.timeout(30.0):
            readings = await line.connector.read(points)
            assert {r.quality for r in readings} <= {Quality.TIMEOUT, Quality.DECODE, Quality.DEVICE_ERROR}
            is_mad = False
            for _ in range(3):
                readings = await line.connector.read(points)
    assert [r.value for r in readings] == [0.0, 1.0, 2.0]


async def test_an_exception_on_every_second_read_ends_and_is_logged_once(
    sink: Listing, wait_until, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bms_connectors")
    turn = 0

    def moody(request: Request) -> bytes:
        nonlocal turn
        turn += 1
        return request.refusal(4) if turn % 2 else numbered(request)

    device, points = plc(), [word(n) for n in range(0, 200, 50)]
    async with answering(device, moody), Poller(points, [device], sink, cycle_s={Freshness.PLANT: 0.02}):
        await wait_until(lambda: len(sink.readings) > 400)
    assert {r.quality for r in sink.readings} <= {Quality.GOOD, Quality.DEVICE_ERROR, Quality.DROPPED}
    assert all(r.value in {None, float(r.point.rpartition("P")[2])} for r in sink.readings)
    assert len(caplog.records) <= 4


async def test_units_of_one_address_share_a_connection_and_take_turns(sink: Listing, wait_until) -> None:
    devices = [plc()]
    devices += [plc(unit, devices[0].port, f"UNIT{unit}") for unit in (2, 3)]
    points = [word(n, device.name) for device in devices for n in range(0, 300, 100)]
    async with (
        answering(devices[0], numbered, delay_s=0.002) as gateway,
        Poller(points, devices, sink, cycle_s={Freshness.PLANT: 0.05}),
    ):
        await wait_until(lambda: len(sink.readings) > 90)
    assert (gateway.connections, gateway.most_open) == (1, 1)
    assert {request.unit for request in gateway.requests} == {1, 2, 3}
    assert {r.quality for r in sink.readings} <= {Quality.GOOD, Quality.DROPPED}


async def test_a_unit_that_the_gateway_does_not_find_is_silent_and_is_not_searched_for_holes() -> None:
    device = plc()
    async with answering(device, lambda request: request.refusal(11)) as gateway:
        (readings,) = await read(device, [word(n) for n in range(0, 600, 100)])
    assert {r.quality for r in readings} == {Quality.TIMEOUT}
    assert len(gateway.requests) == 1


def certificates(folder: Path, name: str, *, issuer: str = "") -> TlsFiles:
    """A certificate for the server's and the client's address, signed by `issuer` or by itself."""
    key, cert, ca = folder / f"{name}.key", folder / f"{name}.pem", folder / f"{issuer or name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(cert)]
    if issuer:
        command += ["-CA", str(ca), "-CAkey", str(folder / f"{issuer}.key"), "-addext", f"subjectAltName=IP:{HOST}"]
    subprocess.run(command, check=True, capture_output=True)
    return TlsFiles(cafile=ca, certfile=cert, keyfile=key)


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    certificates(tmp_path, "ca")
    for name in ("server", "client"):
        certificates(tmp_path, name, issuer="ca")
    certificates(tmp_path, "stranger")
    return tmp_path


def files(folder: Path, name: str) -> TlsFiles:
    return TlsFiles(cafile=folder / "ca.pem", certfile=folder / f"{name}.pem", keyfile=folder / f"{name}.key")


@pytest.mark.parametrize(
    ("who", "quality"), [("client", {Quality.GOOD}), ("stranger", {Quality.TIMEOUT, Quality.NOT_CONNECTED})]
)
async def test_who_shows_a_certificate_that_the_device_trusts_is_served_and_nobody_else(
    pki: Path, who: str, quality: set[Quality]
) -> None:
    from pymodbus.server import ModbusTlsServer
    from pymodbus.simulator import DataType as SimType
    from pymodbus.simulator import SimData, SimDevice

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "server.pem", pki / "server.key")
    context.load_verify_locations(pki / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    device = plc()
    unit = SimDevice(id=1, simdata=[SimData(0, count=10, values=7, datatype=SimType.REGISTERS)])
    async with AsyncExitStack() as stack:
        server = ModbusTlsServer(unit, address=(device.host, device.port), sslctx=context)
        await server.serve_forever(background=True)
        stack.push_async_callback(server.shutdown)
        (readings,) = await read(device, [word(1), word(2)], tls=files(pki, who))
    assert {r.quality for r in readings} <= quality


async def test_a_device_that_speaks_no_tls_is_not_connected(pki: Path) -> None:
    device = plc()
    async with answering(device, numbered):
        (readings,) = await read(device, [word(1)], tls=files(pki, "client"))
    assert readings[0].quality in {Quality.NOT_CONNECTED, Quality.TIMEOUT}


async def test_certificates_that_are_not_there_are_told_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"client\.pem"):
        await read(plc(), [word(1)], tls=files(tmp_path, "client"))
