// The fixed device of modbus_parties.py, served by modbus-serial.
"use strict";
const { ServerTCP } = require("modbus-serial");

const [host, port] = process.argv.slice(2);

const float = Buffer.alloc(4);
float.writeFloatBE(1013.25);
const [high, low] = [float.readUInt16BE(0), float.readUInt16BE(2)];

const coils = [1, 0, 1, 1, 0, 0, 0, 0, 1, 1].map(Boolean);
const contacts = coils.map((coil) => !coil);
const inputs = [70000 >> 16, 70000 & 0xffff, -52 & 0xffff];
const holding = new Array(20).fill(0);
holding.splice(0, 4, high, low, low, high);
holding.fill(undefined, 4, 8);
holding[8] = 204;

const at = (table) => (address) => {
  if (table[address] === undefined) throw { modbusErrorCode: 2 };
  return table[address];
};
const into = (table) => (address, value) => {
  at(table)(address);
  table[address] = value;
};

const server = new ServerTCP(
  {
    getCoil: at(coils),
    getDiscreteInput: at(contacts),
    getHoldingRegister: at(holding),
    getInputRegister: at(inputs),
    setCoil: into(coils),
    setRegister: into(holding),
  },
  { host, port: Number(port), unitID: 1 },
);
server.on("initialized", () => process.stdout.write("ready\n"));
server.on("serverError", (error) => {
  process.stderr.write(String(error) + "\n");
  process.exit(1);
});
