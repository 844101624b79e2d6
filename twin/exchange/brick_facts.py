"""What a Brick file must say of a device, a point and its place on the wire; aliases are ``gh:`` properties."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from twin.files.text import plain
from twin.model.ids import NO_ID, GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Protocol, Table

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Name = Annotated[str, AfterValidator(plain)]
_Ascii = Annotated[str, Field(pattern=r"^[!-~]+$", max_length=200)]
_Instance = Annotated[int, Field(ge=0, le=4_194_302)]
_Order = Literal["big", "little"]


def _known(kind: str) -> str:
    if kind not in POINT_KINDS:
        raise ValueError(f"there is no kind of point {plain(kind)}")
    return kind


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeviceFacts(_Facts):
    """A device; ``order`` is its place in the register it was written from."""

    name: Annotated[_Name, Field(alias="device", min_length=1)]
    protocol: Annotated[Protocol, Field(alias="protocol")]
    instance: Annotated[_Instance, Field(alias="instance")]
    host: Annotated[_Name, Field(alias="host")]
    port: Annotated[int, Field(alias="port", ge=0, le=65535)]
    station: Annotated[int, Field(alias="station", ge=0, le=254)] = 0
    global_id: Annotated[_Name, Field(alias="globalId")] = NO_ID
    order: Annotated[int, Field(alias="order", ge=0)] = 0

    def device(self) -> Device:
        """The device of the register."""
        return Device(
            name=self.name,
            protocol=self.protocol,
            host=self.host,
            port=self.port,
            instance=self.instance,
            station=self.station,
            global_id=GlobalId(self.global_id),
        )


class PointFacts(_Facts):
    """A point, without what it is about and where it lives."""

    id: Annotated[PointId, Field(alias="pointId", pattern=r"^[!-~]+$")]
    kind: Annotated[str, AfterValidator(_known), Field(alias="kind")]
    low: Annotated[_Number | None, Field(alias="low")] = None
    high: Annotated[_Number | None, Field(alias="high")] = None
    global_id: Annotated[GlobalId, AfterValidator(plain), Field(alias="globalId")] = NO_ID


class BacnetFacts(_Facts):
    """A BACnet object and the property that is read."""

    object_type: Annotated[_Ascii, Field(alias="objectType")]
    object_instance: Annotated[_Instance, Field(alias="objectInstance")]
    property: Annotated[_Ascii, Field(alias="property")] = "present-value"

    def binding(self, device: str) -> BacnetBinding:
        """The binding to an object of this device."""
        return BacnetBinding(
            device=device,
            object_type=self.object_type,
            object_instance=self.object_instance,
            property=self.property,
        )


class ModbusFacts(_Facts):
    """A place in a Modbus table, and how its registers are read."""

    table: Annotated[Table, Field(alias="table")]
    address: Annotated[int, Field(alias="address", ge=0, le=65535)]
    data_type: Annotated[DataType, Field(alias="dataType")]
    bit: Annotated[int, Field(alias="bit", ge=0, le=15)]
    invert: Annotated[bool, Field(alias="invert")]
    word_order: Annotated[_Order, Field(alias="wordOrder")]
    byte_order: Annotated[_Order, Field(alias="byteOrder")]
    scale: Annotated[_Number, Field(alias="scale")]
    offset: Annotated[_Number, Field(alias="offset")]

    def binding(self, device: str) -> ModbusBinding:
        """The binding to a register or bit of this device."""
        return ModbusBinding(
            device=device,
            table=self.table,
            address=self.address,
            data_type=self.data_type,
            bit=self.bit,
            invert=self.invert,
            word_order=self.word_order,
            byte_order=self.byte_order,
            scale=self.scale,
            offset=self.offset,
        )
