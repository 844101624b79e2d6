"""One request of pyModbusTCP; arguments and output as in `modbus_parties`."""

from __future__ import annotations

import sys

from pyModbusTCP.client import ModbusClient

READ = {
    "coil": "read_coils",
    "discrete-input": "read_discrete_inputs",
    "holding-register": "read_holding_registers",
    "input-register": "read_input_registers",
}
WRITE = {"coil": ("write_single_coil", "write_multiple_coils")}
WRITE_REGISTERS = ("write_single_register", "write_multiple_registers")


def ask(client: ModbusClient, action: str, table: str, address: int, numbers: list[int]) -> str:
    if action == "read":
        values = getattr(client, READ[table])(address, numbers[0])
        if values is not None:
            return " ".join(str(int(value)) for value in values)
    else:
        single, multiple = WRITE.get(table, WRITE_REGISTERS)
        is_one = len(numbers) == 1
        if getattr(client, single if is_one else multiple)(address, numbers[0] if is_one else numbers):
            return "written"
    if not client.last_except:
        sys.exit(client.last_error_as_txt)
    return f"exception {client.last_except}"


if __name__ == "__main__":
    host, port, unit, action, table, address, *numbers = sys.argv[1:]
    client = ModbusClient(host=host, port=int(port), unit_id=int(unit), timeout=10.0)
    print(ask(client, action, table, int(address), [int(number) for number in numbers]))
