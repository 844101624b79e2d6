// One request of modbus-serial; arguments and output as in modbus_parties.py.
"use strict";
const ModbusRTU = require("modbus-serial");

const READ = {
  coil: "readCoils",
  "discrete-input": "readDiscreteInputs",
  "holding-register": "readHoldingRegisters",
  "input-register": "readInputRegisters",
};

async function ask(client, action, table, address, numbers) {
  if (action === "read") {
    const { data } = await client[READ[table]](address, numbers[0]);
    return data.slice(0, numbers[0]).map(Number).join(" "); // bits come in whole octets
  }
  const isCoil = table === "coil";
  const values = isCoil ? numbers.map(Boolean) : numbers;
  if (values.length > 1) await client[isCoil ? "writeCoils" : "writeRegisters"](address, values);
  else await client[isCoil ? "writeCoil" : "writeRegister"](address, values[0]);
  return "written";
}

async function main([host, port, unit, action, table, address, ...numbers]) {
  const client = new ModbusRTU();
  await client.connectTCP(host, { port: Number(port) });
  client.setID(Number(unit));
  client.setTimeout(10000);
  try {
    return await ask(client, action, table, Number(address), numbers.map(Number));
  } catch (error) {
    if (error.modbusCode === undefined) throw error;
    return `exception ${error.modbusCode}`;
  }
}

main(process.argv.slice(2)).then(
  (line) => process.stdout.write(line + "\n", () => process.exit(0)),
  (error) => {
    process.stderr.write(String(error.stack || error.message || JSON.stringify(error)) + "\n");
    process.exit(1);
  },
);
