from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin.exchange.points import read_points_csv, write_points_csv
from twin.model.errors import ConfigError
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register

ascii_word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
letters = st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P", "S"])
state = st.text(letters, min_size=1, max_size=8)
number = st.none() | st.floats(allow_nan=False, allow_infinity=False)
small = st.integers(0, 4_194_302)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    protocols = st.sampled_from(Protocol)
    devices = [
        Device(
            name=name,
            protocol=draw(protocols),
            host=draw(ascii_word),
            port=502,
            instance=draw(small),
            station=draw(st.integers(0, 254)),
            global_id=GlobalId(draw(ascii_word)),
        )
        for name in draw(st.lists(ascii_word, unique=True, max_size=3))
    ]
    points = [
        _point(draw, PointId(f"{device.name}/{name}"), device)
        for device in devices
        for name in draw(st.lists(ascii_word, unique=True, min_size=1, max_size=3))
    ]
    return Register(points=tuple({point.id: point for point in points}.values()), devices=tuple(devices))


def _point(draw: st.DrawFn, id: PointId, device: Device) -> Point:
    binding = (
        BacnetBinding(device=device.name, object_type=draw(ascii_word), object_instance=draw(small))
        if device.protocol is Protocol.BACNET
        else ModbusBinding(
            device=device.name,
            table=draw(st.sampled_from(Table)),
            address=draw(st.integers(0, 65535)),
            data_type=draw(st.sampled_from(DataType)),
            bit=draw(st.integers(0, 15)),
            invert=draw(st.booleans()),
            word_order=draw(st.sampled_from(["big", "little"])),
            scale=draw(st.floats(allow_nan=False, allow_infinity=False)),
            offset=draw(st.floats(allow_nan=False, allow_infinity=False)),
        )
    )
    return Point(
        id=id,
        kind=draw(st.sampled_from(sorted(POINT_KINDS))),
        element=GlobalId(draw(ascii_word)),
        binding=binding,
        low=draw(number),
        high=draw(number),
        states=tuple(draw(st.lists(state, max_size=3))),
        global_id=GlobalId(draw(ascii_word)),
    )


@given(register=registers())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_register_comes_back_as_it_was_written(register: Register) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "points.csv"
        write_points_csv(register, path)
        assert read_points_csv(path) == register


def test_every_fault_of_a_register_is_reported_with_its_row(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    write_points_csv(register, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("heartbeat", "heartbeet")
    lines[3] = lines[3].replace("127.0.1.11", "127.0.1.77")
    lines[4] = lines[4].replace(",degC,", ",bar,", 1)
    lines.append(lines[2])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_points_csv(path)
    keys = [fault.key for fault in caught.value.faults]
    assert keys[0] == "row 2, kind"
    assert f"row {len(lines)}, point" in keys
    assert "row 5, unit" in keys
    assert any(key.endswith(", device") for key in keys)


def test_a_device_without_points_cannot_be_written(tmp_path: Path) -> None:
    lonely = Device(name="A", protocol=Protocol.MODBUS, host="127.0.2.1", port=502, instance=1)
    with pytest.raises(ValueError, match="devices of a register"):
        write_points_csv(Register(devices=(lonely,)), tmp_path / "points.csv")
