// Reads (and, if asked, writes first) properties of one BACnet device with @bacnet-js/client.
// stdin:  {"address": "127.0.1.1:47808", "port": 47900,
//          "write": [{"type": 30, "instance": 1, "property": 85, "tag": 9, "value": 1, "priority": 8}],
//          "read":  [{"type": 30, "instance": 1, "property": 85}]}
// stdout: {"written": ["" or the error, ...], "read": [value or {"error": ...}, ...]}
"use strict";
const Client = require("@bacnet-js/client").default;

async function main() {
  const job = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const client = new Client({ port: job.port, interface: "127.0.0.1", apduTimeout: 3000 });
  const receiver = { address: job.address };
  const answer = { written: [], read: [] };
  for (const order of job.write || []) {
    const where = { type: order.type, instance: order.instance };
    try {
      await client.writeProperty(receiver, where, order.property, [{ type: order.tag, value: order.value }], {
        priority: order.priority,
      });
      answer.written.push("");
    } catch (error) {
      answer.written.push(String(error.message || error));
    }
  }
  const specification = job.read.map((item) => ({
    objectId: { type: item.type, instance: item.instance },
    properties: [{ id: item.property }],
  }));
  for (let at = 0; at < specification.length; at += 20) {
    const result = await client.readPropertyMultiple(receiver, specification.slice(at, at + 20));
    for (const one of result.values) {
      const value = one.values[0].value[0];
      answer.read.push(value.type === 105 ? { error: value.value } : value.value);
    }
  }
  client.close();
  process.stdout.write(JSON.stringify(answer) + "\n");
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(String(error.stack || error) + "\n");
    process.exit(1);
  },
);
