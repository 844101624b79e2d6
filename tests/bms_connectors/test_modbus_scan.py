"""A scan says of every unit of the register whether it answers, and which declared addresses it does not have."""

from __future__ import annotations

import socket
from dataclasses import replace

from bms_town import Town, free_port, point, register

from bms_connectors.modbus_scan import scan
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.points import DataType, Table


async def test_a_unit_that_lacks_a_declared_address_is_told_by_table_and_address(town: Town) -> None:
    plc = town.device("PLC")
    served = [each for each in town.points if each.binding.device == "PLC"]
    declared = [*served, point("PLC/GONE", "temperature", register("PLC", Table.INPUT_REGISTER, 77, DataType.INT16))]
    async with VirtualBuilding(served, [plc], town.host):
        (found,) = await scan([plc], declared)
    assert (found.device, found.unit, found.answers) == ("PLC", plc.instance, True)
    assert (found.points, found.good) == (len(declared), len(served))
    assert found.absent == ("input-register 77: DEVICE_ERROR",)


async def test_a_unit_that_is_not_there_does_not_answer_and_hides_no_other(town: Town) -> None:
    plc = town.device("PLC")
    served = [each for each in town.points if each.binding.device == "PLC"]
    away = replace(plc, name="AWAY", host="127.0.94.77", port=free_port(socket.SOCK_STREAM, ["127.0.94.77"]))
    lost = [replace(each, id=f"{each.id}.AWAY", binding=replace(each.binding, device="AWAY")) for each in served]
    async with VirtualBuilding(served, [plc], town.host):
        found = {each.device: each for each in await scan([plc, away], [*served, *lost])}
    assert found["PLC"].good == len(served)
    assert not found["AWAY"].answers
    assert (found["AWAY"].good, found["AWAY"].absent) == (0, ())
