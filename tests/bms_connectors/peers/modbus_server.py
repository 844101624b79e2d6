"""The fixed device of `modbus_parties`, served by pyModbusTCP."""

from __future__ import annotations

import signal
import sys
from typing import Any

from pyModbusTCP.server import DataBank, ModbusServer
from pyModbusTCP.utils import encode_ieee, get_2comp, long_list_to_word

COILS = [bool(bit) for bit in (1, 0, 1, 1, 0, 0, 0, 0, 1, 1)]
HOLE = range(4, 8)


class Holed(DataBank):  # type: ignore[misc]  # pyModbusTCP has no types
    """Registers with a hole, which pyModbusTCP's own do not have."""

    def get_holding_registers(self, address: int, number: int = 1, srv_info: Any = None) -> list[int] | None:
        asked = range(address, address + number)
        return None if set(asked) & set(HOLE) else super().get_holding_registers(address, number, srv_info)

    def set_holding_registers(self, address: int, word_list: list[int], srv_info: Any = None) -> bool | None:
        written = range(address, address + len(word_list))
        return None if set(written) & set(HOLE) else super().set_holding_registers(address, word_list, srv_info)


def device() -> DataBank:
    bank = Holed(coils_size=10, d_inputs_size=10, h_regs_size=20, i_regs_size=3)
    bank.set_coils(0, COILS)
    bank.set_discrete_inputs(0, [not coil for coil in COILS])
    bank.set_input_registers(0, [*long_list_to_word([70000]), get_2comp(-52)])
    pressure = [encode_ieee(1013.25)]
    bank.set_holding_registers(0, long_list_to_word(pressure))
    bank.set_holding_registers(2, long_list_to_word(pressure, big_endian=False))
    bank.set_holding_registers(8, [204])
    return bank


if __name__ == "__main__":
    ModbusServer(host=sys.argv[1], port=int(sys.argv[2]), no_block=True, data_bank=device()).start()
    print("ready", flush=True)
    signal.pause()
